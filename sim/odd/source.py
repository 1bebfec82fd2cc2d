"""What the sources say about a name: its annotation, its value, the comment and the docstring beside it."""

from __future__ import annotations

import ast
import functools
import io
import textwrap
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
"""Folder of `sim`."""

_FOR_TOOLS = ("fmt:", "noqa", "type:")


@dataclass(frozen=True)
class Line:
    """An assignment in a class or a module. above: the comment before it; beside: that on its last line."""

    name: str
    annotation: str
    value: str
    above: tuple[str, ...]
    beside: str
    below: str
    """The docstring that follows it."""

    @property
    def note(self) -> str:
        """All that is said about it."""
        return " ".join(part for part in (*self.above, self.beside, self.below) if part)

    @property
    def meaning(self) -> str:
        """What is said about it in a list with headings: a comment above another one is a heading."""
        return self.beside or (self.above[-1] if self.above else "")


@dataclass(frozen=True)
class Function:
    """A function as written. body: its statements without the docstring."""

    name: str
    arguments: tuple[str, ...]
    docstring: str
    body: str


def class_lines(module: str, name: str) -> dict[str, Line]:
    """The assignments in a class body, by name, in their order."""
    return _lines(_class(module, name).body, _path(module))


def module_lines(module: str) -> dict[str, Line]:
    """The assignments of a module itself, by name, in their order."""
    return _lines(_tree(_path(module)).body, _path(module))


def module_title(module: str) -> str:
    """First line of a module's docstring."""
    return (ast.get_docstring(_tree(_path(module))) or "").partition("\n")[0]


def class_docstring(module: str, name: str) -> str:
    """What a class says of itself."""
    return ast.get_docstring(_class(module, name)) or ""


def functions(module: str) -> dict[str, Function]:
    """The public functions of a module, by name, in their order."""
    path = _path(module)
    text = _text(path).splitlines()
    found = {}
    for node in _tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            docstring = ast.get_docstring(node)
            first = node.body[1 if docstring else 0]
            body = textwrap.dedent("\n".join(text[first.lineno - 1 : node.end_lineno]))
            arguments = tuple(one.arg for one in node.args.args)
            found[node.name] = Function(node.name, arguments, docstring or "", body)
    return found


def modules(folder: str = "") -> list[str]:
    """Dotted names of the modules in a folder of the package and below, in order."""
    paths = sorted((PACKAGE / folder).rglob("*.py"))
    parts = (path.relative_to(PACKAGE.parent).with_suffix("").parts for path in paths)
    return [".".join(one) for one in parts if one[-1] != "__init__"]


def mentions(module: str, owner: str) -> set[str]:
    """The attributes of a name that a module uses: {"SESSION"} where it says `Phase.SESSION`."""
    return {
        node.attr
        for node in ast.walk(_tree(_path(module)))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner
    }


def imports(module: str, origin: str) -> set[str]:
    """What a module imports by name from another one."""
    return {
        alias.name
        for node in ast.walk(_tree(_path(module)))
        if isinstance(node, ast.ImportFrom) and node.module == origin
        for alias in node.names
    }


def _class(module: str, name: str) -> ast.ClassDef:
    for node in _tree(_path(module)).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise KeyError(f"{module} has no class {name}")


def _lines(body: list[ast.stmt], path: Path) -> dict[str, Line]:
    comments = _comments(path)
    found = {}
    for place, node in enumerate(body):
        if not isinstance(node, (ast.AnnAssign, ast.Assign)):
            continue
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        annotation = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
        if not isinstance(target, ast.Name):
            continue
        after = body[place + 1] if place + 1 < len(body) else None
        found[target.id] = Line(
            name=target.id,
            annotation=annotation,
            value="" if node.value is None else ast.unparse(node.value),
            above=_above(node.lineno, comments),
            beside=comments.get(node.end_lineno or node.lineno, ("", False))[0],
            below=" ".join(_string(after).split()),
        )
    return found


def _above(line: int, comments: dict[int, tuple[str, bool]]) -> tuple[str, ...]:
    """The whole lines of comment right before a line."""
    found: list[str] = []
    while comments.get(line - 1, ("", False))[1]:
        line -= 1
        found.insert(0, comments[line][0])
    return tuple(found)


def _string(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return node.value.value if isinstance(node.value.value, str) else ""
    return ""


@functools.cache
def _comments(path: Path) -> dict[int, tuple[str, bool]]:
    """Line -> the comment on it, and whether there is nothing else."""
    return {
        token.start[0]: (text, token.line.lstrip().startswith("#"))
        for token, text in _comment_tokens(tokenize.generate_tokens(io.StringIO(_text(path)).readline))
        if not text.startswith(_FOR_TOOLS)
    }


def _comment_tokens(
    tokens: Iterable[tokenize.TokenInfo],
) -> Iterable[tuple[tokenize.TokenInfo, str]]:
    return ((one, one.string.lstrip("# ").rstrip()) for one in tokens if one.type == tokenize.COMMENT)


@functools.cache
def _path(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise KeyError(f"there is no module {module}")
    return Path(spec.origin)


@functools.cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))
