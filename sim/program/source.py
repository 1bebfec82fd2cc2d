"""Functions that are to be machine code, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Source:
    """A plain function whose annotations say its machine types.

    Attributes:
        py_func: the function itself.
        name: its symbol in the program: module and qualified name.
        exported: whether Python calls it; else it may vanish in its callers.
        shipped: whether it belongs to the package, and so to its one program.
    """

    def __init__(self, function: Callable[..., Any], *, exported: bool, shipped: bool) -> None:
        self.py_func = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.exported, self.shipped = exported, shipped


SHIPPED: dict[str, Source] = {}
"""The package's functions that have been imported so far."""


def add(source: Source) -> None:
    """Count a function of the package among the program's.

    Raises:
        ValueError: another function has its name.
    """
    other = SHIPPED.setdefault(source.name, source)
    if other is not source and other.py_func.__code__ != source.py_func.__code__:
        raise ValueError(f"two compiled functions are called {source.name}")
    SHIPPED[source.name] = source
