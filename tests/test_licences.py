"""What a user must install is what `pyproject.toml` says, and none of it is under the GPL."""

import ast
import re
import sys
import tomllib
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

COPYLEFT = re.compile(r"\b[AL]?GPL|General Public Licen[sc]e", re.IGNORECASE)
PERMISSIVE = re.compile(
    r"\b(0BSD|Apache|BSD|CC0|HPND|ISC|MIT|MIT-CMU|PSF|Python Software Foundation|Unlicense|Zlib)\b",
    re.IGNORECASE,
)
REVIEWED = {
    "certifi": "MPL-2.0: a list of certificates, used unchanged",
    "tqdm": "MPL-2.0 and MIT: used unchanged",
}
"""Licences that are neither, and why they do."""


def stated(about: metadata.PackageMetadata | Message) -> list[str]:
    """What a package says its licence is, from the clearest place where it says anything."""
    expression = about.get("License-Expression")
    if expression:
        return [expression]
    classified = [
        one.rpartition(" :: ")[2]
        for one in about.get_all("Classifier") or []
        if one.startswith("License ::") and not one.endswith("OSI Approved")
    ]
    # Where the field holds the whole text, its name is in the first line; later ones speak of other works.
    return classified or [(about.get("License") or "").strip().partition("\n")[0]]


def is_permissive(licence: str) -> bool:
    """Whether each part that must be kept to has a permissive alternative."""
    parts = re.split(r"\s+AND\s+", licence.replace("(", "").replace(")", ""))
    alternatives = [re.split(r"\s+OR\s+", part) for part in parts]
    return all(
        any(PERMISSIVE.search(one) and not COPYLEFT.search(one) for one in some) for some in alternatives
    )


def closure(requirements: list[str]) -> dict[str, metadata.PackageMetadata]:
    """Every package that some need, extras asked for included, with what it says of itself."""
    found: dict[str, metadata.PackageMetadata] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(Requirement(one), "") for one in requirements]
    while waiting:
        need, wanted_by = waiting.pop()
        if need.marker is not None and not need.marker.evaluate({"extra": wanted_by}):
            continue
        name = canonicalize_name(need.name)
        for extra in ("", *need.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                found[name] = metadata.metadata(name)
                waiting += [(Requirement(one), extra) for one in metadata.requires(name) or []]
    return found


def test_nothing_a_user_must_install_is_under_the_gpl():
    needed = closure(PROJECT["dependencies"])
    assert {"mesa", "tqdm", "numba", "llvmlite", "streamlit", "pillow"} <= needed.keys()
    unclear = {
        name: stated(about)
        for name, about in needed.items()
        if not all(map(is_permissive, stated(about))) and name not in REVIEWED
    }
    assert not unclear


@pytest.mark.parametrize(
    ("field", "value", "fine"),
    [
        ("License-Expression", "MIT", True),
        ("License-Expression", "MIT OR (Apache-2.0 AND GPL-2.0-only)", False),  # to be looked at
        ("License-Expression", "BSD-2-Clause AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("License-Expression", "MIT AND LGPL-3.0-or-later", False),
        ("Classifier", "License :: OSI Approved :: GNU Affero General Public License v3", False),
        ("Classifier", "License :: OSI Approved :: BSD License", True),
        ("License", "GNU General Public License (GPL)", False),
        ("License", "MIT License\n\nIncludes nothing under the GPL", True),
        ("License", "see the file", False),
    ],
)
def test_licences_are_told_apart(field, value, fine):
    about = Message()
    about[field] = value
    assert all(map(is_permissive, stated(about))) == fine


def imports(inside_functions: bool) -> set[str]:
    """The packages of others that the program imports, by their distributions' names."""
    found: set[str] = set()
    for path in [*(ROOT / "sim").rglob("*.py"), ROOT / "app.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = ast.walk(tree) if inside_functions else iter(tree.body)
        for node in nodes:
            if isinstance(node, ast.Import):
                found.update(one.name.partition(".")[0] for one in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
    known = metadata.packages_distributions()
    others = found - sys.stdlib_module_names - {"sim"}
    return {canonicalize_name(known[one][0]) for one in others}


def named(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


NOT_IMPORTED = {"psutil"}
"""Asked for since another package works better with it: loky ends processes by it."""


def test_what_is_imported_is_what_is_asked_for():
    """Each package that a module imports is named, not only brought along by another; and none is idle."""
    needed, extras = named(PROJECT["dependencies"]), PROJECT["optional-dependencies"]
    assert imports(inside_functions=False) <= needed
    with_extras = needed | named(extras["reports"]) | named(extras["bench"])
    assert needed - NOT_IMPORTED <= imports(inside_functions=True) <= with_extras
