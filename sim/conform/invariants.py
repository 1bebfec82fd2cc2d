"""What must hold of every finished run, whatever the scenario: each rule yields what breaks it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sim.conform.rows import Row
from sim.events import Channel, EventTable, Kind, Reason
from sim.ledger import GIVES_BACK_TO_BUDGET, TAKES_FROM_BUDGET, books_residual_fen
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR

Broken = tuple[str, Row | None]
"""What is wrong, and the row that shows it (None: no single one does)."""

Rule = Callable[[Scenario, Sequence[Row]], Iterator[Broken]]

DECISIONS = frozenset({
    Kind.SEED, Kind.SEND, Kind.READ, Kind.CONSIDER, Kind.MUTE, Kind.LEAVE, Kind.CHAT_DEAD, Kind.REVIEW,
    Kind.RESERVE, Kind.ORDER_PLACED, Kind.DISAPPOINTED, Kind.LEADER_CHANGED, Kind.SAMPLE, Kind.PUSH_COST,
    Kind.COUPON_GRANTED, Kind.COUPON_USED, Kind.RECRUITED, Kind.DORMANT,
})  # fmt: skip
"""Kinds that somebody decides, and that therefore do not happen after the horizon."""

ENDS = (Kind.ORDER_CANCELLED, Kind.REFUNDED, Kind.RECEIVED)
"""Each order comes to exactly one of these."""

_AFTER = {
    Kind.ORDER_PAID: Kind.ORDER_PLACED,
    Kind.ORDER_CANCELLED: Kind.ORDER_PLACED,
    Kind.DELIVERED: Kind.ORDER_CONFIRMED,
    Kind.RECEIVED: Kind.DELIVERED,
    Kind.REFUNDED_AFTER: Kind.RECEIVED,
    Kind.REVIEW: Kind.DELIVERED,
}
_SAME_SECOND = (Kind.REFUNDED_AFTER,)  # receipt and return may fall into one second
_SENT = {Channel.PRIVATE, Channel.CHAT, Channel.MOMENTS, Channel.KOL_POST, Channel.PUBLIC, Channel.PUSH}


def books(table: EventTable) -> Iterator[Broken]:
    """Per order and per distributor money in is money out, and nothing is held any more."""
    residual_fen = books_residual_fen(table)
    if residual_fen:
        yield f"the books are {residual_fen} fen off after the run-off", None


def order_of_events(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Time never runs back, and every effect comes after its cause."""
    sent_s: dict[int, int] = {}
    steps: dict[tuple[int, int], int] = {}
    now_s = 0
    for row in rows:
        if row["time_s"] < now_s:
            yield "it is earlier than the row before", row
        now_s = row["time_s"]
        if row["kind"] == Kind.SEND:
            sent_s.setdefault(row["cause"], now_s)
        if row["kind"] == Kind.READ and row["channel"] in _SENT and sent_s.get(row["cause"], now_s) >= now_s:
            yield "a message is read before it is sent", row
        if row["order"] >= 0:
            steps.setdefault((row["order"], row["kind"]), now_s)
            before = _AFTER.get(Kind(row["kind"]))
            if before is not None:
                before_s = steps.get((row["order"], before), now_s + 1)
                if before_s > now_s or (before_s == now_s and row["kind"] not in _SAME_SECOND):
                    yield f"it comes before the order's {before.name}", row


def horizon(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """After the horizon nobody decides, and rows are marked as run-off."""
    end_s = scenario.run.decisions_s
    for row in rows:
        if row["runoff"] != (row["time_s"] >= end_s):
            yield "its mark of the run-off is wrong", row
        if row["runoff"] and row["kind"] in DECISIONS:
            yield "somebody decides after the horizon", row


def orders(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Every order that is placed comes to exactly one end."""
    placed = {row["order"]: row for row in rows if row["kind"] == Kind.ORDER_PLACED}
    ended: set[int] = set()
    for row in rows:
        if row["kind"] in ENDS:
            if row["order"] in ended:
                yield "the order had ended before", row
            if row["order"] not in placed:
                yield "the order was never placed", row
            ended.add(row["order"])
    for number, row in placed.items():
        if number not in ended:
            yield "the order never ends", row


def stock(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """No product is sold more often than there is of it; with a guard not even for a moment."""
    left = {number: product.stock for number, product in enumerate(scenario.products)}
    served = dict.fromkeys(left, 0)
    confirmed: set[int] = set()
    for row in rows:
        product = row["product"]
        if row["kind"] == Kind.STOCK:
            before = left[product]
            if before is None:
                yield "a product of unlimited stock has its stock changed", row
                continue
            left[product] = before + row["value"]
            if scenario.orders.oversell_guard and before + row["value"] < 0:
                yield f"stock falls to {before + row['value']}", row
            if row["order"] in confirmed:
                served[product] -= row["value"]
        elif row["kind"] == Kind.ORDER_CONFIRMED:
            confirmed.add(row["order"])
            served[product] += row["value"]
            there_is = scenario.products[product].stock
            if there_is is not None and served[product] > there_is:
                yield f"{served[product]} units are served of {there_is} that there were", row
        oversold = row["kind"] == Kind.REFUNDED and row["value"] == Reason.OVERSOLD
        if oversold and scenario.orders.oversell_guard:
            yield "an order is refunded as oversold in spite of the guard", row


def quotas(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """No offer gives out more of a product than is set aside for it."""
    product_of = {product.id: number for number, product in enumerate(scenario.products)}
    quota: dict[tuple[int, int], int | None] = {}
    for number, offer in enumerate(scenario.offers):
        for priced in getattr(offer, "prices", ()):
            quota[(number, product_of[priced.id])] = priced.quota
    left = dict(quota)
    cycle: dict[tuple[int, int], int] = {}
    clock_s = datetime.fromisoformat(scenario.run.start).hour * HOUR
    for row in rows:
        key = (row["offer"], row["product"])
        if key not in quota:
            continue
        if row["kind"] == Kind.SALE_OPENED:
            left[key] = quota[key]
        if row["kind"] != Kind.QUOTA:
            continue
        offer = scenario.offers[row["offer"]]
        if offer.type == "community_group_buy":
            today = (row["time_s"] + clock_s - int(offer.cut_off_hour * HOUR)) // DAY
            if row["value"] < 0 and cycle.get(key) != today:  # the units of an earlier day are not this one's
                left[key], cycle[key] = quota[key], today
        before = left[key]
        if before is None:
            yield "an unlimited quota is changed", row
        else:
            left[key] = before + row["value"]
            if before + row["value"] < 0:
                yield f"the quota falls to {before + row['value']}", row


def limits(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Nobody gets more units than the offer allows."""
    bought: Counter[tuple[int, int]] = Counter()
    for row in rows:
        if row["kind"] != Kind.ORDER_CONFIRMED or not 0 <= row["offer"] < len(scenario.offers):
            continue
        offer: Any = scenario.offers[row["offer"]]
        bought[(row["actor"], row["offer"])] += row["value"]
        most = {"group_buy": "limit_per_member", "flash_sale": "limit_total"}.get(offer.type)
        if row["value"] > getattr(offer, "limit_per_order", row["value"]):
            yield f"{row['value']} units in one order, allowed are {offer.limit_per_order}", row
        if most is not None and bought[(row["actor"], row["offer"])] > getattr(offer, most):
            yield (
                f"{bought[(row['actor'], row['offer'])]} units in all, {most} is {getattr(offer, most)}",
                row,
            )


def wallets(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Nobody spends more in 30 days than their wallet holds."""
    wallet = [segment.wallet_per_30_days_fen for segment in scenario.population.segments]
    spent: Counter[tuple[int, int]] = Counter()
    payable: dict[int, tuple[int, int]] = {}
    for row in rows:
        if row["kind"] == Kind.ORDER_PLACED:
            month = row["time_s"] // (30 * DAY)
            payable[row["order"]] = (month, row["amount_fen"])
            spent[(row["actor"], month)] += row["amount_fen"]
            most_fen = wallet[row["segment"]]
            if most_fen is not None and spent[(row["actor"], month)] > most_fen:
                yield f"{spent[(row['actor'], month)]} fen spent in a month, the wallet is {most_fen}", row
        elif row["kind"] in (Kind.ORDER_CANCELLED, Kind.REFUNDED, Kind.REFUNDED_AFTER):
            month, amount_fen = payable.get(row["order"], (0, 0))
            spent[(row["actor"], month)] -= amount_fen


def budget(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Nothing is pushed and no prize given beyond the budget; opinion leaders get what is kept for them."""
    left_fen = scenario.operator.budget_fen
    if left_fen is None:
        return
    for row in rows:
        if row["kind"] in TAKES_FROM_BUDGET:
            left_fen -= row["amount_fen"]
            if left_fen < 0 and row["kind"] in (Kind.PUSH_COST, Kind.PRIZE):
                yield f"the budget is overdrawn by {-left_fen} fen", row
        elif row["kind"] in GIVES_BACK_TO_BUDGET:
            left_fen += row["amount_fen"]


def groups(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Groups are as large as they say, of people who have paid, and each ends once."""
    inside: dict[int, list[int]] = defaultdict(list)
    paid: set[int] = set()
    opened: dict[int, Row] = {}
    filled: set[int] = set()
    ended: set[int] = set()
    for row in rows:
        group, kind = row["group"], row["kind"]
        if kind == Kind.ORDER_PAID:
            paid.add(row["order"])
        if not 0 <= row["offer"] < len(scenario.mechanics) or group < 0:
            continue
        offer: Any = scenario.offers[row["offer"]]
        if kind == Kind.GROUP_OPENED:
            opened[group] = row
        elif kind == Kind.GROUP_JOINED:
            yield from ((what, row) for what in _wrong_seat(offer, row, inside[group], paid, group in ended))
            inside[group].append(row["actor"])
        elif kind == Kind.REFUNDED and row["value"] == Reason.BEFORE_SUCCESS:
            if row["actor"] not in inside[group]:
                yield "who leaves the group was not in it", row
            else:
                inside[group].remove(row["actor"])
        elif kind == Kind.GROUP_VIRTUAL_FILL:
            if offer.virtual_fill == "off":
                yield "a group is filled virtually though that is off", row
            filled.add(group)
        elif kind in (Kind.GROUP_SUCCEEDED, Kind.GROUP_FAILED):
            if group in ended:
                yield "the group had ended before", row
            ended.add(group)
            if kind == Kind.GROUP_SUCCEEDED:
                if row["value"] != len(inside[group]):
                    yield f"it says {row['value']} people, {len(inside[group])} are in it", row
                if row["value"] < offer.seats_needed and group not in filled:
                    yield f"it succeeds with {row['value']} of {offer.seats_needed} people", row
    for group, row in opened.items():
        if group not in ended:
            yield "the group never ends", row


def _wrong_seat(offer: Any, row: Row, inside: list[int], paid: set[int], ended: bool) -> Iterator[str]:
    if row["order"] not in paid:
        yield "a seat is taken that was not paid"
    if row["actor"] in inside:
        yield "somebody takes a second seat in one group"
    if row["value"] != len(inside) + 1:
        yield f"it says {row['value']} people, they are {len(inside) + 1}"
    if ended and not offer.joinable_after_success:
        yield "a group is joined after its end"
    most = offer.ladder[-1].people if offer.ladder else offer.group_size
    if not ended and len(inside) + 1 > most:
        yield f"more people than the {most} seats"


def commission(scenario: Scenario, rows: Sequence[Row]) -> Iterator[Broken]:
    """Commission follows the money: what is refunded earns nothing, no more is got than asked."""
    asked: Counter[tuple[int, int, int]] = Counter()
    kept: Counter[tuple[int, int, int]] = Counter()
    last: dict[tuple[int, int, int], Row] = {}
    sign = {Kind.COMMISSION_PAID: 1, Kind.COMMISSION_CLAWED: -1, Kind.COMMISSION_LOST: -1}
    refunded = {row["order"] for row in rows if row["kind"] in (Kind.REFUNDED, Kind.REFUNDED_AFTER)}
    for row in rows:
        if row["kind"] in sign:
            key = (row["offer"], row["order"], row["actor"])
            kept[key] += sign[Kind(row["kind"])] * row["amount_fen"]
            last[key] = row
        debt = (row["offer"], row["actor"], row["value"])
        if row["kind"] == Kind.COMMISSION_CLAWED:
            asked[debt] += row["amount_fen"]
        elif row["kind"] == Kind.COMMISSION_COLLECTED:
            asked[debt] -= row["amount_fen"]
            if asked[debt] < 0:
                yield f"{-asked[debt]} fen more are got back than were asked for", row
        if row["kind"] == Kind.COMMISSION_LOST and getattr(_offer(scenario, row), "clawback", False):
            yield "commission is lost that could be clawed back", row
    for key, amount_fen in kept.items():
        if amount_fen < 0:
            yield f"{-amount_fen} fen more are taken back than were paid", last[key]
        if amount_fen and key[1] in refunded:
            yield f"{amount_fen} fen are kept on an order that was refunded", last[key]


def _offer(scenario: Scenario, row: Row) -> Any:
    return scenario.offers[row["offer"]] if 0 <= row["offer"] < len(scenario.offers) else None


RULES: dict[str, tuple[Rule, ...]] = {
    "order of events": (order_of_events, horizon),
    "orders": (orders,),
    "stock and limits": (stock, quotas, limits, wallets, budget),
    "groups": (groups,),
    "commission": (commission,),
}
"""Check -> the rules it is made of; the books are apart, as they are of the whole table."""
