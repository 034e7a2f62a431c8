"""Processes beside the measurement, which import nothing heavy: they are told and they answer by lines of JSON."""

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 90.0


class Beside:
    """One such process, seen from the measurement."""

    def __init__(self, module: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[1],
            bufsize=0,
        )
        self._heard = bytearray()

    def tell(self, what: Any) -> None:
        """Send it a line."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what).encode() + b"\n")

    def hear(self) -> Any:
        """Its next line."""
        assert self._process.stdout
        while b"\n" not in self._heard:
            if not select.select([self._process.stdout], [], [], PATIENCE_SECONDS)[0]:
                raise TimeoutError("a process beside the measurement is silent")
            more = self._process.stdout.read(1 << 20)
            if not more:
                raise RuntimeError("a process beside the measurement ended")
            self._heard += more
        line, _, rest = bytes(self._heard).partition(b"\n")
        self._heard = bytearray(rest)
        return json.loads(line)

    def end(self) -> None:
        """Let it go; it ends when its input does."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def beside(module: str, order: Any) -> Iterator[Beside]:
    """Run `python -m module` with its order until the block ends."""
    process = Beside(module)
    try:
        process.tell(order)
        yield process
    finally:
        process.end()


def listen() -> Any:
    """Inside of such a process: the next line, or None when there will be no more."""
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def is_spoken_to(seconds: float) -> bool:
    """Inside of such a process: whether a line comes, or the end, within this time."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def answer(what: Any) -> None:
    """Inside of such a process."""
    print(json.dumps(what), flush=True)
