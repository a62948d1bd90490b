"""This file is the process of `microburst`, taught two things: a seed, and whom a call was made to.

It draws faults by chance, so the same calls meet the same faults only from a seed. The host of a
call is part of its signature, which an emulator that enforces rights looks at.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import random
import sys
from typing import Any

from microburst import cli, forward


def keep_hosts() -> None:
    """Let a call keep the host that it was signed for."""
    told = forward.Upstream._outbound_headers

    def as_signed(self: Any, request: Any) -> dict[str, str]:
        return {**told(self, request), "host": request.headers["Host"]}

    forward.Upstream._outbound_headers = as_signed


if __name__ == "__main__":
    seed, *arguments = sys.argv[1:]
    random.seed(int(seed))
    keep_hosts()
    sys.exit(cli.main(arguments))
