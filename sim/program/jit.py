"""Functions compiled by numba itself, each with copies of all that it calls: slow, and always there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numba

from sim.program import lower
from sim.program.signature import signature_of
from sim.program.source import Source


@functools.cache
def jit(source: Source) -> Callable[..., Any]:
    """A function as numba compiles it, for the one signature that its annotations give."""
    lower.by_itself = jit  # so that what it calls is compiled so, too
    made: Callable[..., Any] = numba.njit(signature_of(source.py_func), error_model="python", nogil=True)(
        source.py_func
    )
    return made
