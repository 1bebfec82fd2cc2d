"""Records and numbers in memory, seen from compiled code by their address.

A compiled function that took forty arrays would spend its time on passing them; here it takes one integer,
the address of the record that says where everything is (measured: 52 in place of 900 ns an event). Nothing
is checked at run time: what is read has been validated before (`sim.network.graph`, `sim.scenario.model`).

Each factory gives functions for compiled code; with numba switched off (NUMBA_DISABLE_JIT=1) the same
names work in plain Python, for debugging.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import NDArray

Dtype = np.dtype[Any]
_INT64 = ir.IntType(64)
_LINE = 64  # bytes of a line of the cache; a wrong number costs time only


def record_at(dtype: Dtype) -> Callable[[int, int], Any]:
    """A function of (address of an array of records, index) that gives the record, to read and to write."""
    if numba.config.DISABLE_JIT:
        return lambda address, index: _PlainRecord(seen(address, index, 1, dtype)[0])
    record = numba.from_dtype(dtype)

    @intrinsic  # type: ignore[untyped-decorator]
    def at(context: Any, address: Any, index: Any) -> Any:
        def place(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return _record(context, builder, record, dtype, *arguments)

        return record(types.int64, types.int64), place

    return cast("Callable[[int, int], Any]", at)


def record_of(owner: Dtype, field: str, dtype: Dtype) -> Callable[[int, int], Any]:
    """A function of (address of the owner, index) that gives a record of the array that a field names."""
    if numba.config.DISABLE_JIT:
        return lambda address, index: _PlainRecord(seen(_field(address, owner, field), index, 1, dtype)[0])
    record = numba.from_dtype(dtype)

    @intrinsic  # type: ignore[untyped-decorator]
    def of(context: Any, address: Any, index: Any) -> Any:
        def place(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            base = _load_field(builder, owner, field, arguments[0])
            return _record(context, builder, record, dtype, base, arguments[1])

        return record(types.int64, types.int64), place

    return cast("Callable[[int, int], Any]", of)


def prefetch_of(owner: Dtype, field: str, dtype: Dtype, size: int) -> Callable[[int, int], None]:
    """A function of (address of the owner, index) that has a record's first bytes brought nearer, no more."""
    if numba.config.DISABLE_JIT:
        return lambda address, index: None

    @intrinsic  # type: ignore[untyped-decorator]
    def prefetch(context: Any, address: Any, index: Any) -> Any:
        def ask(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
            base = _load_field(builder, owner, field, arguments[0])
            place = builder.add(base, builder.mul(arguments[1], ir.Constant(_INT64, dtype.itemsize)))
            kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
            function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
            for line in range(0, size, _LINE):
                pointer = builder.inttoptr(builder.add(place, ir.Constant(_INT64, line)), byte)
                builder.call(function, [pointer, flag(0), flag(3), flag(1)])
            return context.get_dummy_value()

        return types.none(types.int64, types.int64), ask

    return cast("Callable[[int, int], None]", prefetch)


def number_at(dtype: type[np.generic]) -> Callable[[int, int], Any]:
    """A function of (address of an array of numbers, index) that gives the number."""
    if numba.config.DISABLE_JIT:
        return lambda address, index: seen(address, index, 1, np.dtype(dtype))[0].item()
    number = numba.from_dtype(np.dtype(dtype))

    @intrinsic  # type: ignore[untyped-decorator]
    def at(context: Any, address: Any, index: Any) -> Any:
        def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            value = builder.load(_pointer(context, builder, number, *arguments))
            return context.data_model_manager[number].from_data(builder, value)

        return number(types.int64, types.int64), load

    return cast("Callable[[int, int], Any]", at)


def number_of(owner: Dtype, field: str, dtype: type[np.generic]) -> Callable[[int, int], Any]:
    """A function of (address of the owner, index) that gives a number of the array the field names."""
    if numba.config.DISABLE_JIT:
        return lambda address, index: seen(_field(address, owner, field), index, 1, np.dtype(dtype))[0].item()
    number = numba.from_dtype(np.dtype(dtype))

    @intrinsic  # type: ignore[untyped-decorator]
    def of(context: Any, address: Any, index: Any) -> Any:
        def load(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            base = _load_field(builder, owner, field, arguments[0])
            value = builder.load(_pointer(context, builder, number, base, arguments[1]))
            return context.data_model_manager[number].from_data(builder, value)

        return number(types.int64, types.int64), load

    return cast("Callable[[int, int], Any]", of)


def put_at(dtype: type[np.generic]) -> Callable[[int, int, Any], None]:
    """A function of (address of an array of numbers, index, value) that writes the value."""
    if numba.config.DISABLE_JIT:

        def put_in_python(address: int, index: int, value: Any) -> None:
            seen(address, index, 1, np.dtype(dtype))[0] = value

        return put_in_python
    number = numba.from_dtype(np.dtype(dtype))

    @intrinsic  # type: ignore[untyped-decorator]
    def put(context: Any, address: Any, index: Any, value: Any) -> Any:
        def store(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            cell = context.data_model_manager[number].as_data(builder, arguments[2])
            builder.store(cell, _pointer(context, builder, number, arguments[0], arguments[1]))
            return context.get_dummy_value()

        return types.none(types.int64, types.int64, number), store

    return cast("Callable[[int, int, Any], None]", put)


def array_at(dtype: type[np.generic]) -> Callable[[int, int, int], NDArray[Any]]:
    """A function of (address of an array, first, count) that gives that part of it as an array."""
    if numba.config.DISABLE_JIT:
        return lambda address, first, count: seen(address, first, count, np.dtype(dtype))
    number = numba.from_dtype(np.dtype(dtype))
    kind = types.Array(number, 1, "C")

    @intrinsic  # type: ignore[untyped-decorator]
    def part(context: Any, address: Any, first: Any, count: Any) -> Any:
        def place(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            base = _pointer(context, builder, number, arguments[0], arguments[1])
            size = ir.Constant(_INT64, np.dtype(dtype).itemsize)
            made = make_array(kind)(context, builder)
            populate_array(made, base, [arguments[2]], [size], size, None)
            return made._getvalue()

        return kind(types.int64, types.int64, types.int64), place

    return cast("Callable[[int, int, int], NDArray[Any]]", part)


class _PlainRecord:
    """A record's fields as attributes, in plain Python; numpy's own records hide fields named like `size`."""

    def __init__(self, cells: Any) -> None:
        object.__setattr__(self, "_cells", cells)

    def __getattr__(self, name: str) -> Any:
        value = self._cells[name]
        return value if isinstance(value, np.ndarray) else value.item()

    def __setattr__(self, name: str, value: Any) -> None:
        self._cells[name] = value


def seen(address: int, first: int, count: int, dtype: Dtype) -> NDArray[Any]:
    """Memory as an array, in plain Python."""
    raw = (ctypes.c_char * (count * dtype.itemsize)).from_address(int(address) + int(first) * dtype.itemsize)
    cells: NDArray[Any] = np.frombuffer(cast("Any", raw), dtype=dtype)
    return cells


def _field(address: int, owner: Dtype, field: str) -> int:
    return int(seen(address, 0, 1, owner)[0][field])


def _load_field(builder: Any, owner: Dtype, field: str, address: Any) -> Any:
    assert owner.fields is not None
    place = builder.add(address, ir.Constant(_INT64, owner.fields[field][1]))
    return builder.load(builder.inttoptr(place, _INT64.as_pointer()))


def _record(context: Any, builder: Any, record: Any, dtype: Dtype, address: Any, index: Any) -> Any:
    place = builder.add(address, builder.mul(index, ir.Constant(_INT64, dtype.itemsize)))
    return builder.inttoptr(place, context.get_value_type(record))


def _pointer(context: Any, builder: Any, number: Any, address: Any, index: Any) -> Any:
    base = builder.inttoptr(address, context.get_data_type(number).as_pointer())
    return builder.gep(base, [index])
