"""The text of graph files that are read as a whole: GML, Pajek and JSON."""

import codecs
import re
from pathlib import Path

from sim.errors import InputError
from sim.tables.decode import decoded
from sim.tables.source import read_chunks

_BYTES_MAX = 400_000_000  # assumption: a million edges take about 60 million bytes
_CHINESE = re.compile(rb"(?:[\xa1-\xf7][\xa1-\xfe])+")
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_CHINESE_SHARE = 0.8  # assumption: of bytes beyond ASCII, those in pairs of GB 2312; accents stand alone


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_latin_1(raw: bytes) -> bool:
    """Whether text that is not UTF-8 is of a western language rather than Chinese."""
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _CONTROL.search(raw):
        return False
    if raw.isascii() or _is_utf_8(raw):
        return False
    high = len(_HIGH.findall(raw))
    return sum(len(run[0]) for run in _CHINESE.finditer(raw)) < _CHINESE_SHARE * high


def read_graph_text(path: Path) -> tuple[str, str]:
    """The text of a file, plain or gzipped, and the name of its encoding.

    It is UTF-8, UTF-16 or GB18030 as `sim.tables.decode` finds it, or else Latin-1, which GML and Pajek were
    once written in.

    Raises:
        InputError: as `read_chunks` and `decoded`; or more than 400 million bytes.
    """
    whole = bytearray()
    for chunk in read_chunks(path):
        whole += chunk
        if len(whole) > _BYTES_MAX:
            raise InputError(
                f"{path}: holds more than {_BYTES_MAX:,} bytes, unpacked; larger graphs are read as edge "
                "lists, GraphML or GEXF",
                f"{path}: 解压后超过 {_BYTES_MAX:,} 字节；更大的图请用边列表、GraphML 或 GEXF",
            )
    raw = bytes(whole)
    del whole
    if _is_latin_1(raw):
        text, encoding = raw.decode("latin-1"), "Latin-1"
    else:
        found = decoded(path, raw)
        text, encoding = found.raw.decode(found.codec), found.encoding
    if "\r" in text:  # lines end in one way from here on
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, encoding
