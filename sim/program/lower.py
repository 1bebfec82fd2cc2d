"""From functions to LLVM: numba infers their types and writes their code; calls among them stay symbols.

Each function is lowered by itself, and what it calls is a name to be linked: nothing is compiled twice, and
no function is optimised before it stands beside its callers. The pipeline leaves out what numba does for
closures, generators, array expressions and parallel loops; a function that needs one of them is refused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from numba import typeof, types
from numba.core import cgutils
from numba.core.compiler import CompilerBase, Flags, compile_extra
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import AnalysisPass, PassManager, register_pass
from numba.core.imputils import lower_constant
from numba.core.registry import cpu_target
from numba.core.runtime import rtsys
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NoPythonSupportedFeatureValidation,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)
from numba.extending import models, register_model, typeof_impl

from sim.program.signature import signature_of
from sim.program.source import Source

_RESOLVED: dict[Any, Any] = {}


@contextmanager
def _remembering() -> Iterator[None]:
    """Let numba remember what its operators make of numbers, which it otherwise finds out at each use."""
    context = cpu_target.typing_context
    resolve = context.resolve_function_type

    def remembered(function: Any, arguments: Any, named: Any) -> Any:
        if named or not isinstance(function, types.Function) or not all(map(_is_number, arguments)):
            return resolve(function, arguments, named)
        key = (function, tuple(arguments))
        found = _RESOLVED.get(key)
        if found is None:
            found = _RESOLVED[key] = resolve(function, arguments, named)
        return found

    context.resolve_function_type = remembered
    try:
        yield
    finally:
        del context.resolve_function_type


def _is_number(kind: Any) -> bool:
    return isinstance(kind, (types.Number, types.Boolean, types.Literal))


@dataclass(frozen=True)
class Lowered:
    """A function in LLVM's intermediate language.

    Attributes:
        source: the function.
        bitcode: its module.
        wrapper: the symbol that Python calls; empty where it does not.
        environment: the symbol that is to point to the function's constants.
        constants: those constants.
        arrays: (place among the arguments, dtype) of those that are arrays.
    """

    source: Source
    bitcode: bytes
    wrapper: str
    environment: str
    constants: list[Any]
    arrays: tuple[tuple[int, str], ...]


class SymbolType(types.Callable, types.Opaque):  # type: ignore[misc]
    """The numba type of a function that is called by its name in the program."""

    def __init__(self, source: Source) -> None:
        self.source, self.signature = source, signature_of(source.py_func)
        super().__init__(f"symbol({source.name}, {id(source)})")  # numba takes types of one name for one

    def get_call_type(self, context: Any, args: Any, kws: Any) -> Any:
        """Give the one signature."""
        if kws or len(args) != len(self.signature.args):
            raise TypeError(f"{self.source.name} takes {len(self.signature.args)} arguments, by place")
        return self.signature

    def get_call_signatures(self) -> tuple[Any, bool]:
        """Give the one signature, which has no parameters."""
        return (self.signature,), False

    def get_impl_key(self, sig: Any) -> Any:
        """What its lowering is registered for."""
        return self.source


register_model(SymbolType)(models.OpaqueModel)

by_itself: Callable[[Source], Any] | None = None
"""What numba is to call in place of a symbol, where there is no program."""

_TYPES: dict[Source, SymbolType] = {}


@typeof_impl.register(Source)  # type: ignore[untyped-decorator]
def _typeof(value: Source, context: Any) -> Any:
    if by_itself is not None:
        return typeof(by_itself(value))
    found = _TYPES.get(value)
    if found is None:
        found = _TYPES[value] = SymbolType(value)
        cpu_target.target_context.insert_func_defn([(_call(found), value, (types.VarArg(types.Any),))])
    _MET.setdefault(value)
    return found


_MET: dict[Source, None] = {}


def _call(kind: SymbolType) -> Callable[..., Any]:
    name = kind.source.name

    def lower(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        machine = context.call_conv.get_function_type(signature.return_type, signature.args)
        function = cgutils.get_or_insert_function(builder.module, machine, name)
        status, result = context.call_conv.call_function(
            builder, function, signature.return_type, signature.args, arguments
        )
        with cgutils.if_unlikely(builder, status.is_error):
            context.call_conv.return_status_propagate(builder, status)
        return result

    return lower


@lower_constant(SymbolType)  # type: ignore[untyped-decorator]
def _constant(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    return context.get_dummy_value()


@register_pass(mutates_CFG=False, analysis_only=True)
class _ReturnsWhatItSays(AnalysisPass):  # type: ignore[misc]
    """Refuse a function that is annotated to return whole numbers and returns others: they would be cut."""

    _name = "returns_what_it_says"

    def __init__(self) -> None:
        """Numba wants one."""
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Look at what is returned, before it is converted."""
        if isinstance(state.return_type, types.Integer | types.Boolean):
            for block in state.func_ir.blocks.values():
                for made in block.find_exprs("cast"):
                    if isinstance(state.typemap[made.value.name], types.Float):
                        name = state.func_id.func_qualname
                        raise TypeError(f"{name} returns a float, not what is annotated")
        return False


class _Passes(CompilerBase):  # type: ignore[misc]
    """What the program's functions need of numba's pipeline, and no more."""

    def define_pipelines(self) -> list[PassManager]:
        passes = PassManager("program")
        for one in (
            TranslateByteCode,
            FixupArgs,
            IRProcessing,
            GenericRewrites,
            ReconstructSSA,
            NopythonTypeInference,
            _ReturnsWhatItSays,
            PreLowerStripPhis,
            IRLegalization,
            NoPythonSupportedFeatureValidation,
            NativeLowering,
            NoPythonBackend,
        ):
            passes.add_pass(one, one.__name__)
        passes.finalize()
        return [passes]


class Lowering:
    """Lowers functions one after another.

    Attributes:
        libraries: numba's own functions that they need.
    """

    def __init__(self) -> None:
        """Nothing is lowered yet."""
        self.libraries: dict[Any, None] = {}

    def all(self, roots: Sequence[Source]) -> Iterator[tuple[Lowered, int]]:
        """Lower functions that Python calls, and all that they call, each once; with how many wait."""
        waiting, known = list(roots), set(roots)
        while waiting:
            source = waiting.pop(0)
            _MET.clear()
            made = self._one(source, exported=source in roots)
            waiting += [other for other in _MET if other not in known]
            known.update(_MET)
            yield made, len(waiting)

    def _one(self, source: Source, *, exported: bool) -> Lowered:
        """Lower one function.

        Raises:
            TypeError: it is annotated to return whole numbers, and returns others.
        """
        with global_compiler_lock, _remembering():
            signature = _typeof(source, None).signature
            context = cpu_target.target_context
            library = context.codegen().create_library(source.name)
            made = compile_extra(
                cpu_target.typing_context,
                context,
                source.py_func,
                signature.args,
                signature.return_type,
                _flags(exported=exported, release_gil=_is_long(source, signature)),
                {},
                library=library,
                pipeline_class=_Passes,
            )
            module = library._final_module
            module.get_function(made.fndesc.llvm_func_name).name = source.name
            self.libraries.update(dict.fromkeys(library._linking_libraries))
            return Lowered(
                source,
                module.as_bitcode(),
                made.fndesc.llvm_cpython_wrapper_name if exported else "",
                context.get_env_name(made.fndesc),
                made.environment.consts if exported else [],
                tuple(
                    (place, str(kind.dtype))
                    for place, kind in enumerate(signature.args)
                    if isinstance(kind, types.Array)
                ),
            )

    def library_code(self) -> Iterator[bytes]:
        """Numba's own functions that are needed, and its counting of references; some define the same."""
        with global_compiler_lock:
            for one in (*self.libraries, rtsys.library):
                yield one._get_module_for_linking().as_bitcode()


@functools.cache  # numba looks things up by them, and equal ones are slow to compare
def _flags(*, exported: bool, release_gil: bool) -> Flags:
    flags = Flags()
    flags.nrt = True
    flags.error_model = "python"
    flags.no_compile = True
    flags.no_cfunc_wrapper = True
    flags.no_cpython_wrapper = not exported
    flags.release_gil = release_gil
    return flags


def _is_long(source: Source, signature: Any) -> bool:
    """Whether a call may last, so that whoever waits for it is to look up meanwhile."""
    takes_world = source.py_func.__code__.co_varnames[:1] == ("w",)
    return takes_world or any(isinstance(kind, types.Array) for kind in signature.args)
