"""From many modules to one object: linked, optimised once, written as machine code."""

from __future__ import annotations

from collections.abc import Iterable

import llvmlite.binding as llvm
from numba.core.base import _load_global_helpers
from numba.core.externals import c_math_functions
from numba.core.runtime import _nrt_python


def link(
    modules: Iterable[tuple[str, bytes]], libraries: Iterable[bytes], kept: set[str]
) -> tuple[bytes, list[str]]:
    """Return the machine code of one program, as an object file of this machine, and what it wants of others.

    Args:
        modules: (name of its function, bitcode).
        libraries: bitcode that may define what another defines too.
        kept: symbols to be found afterwards; all others may vanish in their callers.
    """
    whole: llvm.ModuleRef | None = None
    for name, bitcode in modules:
        module = llvm.parse_bitcode(bitcode)
        _share(module, kept | {name})
        whole = _joined(whole, module)
    for bitcode in libraries:
        module = llvm.parse_bitcode(bitcode)
        _share(module, kept)
        whole = _joined(whole, module)
    if whole is None:
        raise ValueError("a program of no functions")
    for one in (*whole.functions, *whole.global_variables):
        if not one.is_declaration and one.name not in kept:
            one.linkage = "internal"
    machine = target_machine()
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(whole, builder)
    wanted = [one.name for one in whole.functions if one.is_declaration and not one.name.startswith("llvm.")]
    return bytes(machine.emit_object(whole)), wanted


def name_runtime() -> None:
    """Let machine code find what numba's helpers and the language's library define."""
    llvm.initialize_native_target()
    _load_global_helpers()
    c_math_functions.install(None)
    for name, address in _nrt_python.c_helpers.items():
        llvm.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


def target_machine() -> llvm.TargetMachine:
    """This machine: its processor and what that can do."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    features = llvm.get_host_cpu_features().flatten()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=3, reloc="pic", codemodel="default"
    )


def _share(module: llvm.ModuleRef, apart: set[str]) -> None:
    """Let what stands beside a module's own function be defined by several modules."""
    for one in module.functions:
        if not one.is_declaration and one.name not in apart and one.linkage == llvm.Linkage.external:
            one.linkage = "linkonce_odr"


def _joined(whole: llvm.ModuleRef | None, module: llvm.ModuleRef) -> llvm.ModuleRef:
    if whole is None:
        return module
    whole.link_in(module)
    return whole
