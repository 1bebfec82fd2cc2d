"""One scenario played in one community by one of the engines."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, RunError, ShapanError, named_reason
from sim.event_files import EventWriter, read_events, write_events
from sim.events import EventDetail, EventTable
from sim.network.graph import SocialGraph
from sim.outcomes import condensed
from sim.scenario.model import Scenario
from sim.settings.problems import Text
from sim.waiting import wait_for

if TYPE_CHECKING:
    from sim.engine.decision import Decision
    from sim.engine.member import KOL, Distributor, Member
    from sim.mechanics.base import Mechanic

_LOG = logging.getLogger(__name__)

ENGINES = ("auto", "fast", "mesa")
"""What can be asked for: `fast`, compiled; `mesa`, readable; `auto`: fast wherever it can."""

EVENTS = ("auto", "full", "outcomes")
"""What is recorded; `outcomes` counts messages and exposures (`sim.outcomes`), `auto` does in large
communities."""

FULL_MEMBERS_MAX = 200_000
"""Most members whose every message is recorded unless asked for. assumption: a table of some GB."""


MESA_MEMBERS = 200_000
"""Members above which a run on Mesa is warned of. assumption: ten minutes and some GB are too long a wait;
by docs/speed.md a member takes about 2 ms and 8 kB."""


@dataclass(frozen=True)
class OwnRules:
    """A user's own Python behaviour and mechanics, as `sim.engine.model.CommunityModel` takes them."""

    member_class: type[Member] | None = None
    kol_class: type[KOL] | None = None
    distributor_class: type[Distributor] | None = None
    mechanics: tuple[Callable[[int, int], Mechanic], ...] = ()

    def arguments(self) -> dict[str, Any]:
        """What is given, by the model's argument."""
        return {name: value for name, value in vars(self).items() if value is not None}


OWN_RULES = Text("own Python rules run on mesa only", "自编 Python 规则只能在 mesa 引擎上运行")
WATCHED = Text("decisions are watched on mesa only", "只有 mesa 引擎可以观察决策")
"""Why the fast engine is not used."""


@dataclass(frozen=True)
class Played:
    """One event table, and how it came about.

    engine: which wrote it; fallback_reason: why it is not the fast one, if `auto` was asked for;
    build_seconds, run_seconds: what the model took to build and to run.
    """

    table: EventTable
    engine: str
    fallback_reason: Text | None
    build_seconds: float
    run_seconds: float

    def __repr__(self) -> str:
        return f"<Played by the {self.engine} engine: {self.table!r}>"


def play(
    scenario: Scenario,
    graph: SocialGraph,
    *,
    engine: str = "auto",
    events: str = "full",
    seed: int | None = None,
    own: OwnRules | None = None,
    progress: Callable[[float], None] | None = None,
    watch: Collection[int] = (),
    on_decision: Callable[[Decision], None] | None = None,
    events_file: Path | None = None,
) -> Played:
    """Run one scenario in one community, through the run-off.

    Args:
        scenario: what to run.
        graph: the community.
        engine: one of `ENGINES`.
        events: one of `EVENTS`.
        seed: the luck, in place of the scenario's own; it may be forced (`sim.streams.FORCED_LOW`).
        own: the user's own Python rules, which only the Mesa engine can run.
        progress: called with the share of time that has passed, some times a second and at the end; it may
            raise `Cancelled`.
        watch: members whose decisions are handed to `on_decision`, by the Mesa engine; this changes nothing.
        on_decision: called at each of them.
        events_file: write the table here too; the fast engine does as it goes, and keeps none meanwhile.

    Raises:
        InputError: there is no such engine or event mode, the fast engine cannot run what is asked, or
            `events_file` cannot be written to.
        RunError: the engine failed, or the run writes or tells more than it is allowed (`sim.allowance`).
        Cancelled: `progress` raised it.
    """
    _check_choice("events", events, EVENTS)
    engine, fallback_reason = chosen_engine(engine, own, watched=on_decision is not None)
    counted = events == "outcomes" or (events == "auto" and graph.n > FULL_MEMBERS_MAX)

    def passed(done_s: int, horizon_s: int) -> None:
        if progress is not None:
            progress(min(1.0, done_s / horizon_s))

    try:
        began = time.perf_counter()
        if engine == "mesa":
            # mesa takes seconds to import, and nothing but its own runs needs it
            from sim.engine.model import CommunityModel

            more = {} if own is None else own.arguments()
            if on_decision is not None:
                more |= {"watch": frozenset(watch), "on_decision": on_decision}
            model = CommunityModel(scenario, graph, seed=seed, **more)
            built = time.perf_counter()
            table = model.run(progress=passed)
            if counted:
                table = condensed(table, scenario.run.period_s)
            if events_file is not None:
                write_events(table, events_file)
        else:
            from sim.fast.engine import FastRun  # mesa has no use for it

            detail: EventDetail = "outcomes" if counted else "full"
            fast = wait_for(lambda: FastRun(scenario, graph, seed=seed, events=detail))
            built = time.perf_counter()
            if events_file is None:
                table = fast.run(passed)
            else:
                with EventWriter(events_file, fast.header) as writer:
                    fast.run(passed, sink=writer)
                del fast  # before the table comes into memory
                table = read_events(events_file)
        played = Played(table, engine, fallback_reason, built - began, time.perf_counter() - built)
        _LOG.info(
            "%s, seed %d: populated in %.2f s, %d events in %.2f s by the %s engine",
            scenario.id, scenario.run.seed, played.build_seconds, len(table), played.run_seconds, engine,
        )  # fmt: skip
        return played
    except ShapanError:
        raise
    except MemoryError as error:
        raise RunError(
            f"not enough memory for {graph.n:,} members; try fewer with --members",
            f"内存不足以容纳 {graph.n:,} 名成员；请用 --members 减少",
        ) from error
    except Exception as error:
        why = named_reason(error)
        raise RunError(
            f"the run of {scenario.id} failed: {why.en}", f"{scenario.id} 运行失败：{why.zh}"
        ) from error


def chosen_engine(asked: str, own: OwnRules | None, *, watched: bool = False) -> tuple[str, Text | None]:
    """Which engine runs what is asked for, and why it is not the fast one if `auto` was.

    Args:
        asked: one of `ENGINES`.
        own: the user's own Python rules.
        watched: whether decisions are handed out.

    Raises:
        InputError: there is no such engine, or the fast one cannot run this.
    """
    _check_choice("engine", asked, ENGINES)
    only_mesa = OWN_RULES if own is not None else WATCHED if watched else None
    if asked == "fast" and only_mesa is not None:
        raise InputError(
            f"engine: fast cannot be used: {only_mesa.en}; leave the engine to auto",
            f"engine：不能使用 fast：{only_mesa.zh}；请用 auto",
        )
    if asked == "auto":
        return ("fast", None) if only_mesa is None else ("mesa", only_mesa)
    return asked, None


def _check_choice(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(
            f"{what}: must be one of {', '.join(allowed)}, got {value!r}",
            f"{what}: 应为 {', '.join(allowed)} 之一，实际为 {value!r}",
        )
