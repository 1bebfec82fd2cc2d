"""Text of any usual encoding: by its byte-order mark, else strictly UTF-8, UTF-16 or GB18030."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sim.errors import InputError
from sim.tables.source import LINE_LENGTH_MAX, read_chunks, where

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROL = bytes((*range(0x09), *range(0x0E, 0x20)))
_CONTROL_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
_ZEROS_MIN_SHARE = 0.05  # assumption: of UTF-16, where each separator and line end has a zero byte
_WIDE_MIN = 8  # assumption: so many three-byte characters in a row are no accident of another encoding
_BEFORE_BYTES = 4096
_BLOCK_CHARACTERS = 1 << 15  # assumption: what is done with so much stays in the processor's cache
_END_OF_FILE = b"\x1a"  # what DOS programs put there


@dataclass(frozen=True)
class Decoded:
    """A text file: its bytes, and how they are to be read.

    Attributes:
        path: the file.
        raw: all of its bytes, unpacked.
        codec: Python's name of the encoding.
        encoding: the name that people know.
    """

    path: Path
    raw: bytes
    codec: str
    encoding: str

    def blocks(self) -> Iterator[list[str]]:
        """As `lines`, many at a time."""
        text = io.TextIOWrapper(io.BytesIO(self.raw), encoding=self.codec, newline="")
        before = 0
        while lines := text.readlines(_BLOCK_CHARACTERS):
            if max(map(len, lines)) > LINE_LENGTH_MAX:
                at = where(
                    self.path, before + next(i for i, x in enumerate(lines, 1) if len(x) > LINE_LENGTH_MAX)
                )
                raise InputError(
                    f"{at}: is longer than {LINE_LENGTH_MAX:,} characters",
                    f"{at}: 超过 {LINE_LENGTH_MAX:,} 个字符",
                )
            yield lines
            before += len(lines)

    def lines(self) -> Iterator[str]:
        """The lines, each with its end as it is; from the first one at every call.

        Raises:
            InputError: a line longer than `LINE_LENGTH_MAX`.
        """
        return chain.from_iterable(self.blocks())


def _line(raw: bytes, place: int) -> int:
    return raw.count(b"\n", 0, place) + 1


def _fault(raw: bytes, codec: str) -> int | None:
    """The place of the first byte that is not of an encoding."""
    if raw.isascii() and codec == "utf-8":
        return None  # without a copy of a long list of numbers
    try:
        raw.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _binary(path: Path, line: int) -> InputError:
    return InputError(
        f"{where(path, line)}: is binary, not text", f"{where(path, line)}: 是二进制内容，不是文本"
    )


def _two_byte_codec(raw: bytes) -> str | None:
    """UTF-16 without a mark shows by the zero bytes of separators and line ends."""
    if len(raw) % 2 or raw.count(0) < _ZEROS_MIN_SHARE * len(raw):
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        if _fault(raw, codec) is None:
            text = raw.decode(codec)
            if any(mark in text for mark in "\n\r\t,;") and not _CONTROL_TEXT.search(text):
                return codec
    return None


def decoded(path: Path, raw: bytes) -> Decoded:
    """Find the encoding of a text.

    The order is: byte-order mark; UTF-8 (strictly, all of it); UTF-16 by its zero bytes; GB18030, of which
    GBK and GB2312 are parts (strictly, all of it).

    Raises:
        InputError: binary content; another encoding; or UTF-8 that is damaged further down.
    """
    raw = raw.rstrip(_END_OF_FILE)
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            place = _fault(raw, codec)
            if place is not None:
                at = where(path, _line(raw, place))
                raise InputError(
                    f"{at}: is not {name}, though the file begins with its mark",
                    f"{at}: 不是 {name}，尽管文件以其标记开头",
                )
            if _CONTROL_TEXT.search(raw.decode(codec)):
                raise _binary(path, 1)
            return Decoded(path, raw, codec, name)
    place = _fault(raw, "utf-8")
    if 0 in raw and (two := _two_byte_codec(raw)):
        return Decoded(path, raw, two, "UTF-16")
    if len(raw.translate(None, _CONTROL)) < len(raw):
        first = min(place for byte in _CONTROL if (place := raw.find(byte)) >= 0)
        raise _binary(path, _line(raw, first))
    if place is None:
        return Decoded(path, raw, "utf-8", "UTF-8")
    at = where(path, _line(raw, place))
    before = raw[max(0, place - _BEFORE_BYTES) : place].decode("utf-8", "ignore")
    if sum(char > "\u07ff" for char in before) >= _WIDE_MIN:
        raise InputError(
            f"{at}: is not UTF-8, though all before it is: the file is damaged or cut off",
            f"{at}: 不是 UTF-8，而此前都是：文件已损坏或被截断",
        )
    if (fault := _fault(raw, "gb18030")) is not None:
        at = where(path, _line(raw, fault))
        raise InputError(
            f"{at}: is not UTF-8, UTF-16 or GB18030 text; save the file as UTF-8 (in Excel: CSV UTF-8)",
            f"{at}: 不是 UTF-8、UTF-16 或 GB18030 文本；请另存为 UTF-8（Excel：CSV UTF-8）",
        )
    return Decoded(path, raw, "gb18030", "GB18030")


def read_text(path: Path) -> Decoded:
    """Read a text file, plain or gzipped.

    Raises:
        InputError: as `sim.tables.source.read_chunks` and `decoded`.
    """
    return decoded(path, b"".join(read_chunks(path)))


def text_lines(text: Decoded) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers from 1, without blank lines and `#` comments.

    Raises:
        InputError: as `Decoded.lines`.
    """
    for number, line in enumerate(text.lines(), 1):
        if line[0] != "#" and not line.isspace():
            yield number, line.rstrip("\r\n")


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers from 1, without blank lines and `#` comments.

    Raises:
        InputError: as `read_text` and `Decoded.lines`.
    """
    return text_lines(read_text(path))
