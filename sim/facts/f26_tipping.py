"""F26: a deal that has tipped is bought more; one that has not raises no referral."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.metrics.view import TableView
from sim.settings.problems import Text

_ARM = "deals"
_DEALS = 20
_TIPS_AT = 30  # people. assumption: Groupon's tipping points are small against what is sold


def tipping_times(view: TableView, tips_at: int) -> NDArray[np.int64]:
    """When each product's deal had so many people, in seconds; past everything where it never had."""
    table = view.table
    tipped_s: NDArray[np.int64] = np.full(len(view.header.products), 2**62, dtype=np.int64)
    rows = view.rows(Kind.GROUP_JOINED)
    rows = rows[table["value"][rows] >= tips_at]
    np.minimum.at(tipped_s, table["product"][rows], table["time_s"][rows])
    return tipped_s


def around_tipping(view: TableView, tips_at: int) -> Row:
    """Looks, orders on them, payments, and messages of those who paid, before and after each deal has tipped.

    A look is a member's first reading about a deal, come across by oneself: who reads again has refused once.
    """
    table = view.table
    tipped_s = tipping_times(view, tips_at)
    reads = view.rows(Kind.READ)
    deals = len(tipped_s)
    _, first = np.unique(
        table["actor"][reads].astype(np.int64) * deals + table["product"][reads], return_index=True
    )
    ordered = np.zeros(len(reads), dtype=np.bool_)
    # what a reading leads to is written right after it
    ordered[np.searchsorted(reads, view.rows(Kind.ORDER_PLACED)) - 1] = True
    first = first[table["channel"][reads[first]] == Channel.BROWSE]
    row: Row = {}
    for name, rows in (
        ("looks", reads[first]),
        ("ordered", reads[first[ordered[first]]]),
        ("paid", view.rows(Kind.ORDER_PAID)),
        ("told", view.rows(Kind.SEND)),
    ):
        after = table["time_s"][rows] > tipped_s[table["product"][rows]]
        row |= {f"{name}-before": float((~after).sum()), f"{name}-after": float(after.sum())}
    return row


def _count(arm: str, trial: Trial) -> Row:
    return around_tipping(trial.view, _TIPS_AT)


def _ratio(samples: Sequence[Sample], part: str, whole: str) -> float:
    """After ÷ before of part ÷ whole."""

    def share(when: str) -> float:
        return quotient(pooled(samples, _ARM, f"{part}-{when}"), pooled(samples, _ARM, f"{whole}-{when}"))

    return quotient(share("after"), share("before"))


def _bought(samples: Sequence[Sample]) -> float:
    return _ratio(samples, "ordered", "looks")


def _told(samples: Sequence[Sample]) -> float:
    return _ratio(samples, "told", "paid")


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    after, paid = (int(pooled(samples, _ARM, name)) for name in ("ordered-after", "paid-after"))
    return (
        estimate("orders ÷ first looks, after ÷ before", samples, _bought, Band(1.1), "x", after),
        estimate("messages ÷ buyers, after ÷ before", samples, _told, Band(0.9, 1.1), "x", paid),
    )


def _deal(number: int) -> dict[str, Any]:
    steps = [{"people": _TIPS_AT, "price_fen": 3000}, {"people": 10_000, "price_fen": 2999}]
    return {
        "id": f"deal-{number}",
        "type": "group_buy",
        "mode": "ladder",
        "window_hours": 72,
        "prices": [{"id": f"item-{number}", "price_fen": 3000}],
        "ladder": steps,  # the second is never reached: it keeps the deal open after it has tipped
    }


FACT = Fact(
    id="F26",
    star=False,
    title=Text(
        "a deal that has tipped is bought more, one that has not raises no referral",
        "已成团的团购卖得更快，未成团并不增加推荐",
    ),
    source="Hu & Winer 2017, IJRM; Hu, Man and Winer 2014 (Groupon)",
    status="P",
    claim=Text(
        "deals at half price that need 30 people, three days: orders ÷ first own looks, after tipping ÷ "
        "before > 1.1; messages ÷ buyers, after ÷ before, 0.9–1.1",
        "半价、满 30 人成团、为期三天的团购：订单÷首次自行浏览，成团后÷成团前 > 1.1；"
        "消息÷购买者，成团后÷成团前 0.9–1.1",
    ),
    arms={
        _ARM: Arm(
            ("daily-deals",),
            {
                "products": [
                    {"id": f"item-{number}", "list_price_fen": 6000, "cost_fen": 2000}
                    for number in range(_DEALS)
                ],
                "mechanics": [_deal(number) for number in range(_DEALS)],
            },
        )
    },
    seeds=6,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("one expects less of what may not fill", {"behaviour.deciding.fill_prior": 1.0}),
        Mechanism("who waits for others tells them", {"behaviour.sharing.waiting_group": 0.0}),
    ),
)  # fmt: skip
