"""All figures of a run, as `summary.json` names them."""

from __future__ import annotations

from . import activity, added, customers, funnel, groups, money, orders, spread
from .events import Events
from .funnel import Figures

FAMILIES = (
    funnel.figures,
    orders.figures,
    groups.figures,
    spread.figures,
    spread.of_messages,
    money.figures,
    customers.figures,
    activity.figures,
)
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


def section(events: Events) -> Figures:
    """What each of the sections `horizon` and `runoff` holds."""
    return {name: number for family in FAMILIES for name, number in family(events).items()}


def summary(campaign: Events, twin: Events) -> dict[str, Figures]:
    """Section -> figures; the top level is the section "". Books that are in order have no residual."""
    settled = section(campaign)
    return {
        "": {name: settled[name] for name in TOP_LEVEL} | {"books_residual_fen": 0},
        "horizon": section(campaign.at_horizon()),
        "runoff": settled,
        "incremental": added.figures(campaign, twin),
    }


def of_messages(events: Events) -> set[str]:
    """Names of the figures that a table of outcomes cannot tell: who told whom, who heard it how often."""
    return {*spread.of_messages(events), *funnel.frequencies(events.of("READ"))}
