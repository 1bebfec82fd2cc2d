"""Orders: what was bought, and what stood in the way."""

from __future__ import annotations

import math
import statistics

import pandas as pd

from sim.events import Kind, Reason

from .events import Events, members, share
from .funnel import Figures

UNFILLED = {
    Reason.GROUP_EXPIRED,
    Reason.GROUP_FULL,
    Reason.LEADER_QUIT,
    Reason.OFFER_ENDED,
    Reason.BEFORE_SUCCESS,
    Reason.TOO_FEW_NEW,
    Reason.MINIMUM,
}


def figures(events: Events) -> Figures:
    """All of the families `orders` and `stock`."""
    placed, paid = events.of("ORDER_PLACED"), events.of("ORDER_PAID")
    back, back_after = events.of("REFUNDED"), events.of("REFUNDED_AFTER")
    whole_back = events.orders("REFUNDED", "REFUNDED_AFTER")
    confirmed, received = events.orders("ORDER_CONFIRMED"), events.orders("RECEIVED")
    cancelled, missed = events.of("ORDER_CANCELLED"), events.of("DISAPPOINTED")
    items = events.of("ORDER_ITEMS")
    items = items[items["order"].isin(set(paid["order"]))]
    units, gross_fen = int(items["value"].sum()), events.sum_fen("ORDER_PAID")
    often = events.standing.groupby("actor").size()
    figures: Figures = {
        "orders_placed": len(placed),
        "orders_paid": len(paid),
        "orders_standing": len(events.standing),
        "orders_refunded": len(whole_back),
        "refund_rate": share(len(whole_back & confirmed), len(confirmed)),
        "unfilled_refund_rate": share(int(back["value"].isin(UNFILLED).sum()), len(paid)),
        "return_rate": share(len(set(back_after["order"])), len(received)),
        "payment_rate": share(len(paid), len(placed)),
        "unpaid_holds": int((cancelled["value"] == Reason.UNPAID).sum()),
        "order_value_fen": share(gross_fen, len(paid)),
        "sales_per_buyer_fen": share(gross_fen, len(members(paid))),
        "units_sold": units,
        "unit_value_fen": share(gross_fen - int(items["amount_fen"].sum()), units),
        "units_per_order": share(units, len(paid)),
        "buyers": len(events.buyers),
        "new_customers": len(events.new_customers),
        "old_customers": len(events.buyers - events.new_customers),
        "repeat_rate": share(int((often >= 2).sum()), len(often)),
        "oversold": int((back["value"] == Reason.OVERSOLD).sum()),
        "disappointed": len(missed),
        "reservations": len(events.of("RESERVE")),
    }
    for reason in Reason:
        figures[f"disappointed_by_reason.{reason.name.lower()}"] = int((missed["value"] == reason).sum())
        figures[f"cancelled_by_reason.{reason.name.lower()}"] = int((cancelled["value"] == reason).sum())
    return figures | _times(events) | _stocks(events) | _rounds(events) | _rush(events)


def _rush(events: Events) -> Figures:
    """The busiest minute of the clock."""
    start = pd.Timestamp(events.header["start"])
    placed = start + pd.to_timedelta(events.of("ORDER_PLACED")["time_s"], unit="s")
    by_minute = placed.groupby(placed.dt.floor("min")).size().sort_index()
    if by_minute.empty:
        return {"orders_per_minute_peak": 0, "hours_to_peak_minute": None}
    busiest = max((by_minute.idxmax() - start).total_seconds(), 0)
    return {"orders_per_minute_peak": int(by_minute.max()), "hours_to_peak_minute": busiest / 3600}


def _times(events: Events) -> Figures:
    stands, horizon_s = events.standing, events.header["horizon_s"]
    early = members(stands[2 * stands["time_s"] < horizon_s])
    late = members(stands[(2 * stands["time_s"] >= horizon_s) & (stands["time_s"] < horizon_s)])
    first_s = sorted(stands.groupby("actor")["time_s"].min())
    return {
        "repurchase_rate": share(len(early & late), len(early)),
        "hours_to_half_of_buyers": first_s[math.ceil(len(first_s) / 2) - 1] / 3600 if first_s else None,
    }


def _stocks(events: Events) -> Figures:
    changes = events.of("STOCK")
    lowest: Figures = {}
    for number, product in enumerate(events.header["products"]):
        if product["stock"] is not None:
            left = product["stock"] + changes.loc[changes["product"] == number, "value"].cumsum()
            lowest[f"stock_min_by_product.{product['id']}"] = int(min([product["stock"], *left]))
    return lowest | {"stock_min": min(lowest.values(), default=None)}


def _rounds(events: Events) -> Figures:
    """Walk through the sales: a round is open from its opening to its closing."""
    opened = sold_out = 0
    took_s: list[int] = []
    running: dict[tuple[int, int], int | None] = {}  # (offer, product) -> opened at; None: already sold out
    in_rounds: set[int] = set()
    for row in events.of("SALE_OPENED", "SALE_CLOSED", "SOLD_OUT").itertuples():
        round_ = (row.offer, row.product)
        if row.kind == Kind.SALE_OPENED:
            in_rounds.add(row.product)
            if row.value >= 0:
                opened += 1
                running[round_] = row.time_s
        elif row.kind == Kind.SALE_CLOSED:
            running.pop(round_, None)
        elif (since_s := running.get(round_)) is not None:
            sold_out += 1
            took_s.append(row.time_s - since_s)
            running[round_] = None
    goods = events.of("SOLD_OUT")
    for product, gone in goods[goods["offer"] < 0].groupby("product"):
        placed = events.of("ORDER_PLACED")
        begun_s = placed.loc[placed["product"] == product, "time_s"]
        if product not in in_rounds and len(begun_s):
            took_s.append(gone["time_s"].min() - begun_s.min())
    return {
        "rounds_sold_out_share": share(sold_out, opened),
        "seconds_to_sold_out_median": int(statistics.median_low(took_s)) if took_s else None,
    }
