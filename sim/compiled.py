"""Compilation of scalar functions and kernels: with `sim.apart` and `sim.kernel.views` all that knows numba.

`compiled` turns a function into machine code at its first call, so importing compiles nothing.
Semantics stay those of Python: no fast-math (no reordering, no fused operations), and numba's
`error_model="python"`, so that a division by zero raises `ZeroDivisionError` compiled or not; under
numba's other model the same line would quietly give `inf`, or 0 for integers.

Machine code is cached in `<cache>/numba/<digest>`, where `<cache>` is `$SHAPAN_CACHE` or the platform's
user cache folder and the digest covers every source file of `sim` that compiled code may come from (all
but settings, pages, commands, sweeps and the suites that judge runs) and the versions of Python, numba and
llvmlite. numba itself looks only at a function's own file, and would go on using a kernel whose callee
has been edited. For the same reason
only functions of `sim` are cached; those of tests, notebooks and plug-ins, whose files the digest does
not see, are compiled afresh in each process. Without a usable folder (not writable, disk full, broken
file) everything works, uncached.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import llvmlite
import numba
import platformdirs
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    NullCache,
    UserProvidedCacheLocator,
)

P = ParamSpec("P")
R = TypeVar("R")

_LOG = logging.getLogger(__name__)
_PACKAGE = Path(__file__).resolve().parent
_KEPT_FOLDERS = 4  # assumption: a few checkouts used in turn keep their machine code
_KEPT_SECONDS = 86_400.0  # assumption: a folder opened within a day is in use
_GOING = ".going"


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile `function`, at its first call.

    Where every argument is annotated as an integer, a float or a bool there is one machine-code version of
    it, for int64, float64 and bool, which every caller's arguments are converted to: the readable engine
    and the compiled one then run the very same code. With other arguments (arrays) there is a version for
    each combination of types it is called with.

    The result is callable from Python and from other compiled functions.
    """
    # without the GIL, so that whoever waits for a long run can look up; it costs a call 20 ns
    dispatcher = numba.njit(fastmath=False, error_model="python", nogil=True)(function)
    if Path(function.__code__.co_filename).resolve().is_relative_to(_PACKAGE):
        dispatcher._cache = _SourceKeyedCache(function)
    if not numba.config.DISABLE_JIT:
        signature = _signature(function)
        if signature is not None:
            _fix(dispatcher, signature)
    return cast("Callable[P, R]", dispatcher)


def compile_once(function: Callable[..., Any]) -> None:
    """Compile a function that has one version, or take its machine code from the cache."""
    function.compile(function.only_signature)  # type: ignore[attr-defined]


_TYPES = {
    "int": numba.types.int64,
    "Integer": numba.types.int64,
    "float": numba.types.float64,
    "bool": numba.types.boolean,
}


def _signature(function: Callable[..., Any]) -> tuple[Any, ...] | None:
    """The one argument list of a function of numbers; None if it takes anything else."""
    annotations = dict(function.__annotations__)
    annotations.pop("return", None)
    names = [one if isinstance(one, str) else getattr(one, "__name__", "") for one in annotations.values()]
    if len(names) != function.__code__.co_argcount or not set(names) <= _TYPES.keys():
        return None
    return tuple(_TYPES[name] for name in names)


def _fix(dispatcher: Any, signature: tuple[Any, ...]) -> None:
    """Let a dispatcher have this version and no other."""
    compile_any = dispatcher.compile

    def compile_fixed(asked: Any) -> Any:
        if signature in dispatcher.overloads:
            return dispatcher.overloads[signature].entry_point
        entry = compile_any(signature)
        dispatcher.disable_compile()
        return entry

    dispatcher.compile, dispatcher.only_signature = compile_fixed, signature


def cache_folder() -> Path:
    """Return where this state of the sources keeps its machine code (the folder may not exist yet)."""
    return _cache_root() / _digest_at_import()


_NEVER_COMPILED = (
    "allowance.py",
    "calibration",
    "cli.py",
    "commands",
    "compare.py",
    "conform",
    "estimate.py",
    "facts",
    "odd",
    "scenario",
    "settings",
    "sweep",
    "ui",
    "verdict.py",
    "verdict_text.py",
    "verification",
)
"""What holds no compiled function: editing a text must not make anybody wait for the compiler."""


def _cache_root() -> Path:
    chosen = os.environ.get("SHAPAN_CACHE")
    return (Path(chosen) if chosen else platformdirs.user_cache_path("shapan", appauthor=False)) / "numba"


def _digest() -> str:
    """Hash every source that compiled code may come from, and the versions of what compiles it."""
    digest = hashlib.sha256()
    digest.update(f"{sys.version} {numba.__version__} {llvmlite.__version__}".encode())
    for path in sorted(_PACKAGE.rglob("*.py")):
        if path.relative_to(_PACKAGE).parts[0] in _NEVER_COMPILED:
            continue
        source = path.read_bytes()
        digest.update(f"\0{path.relative_to(_PACKAGE).as_posix()}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()[:24]


@functools.cache
def _digest_at_import() -> str:
    return _digest()


_digest_at_import()  # now, not at the first compilation: the sources may be edited in between


def open_cache() -> Path | None:
    """Return `cache_folder`, made if it was not there; None if it cannot be written to."""
    folder = cache_folder()
    return folder if _open_folder(folder) else None


def is_cached(function: Callable[..., Any]) -> bool:
    """Whether the machine code of a function that has one version is in the cache."""
    files = function._cache._files  # type: ignore[attr-defined]
    return isinstance(files, _Files) and files.index.exists()


@functools.cache
def _open_folder(folder: Path) -> bool:
    """Make `folder` and drop siblings that nobody uses; say whether it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)
        siblings = list(folder.parent.iterdir())
    except OSError as error:
        _LOG.info("machine code is not cached: %s", error)
        return False
    ages = sorted((_age_seconds(path), path) for path in siblings if path != folder)
    for age_seconds, path in ages[_KEPT_FOLDERS - 1 :]:
        if age_seconds > _KEPT_SECONDS:
            _drop(path)
    return True


def _age_seconds(folder: Path) -> float:
    """For how long nobody has opened it."""
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:  # another process has dropped it
        return 0.0


def _drop(folder: Path) -> None:
    """Delete a folder, which is whole or gone to all others meanwhile."""
    going = folder.with_name(f"{folder.name.removesuffix(_GOING)}{_GOING}")
    try:
        folder.replace(going)
    except OSError:  # in use, or dropped by another process
        return
    shutil.rmtree(going, ignore_errors=True)


class _InPackage(UserProvidedCacheLocator):
    """Where a function's files are: by its place in the package, so that all clones of a state share them."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        return "_".join(Path(py_file).resolve().parent.relative_to(_PACKAGE.parent).parts)

    def get_source_stamp(self) -> str:
        return _digest_at_import()


class _FilesImpl(CompileResultCacheImpl):
    _locator_classes = [_InPackage]  # noqa: RUF012 - numba's own attribute


class _Files(FunctionCache):
    """numba's cache of one function, found by the digest of the sources and not by their folder."""

    _impl_class = _FilesImpl

    @property
    def index(self) -> Path:
        """The list of a function's versions."""
        return Path(self._cache_file._index_path)


class _SourceKeyedCache(NullCache):
    """numba's cache of one function, opened at the first compilation, that never makes a call fail."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    @functools.cached_property
    def _files(self) -> FunctionCache | NullCache:
        folder = cache_folder()
        if not _open_folder(folder):
            return NullCache()
        before = numba.config.CACHE_DIR
        try:
            numba.config.CACHE_DIR = str(folder)
            return _Files(self._function)
        except (OSError, RuntimeError) as error:
            _LOG.info("machine code of %s is not cached: %s", self._function.__qualname__, error)
            return NullCache()
        finally:
            numba.config.CACHE_DIR = before

    @property
    def cache_path(self) -> str | None:
        return cast("str | None", self._files.cache_path)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            found = self._files.load_overload(sig, target_context)
        except Exception as error:  # a torn or foreign pickle can raise anything; compiling is the remedy
            _LOG.info("cached machine code of %s is unusable: %s", self._function.__qualname__, error)
            self._start_anew()
            return None
        # Two processes that save at once can leave an index that names the other's file.
        if found is not None and tuple(found.signature.args) != tuple(getattr(sig, "args", sig)):
            return None
        return found

    def save_overload(self, sig: Any, cres: Any) -> None:
        try:
            if _digest() == _digest_at_import():  # else the code in memory is not the code on disk
                self._files.save_overload(sig, cres)
        except OSError as error:
            _LOG.info("machine code of %s is not saved: %s", self._function.__qualname__, error)

    def flush(self) -> None:
        self._files.flush()

    def _start_anew(self) -> None:
        try:
            self._files.flush()
        except OSError as error:
            _LOG.info("machine code of %s is not cached: %s", self._function.__qualname__, error)
            self._files = NullCache()
