"""Shapan's own graph files: the arrays as they are in memory, so that loading maps them and copies nothing.

A file begins with two lines of text: "SHAPAN GRAPH 1" (1 is the version of the schema) and a JSON object with
`n`, `sha256` (`SocialGraph.sha256`), `sizes` (entries of each array) and `labels_bytes`; spaces before the
second line's end fill up to a multiple of 64 bytes. Then come the arrays in the order of
`sim.network.graph.ARRAYS`, little-endian, and the labels as a JSON list (0 bytes: there are none), each
filled up with zeros to a multiple of 64 bytes.
"""

import json
import mmap
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sim.errors import InputError, cannot_read
from sim.network.check import check_graph
from sim.network.graph import ARRAYS, MEMBERS_MAX, SocialGraph, check_size
from sim.network.report import LoadReport
from sim.replace_file import replace_file
from sim.tables.source import is_regular

SUFFIX = ".shapan-graph"
SCHEMA_VERSION = 1
_MAGIC = b"SHAPAN GRAPH "
_ALIGNMENT_BYTES = 64  # a cache line
_HEAD_BYTES_MAX = 4096  # what the two lines may take; they take about 500
_ENTRIES_MAX = 2**48  # more than any disk holds; keeps sums of lengths small
_LABELS = TypeAdapter(tuple[str, ...])


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    n: Annotated[int, Field(ge=2, le=MEMBERS_MAX)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    sizes: dict[str, Annotated[int, Field(ge=0, le=_ENTRIES_MAX)]]
    labels_bytes: Annotated[int, Field(ge=0, le=_ENTRIES_MAX)]


def _padding(length: int) -> int:
    return -length % _ALIGNMENT_BYTES


def save_graph(graph: SocialGraph, path: Path) -> None:
    """Write a graph file, whole or not at all.

    Raises:
        InputError: fewer than two members, or the file cannot be written.
    """
    check_size(graph.n, str(path))
    labels = b"" if graph.labels is None else json.dumps(graph.labels, ensure_ascii=False).encode()
    header = _Header(
        n=graph.n,
        sha256=graph.sha256,
        sizes={name: array.size for name, array in graph.arrays()},
        labels_bytes=len(labels),
    )
    head = b"%s%d\n%s" % (_MAGIC, SCHEMA_VERSION, header.model_dump_json().encode())
    with replace_file(path) as file:
        file.write(head + b" " * _padding(len(head) + 1) + b"\n")
        for _, array in graph.arrays():
            file.write(array.astype(array.dtype.newbyteorder("<"), copy=False).data)
            file.write(bytes(_padding(array.nbytes)))
        file.write(labels + bytes(_padding(len(labels))))


def is_graph_file(path: Path) -> bool:
    """Whether a file is named or begins as Shapan's own graph files do."""
    if path.suffix.lower() == SUFFIX:
        return True
    if not is_regular(path):
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False  # whoever reads it says why


def map_graph(path: Path) -> tuple[SocialGraph, LoadReport]:
    """Open a graph file: its arrays stay on disk until they are looked at, shared by all who opened it.

    All of it is checked, by its rows and by its hash. The file must not be written into while it is open;
    `save_graph` puts a new one in its place instead.

    Raises:
        InputError: no such file, of another version, cut off, or damaged.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES_MAX)
            header, at = _read_header(head, path)
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise cannot_read(path, error) from error
    places: dict[str, int] = {}
    for name, dtype in ARRAYS.items():
        places[name] = at
        at += header.sizes[name] * dtype.itemsize
        at += _padding(at)
    end = at + header.labels_bytes
    if len(content) != end + _padding(end):
        raise InputError(
            f"{path}: must have {end + _padding(end):,} bytes by its header, but has {len(content):,}: it is "
            "cut off or damaged",
            f"{path}: 按文件头应有 {end + _padding(end):,} 字节，实际有 {len(content):,}：文件被截断或已损坏",
        )
    arrays: dict[str, Any] = {
        name: _mapped(content, header.sizes[name], dtype, places[name]) for name, dtype in ARRAYS.items()
    }
    labels = _read_labels(content[at:end], path) if header.labels_bytes else None
    try:
        graph = SocialGraph(n=header.n, labels=labels, **arrays)
    except InputError as error:
        raise InputError(
            f"{path}: is damaged: {error.text.en}", f"{path}: 已损坏：{error.text.zh}"
        ) from error
    check_graph(graph, str(path))
    if graph.sha256 != header.sha256:
        raise InputError(
            f"{path}: is damaged: its content does not have the hash that its header says",
            f"{path}: 已损坏：内容与文件头登记的哈希不符",
        )
    report = LoadReport(
        files=(path.name,), format="shapan", records=graph.links, self_loops=0, duplicates=0, members=graph.n,
        links=graph.links,
    )  # fmt: skip
    return graph, report


def _mapped(content: mmap.mmap, size: int, dtype: np.dtype[Any], place: int) -> NDArray[Any]:
    if size == 0:
        return np.zeros(0, dtype=dtype)
    return np.frombuffer(content, dtype.newbyteorder("<"), size, place).astype(dtype, copy=False)


def _read_header(head: bytes, path: Path) -> tuple[_Header, int]:
    """The header, and the place of the first array."""
    if not head.startswith(_MAGIC):
        raise InputError(
            f"{path}: is not a graph file of Shapan ({SUFFIX})", f"{path}: 不是沙盘的图文件（{SUFFIX}）"
        )
    version, _, rest = head[len(_MAGIC) :].partition(b"\n")
    if version != b"%d" % SCHEMA_VERSION:
        shown = version[:20].decode("ascii", "replace")
        raise InputError(
            f"{path}: is of graph schema version {shown!r}, but this Shapan reads version {SCHEMA_VERSION}; "
            "write it again with `shapan network`",
            f"{path}: 图格式为版本 {shown!r}，本沙盘只读版本 {SCHEMA_VERSION}；"
            "请用 `shapan network` 重新写出",
        )
    line, newline, _ = rest.partition(b"\n")
    try:
        header = _Header.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{path}:2: the header is broken: {where or 'line'}: {first['msg']}",
            f"{path}:2: 文件头已损坏：{where or '该行'}：{first['msg']}",
        ) from error
    if list(header.sizes) != list(ARRAYS):
        raise InputError(
            f"{path}:2: the header is broken: sizes must name {', '.join(ARRAYS)}",
            f"{path}:2: 文件头已损坏：sizes 须列出 {', '.join(ARRAYS)}",
        )
    place = len(_MAGIC) + len(version) + 1 + len(line) + 1
    if not newline or place % _ALIGNMENT_BYTES:
        raise InputError(
            f"{path}:2: the header is broken: it must end at a multiple of {_ALIGNMENT_BYTES} bytes",
            f"{path}:2: 文件头已损坏：须在 {_ALIGNMENT_BYTES} 字节的整数倍处结束",
        )
    return header, place


def _read_labels(raw: bytes, path: Path) -> tuple[str, ...]:
    try:
        return _LABELS.validate_json(raw)
    except ValidationError as error:
        raise InputError(
            f"{path}: is damaged: its labels are not a list of texts", f"{path}: 已损坏：标签不是文本列表"
        ) from error
