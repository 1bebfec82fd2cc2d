"""Reading a file that somebody else made: plain or gzipped, bounded, with errors that say where."""

import gzip
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sim.errors import InputError, cannot_read

BYTES_MAX = 2_000_000_000  # assumption: what a file may hold, unpacked; 50 million edges need about half
LINE_LENGTH_MAX = 1_000_000  # assumption: one record, in characters; a longer one is no text of records
_CHUNK_BYTES = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_SHOWN = 60


def shown(text: str) -> str:
    """A value as an error shows it: quoted, and cut when long."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def where(path: Path, line: int) -> str:
    """The place of a line, as errors name it."""
    return f"{path}:{line}"


def read_chunks(path: Path) -> Iterator[bytes]:
    """The unpacked bytes of a file, a megabyte at a time.

    A file is unpacked if it begins as gzip does, whatever its name.

    Raises:
        InputError: no such file, a folder, unreadable, empty, broken gzip, or more than `BYTES_MAX` unpacked.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder; a graph is one file", f"{path}: 是文件夹；一张图是一个文件")
    try:
        with path.open("rb") as raw:
            magic = raw.read(2)
            if not magic:
                raise InputError(f"{path}: is empty", f"{path}: 是空文件")
            if path.suffix == ".gz" and magic != _GZIP_MAGIC:
                raise InputError(
                    f"{path}: is named .gz, but is not gzipped", f"{path}: 文件名以 .gz 结尾，但内容不是 gzip"
                )
            raw.seek(0)
            total = 0
            with gzip.GzipFile(fileobj=raw) if magic == _GZIP_MAGIC else raw as unpacked:
                while chunk := unpacked.read(_CHUNK_BYTES):
                    total += len(chunk)
                    if total > BYTES_MAX:
                        raise InputError(
                            f"{path}: holds more than {BYTES_MAX:,} bytes (unpacked)",
                            f"{path}: 解压后超过 {BYTES_MAX:,} 字节",
                        )
                    yield chunk
            if total == 0:
                raise InputError(f"{path}: is empty", f"{path}: 是空文件")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"{path}: is not a whole gzip file ({error})", f"{path}: 不是完整的 gzip 文件（{error}）"
        ) from error
    except OSError as error:
        raise cannot_read(path, error) from error


def _decoded(raw: bytes, path: Path, first: int) -> str:
    """The text of whole lines, of which the first has that number."""
    try:
        text = raw.decode("utf-8-sig" if first == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line = first + raw.count(b"\n", 0, error.start)
        raise InputError(
            f"{where(path, line)}: is not UTF-8 text ({error.reason})",
            f"{where(path, line)}: 不是 UTF-8 文本",
        ) from error
    if "\0" in text:
        line = first + text.count("\n", 0, text.index("\0"))
        raise InputError(
            f"{where(path, line)}: is binary, not text", f"{where(path, line)}: 是二进制内容，不是文本"
        )
    return text


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 text with their numbers from 1, without blank lines and `#` comments.

    Raises:
        InputError: as `read_chunks`; or not UTF-8 text, or a line longer than `LINE_LENGTH_MAX`.
    """
    number = 1
    rest = b""
    for chunk in chain(read_chunks(path), (b"\n",)):
        whole, newline, after = chunk.rpartition(b"\n")
        if newline:
            for line in _decoded(rest + whole, path, number).split("\n"):
                if len(line) > LINE_LENGTH_MAX:
                    raise _too_long(path, number)
                if line and line[0] != "#" and not line.isspace():
                    yield number, line.rstrip("\r")
                number += 1
            rest = after
        else:
            rest += after
        if len(rest) > 4 * LINE_LENGTH_MAX:  # UTF-8: at most 4 bytes a character
            raise _too_long(path, number)


def _too_long(path: Path, line: int) -> InputError:
    return InputError(
        f"{where(path, line)}: is longer than {LINE_LENGTH_MAX:,} characters",
        f"{where(path, line)}: 超过 {LINE_LENGTH_MAX:,} 个字符",
    )
