"""Functions that are compiled: callable from Python and from each other.

Importing compiles nothing. At the first call from Python the whole program is loaded, or made if nobody has
(`sim.program`). Semantics stay those of Python: no fast-math (no reordering, no fused operations), and
numba's `error_model="python"`, so that a division by zero raises `ZeroDivisionError` compiled or not; under
numba's other model the same line would quietly give `inf`, or 0 for integers.

A function's annotations are its machine types: `int` is int64, `float` float64, `bool` a boolean,
`NDArray[np.int32]` an array of one axis, `tuple[...]` several of them. Every caller's arguments are converted
to them: the readable engine and the compiled one run the very same code.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

from sim.program.machine import machine_code
from sim.program.source import Source, add

P = ParamSpec("P")
R = TypeVar("R")

_PACKAGE = Path(__file__).resolve().parent


class Compiled(Source):
    """A function that is machine code when it is called."""

    def __init__(self, function: Callable[..., Any], *, exported: bool) -> None:
        shipped = Path(function.__code__.co_filename).resolve().is_relative_to(_PACKAGE)
        super().__init__(function, exported=exported, shipped=shipped)
        self._entry: Callable[..., Any] | None = None
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        self.__wrapped__, self.__module__ = function, function.__module__
        if shipped:
            add(self)

    def __call__(self, *arguments: Any) -> Any:
        """Call its machine code."""
        if self._entry is None:
            self._entry = machine_code(self)
        return self._entry(*arguments)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, and other compiled functions may."""
    return _made(function, exported=True)


def internal(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call: it may vanish in them.

    Called from Python, as a test may, it is made by itself.
    """
    return _made(function, exported=False)


def _made(function: Callable[P, R], *, exported: bool) -> Callable[P, R]:
    if numba.config.DISABLE_JIT:  # for debugging
        return function
    return cast("Callable[P, R]", Compiled(function, exported=exported))
