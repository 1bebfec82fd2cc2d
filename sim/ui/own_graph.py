"""Who knows whom: as the scenario makes it, or from a file of the user's own.

The file is looked at in memory. What is kept is the graph without what the file called its members.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import cast

import streamlit as st

from sim.errors import InputError
from sim.network.load import read_graph
from sim.network.memory_file import memory_file
from sim.network.reading import LINK_BY, Reading
from sim.text import Text
from sim.ui.draft import Draft, use_graph
from sim.ui.job_files import OwnGraph, keep_graph
from sim.ui.state import desk, plain, say, t
from sim.ui.widgets import choice, expander, segmented, upload
from sim.ui.widgets import field as line

_FILE = "own graph"
_SAID = ("directed", "link_by", "sheet", "columns")
_DIRECTED = {"yes": True, "no": False}


@dataclass
class _File:
    """The file of this tab, what the user says of it (as written), and what became of it."""

    name: str
    content: bytes
    said: dict[str, str] = field(default_factory=lambda: dict.fromkeys(_SAID, ""))
    graph: OwnGraph | None = None
    error: Text | None = None


def draw_own_graph(draft: Draft) -> None:
    """Draw the choice, the place for a file, and what was read in it."""

    def pick(chosen: str) -> None:
        file = _file()
        use_graph(draft, chosen == "own", None if file is None else file.graph)

    place = f"graph.{draft.scenario}"
    st.markdown(f"**{t('graph.title')}**")
    names = {"made": t("graph.made"), "own": t("graph.own")}
    segmented(f"{place}.which", t("graph.title"), names, "own" if draft.own_graph else "made", pick)
    if not draft.own_graph:
        return

    def store(name: str, content: bytes | None) -> None:
        st.session_state[_FILE] = None if content is None else _File(name, content)
        _look(draft)

    words = {"pick": t("graph.pick"), "hint": t("graph.hint"), "help": t("graph.help")}
    upload(f"{place}.file", t("graph.file"), store, **words)
    file = _file()
    if file is not None:
        _ways_to_read(draft, file, place)
        if file.error is not None:
            st.error(plain(say(file.error).replace("--link-by ", "")))  # the field is above, not a flag
    if draft.graph is not None:
        first, *notes = draft.graph.told
        st.markdown(f"**{t('graph.read')}** {plain(say(first))}")
        for note in notes:
            st.caption(plain(say(note)))
    elif file is None or file.error is None:
        st.caption(t("graph.none"))


def _ways_to_read(draft: Draft, file: _File, place: str) -> None:
    """What the user can say of the file, folded away unless it could not be read."""

    def storing(name: str) -> Callable[[str], None]:
        def store(written: str) -> None:
            file.said[name] = written
            _look(draft)

        return store

    directions = {"": t("graph.auto"), "yes": t("graph.follows"), "no": t("graph.friends")}
    links = {"": t("graph.auto")} | {one: t(f"graph.by_{one}") for one in LINK_BY}
    with expander(f"{place}.how", t("graph.how"), expanded=file.error is not None):
        left, right = st.columns(2)
        for column, name, names in ((left, "directed", directions), (right, "link_by", links)):
            with column:
                choice(f"{place}.{name}", t(f"graph.{name}"), names, file.said[name], storing(name))
        for column, name in ((left, "sheet"), (right, "columns")):
            with column:
                help = t("graph.columns_help") if name == "columns" else None
                line(f"{place}.{name}", t(f"graph.{name}"), file.said[name], storing(name), help=help)


def _file() -> _File | None:
    return cast("_File | None", st.session_state.get(_FILE))


def _look(draft: Draft) -> None:
    """Read the file of this tab, and use it for this draft if it is a graph."""
    file = _file()
    if file is None:
        use_graph(draft, True, None)
        return
    file.graph, file.error = None, None
    try:
        graph, report = read_graph([memory_file(file.name, file.content)], _reading(file.said))
        graph = replace(graph, labels=None)
        keep_graph(desk().folder, graph)
        file.graph = OwnGraph(file.name, graph.sha256, graph.n, (report.line, *report.notes))
    except InputError as error:
        file.error = error.text
    use_graph(draft, True, file.graph)


def _reading(said: dict[str, str]) -> Reading:
    """What the user says, as the readers take it.

    Raises:
        InputError: columns that are not written as field=name.
    """
    columns = {}
    for part in said["columns"].replace("，", ",").replace("＝", "=").split(","):
        what, equals, name = (one.strip() for one in part.partition("="))
        if what or name:
            if not (what and equals and name):
                raise InputError(
                    f"columns: must be written as field=column, with commas between, got {part.strip()!r}",
                    f"列名对应：应写成 字段=列名，以逗号分隔，实际为 {part.strip()!r}",
                )
            columns[what] = name
    return Reading(
        directed=_DIRECTED.get(said["directed"]),
        link_by=said["link_by"] or None,  # type: ignore[arg-type]
        sheet=said["sheet"].strip() or None,
        columns=columns,
    )
