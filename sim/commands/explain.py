"""`shapan explain`: the reasons behind one member, group or order."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from sim.commands.graphs import read_keys
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.commands.teller import Teller
from sim.errors import InputError
from sim.explain import GroupStory, MemberStory, explain_group, explain_member
from sim.member_files import MEMBERS
from sim.network.reading import Reading
from sim.order_story import OrderStory, explain_order
from sim.own_rules import load_own_rules
from sim.results import SavedRun, read_results
from sim.run import GraphFiles, read_files

_SHOWN_ALIKE = 5  # assumption: of members that are called alike, so many show what is meant
_NUMBER = "number:"


@dataclass(frozen=True)
class ExplainOptions:
    """What `shapan explain` was told; see its help."""

    folder: Path
    member: str | None
    group: int | None
    order: int | None
    graph: tuple[Path, ...]
    keys: Path | None
    rules: str | None
    progress: ProgressStyle


def explain_command(session: Session, options: ExplainOptions) -> None:
    """Explain one thing in a folder of results.

    Raises:
        ShapanError: see `sim.explain`.
    """
    asked = [name for name in ("member", "group", "order") if getattr(options, name) is not None]
    if len(asked) != 1:
        raise InputError(
            "explain: name one of --member N, --group N and --order N",
            "explain：请在 --member N、--group N 与 --order N 中选一个",
        )
    if options.keys is not None and options.member is None:
        raise InputError("--keys: goes with --member", "--keys：须与 --member 同用")
    saved = read_results(options.folder)
    if options.order is not None:
        story: MemberStory | GroupStory | OrderStory = explain_order(saved, options.order)
    else:
        files, own = _graph(saved, options.graph), load_own_rules(options.rules)
        with reporting(session, options.progress) as report:
            passed: Callable[[float], None] | None = None
            if report is not None:
                told = report
                passed = lambda share: told(session.text("running it again", "重新运行"), share)  # noqa: E731
            if options.member is not None:
                member = _member(saved, options.member, options.keys)
                story = explain_member(saved, member, files=files, own=own, progress=passed)
            else:
                story = explain_group(saved, options.group or 0, files=files, own=own, progress=passed)
    if session.json:
        session.print_json({asked[0]: plain(story)})
    elif not session.quiet:
        teller = Teller(session, saved)
        if isinstance(story, MemberStory):
            teller.member(story)
        elif isinstance(story, GroupStory):
            teller.group(story)
        else:
            teller.order(story)


def plain(value: Any) -> Any:
    """A story as data for JSON: codes by name, in lower case."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):  # a NamedTuple's fields have names too
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _member(saved: SavedRun, asked: str, keys: Path | None) -> int:
    """The number of the member that is asked for: its number, its label, or its name in a file of keys.

    A text that means different members in these ways is refused: `number:12` is always the number.

    Raises:
        InputError: there is none, or it may be several.
    """
    text, labels, last = asked.strip(), saved.labels or (), saved.table.header.members - 1
    by_number = text.removeprefix(_NUMBER)
    number = int(by_number[:18]) if by_number.isascii() and by_number.isdigit() else -1
    names = {text} if keys is None else {text, read_keys(keys).get(text, text)}
    found = {member for member, label in enumerate(labels) if label in names}
    if not found and number >= 0:
        return number
    if 0 <= number <= last and by_number == text:
        found.add(number)
    if len(found) == 1:
        return found.pop()
    if found:
        shown = sorted(found)[:_SHOWN_ALIKE]
        called = [f"{_NUMBER}{one} ({labels[one]})" for one in shown]
        more = ("", "") if len(found) <= _SHOWN_ALIKE else (", ...", "……")
        raise InputError(
            f"--member: this may be {len(found)} members; name one as {', '.join(called)}{more[0]}",
            f"--member：这可能指 {len(found)} 名成员；请指明其一：{'、'.join(called)}{more[1]}",
        )
    hint = ("", "") if labels else (", and this run has no names", "，且此次运行没有名称")
    raise InputError(
        f"--member: there is nobody of this name; give a number, 0 to {last}, or a label as "
        f"in {MEMBERS}{hint[0]}",
        f"--member：没有叫这个名字的成员；请给出 0 至 {last} 的编号，或 {MEMBERS} 中的名称{hint[1]}",
    )


def _graph(saved: SavedRun, moved: tuple[Path, ...]) -> GraphFiles | None:
    paths = moved or tuple(Path(path) for path in saved.manifest["graph_files"])
    missing = [path for path in paths if not os.path.exists(path)]  # a Path raises where it may not look
    if missing and not moved:
        raise InputError(
            f"{missing[0]}: the graph of this run is no longer there; say where with --graph",
            f"{missing[0]}: 这次运行所用的图已不在；请用 --graph 指明位置",
        )
    return read_files(paths, Reading(**saved.manifest["graph_reading"])) if paths else None
