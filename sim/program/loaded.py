"""Machine code in memory: an object file's functions, to be called from Python."""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from numba import _dynfunc

from sim.program.link import name_runtime, target_machine


@dataclass(frozen=True)
class Entry:
    """How Python calls one function.

    Attributes:
        module: the function's module, in which its code looks up names.
        name: its name.
        wrapper: the symbol of what Python calls.
        environment: the symbol that is to point to its constants.
        constants: those constants.
        arrays: (place among the arguments, dtype) of arrays of one axis whose cells follow each other.
    """

    module: str
    name: str
    wrapper: str
    environment: str
    constants: list[Any]
    arrays: tuple[tuple[int, str], ...]


class Loaded:
    """A program's machine code; it stays where it is as long as this is held."""

    def __init__(self, machine_code: bytes, wanted: list[str], entries: dict[str, Entry]) -> None:
        """Place an object file in memory.

        Args:
            machine_code: the object file.
            wanted: symbols that it takes from the process.
            entries: what Python may call, by symbol of the function.

        Raises:
            RuntimeError: the process lacks a symbol.
        """
        name_runtime()
        self._entries = entries
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())
        missing = [name for name in wanted if llvm.address_of_symbol(name) is None]
        if missing:
            raise RuntimeError(f"nobody defines {', '.join(missing)}")
        self._machine_code = llvm.ObjectFileRef.from_data(machine_code), machine_code
        self._engine.add_object_file(self._machine_code[0])
        self._engine.finalize_object()
        self._kept: list[Any] = []

    def function(self, symbol: str) -> Callable[..., Any]:
        """What Python calls for a function of the program.

        Raises:
            KeyError: the program has no such function for Python.
        """
        entry = self._entries[symbol]
        module = importlib.import_module(entry.module)
        environment = _dynfunc.Environment(vars(module))
        environment.consts.extend(entry.constants)
        pointer = self._engine.get_global_value_address(entry.environment)
        (ctypes.c_void_p * 1).from_address(pointer)[0] = ctypes.c_void_p(id(environment))
        address = self._engine.get_function_address(entry.wrapper)
        made = _dynfunc.make_function(module, entry.name, "", address, environment, (self,))
        self._kept.append(environment)
        return _checked(symbol, made, entry.arrays) if entry.arrays else made


def _checked(
    symbol: str, function: Callable[..., Any], arrays: tuple[tuple[int, str], ...]
) -> Callable[..., Any]:
    """Refuse arrays that are not what the machine code reads."""
    wanted = [(place, np.dtype(name)) for place, name in arrays]

    def call(*arguments: Any) -> Any:
        for place, dtype in wanted:
            one = arguments[place]
            if not isinstance(one, np.ndarray) or one.dtype != dtype or one.ndim != 1:
                raise TypeError(f"{symbol}: argument {place + 1} is to be an array of {dtype}")
            if not one.flags.c_contiguous:
                raise TypeError(f"{symbol}: argument {place + 1} is to have cells that follow each other")
        return function(*arguments)

    return call
