"""This file posts once, and knows whether the request can have arrived when no answer does."""

from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from chalicelib.errors import CivicError


class Lost(CivicError):
    """No answer came. `connected` tells whether the other end may have read the request."""

    def __init__(self, why: str, *, connected: bool) -> None:
        super().__init__(why)
        self.why, self.connected = why, connected


def posted(
    method: str,
    url: str,
    headers: Mapping[str, str],
    data: Mapping[str, Any] | bytes,
    timeout: tuple[float, float],
) -> requests.Response:
    """Return the answer to one request, whatever its status.

    It goes over a connection of its own, since one kept over a frozen Lambda may be dead; it
    follows no redirect, asks no proxy and no `.netrc`, and is never repeated.

    Raises:
        Lost: no whole answer came.
    """
    line = _Line()
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", line)
        session.mount("https://", line)
        try:
            return session.request(
                method, url, headers=headers, data=data, timeout=timeout, allow_redirects=False
            )
        except requests.RequestException as fault:
            # The fault is told by its name only: what it carries is not ours to log.
            raise Lost(type(fault).__name__, connected=line.was_open) from None


class _Line(HTTPAdapter):
    """A transport that notes when a connection stands, its TLS too.

    A name not found, a refusal, a time-out or a bad certificate come before that; whatever
    fails after it may have come too late.
    """

    def __init__(self) -> None:
        self.was_open = False
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools, with connections that note their opening."""
        super().init_poolmanager(*args, **kwargs)
        pools = self.poolmanager.pool_classes_by_scheme
        noting = {scheme: self._noting(pool) for scheme, pool in pools.items()}
        self.poolmanager.pool_classes_by_scheme = noting

    def _noting(self, pool: type[Any]) -> type[Any]:
        def connect(connection: Any) -> None:
            pool.ConnectionCls.connect(connection)
            self.was_open = True

        noting = type("Noting", (pool.ConnectionCls,), {"connect": connect})
        return type("NotingPool", (pool,), {"ConnectionCls": noting})
