"""This file is a line to the database on which some calls are slow, as a process of its own.

Run as `python -m tests.bench.delays UPSTREAM FLAG SHARE`: it prints its port, and ends with its
standard input. Only while the file FLAG is there, SHARE of the calls to DynamoDB are held up.
Which ones is drawn from a seed, in the order in which they come.
"""

import asyncio
import os
import random
import sys
import threading
from pathlib import Path

# Under the second after which a function gives a call up and tries again.
SLOW_SECONDS, SEED = 0.8, 12
HOST, SIZE, CALL = "127.0.0.1", 65_536, b"X-Amz-Target: DynamoDB_"


class Line:
    """Carries bytes between the functions and the database."""

    def __init__(self, upstream: int, flag: Path, share: float) -> None:
        self.upstream, self.flag, self.share = upstream, flag, share
        self.chance = random.Random(SEED)

    async def carry(self, asks: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        """Serve one connection until either end closes it."""
        there, back = await asyncio.open_connection(HOST, self.upstream)
        await asyncio.gather(self._asked(asks, back), self._passed(there, answers))

    async def _asked(self, asks: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
        while data := await _read(asks):
            if CALL in data and self.chance.random() < self.share and self.flag.exists():
                await asyncio.sleep(SLOW_SECONDS)
            await _write(there, data)
        there.close()

    async def _passed(self, there: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        while data := await _read(there):
            await _write(answers, data)
        answers.close()


async def _read(line: asyncio.StreamReader) -> bytes:
    try:
        return await line.read(SIZE)
    except ConnectionError:
        return b""


async def _write(line: asyncio.StreamWriter, data: bytes) -> None:
    line.write(data)
    try:
        await line.drain()
    except ConnectionError:
        # Whoever gave the call up is gone; its other half ends by itself.
        return


async def serve(line: Line) -> None:
    """Serve on a free port, which is printed."""
    server = await asyncio.start_server(line.carry, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Be the line until the standard input ends."""
    upstream, flag, share = sys.argv[1:]
    threading.Thread(target=_watch, daemon=True).start()
    asyncio.run(serve(Line(int(upstream), Path(flag), float(share))))


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1):
        continue
    os._exit(0)


if __name__ == "__main__":
    main()
