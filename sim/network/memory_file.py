"""A file that is only in memory, such as one that a browser has sent: nothing of it is written to a disk."""

import io
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast


class _MemoryFile:
    """What the readers of this package ask of a path."""

    def __init__(self, name: str, content: bytes) -> None:
        self._path, self._content = PurePosixPath(name), content
        self.name, self.suffix, self.suffixes = self._path.name, self._path.suffix, self._path.suffixes

    def __str__(self) -> str:
        return self.name

    def open(self, mode: str = "rb") -> BinaryIO:
        return io.BytesIO(self._content)

    def read_bytes(self) -> bytes:
        return self._content

    def is_file(self) -> bool:
        return True

    def is_dir(self) -> bool:
        return False

    def exists(self) -> bool:
        return True


def memory_file(name: str, content: bytes) -> Path:
    """A file of this name and content for the readers of this package, which see no difference.

    Shapan's own graph files cannot be read so: they are mapped from a disk.
    """
    return cast(Path, _MemoryFile(name, content))
