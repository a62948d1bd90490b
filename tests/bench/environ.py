"""This file sets the environment for as long as something is measured."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

# What a client of AWS asks for, and nobody here looks at.
AWS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
}


@contextmanager
def environ(**told: str) -> Iterator[None]:
    """Set variables beside those of AWS, and put back what stood there."""
    wanted = {**AWS, **told}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
