"""Mechanics that have nothing to give: adding one must change nothing."""

from __future__ import annotations

from sim.conform.choice import Settings
from sim.errors import InputError
from sim.events import EventTable
from sim.scenario.model import Scenario

_LATE_DAY = 3000.0  # no campaign that is tested lasts that long


def inert_mechanics(scenario: Scenario) -> list[Settings]:
    """One or more of each type, none of which can do anything in this scenario."""
    product = scenario.products[0]
    prices = [{"id": product.id, "price_fen": max(1, product.list_price_fen // 2)}]
    late = {"from_day": _LATE_DAY}
    made: list[Settings] = [
        {"type": "coupon", "off_share": 0.9, "audience_share": 0.0},
        {"type": "coupon", "off_share": 0.9, "audience_share": 0.0, "channel": "claimed_on_reading"},
        {"type": "coupon", "off_share": 0.9} | late,
        {"type": "referral", "rewards": "both", "receiver_fen": 500, "new_customers_only": False} | late,
        {"type": "push", "budget_people": 0, "cost_fen_per_person": 5, "mention": True},
        {"type": "push", "audience_share": 0.0},
        {"type": "kol_seeding", "choose": "random", "count": 3, "posts": 0, "sample": False, "fee_fen": 900},
        {"type": "review_cash_back"} | late,
        {"type": "friend_feed"} | late,
        {"type": "friend_feed", "opt_out_share": 1.0},
        {"type": "group_buy", "prices": prices, "leader_commission_share": 0.5} | late,
        {"type": "flash_sale", "prices": prices, "bots": 3} | late,
        {"type": "community_group_buy", "prices": prices} | late,
        {"type": "commission", "rates": [0.5], "recruit": "everyone", "joining_fee_fen": 9} | late,
    ]
    if scenario.roles.distributors.share == 0.0:  # nobody is enrolled
        made.append({"type": "commission", "rates": [0.0], "recruit": "apply", "apply_prob": 0.0})
    return [one | {"id": f"inert{number}"} for number, one in enumerate(made)]


def with_mechanics(scenario: Scenario, more: list[Settings]) -> Scenario:
    """The scenario with more mechanics, after its own.

    Raises:
        InputError: the scenario is so long that they would not be inert, or they do not fit in.
    """
    if scenario.run.horizon_days >= _LATE_DAY:
        raise InputError(
            f"run.horizon_days: the suite takes less than {_LATE_DAY:.0f} days",
            f"run.horizon_days：此检验要求少于 {_LATE_DAY:.0f} 天",
        )
    data = scenario.model_dump()
    data["mechanics"] = [*data["mechanics"], *more]
    return Scenario.model_validate(data)


def numbered_without(table: EventTable, first: int, more: int) -> EventTable:
    """The table with the offer numbers it would have without `more` mechanics from number `first` on.

    A row of one of these keeps its number, and so differs from all others.
    """
    offer = table["offer"]
    columns = dict(table.columns)
    columns["offer"] = offer - more * (offer >= first + more).astype(offer.dtype)
    return EventTable(table.header, columns)
