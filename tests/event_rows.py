"""Event tables written by hand."""

from typing import Any

from sim.events import (
    COLUMNS,
    EVENT_SCHEMA_VERSION,
    EventTable,
    Header,
    Kind,
    OfferInfo,
    ProductInfo,
    table_from_rows,
)


def header(**changes: Any) -> Header:
    """Ten members in two segments, two products of which the first has 5 in stock, one group-buy."""
    plain: dict[str, Any] = {
        "event_schema_version": EVENT_SCHEMA_VERSION,
        "model_version": "test",
        "scenario_id": "by-hand",
        "seed": 7,
        "members": 10,
        "start": "2026-03-02T20:00:00",
        "horizon_s": 14 * 86400,
        "segments": ("student", "parent"),
        "segment_members": (6, 4),
        "products": (
            ProductInfo("rice", "大米", "rice", "staple", 3000, 5),
            ProductInfo("course", "课程", "course", "content", 9900, None),
        ),
        "offers": (OfferInfo("pintuan", "group_buy"),),
        "chats": 2,
        "kols": (9,),
        "distributors": (8,),
    }
    return Header(**(plain | changes))


def row(time_s: int, kind: Kind, actor: int = -1, **values: int) -> tuple[int, ...]:
    """One row; product 0 and a segment by member number unless told, nothing else."""
    defaults = dict.fromkeys(COLUMNS, -1) | {"product": 0, "amount_fen": 0, "value": 0, "runoff": 0}
    segment = -1 if actor < 0 else int(actor >= 6)
    given = {"time_s": time_s, "kind": int(kind), "actor": actor, "segment": segment} | values
    assert given.keys() <= COLUMNS.keys()
    return tuple((defaults | given)[name] for name in COLUMNS)


def table(*rows: tuple[int, ...], **changes: Any) -> EventTable:
    """A table of these rows; `changes` go into the header."""
    return table_from_rows(header(**changes), list(rows))


SALE = [
    # a sale that ran off: discounts, both levels of commission, one of them reversed
    row(0, Kind.ORDER_PAID, 1, order=0, amount_fen=3000, source=8),
    row(0, Kind.SUBSIDY, 1, order=0, amount_fen=500),
    row(1, Kind.COMMISSION_ACCRUED, 8, order=0, source=1, amount_fen=300, value=1),
    row(1, Kind.COMMISSION_ACCRUED, 7, order=0, source=1, amount_fen=90, value=2),
    row(2, Kind.PARTIAL_REFUND, 1, order=0, amount_fen=200),
    row(3, Kind.SHIPPED, 1, order=0, amount_fen=1800),
    row(3, Kind.CARRIAGE, 1, order=0, amount_fen=400),
    row(4, Kind.RECEIVED, 1, order=0, amount_fen=3300),
    row(4, Kind.PLATFORM_FEE, 1, order=0, amount_fen=30),
    row(5, Kind.COMMISSION_PAID, 8, order=0, amount_fen=300, value=1),
    row(5, Kind.COMMISSION_REVERSED, 7, order=0, amount_fen=90),
]
