"""`shapan network`: make a community once, and save it for many runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.table import Table

from sim.commands.engine import ready_engine
from sim.commands.graphs import read_asked
from sim.commands.one_run import assignments
from sim.commands.options import GraphAsked
from sim.commands.session import Session
from sim.errors import InputError
from sim.network.graph import SocialGraph
from sim.network.measure import measure_friends
from sim.network.write import check_suffix, write_graph
from sim.run import prepare
from sim.scenario.load import load_scenario

MEASURED_MAX = 100_000  # assumption: above it clustering and the like take longer than making the graph


@dataclass(frozen=True)
class NetworkOptions:
    """What `shapan network` was told; see its help."""

    scenario: str | None
    inspect: bool
    variant: str | None
    graph: GraphAsked
    seed: int | None
    members: int | None
    sets: tuple[str, ...]
    out: Path | None
    force: bool


def network_command(session: Session, options: NetworkOptions) -> None:
    """Make the community of a scenario, chats included, save it and say what it looks like.

    Raises:
        ShapanError: see `sim.run.prepare` and `sim.network.write`.
    """
    if options.inspect:
        _inspect(session, options)
        return
    if options.scenario is None or options.out is None:
        raise InputError(
            "network: needs a SCENARIO and --out; or --inspect, to see how a graph is read",
            "network：需要 SCENARIO 与 --out；或用 --inspect 查看图如何读取",
        )
    check_suffix(options.out)
    if options.out.exists() and not options.force:
        raise InputError(
            f"{options.out}: exists already; --force replaces it", f"{options.out}: 已存在；--force 可替换"
        )
    loaded = load_scenario(options.scenario, options.variant, assignments(options.sets))
    ready_engine(session, "auto")
    files = read_asked(session, options.graph)
    prepared = prepare(loaded.scenario, files=files, members=options.members, seed=options.seed)
    write_graph(prepared.graph, options.out)
    measures = _measures(prepared.graph)
    if session.json:
        shown: dict[str, object] = {"graph": None if files is None else files.report.plain()}
        shown |= {"out": str(options.out), "seed": prepared.scenario.run.seed, "seconds": prepared.seconds}
        session.print_json(shown | {"graph_sha256": prepared.graph.sha256, "measures": measures})
    elif not session.quiet:
        table = Table(session.text("Network", "网络"), session.text("Value", "数值"))
        for name, value in measures.items():
            number = "–" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"
            table.add_row(session.text(*_NAMES[name]), number)
        session.console.print(table)
        if files is not None:  # of a generated one they are about stock and budgets, which no graph has
            session.say_notes(prepared.notes)
        size_mb = options.out.stat().st_size / 1e6
        session.say(
            session.text(f"Written to {options.out}", f"已写入 {options.out}") + f" ({size_mb:,.1f} MB)"
        )


def _inspect(session: Session, options: NetworkOptions) -> None:
    """Say how the files of a graph are read, and make nothing of it."""
    asked = options.graph
    if options.scenario is not None:
        asked = replace(asked, paths=(Path(options.scenario), *asked.paths))
    if not asked.paths:
        raise InputError("network --inspect: name a file", "network --inspect：请指明文件")
    files = read_asked(session, asked)
    assert files is not None
    if session.json:
        session.print_json({"graph": files.report.plain()})


_NAMES = {
    "members": ("members", "成员数"),
    "friendships": ("friendships", "好友关系数"),
    "degree_median": ("friends, median", "好友数中位数"),
    "degree_mean": ("friends, mean", "好友数均值"),
    "component_share": ("in the largest component (share)", "最大连通分支占比"),
    "clustering_mean": ("clustering, mean", "平均聚类系数"),
    "assortativity": ("degree assortativity", "度同配系数"),
    "follows": ("one-way follows", "单向关注数"),
    "co_purchases": ("pairs who bought together", "共同购买对数"),
    "communities": ("communities", "社群数"),
    "chats": ("chats", "群数"),
    "chat_size_mean": ("members of a chat, mean", "每群平均人数"),
}


def _measures(graph: SocialGraph) -> dict[str, int | float | None]:
    """What a planner may want to know; None for what takes too long in a graph of this size."""
    friends = measure_friends(graph) if graph.n <= MEASURED_MAX else None
    return {
        "members": graph.n,
        "friendships": graph.friend_target.size // 2,
        "degree_median": float(np.median(graph.degree)),
        "degree_mean": graph.friend_target.size / graph.n,
        "component_share": None if friends is None else friends.component_share,
        "clustering_mean": None if friends is None else friends.clustering_mean,
        "assortativity": None if friends is None else friends.assortativity,
        "follows": graph.follow_target.size,
        "co_purchases": graph.co_purchase_target.size // 2,
        "communities": graph.communities,
        "chats": graph.chats,
        "chat_size_mean": graph.chat_member.size / graph.chats if graph.chats else None,
    }
