"""Writing the event table's rows from compiled code."""

from __future__ import annotations

from sim.compiled import internal
from sim.events import Channel
from sim.kernel.counts import count
from sim.kernel.purse import note
from sim.kernel.records import member_of, order_of, row_of, world_at

_OPEN_LIST = int(Channel.OPEN_LIST)


@internal
def emit(
    w: int,
    kind: int,
    actor: int,
    source: int,
    product: int,
    offer: int,
    group: int,
    order: int,
    channel: int,
    amount_fen: int,
    value: int,
    cause: int,
) -> None:
    """Write one row, now, or count it where only outcomes are recorded."""
    world = world_at(w, 0)
    if world.budgeted and amount_fen != 0:
        note(w, kind, amount_fen)
    if world.period_s and count(w, kind, actor, product, channel, value):
        return
    row = row_of(w, world.row_used)
    world.row_used += 1
    row.time_s, row.kind, row.actor, row.source = world.now_s, kind, actor, source
    row.product, row.offer, row.group, row.order = product, offer, group, order
    row.channel, row.amount_fen, row.value, row.cause = channel, amount_fen, value, cause
    row.segment = member_of(w, actor).segment if actor >= 0 else -1
    row.runoff = 1 if world.now_s >= world.horizon_s else 0


@internal
def seen_on(w: int, number: int) -> int:
    """Where the buyer saw what was ordered: the list of open groups, or over whose channel it came."""
    order = order_of(w, number)
    return _OPEN_LIST if order.from_list else int(order.channel)


@internal
def emit_order(w: int, kind: int, number: int, amount_fen: int, value: int) -> None:
    """Write a row about an order."""
    order = order_of(w, number)
    emit(
        w,
        kind,
        order.member,
        order.source,
        order.product,
        order.offer,
        order.group,
        number,
        seen_on(w, number),
        amount_fen,
        value,
        order.cause,
    )


@internal
def emit_money(w: int, kind: int, number: int, amount_fen: int, value: int) -> None:
    """Write a row about an order's money, if any moves."""
    if amount_fen != 0:
        emit_order(w, kind, number, amount_fen, value)
