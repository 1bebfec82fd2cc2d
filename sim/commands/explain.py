"""`shapan explain`: the reasons behind one member, group or order."""

from __future__ import annotations

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
    """The number of the member that is asked for: by label, by what a file of keys says, or by number.

    Raises:
        InputError: there is none, or several have that label.
    """
    text = asked.strip()
    labels = saved.labels or ()
    if keys is not None:
        text = read_keys(keys).get(text, text)
    found = [number for number, label in enumerate(labels) if label == text]
    if len(found) == 1:
        return found[0]
    if not found and text.isascii() and text.isdigit():
        return int(text[:18])
    shown = saved.table.header.members - 1
    if found:
        raise InputError(
            f"--member: {len(found)} members are called so; give the number of one: "
            f"{', '.join(map(str, found[:5]))}",
            f"--member：有 {len(found)} 名成员叫这个名字；请给出编号：{'、'.join(map(str, found[:5]))}",
        )
    hint = ("", "") if labels else (", and this run has no names", "，且此次运行没有名称")
    raise InputError(
        f"--member: there is nobody of this name; give a number, 0 to {shown}, or a label as "
        f"in {MEMBERS}{hint[0]}",
        f"--member：没有叫这个名字的成员；请给出 0 至 {shown} 的编号，或 {MEMBERS} 中的名称{hint[1]}",
    )


def _graph(saved: SavedRun, moved: tuple[Path, ...]) -> GraphFiles | None:
    paths = moved or tuple(Path(path) for path in saved.manifest["graph_files"])
    missing = [path for path in paths if not path.exists()]
    if missing and not moved:
        raise InputError(
            f"{missing[0]}: the graph of this run is no longer there; say where with --graph",
            f"{missing[0]}: 这次运行所用的图已不在；请用 --graph 指明位置",
        )
    return read_files(paths, Reading(**saved.manifest["graph_reading"])) if paths else None
