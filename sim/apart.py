"""Compiled functions that are called by their address: what calls them need not contain them.

numba puts a copy of everything a function calls into the function's own machine code, so a big program of
many layers is compiled many times over (measured: 108 s of work where this takes a third). A function
marked `apart` is compiled once; its callers fetch its address from a table and jump.

The first argument of such a function is `w`, the address of a record whose first field is the address of
that table (`addresses`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, typing
from numba.core.dispatcher import Dispatcher
from numba.core.imputils import lower_constant
from numba.extending import lower_builtin, models, register_model, typeof_impl
from numpy.typing import NDArray

from sim.compiled import compiled

P = ParamSpec("P")
R = TypeVar("R")

_RETURNS = {"int": types.int64, "float": types.float64, "bool": types.boolean, "None": types.none}
_ALL: list[_Apart] = []

MODULES = (
    "sim.kernel.agenda",
    "sim.kernel.members",
    "sim.kernel.messages",
    "sim.kernel.notes",
    "sim.kernel.rows",
    "sim.kernel.stopping",
    "sim.mechanics.quota_kernel",
    "sim.mechanics.reminders_kernel",
    "sim.mechanics.group_buy.offer_kernel",
    "sim.mechanics.group_buy.leader_reward_kernel",
    "sim.mechanics.group_buy.kernel",
    "sim.mechanics.flash_sale_kernel",
    "sim.mechanics.community_group_buy_kernel",
    "sim.mechanics.commission.ranking_kernel",
    "sim.mechanics.commission.kernel",
    "sim.mechanics.referral_kernel",
    "sim.mechanics.coupon_kernel",
    "sim.mechanics.kol_seeding_kernel",
    "sim.mechanics.push_kernel",
    "sim.mechanics.review_cash_back_kernel",
    "sim.mechanics.friend_feed_kernel",
    "sim.mechanics.kernel_registry",
    "sim.fast.talk",
    "sim.fast.sharing",
    "sim.fast.quantity",
    "sim.fast.desk",
    "sim.fast.choice",
    "sim.fast.reader",
)
"""Modules with such functions. A function's number follows from its module's place here and its own place in
the module: it stands in cached machine code, where the order of imports must not matter."""

_PLACES = 32  # of each module in the table


def apart(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of numbers apart from its callers; callable from Python and from compiled code."""
    plain = compiled(function)
    if numba.config.DISABLE_JIT:
        return plain
    return cast("Callable[P, R]", _Apart(plain))


def addresses(unused: frozenset[str] = frozenset()) -> NDArray[np.int64]:
    """The table of all functions' addresses, by number; compiles, or loads, those that are missing.

    unused: modules whose functions will not be called; their places stay empty.
    """
    return _table(len(_ALL), unused)


@functools.cache
def _table(count: int, unused: frozenset[str]) -> NDArray[np.int64]:
    table = np.zeros(len(MODULES) * _PLACES, dtype=np.int64)
    for one in _ALL[:count]:
        if one.module not in unused:
            table[one.number] = one.address()
    return table


def functions_of(*roots: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The compiled functions that some need, themselves last and each after those it calls.

    Functions that have a version for each combination of types are left out: they come with their callers.
    """
    found: dict[int, Callable[..., Any]] = {}
    seen: set[int] = set()
    for root in roots:
        _collect(root, seen, found)
    return list(found.values())


class _Apart:
    """A function compiled apart; its number is its place in the table."""

    def __init__(self, dispatcher: Any) -> None:
        self.dispatcher = dispatcher
        function = dispatcher.py_func
        self.module: str = function.__module__
        if self.module not in MODULES:
            raise ValueError(f"{self.module} is not among the modules with functions compiled apart")
        place = sum(one.module == self.module for one in _ALL)
        if place >= _PLACES:
            raise ValueError(f"{self.module} has more than {_PLACES} functions compiled apart")
        self.number = _PLACES * MODULES.index(self.module) + place
        _ALL.append(self)
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.signature = typing.signature(
            _RETURNS[function.__annotations__["return"]], *dispatcher.only_signature
        )
        lower_builtin(self, types.VarArg(types.Any))(_jump(self))

    def __call__(self, *arguments: Any) -> Any:
        return self.dispatcher(*arguments)

    def address(self) -> int:
        """Where its machine code is."""
        signature = self.dispatcher.only_signature
        self.dispatcher.compile(signature)
        made = self.dispatcher.overloads[signature]
        if made.signature.return_type != self.signature.return_type:
            raise TypeError(f"{self.name} returns {made.signature.return_type}, not what is annotated")
        return int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name))


class _ApartType(types.Callable, types.Opaque):
    """The numba type of one such function."""

    def __init__(self, function: _Apart) -> None:
        self.function = function
        super().__init__(f"apart({function.name})")

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        return self.function.signature

    def get_call_signatures(self) -> tuple[Any, bool]:
        return (self.function.signature,), False

    def get_impl_key(self, sig: Any) -> Any:
        return self.function


def _jump(function: _Apart) -> Callable[..., Any]:
    word = ir.IntType(64)

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        table = builder.load(builder.inttoptr(args[0], word.as_pointer()))
        entry = builder.add(table, ir.Constant(word, 8 * function.number))
        kind = context.call_conv.get_function_type(sig.return_type, sig.args)
        address = builder.load(builder.inttoptr(entry, word.as_pointer()))
        pointer = builder.inttoptr(address, kind.as_pointer())
        status, result = context.call_conv.call_function(builder, pointer, sig.return_type, sig.args, args)
        with cgutils.if_unlikely(builder, status.is_error):
            context.call_conv.return_status_propagate(builder, status)
        return result

    return lower


@typeof_impl.register(_Apart)  # type: ignore[untyped-decorator]
def _typeof(value: _Apart, context: Any) -> _ApartType:
    return _ApartType(value)


register_model(_ApartType)(models.OpaqueModel)


@lower_constant(_ApartType)  # type: ignore[untyped-decorator]
def _constant(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.get_dummy_value()


def _collect(root: Any, seen: set[int], found: dict[int, Callable[..., Any]]) -> None:
    dispatcher = root.dispatcher if isinstance(root, _Apart) else root
    if id(dispatcher) in seen:
        return
    seen.add(id(dispatcher))
    names, space = dispatcher.py_func.__code__.co_names, dispatcher.py_func.__globals__
    for name in names:
        value = space.get(name)
        inside = [getattr(value, one, None) for one in names] if isinstance(value, ModuleType) else [value]
        for one in inside:
            if isinstance(one, (Dispatcher, _Apart)):
                _collect(one, seen, found)
    if hasattr(dispatcher, "only_signature"):
        found[id(dispatcher)] = dispatcher
