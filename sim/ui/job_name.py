"""The digest of every file that a job's answer comes from, so that its name changes with each of them.

Nothing is listed by hand: of the sources it takes whatever the worker can come to import, of the libraries
the versions of those that these sources import, of the data every scenario and calibration that ships, and
the bases of a scenario wherever they are.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

from sim.scenario.layers import read_layers
from sim.scenario.shipped import find_scenario, scenario_folders
from sim.settings.problems import ScenarioError

_PACKAGE = Path(__file__).resolve().parents[1]
_WORKER = "sim.ui.worker"


def answer_digest(scenarios: Iterable[str]) -> str:
    """Digest of the code, the libraries and the data that answer a question about these scenarios."""
    digest = hashlib.sha256(_code_digest().encode())
    for folder in scenario_folders():
        for path in sorted(folder.rglob("*.yaml")):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{_file_digest(path)}\0".encode())
    for name in dict.fromkeys(scenarios):
        for path in _files_of(name):
            digest.update(f"{_file_digest(path)}\0".encode())
    return digest.hexdigest()


def sources_from(module: str, package: Path = _PACKAGE) -> tuple[dict[str, Path], frozenset[str]]:
    """Name and file of every module of a package that `module` can come to import, itself included.

    Imports inside functions count too. Second come the names of the libraries that all of these import.
    """
    found: dict[str, Path] = {}
    libraries: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _source(name, package)
        if path is None or name in found:
            continue
        found[name] = path
        if "." in name:
            waiting.append(name.rpartition(".")[0])
        for other in _imports(path):
            if other.split(".")[0] == package.name:
                waiting.append(other)
            else:
                libraries.add(other.split(".")[0])
    return found, frozenset(libraries - sys.stdlib_module_names)


def code_digest(package: Path = _PACKAGE) -> str:
    """Digest of all that the worker can come to import, and of the versions of Python and the libraries."""
    sources, libraries = sources_from(_WORKER, package)
    digest = hashlib.sha256(sys.version.encode())
    for name, path in sorted(sources.items()):
        digest.update(f"\0{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    distributions = packages_distributions()
    for one in sorted({name for library in libraries for name in distributions.get(library, ())}):
        digest.update(f"\0{one} {version(one)}".encode())
    return digest.hexdigest()


@cache  # as at the start of this process: what is edited afterwards is not what runs
def _code_digest() -> str:
    return code_digest()


def _source(name: str, package: Path) -> Path | None:
    place = package.parent.joinpath(*name.split("."))
    return next((one for one in (place.with_suffix(".py"), place / "__init__.py") if one.is_file()), None)


def _imports(path: Path) -> Iterator[str]:
    """Every name that a source imports; of `from a import b` both `a` and `a.b`, which may be a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


_Stamp = tuple[str, int, int]
_digests: dict[str, tuple[_Stamp, str]] = {}
_chains: dict[str, tuple[tuple[_Stamp, ...], tuple[Path, ...]]] = {}


def _stamp(path: Path) -> _Stamp:
    """Changes with the file; reading all files at every click would take longer than the rest of the page."""
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), status.st_mtime_ns, status.st_size)


def _file_digest(path: Path) -> str:
    stamp = _stamp(path)
    known = _digests.get(str(path))
    if known is None or known[0] != stamp:
        try:
            known = (stamp, hashlib.sha256(path.read_bytes()).hexdigest())
        except OSError:
            return ""
        _digests[str(path)] = known
    return known[1]


def _files_of(scenario: str) -> tuple[Path, ...]:
    """The file of a scenario and its bases; none if it cannot be read, which the worker will say."""
    known = _chains.get(scenario)
    if known is None or known[0] != tuple(_stamp(path) for path in known[1]):
        try:
            paths = read_layers(find_scenario(scenario)).paths
        except ScenarioError:
            return ()
        known = _chains[scenario] = (tuple(_stamp(path) for path in paths), paths)
    return known[1]
