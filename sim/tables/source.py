"""Reading a file that somebody else made: plain or gzipped, bounded, with errors that say where."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from sim.errors import InputError, cannot_read

BYTES_MAX = 2_000_000_000  # assumption: what a file may hold, unpacked; 50 million edges need about half
RATIO_MAX = 200  # assumption: records of text pack 3 to 30 times; what packs tighter is no such file
RATIO_FREE_BYTES = 20_000_000  # assumption: so much unpacks harmlessly whatever the ratio
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


def is_regular(path: Path) -> bool:
    """Whether there is a file that can be read more than once, unlike a pipe; if not, its reader says why."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_chunks(path: Path) -> Iterator[bytes]:
    """The unpacked bytes of a file, a megabyte at a time.

    A file is unpacked if it begins as gzip does, whatever its name.

    Raises:
        InputError: no such file, a folder, unreadable, empty, broken gzip, or more than `BYTES_MAX` unpacked.
    """
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder; name a file in it", f"{path}: 是文件夹；请指明其中的文件")
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
                    check_ratio(path, total, raw.tell())
                    yield chunk
            if total == 0:
                raise InputError(f"{path}: is empty", f"{path}: 是空文件")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(
            f"{path}: is not a whole gzip file ({error})", f"{path}: 不是完整的 gzip 文件（{error}）"
        ) from error
    except OSError as error:
        raise cannot_read(path, error) from error


def check_ratio(path: Path, unpacked_bytes: int, packed_bytes: int) -> None:
    """Refuse what unpacks to much more than records do.

    Raises:
        InputError: more than `RATIO_MAX` times its packed size, beyond `RATIO_FREE_BYTES`.
    """
    if unpacked_bytes > max(RATIO_FREE_BYTES, RATIO_MAX * packed_bytes):
        raise InputError(
            f"{path}: unpacks to more than {RATIO_MAX} times its size, which no table of records does; "
            "unpack it first if it is to be read",
            f"{path}: 解压后超过原大小的 {RATIO_MAX} 倍，记录表不会如此；若确要读取，请先自行解压",
        )
