"""This file lends each function of the emulator what Lambda's own client does before a handler.

It writes what `logging` is told, which the emulator's workers would drop.
"""

import logging
import sys
import time

# As awslambdaric 4.2.2 writes a record; the request's id is not known here.
LINE = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t-\t%(message)s"


def _lend() -> None:
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)


_lend()
