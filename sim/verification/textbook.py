"""The textbook scenarios: settings, and a run of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.errors import RunError
from sim.events import Channel, EventTable, Kind
from sim.network.graph import SocialGraph
from sim.play import play
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled
from sim.scenario.shipped import shipped_file
from sim.streams import address_of

PRODUCT = "idea"
"""The only product of the textbook scenarios."""

PRODUCT_ADDRESS = address_of(PRODUCT)

Settings = dict[str, Any]
"""Dotted path -> value, as `--set` takes them."""


def textbook(name: str, graph: SocialGraph, sets: Settings) -> Scenario:
    """One of the scenarios in `scenarios/base`, for the members of a graph.

    Raises:
        InputError: it is not where scenarios are, or does not take these settings.
    """
    scenario = load_scenario(shipped_file(f"base/{name}.yaml"), sets=sets).scenario
    return scaled(scenario, graph.n, loaded_graph=True)[0]


def from_members(members: Sequence[int]) -> Settings:
    """It starts from these members."""
    return {
        "mechanics.seeds.choose": "members",
        "mechanics.seeds.count": None,
        "mechanics.seeds.members": [int(one) for one in members],
    }


def response(argument: str, *points: tuple[float, float]) -> Settings:
    """The response table; points: (place, probability)."""
    return {
        "behaviour.deciding.response.argument": argument,
        "behaviour.deciding.response.low_effort.points": [{"at": at, "prob": prob} for at, prob in points],
    }


def played(scenario: Scenario, graph: SocialGraph, seed: int) -> EventTable:
    """The events of a run that came to rest.

    Raises:
        RunError: at the end something that was sent had not been read.
    """
    table = play(scenario, graph, seed=seed).table
    sent = int(table.rows(Kind.SEND)["value"].sum())
    read = int((table.rows(Kind.READ)["channel"] != Channel.BROWSE).sum())
    if sent != read:
        raise RunError(
            f"{scenario.id}: {sent} messages were sent and {read} read: it is not at rest",
            f"{scenario.id}: 发出 {sent} 条消息，读了 {read} 条：尚未静止",
        )
    return table


def adopters(table: EventTable) -> set[int]:
    """Those it started from and those who have bought."""
    return set(table.rows(Kind.SEED, Kind.ORDER_PAID)["actor"].tolist())
