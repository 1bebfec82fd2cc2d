"""Event tables and daily series as files.

`events.parquet` holds the columns of `sim.events` and, in its metadata, their header as JSON. Equal
tables give equal bytes: codes and compression are fixed, row groups are cut by count.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import InputError
from sim.events import (
    COLUMNS,
    EVENT_SCHEMA_VERSION,
    Channel,
    EventTable,
    Header,
    Kind,
    header_from_dict,
)
from sim.replace_file import replace_file

_HEADER_KEY = b"shapan.header"
_ROW_GROUP_ROWS = 1 << 18  # assumption: a few MB each, small enough to read one at a time
# assumption: level 3 is zstd's own default, pinned so that the bytes do not follow it
_PARQUET_OPTIONS: dict[str, Any] = {"version": "2.6", "compression": "zstd", "compression_level": 3}
# columns of few values; of many, looking them up costs more time and room than it saves (measured)
_DICTIONARY = ["kind", "product", "offer", "channel", "amount_fen", "value", "segment", "runoff"]

REASON_KINDS = (
    Kind.ORDER_CANCELLED,
    Kind.REFUNDED,
    Kind.REFUNDED_AFTER,
    Kind.GROUP_FAILED,
    Kind.DISAPPOINTED,
)
"""The kinds whose `value` is a `Reason`."""


class EventWriter:
    """Writes a table to a file piece by piece, whole or not at all.

    A context manager: at its end the file takes its place; when the body raises, nothing is left of it. Its
    bytes depend on the rows alone, not on the pieces: row groups of a fixed size are gathered here.

    Example:
        >>> with EventWriter(path, header) as writer:  # doctest: +SKIP
        ...     writer.write(columns)
    """

    def __init__(self, path: Path, header: Header) -> None:
        """Open a temporary file beside `path`.

        Raises:
            InputError: the place cannot be written to.
        """
        schema = _schema().with_metadata({_HEADER_KEY: _header_json(header)})
        with ExitStack() as place:
            file = place.enter_context(replace_file(path))
            self._parquet = pq.ParquetWriter(file, schema, use_dictionary=_DICTIONARY, **_PARQUET_OPTIONS)
            place.push(self._end)
            self._place = place.pop_all()
        self._group = {name: np.empty(_ROW_GROUP_ROWS, dtype=dtype) for name, dtype in COLUMNS.items()}
        self._rows = 0

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Append rows.

        Args:
            columns: every column of the table by name, with its dtype, all of one length.

        Raises:
            ValueError: columns are missing, of another dtype, or not of one length.
        """
        wrong = [
            name for name, dtype in COLUMNS.items() if name not in columns or columns[name].dtype != dtype
        ]
        if wrong:
            raise ValueError(f"columns of an event table are missing or of another dtype: {', '.join(wrong)}")
        if len({len(columns[name]) for name in COLUMNS}) > 1:
            raise ValueError("the columns of an event table are not of one length")
        total, done = len(columns["time_s"]), 0
        while done < total:
            taken = min(total - done, _ROW_GROUP_ROWS - self._rows)
            for name, group in self._group.items():
                group[self._rows : self._rows + taken] = columns[name][done : done + taken]
            self._rows += taken
            done += taken
            if self._rows == _ROW_GROUP_ROWS:
                self._write_group()

    def close(self) -> None:
        """Finish the file and put it in its place; to do so again does nothing.

        Raises:
            InputError: the place cannot be written to.
        """
        self._place.close()

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, or drop it when the body raised."""
        self._place.__exit__(kind, error, trace)

    def _end(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            if self._rows:
                self._write_group()
            self._parquet.close()
            return
        with suppress(OSError):  # pyarrow writes a footer even to a file that is about to be dropped
            self._parquet.close()

    def _write_group(self) -> None:
        group = [_arrow(column[: self._rows]) for column in self._group.values()]
        self._parquet.write_table(pa.Table.from_arrays(group, schema=self._parquet.schema), _ROW_GROUP_ROWS)
        self._rows = 0


def write_events(table: EventTable, path: Path) -> None:
    """Write `table` to `path` as Parquet, whole or not at all.

    Raises:
        InputError: the place cannot be written to.
    """
    with EventWriter(path, table.header) as writer:
        writer.write(table.columns)


def read_events(path: Path, columns: Sequence[str] | None = None) -> EventTable:
    """Read what `write_events` or an `EventWriter` wrote.

    Args:
        path: the file.
        columns: read these only, at least one; the table then has no others. None: all.

    Raises:
        ValueError: an event table has no such column.
        InputError: the file is missing, broken, not an event table, or of another schema version.
    """
    if not path.is_file():
        raise InputError(
            f"{path}: no such file; an event table is a file written by `shapan run`",
            f"{path}: 没有此文件；事件表是 `shapan run` 写出的文件",
        )
    wanted = [name for name in COLUMNS if columns is None or name in columns]
    if columns is not None and (not columns or len(wanted) < len(set(columns))):
        raise ValueError(f"columns must be some of {', '.join(COLUMNS)}, got {', '.join(columns)}")
    try:
        with pq.ParquetFile(path) as file:
            header = _read_header(path, file.schema_arrow)
            arrow = file.read(columns=wanted)
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path}: not a readable Parquet file: {error}", f"{path}: 不是可读的 Parquet 文件：{error}"
        ) from error
    found: dict[str, NDArray[Any]] = {}
    for name in wanted:
        if arrow.column(name).null_count:
            raise InputError(
                f"{path}: column {name} has empty cells; an event table has none",
                f"{path}: {name} 列有空单元格；事件表中不应有",
            )
        column = np.array(arrow.column(name).to_numpy(), dtype=COLUMNS[name])
        column.setflags(write=False)
        found[name] = column
    table = EventTable(header, found)
    _check_codes(path, table)
    return table


def table_sha256(table: EventTable) -> str:
    """SHA-256 over the header and every column's bytes in order; the file's encoding does not matter."""
    return _sha256(table.header, ((name, table[name]) for name in COLUMNS))


def file_sha256(path: Path) -> str:
    """`table_sha256` of the table in a file, with one column at a time in memory.

    Raises:
        InputError: see `read_events`.
    """
    header = read_events(path, ["kind"]).header
    return _sha256(header, ((name, read_events(path, [name])[name]) for name in COLUMNS))


def write_series_parquet(series: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write `sim.metrics.daily.daily_columns` as Parquet, whole or not at all.

    Raises:
        InputError: the place cannot be written to.
    """
    arrow = pa.Table.from_arrays([_arrow(column) for column in series.values()], names=list(series))
    with replace_file(path) as file:
        pq.write_table(arrow, file, row_group_size=_ROW_GROUP_ROWS, **_PARQUET_OPTIONS)


def write_series_csv(series: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write the same as CSV with a byte order mark, by which spreadsheets know it for UTF-8.

    Raises:
        InputError: the place cannot be written to.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(series)
    writer.writerows(zip(*(column.tolist() for column in series.values()), strict=True))
    with replace_file(path) as file:
        file.write(text.getvalue().encode("utf-8-sig"))


def _arrow(column: NDArray[Any]) -> pa.Array:
    """The same values for Arrow, by their memory: `pa.array` would import pandas, for half a second."""
    if column.dtype.kind == "U":
        texts = [text.encode() for text in column.tolist()]
        ends = np.cumsum([0, *map(len, texts)]).astype(np.int32)
        kind, buffers = pa.string(), [pa.py_buffer(ends), pa.py_buffer(b"".join(texts))]
    elif column.dtype.kind == "b":
        kind, buffers = pa.bool_(), [pa.py_buffer(np.packbits(column, bitorder="little"))]
    else:
        kind, buffers = pa.from_numpy_dtype(column.dtype), [pa.py_buffer(np.ascontiguousarray(column))]
    return pa.Array.from_buffers(kind, len(column), [None, *buffers])


def _sha256(header: Header, columns: Iterable[tuple[str, NDArray[Any]]]) -> str:
    digest = hashlib.sha256(_header_json(header))
    for name, values in columns:
        dtype = COLUMNS[name]
        column = np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<"))
        digest.update(f"\0{name}\0{dtype}\0{len(column)}\0".encode())
        digest.update(column.data)
    return digest.hexdigest()


def _schema() -> pa.Schema:
    return pa.schema(
        [pa.field(name, pa.from_numpy_dtype(dtype), nullable=False) for name, dtype in COLUMNS.items()]
    )


def _header_json(header: Header) -> bytes:
    return json.dumps(header.as_dict(), ensure_ascii=False, allow_nan=False).encode()


def _read_header(path: Path, schema: pa.Schema) -> Header:
    raw = (schema.metadata or {}).get(_HEADER_KEY)
    if raw is None:
        raise InputError(
            f"{path}: a Parquet file, but not an event table of Shapan",
            f"{path}: 是 Parquet 文件，但不是沙盘的事件表",
        )
    try:
        plain = json.loads(raw)
        version = plain["event_schema_version"]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path}: the event table's header is broken", f"{path}: 事件表的文件头已损坏"
        ) from error
    if version != EVENT_SCHEMA_VERSION:
        raise InputError(
            f"{path}: event schema version {version}, but this Shapan reads version {EVENT_SCHEMA_VERSION}; "
            "run the scenario again, or read it with the Shapan that wrote it",
            f"{path}: 事件格式为版本 {version}，本沙盘只读版本 {EVENT_SCHEMA_VERSION}；"
            "请重新运行该场景，或用写出它的沙盘来读",
        )
    if not schema.remove_metadata().equals(_schema()):
        raise InputError(
            f"{path}: the columns are not those of event schema version {version}",
            f"{path}: 各列不是事件格式版本 {version} 的列",
        )
    try:
        return header_from_dict(plain)
    except (TypeError, KeyError) as error:
        raise InputError(
            f"{path}: the event table's header is broken: {error}", f"{path}: 事件表的文件头已损坏：{error}"
        ) from error


def _check_codes(path: Path, table: EventTable) -> None:
    """Refuse codes that stand for nothing: everything that reads a table indexes with them."""
    header = table.header
    if "kind" in table.columns and not np.isin(table["kind"], np.array(list(Kind))).all():
        raise InputError(
            f"{path}: column kind holds a code that event schema {EVENT_SCHEMA_VERSION} lacks",
            f"{path}: kind 列含有事件格式版本 {EVENT_SCHEMA_VERSION} 中没有的代码",
        )
    limits = {
        "actor": header.members,
        "source": header.members,
        "product": len(header.products),
        "offer": len(header.offers),
        "channel": len(Channel),
        "segment": len(header.segments),
    }
    for name in [name for name in limits if name in table.columns]:
        column, limit = table[name], limits[name]
        if len(column) and (column.min() < -1 or column.max() >= limit):
            raise InputError(
                f"{path}: column {name} holds a number outside -1 to {limit - 1}",
                f"{path}: {name} 列含有 -1 至 {limit - 1} 以外的数",
            )
