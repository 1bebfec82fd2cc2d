"""The same campaign in a smaller or larger community: everything that counts heads or units follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.errors import InputError
from sim.scenario.model import Scenario

MIN_MEMBERS, MAX_MEMBERS = 2, 20_000_000
"""The range of `population.members`."""

_Scale = Callable[[float, str], float]


def scaled(
    scenario: Scenario, members: int, *, loaded_graph: bool = False
) -> tuple[Scenario, tuple[str, ...]]:
    """Return the scenario for `members` people, and one line for each thing that was scaled with them.

    Stock, quotas, budgets, numbers of KOLs, the public pool, the server's throughput and what scripts buy
    follow in proportion; whole numbers are rounded half up, and at least 1 where they were. Chats, sizes
    of friend communities and everything that is a share or for each member stay as they are: there are
    more or fewer of them by themselves.

    Args:
        scenario: A valid scenario.
        members: How many people there shall be.
        loaded_graph: The network comes from a file: then only the number of members is set.

    Raises:
        InputError: The number of members is out of range.
    """
    if not MIN_MEMBERS <= members <= MAX_MEMBERS:
        raise InputError(
            f"members: must be {MIN_MEMBERS:,} to {MAX_MEMBERS:,}, got {members:,}",
            f"members：应为 {MIN_MEMBERS:,} 至 {MAX_MEMBERS:,}，实际为 {members:,}",
        )
    before = scenario.population.members
    population = scenario.population.model_copy(update={"members": members})
    if members == before:
        return scenario, ()
    if loaded_graph:
        return scenario.model_copy(update={"population": population}), ()

    notes = [f"population.members: {before:,} -> {members:,}"]

    def count(value: float, path: str) -> float:
        after: float
        if isinstance(value, int):
            after = max(min(1, value), (2 * value * members + before) // (2 * before))
        else:
            after = value * members / before
        if after != value:
            notes.append(f"{path}: {value:,} -> {after:,}")
        return after

    update: dict[str, Any] = {
        "population": population,
        "roles": scenario.roles.model_copy(
            update={
                "kols": tuple(
                    _each(tier, ("count", "public_pool"), f"roles.kols.{tier.id}", count)
                    for tier in scenario.roles.kols
                )
            }
        ),
        "products": tuple(
            _each(product, ("stock",), f"products.{product.id}", count) for product in scenario.products
        ),
        "mechanics": tuple(_offer(offer, f"mechanics.{offer.id}", count) for offer in scenario.mechanics),
        "operator": _each(scenario.operator, ("budget_fen",), "operator", count).model_copy(
            update={
                "schedule": tuple(
                    _offer(push, f"operator.schedule.{push.id}", count) for push in scenario.operator.schedule
                )
            }
        ),
    }
    return scenario.model_copy(update=update), tuple(notes)


_COUNTS = {
    "coupon": ("total",),
    "flash_sale": ("bots", "throughput_per_second"),
    "kol_seeding": ("count",),
    "push": ("budget_people",),
    "review_cash_back": ("total",),
}
"""Fields of each mechanic that count people or units over the whole community."""


def _offer(offer: Any, path: str, count: _Scale) -> Any:
    offer = _each(offer, _COUNTS.get(offer.type, ()), path, count)
    prices = getattr(offer, "prices", ())
    if not prices:
        return offer
    scaled_prices = tuple(_each(priced, ("quota",), f"{path}.prices.{priced.id}", count) for priced in prices)
    return offer.model_copy(update={"prices": scaled_prices})


def _each(part: Any, fields: tuple[str, ...], path: str, count: _Scale) -> Any:
    """Return a part of the scenario with those of its counts scaled that are given."""
    given = {field: getattr(part, field) for field in fields if getattr(part, field) is not None}
    return part.model_copy(update={field: count(value, f"{path}.{field}") for field, value in given.items()})
