"""What `summary.json` holds: a run measured at the horizon, after run-off, and against its twin."""

from __future__ import annotations

from collections.abc import Mapping

from sim.events import EventTable
from sim.ledger import books_residual_fen
from sim.metrics import money, orders
from sim.metrics.measure import measure, unavailable
from sim.metrics.registry import BREAKDOWNS, METRICS, Number
from sim.metrics.view import TableView, ratio

Summary = dict[str, Number | dict[str, Number] | list[str]]
"""What `summarise` gives: numbers, sections of numbers, and the list of what is unavailable."""

TOP_LEVEL = (
    "members",
    "reached",
    "exposures",
    "orders_paid",
    "buyers",
    "groups_opened",
    "groups_succeeded",
    "gross_fen",
    "net_fen",
    "refunds_fen",
    "stock_min",
)
"""Metrics that stand at the top of a summary too, as after the run-off."""

INCREMENTAL: Mapping[str, str] = {
    "buyers": "members",
    "orders": "orders",
    "net_fen": "fen",
    "margin_fen": "fen",
    "marketing_fen": "fen",
    "pulled_forward_buyers": "members",
    "pulled_forward_share": "share",
    "lost_buyers": "members",
    "roi": "ratio",
    "cost_per_buyer_fen": "fen",
}
"""What a campaign is measured by against its no-campaign twin, see `incremental`, and in which unit."""

_UNITS = {one.name: one.unit for one in METRICS} | {one.name: one.unit for one in BREAKDOWNS}


def unit_of(name: str) -> str:
    """The unit of a metric, of a part of a breakdown (`name.part`), or of an increment (`incremental.name`).

    Raises:
        KeyError: there is no such measure.
    """
    section, dot, rest = name.partition(".")
    return INCREMENTAL[rest] if dot and section == "incremental" else _UNITS[section]


def summarise(table: EventTable, twin: EventTable | None) -> Summary:
    """Measure a finished run.

    Args:
        table: the whole run, run-off included.
        twin: the same scenario and luck without the campaign, or None.

    Returns:
        `TOP_LEVEL` and `books_residual_fen`, then the sections `horizon` and `runoff` with every metric
        and breakdown, and `incremental` (all None without a twin). Values are plain numbers or None.
        `unavailable` lists what the sections do not tell because messages were counted only; such a
        value is None too, but not because there was nothing to measure.
    """
    whole = TableView(table)
    runoff = measure(whole)
    top: Summary = {name: runoff[name] for name in TOP_LEVEL}
    top["books_residual_fen"] = books_residual_fen(table)
    top["unavailable"] = list(unavailable(table.header))
    top["horizon"] = measure(TableView(table.at_horizon()))
    top["runoff"] = runoff
    top["incremental"] = incremental(whole, None if twin is None else TableView(twin))
    return top


def incremental(campaign: TableView, twin: TableView | None) -> dict[str, Number]:
    """What the campaign added to its no-campaign twin on the same luck, both after run-off.

    `buyers`, `orders` (standing), `net_fen`, `margin_fen`, `marketing_fen`: campaign less twin.
    `pulled_forward_buyers`: buyers of the campaign who also buy in the twin, and so would have bought
    anyway; `pulled_forward_share`: they / buyers of the campaign. `lost_buyers`: buyers of the twin who
    do not buy in the campaign. `roi`: margin added / marketing added. `cost_per_buyer_fen`: marketing
    added / buyers added, None unless the campaign added buyers.
    """
    if twin is None:
        return dict.fromkeys(INCREMENTAL)
    buyers = orders.buyers(campaign) - orders.buyers(twin)
    margin_fen = money.margin_fen(campaign) - money.margin_fen(twin)
    marketing_fen = money.marketing_fen(campaign) - money.marketing_fen(twin)
    both = int((campaign.buyers & twin.buyers).sum())
    values = (
        buyers,
        orders.orders_standing(campaign) - orders.orders_standing(twin),
        money.net_fen(campaign) - money.net_fen(twin),
        margin_fen,
        marketing_fen,
        both,
        ratio(both, orders.buyers(campaign)),
        orders.buyers(twin) - both,
        ratio(margin_fen, marketing_fen),
        ratio(marketing_fen, buyers) if buyers > 0 else None,
    )
    return dict(zip(INCREMENTAL, values, strict=True))
