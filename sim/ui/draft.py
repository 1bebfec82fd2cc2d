"""What the user is designing: two designs of one scenario, their edits, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from sim.scenario.load import Loaded, load_scenario
from sim.scenario.scaling import MAX_MEMBERS, MIN_MEMBERS, Change, scaled
from sim.scenario.shipped import shipped_paths
from sim.settings.problems import Problem, ScenarioError, ScenarioWarning
from sim.text import Text
from sim.ui.cell import UNITS, CellError, number_in, quoted
from sim.ui.job_files import DesignRequest, JobRequest, OwnGraph
from sim.ui.names import path_name
from sim.ui.settings import Setting, general_settings, parsed, setting_groups, written

MEMBERS = "population.members"
DAYS = "run.horizon_days"
SHARED = (DAYS, "run.washout_days")
"""Settings that all designs of a comparison share, and that stand among what each sets."""
SEED = "run.seed"

TEMPLATE_MEMBERS = 2_000
"""Members of a rehearsal until the user says otherwise. assumption: a few seconds a run."""
MEMBERS_MOST = 50_000
"""On the page. assumption: a repeat then takes about 20 s and a worker 1 GB; more is for the command line."""
AUTO = ("", "auto", "自动")
"""What stands for "as many seeds as it takes" in the form; the first is what a new draft has."""
SEEDS_MOST = 320
"""assumption: the last look (`sim.ui.job_files.LOOKS_ASKED`); beyond that the command line is the place."""


@dataclass
class Side:
    """One of the two designs: where it starts from, and what was changed (path: as written in the form)."""

    variant: str | None = None
    edits: dict[str, str | bool] = field(default_factory=dict)


@dataclass
class Draft:
    """What the form holds.

    Attributes:
        scenario: its id.
        general: what all designs share, as written in the form, by path.
        seeds: how many, as written in the form; one of `AUTO`: until the verdict is clear.
        sides: one or two designs.
        version: counts what replaced many values at once, so that widgets start anew.
        own_graph: whether who knows whom comes from a file of the user's.
        graph: what was read in it; None: nothing yet.
    """

    scenario: str
    general: dict[str, str]
    seeds: str
    sides: list[Side]
    version: int = 0
    own_graph: bool = False
    graph: OwnGraph | None = None


@dataclass(frozen=True)
class SideCheck:
    """What came of checking one design.

    Attributes:
        base: the scenario or variant it starts from.
        loaded: with its changes; None if they are not valid.
        problems: by the path of the setting they stand at; "" for the rest.
        warnings: the same, of the community that is run.
        changes: what is scaled for its size.
    """

    base: Loaded
    loaded: Loaded | None
    problems: Mapping[str, list[Problem]]
    warnings: Mapping[str, list[ScenarioWarning]]
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Checked:
    """What came of checking a draft; `request` is None unless everything is valid."""

    general: Mapping[str, list[Problem]]
    seeds_problem: Text | None
    sides: tuple[SideCheck, ...]
    request: JobRequest | None


@dataclass(frozen=True)
class Difference:
    """One thing in which two designs differ; None stands for "not there"."""

    path: str
    label: Text
    a: Any
    b: Any
    setting: Setting | None = None
    whole: bool = False
    """Whether it is a whole mechanic, push or the like, that one of the two does not have."""


def base_of(scenario: str, variant: str | None) -> Loaded:
    """A scenario or variant as it ships.

    Raises:
        ScenarioError: there is none among those that ship: the page opens no other file.
    """
    return _loaded(scenario, variant, "{}")


def new_draft(scenario: str) -> Draft:
    """The scenario against its first variant, in a community of `TEMPLATE_MEMBERS`.

    Raises:
        ScenarioError: there is no such scenario.
    """
    base = base_of(scenario, None)
    general = {one.path: written(one, one.value) for one in general_settings(base.scenario)}
    general[MEMBERS] = str(min(TEMPLATE_MEMBERS, base.scenario.population.members))
    sides = [Side(), *(Side(variant) for variant in base.variants[:1])]
    return Draft(scenario, general, AUTO[0], sides)


def draft_of(request: JobRequest) -> Draft:
    """The draft that a job came from.

    Raises:
        ScenarioError: its scenario does not exist any more.
    """
    draft = new_draft(request.designs[0].scenario)
    draft.general[MEMBERS] = str(request.members)
    draft.general[SEED] = str(request.seed)
    draft.seeds = AUTO[0] if request.repeats is None else str(request.repeats)
    draft.own_graph, draft.graph = request.graph is not None, request.graph
    draft.sides = []
    for design in request.designs:
        side = Side(design.variant)
        settings = _by_path(base_of(draft.scenario, design.variant))
        for path, value in design.sets.items():
            if path in SHARED:
                draft.general[path] = f"{value:g}"
            elif path in settings:
                flag = isinstance(value, bool)
                side.edits[path] = value if flag else written(settings[path], value)
        draft.sides.append(side)
    return draft


def use_graph(draft: Draft, own: bool, graph: OwnGraph | None) -> None:
    """Take a graph of the user's own, all of it where the page can, or the scenario's again."""
    draft.own_graph, draft.graph = own, graph
    written = base_of(draft.scenario, None).scenario.population.members
    draft.general[MEMBERS] = str(
        min(TEMPLATE_MEMBERS, written) if graph is None else min(MEMBERS_MOST, graph.members)
    )
    draft.version += 1


def check(draft: Draft) -> Checked:
    """See whether a draft can be run.

    Raises:
        ScenarioError: its scenario does not exist.
    """
    base = base_of(draft.scenario, None)
    settings = {one.path: one for one in general_settings(base.scenario)}
    values, general = _read(settings, draft.general)
    try:
        _load(draft.scenario, None, values)
    except ScenarioError as error:
        general |= _placed(error.problems, list(values))
    if MEMBERS in values and (wrong := _members_problem(draft, values[MEMBERS])) is not None:
        general[MEMBERS] = [wrong]
    repeats, seeds_problem = _seeds(draft.seeds)
    usual = {one.path: one.value for one in settings.values()}
    days = {
        path: values[path]
        for path in SHARED
        if path not in general and (path == DAYS or values[path] != usual[path])
    }
    members = base.scenario.population.members if MEMBERS in general else values[MEMBERS]
    sides = tuple(_check_side(draft, side, days, members) for side in draft.sides)
    request = None
    no_graph = draft.own_graph and draft.graph is None
    if not (general or seeds_problem is not None or no_graph) and all(
        side.loaded is not None for side in sides
    ):
        designs = tuple(
            DesignRequest(draft.scenario, side.variant, _sets(draft.scenario, side) | days)
            for side in draft.sides
        )
        request = JobRequest(designs, values[MEMBERS], values[SEED], repeats, graph=draft.graph)
    return Checked(general, seeds_problem, sides, request)


def _seeds(written: str) -> tuple[int | None, Text | None]:
    """How many seeds are asked for, None for as many as it takes; and what is wrong with what is written."""
    if normalize("NFKC", written).strip().lower() in AUTO:
        return None, None
    try:
        number = number_in(written, UNITS["none"])
    except CellError as error:
        return None, error.text
    if number != int(number) or not 1 <= number <= SEEDS_MOST:
        return None, Text(
            f"must be a whole number, 1 to {SEEDS_MOST}, or empty for auto, got {quoted(written)}",
            f"应为整数，1 到 {SEEDS_MOST}；留空为自动；实际为 {quoted(written)}",
        )
    return int(number), None


def _members_problem(draft: Draft, members: int | float) -> Problem | None:
    """Members that the page does not take; for more than it takes, the command that does."""
    most = MEMBERS_MOST if draft.graph is None else min(MEMBERS_MOST, draft.graph.members)
    if members == int(members) and MIN_MEMBERS <= members <= most:
        return None
    text = Text(f"must be a whole number, {MIN_MEMBERS} to {most:,}", f"应为整数，{MIN_MEMBERS} 到 {most:,}")
    if draft.graph is not None and members > draft.graph.members:
        text = Text(f"{text.en}: so many has your file", f"{text.zh}：你的文件只有这么多人")
    elif MEMBERS_MOST < members <= MAX_MEMBERS:
        command = _command(draft, int(members))
        text = Text(
            f"{text.en}, on the page; for more, in a terminal: {command}",
            f"网页上{text.zh}；更多成员请在终端运行：{command}",
        )
    return Problem(draft.scenario, 0, MEMBERS, text)


def _command(draft: Draft, members: int) -> str:
    names = [f"{draft.scenario}:{one.variant}" if one.variant else draft.scenario for one in draft.sides]
    command = f"shapan compare {' '.join(names)}"
    if len(draft.sides) == 1:
        variant = draft.sides[0].variant
        command = f"shapan run {draft.scenario}" + (f" --variant {variant}" if variant else "")
    return f"{command} --members {members}"


def differences(a: Loaded, b: Loaded) -> list[Difference]:
    """In what the rules of two designs differ, in the order of the scenario."""
    settings = _by_path(a) | _by_path(b)
    flat_a, flat_b = _flat(a.data), _flat(b.data)
    found: dict[str, Difference] = {}
    for path in [*flat_a, *(path for path in flat_b if path not in flat_a)]:
        if path.split(".")[0] in ("id", "name", "about", "run") or flat_a.get(path) == flat_b.get(path):
            continue
        in_a, in_b = flat_a.get(path), flat_b.get(path)
        owner = a if path in flat_a else b
        if (whole := _missing(path, flat_a, flat_b)) is not None:
            there = any(p.startswith(f"{whole}.") for p in flat_a)
            title = path_name(whole, owner.scenario)
            found.setdefault(whole, Difference(whole, title, there or None, not there or None, whole=True))
            continue
        setting = settings.get(path)
        label = path_name(path, owner.scenario)
        if setting is not None:
            several = sum(one.label == setting.label for one in settings.values()) > 1
            above = path_name(path.rpartition(".")[0], owner.scenario)
            label = _joined(above, setting.label) if several else setting.label
        found[path] = Difference(path, label, in_a, in_b, setting)
    return list(found.values())


def _joined(above: Text, label: Text) -> Text:
    return Text(f"{above.en} › {label.en}", f"{above.zh} › {label.zh}")


def _load(scenario: str, variant: str | None, sets: Mapping[str, Any]) -> Loaded:
    return _loaded(scenario, variant, json.dumps(sets, sort_keys=True))


@lru_cache(maxsize=256)
def _loaded(scenario: str, variant: str | None, sets: str) -> Loaded:
    """Every change in the form asks for the same designs again, and a load takes a tenth of a second."""
    path = shipped_paths().get(scenario)
    if path is None:
        rule = Text("there is no shipped scenario of this name", "没有这个名字的自带场景")
        raise ScenarioError([Problem(scenario[:40], 0, "", rule)])
    return load_scenario(path, variant, json.loads(sets))


def _check_side(draft: Draft, side: Side, days: dict[str, Any], members: int) -> SideCheck:
    base = base_of(draft.scenario, side.variant)
    settings = _by_path(base)
    values, unread = _read(settings, side.edits)
    try:
        loaded = _load(draft.scenario, side.variant, values | days)
    except ScenarioError as error:
        return SideCheck(base, None, _placed(error.problems, list(settings)) | unread, {})
    here, changes = scaled(loaded.scenario, members, loaded_graph=draft.graph is not None)
    warnings = _placed(loaded.warnings_of(here), list(settings))
    return SideCheck(base, None if unread else loaded, unread, warnings, changes)


def _sets(scenario: str, side: Side) -> dict[str, Any]:
    """The changes of a design as the scenario has them."""
    return _read(_by_path(base_of(scenario, side.variant)), side.edits)[0]


def _read(
    settings: Mapping[str, Setting], written: Mapping[str, str | bool]
) -> tuple[dict[str, Any], dict[str, list[Problem]]]:
    """What is written in fields as the scenario has it, and what of it cannot be understood, by path."""
    values: dict[str, Any] = {}
    problems: dict[str, list[Problem]] = {}
    for path, value in written.items():
        if (setting := settings.get(path)) is None:
            continue
        try:
            as_it_is = isinstance(value, bool) or setting.kind == "choice"
            values[path] = value if as_it_is else parsed(setting, str(value))
        except CellError as error:
            problems[path] = [Problem("", 0, path, error.text)]
    return values, problems


def _by_path(loaded: Loaded) -> dict[str, Setting]:
    return {one.path: one for group in setting_groups(loaded.scenario) for one in group.all()}


def _placed(found: Iterable[Any], paths: list[str]) -> dict[str, list[Any]]:
    """Problems or warnings by the setting they belong to, "" for what belongs to none."""
    placed: dict[str, list[Any]] = {}
    for one in found:
        dotted = one.dotted if isinstance(one, Problem) else one.path
        at = max((p for p in paths if dotted == p or dotted.startswith(f"{p}.")), key=len, default="")
        placed.setdefault(at, []).append(one)
    return placed


def _flat(data: Any, path: str = "") -> dict[str, Any]:
    """Dotted path -> value; items with an id by their id, other lists whole."""
    if isinstance(data, dict):
        pairs = [(str(key), value) for key, value in data.items()]
    elif isinstance(data, list) and data and all(isinstance(one, dict) and "id" in one for one in data):
        pairs = [(str(one["id"]), one) for one in data]
    else:
        return {path: data}
    flat: dict[str, Any] = {}
    for key, value in pairs:
        flat |= _flat(value, f"{path}.{key}" if path else key)
    return flat


def _missing(path: str, a: Mapping[str, Any], b: Mapping[str, Any]) -> str | None:
    """The mechanic, push or the like around `path` that only one of two designs has."""
    parts = path.split(".")
    for length in range(2, len(parts)):
        whole = ".".join(parts[:length])
        if (f"{whole}.id" in a) != (f"{whole}.id" in b):
            return whole
    return None
