"""What a function's annotations say to the compiler."""

from __future__ import annotations

import types as plain
import typing
from collections.abc import Callable
from typing import Any, get_args, get_origin

import numpy as np
from numba import types
from numba.core import typing as numba_typing

_NUMBERS: dict[Any, Any] = {
    int: types.int64,
    float: types.float64,
    bool: types.boolean,
    np.uint64: types.uint64,
    type(None): types.none,
}


def signature_of(function: Callable[..., Any]) -> Any:
    """The one list of machine types of a function: `int` is int64, `NDArray[np.int32]` an array of one axis.

    Raises:
        TypeError: an annotation is missing, or says nothing to the compiler.
    """
    hints = typing.get_type_hints(function)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    missing = [name for name in (*names, "return") if name not in hints]
    if missing:
        raise TypeError(f"{function.__qualname__} is compiled, and does not annotate {', '.join(missing)}")
    made = [_machine_type(function, name, hints[name]) for name in ("return", *names)]
    return numba_typing.signature(*made)


def _machine_type(function: Callable[..., Any], name: str, hint: Any) -> Any:
    if hint in _NUMBERS:
        return _NUMBERS[hint]
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (typing.Union, plain.UnionType) and int in inside:  # of Python or of numpy
        return types.int64
    if origin is tuple:
        return types.Tuple([_machine_type(function, name, one) for one in inside])
    if origin is np.ndarray:
        number = get_args(inside[1])[0]
        if isinstance(number, type) and number not in (np.integer, np.floating, np.generic):
            return types.Array(_from_dtype(np.dtype(number)), 1, "C")
    raise TypeError(f"{function.__qualname__} is compiled, and annotates {name} as {hint}")


def _from_dtype(dtype: np.dtype[Any]) -> Any:
    from numba.np.numpy_support import from_dtype

    return from_dtype(dtype)
