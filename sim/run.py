"""One run: the community made ready, the campaign and its no-campaign twin played, both measured."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.events import EventTable
from sim.mechanics.commission.config import CommissionConfig
from sim.metrics.summary import Summary, summarise
from sim.network.chats import lay_chats
from sim.network.cut import cut_ball
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.network.load import read_graph
from sim.network.reading import Reading
from sim.network.report import LoadReport
from sim.play import OwnRules, play
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled
from sim.scenario.twin import without_campaign
from sim.settings.problems import Text
from sim.waiting import wait_for

_LOG = logging.getLogger(__name__)

CAMPAIGN, TWIN = "campaign", "twin"
"""Stages of a run, as `Progress` names them."""

Progress = Callable[[str, float], None]
"""Called some times a second, and at a stage's end, with the stage and the share of its time that has passed
(0-1); may raise `Cancelled`."""


@dataclass(frozen=True)
class GraphFiles:
    """A social graph read from files.

    Attributes:
        paths: the files.
        reading: how they were to be read.
        graph: all of it.
        report: what was found in them.
    """

    paths: tuple[Path, ...]
    reading: Reading
    graph: SocialGraph
    report: LoadReport

    def __repr__(self) -> str:
        return f"<GraphFiles {', '.join(map(str, self.paths))}: {self.graph!r}>"


@dataclass(frozen=True)
class Prepared:
    """A community ready for a campaign.

    Attributes:
        scenario: what will be run, with the number of members and the seed it is run with.
        graph: who knows whom, chats included.
        files: the files the graph comes from; None if it was generated.
        members_asked: to how many members the community was scaled or cut, if it was asked for.
        notes: what was changed or ignored to make it so.
        seconds: how long that took, without reading files.
    """

    scenario: Scenario
    graph: SocialGraph
    files: GraphFiles | None
    members_asked: int | None
    notes: tuple[Text, ...]
    seconds: float

    def __repr__(self) -> str:
        origin = "generated" if self.files is None else "loaded"
        return f"<Prepared {self.scenario.id}: seed {self.scenario.run.seed}, {origin} {self.graph!r}>"


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Attributes:
        prepared: what was run.
        engine: which engine ran it.
        fallback_reason: why it is not the fast one, if `auto` was asked for.
        table: everything that happened.
        twin_table: the same without the campaign, if that was run.
        summary: see `sim.metrics.summary`.
        illegal_offers: ids of mechanics that only `allow_illegal` lets run.
        setup_seconds: scenario and network made into a populated model.
        run_seconds: populated model to finished table.
        twin_seconds: the twin, all of it.
        own_rules: whether the user's own Python was at work.
    """

    prepared: Prepared
    engine: str
    fallback_reason: Text | None
    table: EventTable
    twin_table: EventTable | None
    summary: Summary
    illegal_offers: tuple[str, ...]
    setup_seconds: float
    run_seconds: float
    twin_seconds: float
    own_rules: bool

    def __repr__(self) -> str:
        twin = "" if self.twin_table is None else ", with its twin"
        return f"<RunResult of the {self.engine} engine: {self.table!r}{twin}>"


def read_files(paths: Sequence[Path], reading: Reading | None = None) -> GraphFiles | None:
    """Read the social graph that these files make up; None without files.

    Raises:
        InputError: they are no graph of that format.
    """
    if not paths:
        if reading not in (None, Reading()):
            raise InputError(
                "there is no graph file to read that way",
                "没有给出要这样读取的图文件",
            )
        return None
    reading = reading or Reading()
    graph, report = read_graph(list(paths), reading)
    _LOG.info("read %s", report)
    return GraphFiles(tuple(paths), reading, graph, report)


def prepare(
    scenario: Scenario,
    *,
    files: GraphFiles | None = None,
    members: int | None = None,
    seed: int | None = None,
) -> Prepared:
    """Make the community of a scenario.

    Args:
        scenario: what is to be run.
        files: a social graph; None: one is generated as `scenario.network` says.
        members: how many members. A generated community is scaled, with all that is counted for the
            whole shop; of a loaded one a ball of so many is cut, and nothing else changes.
        seed: in place of the scenario's own.

    Raises:
        InputError: the graph is smaller than `members`, or the scenario's network cannot be generated.
    """
    began = time.perf_counter()
    if seed is not None:
        scenario = scenario.with_seed(seed)
    luck = scenario.run.seed
    notes: list[Text] = []
    if files is not None:
        graph = files.graph
        if members is not None and members != graph.n:
            graph = cut_ball(graph, members, luck)
            notes.append(
                Text(
                    f"cut {graph.n:,} of the graph's {files.graph.n:,} members",
                    f"从图的 {files.graph.n:,} 名成员中截取 {graph.n:,} 名",
                )
            )
        if graph.n != scenario.population.members:
            before = scenario.population.members
            notes.append(
                Text(
                    f"the graph has {graph.n:,} members; stock, quotas, budgets, prizes and KOLs stay as "
                    f"written for {before:,}",
                    f"图中有 {graph.n:,} 名成员；库存、活动库存、预算、奖金与达人数仍按 {before:,} 人填写",
                )
            )
        scenario, _ = scaled(scenario, graph.n, loaded_graph=True)
    else:
        if members is not None:
            scenario, changes = scaled(scenario, members)
            notes += [change.note() for change in changes]
        graph = wait_for(lambda: _generated(scenario, luck))
    if not graph.chats:
        bare = graph
        graph = wait_for(lambda: lay_chats(bare, scenario.communities.chats, luck))
    elif graph.chat_kind.max() >= len(scenario.communities.chats):
        raise InputError(
            f"the graph has chats of {int(graph.chat_kind.max()) + 1} kinds, but communities.chats of the "
            f"scenario describes {len(scenario.communities.chats)}",
            f"图中的群有 {int(graph.chat_kind.max()) + 1} 类，而场景的 "
            f"communities.chats 只描述了 {len(scenario.communities.chats)} 类",
        )
    else:
        notes.append(
            Text(f"the graph's own {graph.chats:,} chats are used", f"使用图自带的 {graph.chats:,} 个群")
        )
    seconds = time.perf_counter() - began
    _LOG.info("network of %d members, %d chats in %.2f s", graph.n, graph.chats, seconds)
    return Prepared(scenario, graph, files, members, tuple(notes), seconds)


def run(
    prepared: Prepared,
    *,
    engine: str = "auto",
    events: str = "auto",
    own: OwnRules | None = None,
    progress: Progress | None = None,
    twin: bool = True,
    events_file: Path | None = None,
) -> RunResult:
    """Run a campaign, and its no-campaign twin on the same luck unless `twin` is False.

    engine, events, own, events_file: as `sim.play.play` takes them.

    Raises:
        InputError: there is no such engine, or it cannot run what is asked.
        RunError: the run came to no end.
        Cancelled: `progress` raised it.
    """
    scenario, graph = prepared.scenario, prepared.graph
    asked: dict[str, Any] = {"engine": engine, "events": events, "own": own}
    played = play(scenario, graph, progress=_stage(progress, CAMPAIGN), events_file=events_file, **asked)
    twin_table, twin_seconds = None, 0.0
    if twin:
        without = without_campaign(scenario)
        if without == scenario:
            twin_table = played.table
        else:
            again = play(without, graph, progress=_stage(progress, TWIN), **asked)
            twin_table, twin_seconds = again.table, again.build_seconds + again.run_seconds
    return RunResult(
        prepared=prepared,
        engine=played.engine,
        fallback_reason=played.fallback_reason,
        table=played.table,
        twin_table=twin_table,
        summary=summarise(played.table, twin_table),
        illegal_offers=illegal_offers(scenario),
        setup_seconds=prepared.seconds + played.build_seconds,
        run_seconds=played.run_seconds,
        twin_seconds=twin_seconds,
        own_rules=own is not None,
    )


def illegal_offers(scenario: Scenario) -> tuple[str, ...]:
    """The ids of mechanics that may not be used in the real world and run only because they were allowed."""
    return tuple(
        offer.id for offer in scenario.offers if isinstance(offer, CommissionConfig) and offer.levels > 2
    )


def _stage(progress: Progress | None, stage: str) -> Callable[[float], None] | None:
    return None if progress is None else lambda share: progress(stage, share)


def _generated(scenario: Scenario, seed: int) -> SocialGraph:
    return generate(seed, scenario.population.members, **scenario.network.model_dump())
