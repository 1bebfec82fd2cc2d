"""The examples of the pages: found, run as a reader would, compared.

A page is run from top to bottom in a folder of its own. A block of `yaml` or `python` under a line
`<!-- file: NAME -->` is written to that file. Of a block of `console` each line `$ shapan ...` is a command,
and what follows is what it prints, where a line `...` stands for any lines. How long something took is not
compared. `python tests/doc_pages.py` writes what is printed now into the pages.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from sim.cli import cli

ROOT = Path(__file__).resolve().parent.parent
GENERATED = {"ODD.md", "beibei.md", "calibrations.md", "identification.md", "measures.md", "facts/facts.md"}
"""Pages of `docs/` that a command writes, which have no examples."""

_BLOCK = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_SECONDS = re.compile(r"\d+(\.\d+)?( \+ \d+(\.\d+)?)? (s|seconds)\b")
_PROGRAM = "$ shapan "
_MOST_LINES = 60
"""assumption: of a longer output a page shows the beginning."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, text, the file it is to be, and where its text stands in the page."""

    language: str
    text: str
    file: str | None
    start: int
    end: int


def pages() -> list[Path]:
    """All pages that people write."""
    docs = ROOT / "docs"
    written = [one for one in sorted(docs.rglob("*.md")) if one.relative_to(docs).as_posix() not in GENERATED]
    return [ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md", *written]


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [
        Block(one["language"], one["text"], one["file"], one.start("text"), one.end("text"))
        for one in _BLOCK.finditer(page)
    ]


def commands(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a console block begins with a command, not with {parts[0]!r}"
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts[1:])]


def run_block(block: Block, name: str) -> list[tuple[str, str]]:
    """Run a block in the current folder; of a console block, each command with what it printed."""
    if block.file is not None:
        Path(block.file).write_text(block.text, encoding="utf-8")
    if block.language == "python":
        exec(compile(block.text, name, "exec"), {"__name__": "page"})
    if block.language == "console":
        return [(command, _printed(command)) for command, _ in commands(block.text)]
    return []


def same(expected: str, printed: str) -> bool:
    """Whether an output is what the page shows."""
    parts = [_comparable(part) for part in re.split(r"^\.\.\.$", expected, flags=re.MULTILINE)]
    pattern = ".*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, _comparable(printed), flags=re.DOTALL) is not None


@contextmanager
def reader(folder: Path) -> Iterator[None]:
    """A reader's terminal, in a folder."""
    before = Path.cwd()
    with mock.patch.dict(os.environ, {"LANG": "C", "LC_ALL": "C", "COLUMNS": "80"}):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def shown(command: str, expected: str, printed: str) -> str:
    """What a page is to show of an output: all, or as many lines as it had, or as a page holds."""
    lines = [line.rstrip() for line in printed.rstrip("\n").split("\n")] if printed.strip() else []
    if expected.rstrip().endswith("\n...") or expected.strip() == "...":
        most = len(expected.rstrip().split("\n")) - 1
    else:
        most = _MOST_LINES
    if len(lines) > most:
        lines = [*lines[:most], "..."]
    return f"$ {command}\n" + "".join(f"{line}\n" for line in lines)


def renewed(page: Path, folder: Path) -> str:
    """The page with what its commands print now."""
    text = page.read_text(encoding="utf-8")
    parts, at = [], 0
    with reader(folder):
        for block in blocks(text):
            printed = run_block(block, page.name)
            if block.language == "console":
                old = commands(block.text)
                new = [shown(c, e, p) for (c, e), (_, p) in zip(old, printed, strict=True)]
                parts += [text[at : block.start], *new]
                at = block.end
    return "".join([*parts, text[at:]])


def _printed(command: str) -> str:
    assert f"$ {command}".startswith(_PROGRAM), f"not a command of ours: {command}"
    return CliRunner().invoke(cli, shlex.split(command)[1:], prog_name="shapan").output


def _comparable(text: str) -> str:
    return _SECONDS.sub("N s", "\n".join(line.rstrip() for line in text.strip("\n").split("\n")))


def main() -> None:
    """Write what the commands print now into the pages that are named, or all."""
    import tempfile

    for page in [Path(one).resolve() for one in sys.argv[1:]] or pages():
        with tempfile.TemporaryDirectory() as folder:
            text = renewed(page, Path(folder))
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            print(f"written anew: {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
