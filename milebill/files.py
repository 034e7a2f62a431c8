"""Content-addressed files: the name is the SHA-256 of the content, so nothing is ever overwritten."""

import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import BinaryIO, Protocol

STAGED_SECONDS = 7 * 24 * 60 * 60
"""How long a file waits for its form: a tab may stay open over a weekend."""


class FileStore(Protocol):
    """The small interface behind which another store can stand."""

    def put(self, content: bytes) -> str:
        """Keep `content` for ever and return its hash."""

    def get(self, sha256: str) -> bytes:
        """The content; raises FileNotFoundError."""

    def open(self, sha256: str) -> BinaryIO:
        """The content as a stream; raises FileNotFoundError."""


class FolderStore:
    """Files in a folder, two levels deep."""

    def __init__(self, folder: Path):
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content` for ever and return its hash; durable when this returns."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.exists():
            path.touch()
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content; raises FileNotFoundError."""
        return self.path(sha256).read_bytes()

    def size(self) -> int:
        """Bytes of everything in it; only for a store that holds little."""
        return sum(path.stat().st_size for path in self._folder.glob("??/*"))

    def open(self, sha256: str) -> BinaryIO:
        """The content as a stream; raises FileNotFoundError."""
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        """Where the content is or would be. A hash that is none is refused."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise FileNotFoundError(sha256)
        return self._folder / sha256[:2] / sha256


class Staging:
    """Files in passing, in a folder for each owner, so that what one of them keeps aside can be counted."""

    def __init__(self, folder: Path):
        self._folder = folder

    def of(self, owner: str) -> FolderStore:
        """The store of one owner."""
        return FolderStore(self._folder / hashlib.sha256(owner.encode()).hexdigest()[:32])

    def purge(self, seconds: float) -> int:
        """Forget what was last put longer ago than this; returns how many."""
        limit = time.time() - seconds
        old = [path for path in self._folder.glob("*/??/*") if path.stat().st_mtime < limit]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
