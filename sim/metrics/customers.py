"""What customers are worth: what a visitor spends, what a new customer has left so far, when that pays back.

The value of a customer is *observed to date*, never a forecast: the margin of all orders that the customer
paid in the run, before marketing, since that is the cost it is held against. A run of two weeks shows two
weeks of it. Prices cut and coupons have lowered it already, so it goes with the cost in cash.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.events import Kind
from sim.metrics.funnel import considering
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.money import gross_fen, marketing_fen
from sim.metrics.view import TableView, ratio
from sim.outcomes import since_midnight_s
from sim.units import DAY

COHORT_DAYS = 7
"""Days of a first purchase that make a cohort (assumption: every weekday once)."""

_OF_ORDER = {
    Kind.ORDER_PAID: 1, Kind.REFUNDED: -1, Kind.REFUNDED_AFTER: -1, Kind.PARTIAL_REFUND: -1,
    Kind.SUBSIDY: 1, Kind.SHIPPED: -1, Kind.RESTOCKED: 1, Kind.CARRIAGE: -1, Kind.PLATFORM_FEE: -1,
}  # fmt: skip
"""What an order brings (1) and what serving it costs (-1), marketing apart."""


def uv_value_fen(view: TableView) -> float | None:
    """Paid amount, with what was refunded later / members who looked closer at a product.

    Looking closer is the visit that a shop's back office counts; who only reads a message has not visited.
    """
    return ratio(gross_fen(view), considering(view))


def new_customer_margin_fen(view: TableView) -> int:
    """Margin before marketing of all orders that new customers paid.

    Margin before marketing: what was paid, less refunds, goods, freight and platform fees, and with the
    platform's subsidies. An order counts with all that came of it up to the moment of the figures.
    """
    return int(_orders_of_new(view)[1].sum())


def ltv_to_date_fen(view: TableView) -> float | None:
    """Margin before marketing of all orders that new customers paid / new customers.

    What they are worth so far, no forecast: who came on the last day has had one day.
    """
    return ratio(new_customer_margin_fen(view), int(view.new_customers.sum()))


def ltv_d7_fen(view: TableView) -> float | None:
    """The same of orders paid up to the seventh local day after the first / new customers with that time.

    Over those whose seventh day after the first standing payment is over by the horizon.
    """
    return _ltv_fen(view, 7)


def ltv_d30_fen(view: TableView) -> float | None:
    """The same up to the thirtieth local day after the first; None in runs of under 31 days."""
    return _ltv_fen(view, 30)


def ltv_to_cac(view: TableView) -> float | None:
    """Margin before marketing of new customers / marketing: value to date over acquisition cost in cash."""
    return ratio(new_customer_margin_fen(view), marketing_fen(view))


def payback_days(view: TableView) -> int | None:
    """The first local day after their first at whose end new customers have brought in the marketing.

    0: on the day of the first standing payment. Added up over all new customers, each from the own first day;
    who came late has had less time, so that it is rather too late than too early. None where what they
    brought by the end is less than the marketing, or nobody is new.
    """
    lags, margin_fen = _orders_of_new(view)
    if not len(lags):
        return None
    enough = np.flatnonzero(np.cumsum(_summed(lags, margin_fen)) >= marketing_fen(view))
    return int(enough[0]) if len(enough) else None


def ltv_by_cohort_fen(view: TableView) -> dict[str, float | None]:
    """Margin before marketing per new customer to date, by the week of the first standing payment.

    Weeks are of seven local days from the day of the start on: earlier ones have had more time.
    """
    first = _first_day(view)
    weeks = -(-(view.header.horizon_s + since_midnight_s(view.header.start)) // (COHORT_DAYS * DAY))
    members = np.flatnonzero(view.new_customers)
    people = np.bincount(first[members] // COHORT_DAYS, minlength=weeks)
    paid = _paid_by_new(view)
    week = first[view.table["actor"][paid]] // COHORT_DAYS
    margin_fen = _summed(week, _margin_by_order_fen(view)[view.table["order"][paid]], weeks)
    return {
        f"week_{number + 1}": ratio(int(margin_fen[number]), int(people[number])) for number in range(weeks)
    }


def _ltv_fen(view: TableView, days: int) -> float | None:
    first, over = _first_day(view), (view.header.horizon_s + since_midnight_s(view.header.start)) // DAY
    had_time = view.new_customers & (first < over - days)
    lags, margin_fen = _orders_of_new(view)
    chosen = had_time[view.table["actor"][_paid_by_new(view)]] & (lags <= days)
    return ratio(int(margin_fen[chosen].sum()), int(had_time.sum()))


def _orders_of_new(view: TableView) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of all orders that new customers paid: local days after their first standing one (or 0), and margin."""
    paid = _paid_by_new(view)
    lags = _day(view, paid) - _first_day(view)[view.table["actor"][paid]]
    return np.maximum(lags, 0), _margin_by_order_fen(view)[view.table["order"][paid]]


def _paid_by_new(view: TableView) -> NDArray[np.int64]:
    """Rows of the payments of new customers, refunded later or not."""
    paid = view.rows(Kind.ORDER_PAID)
    by_new: NDArray[np.bool_] = view.new_customers[view.table["actor"][paid]]
    return paid[by_new]


def _margin_by_order_fen(view: TableView) -> NDArray[np.int64]:
    """Margin before marketing: int64[orders + 1]."""
    margin_fen: NDArray[np.int64] = np.zeros(len(view.refunded), dtype=np.int64)
    for kind, sign in _OF_ORDER.items():
        margin_fen += sign * view.by_order(kind)
    return margin_fen


def _first_day(view: TableView) -> NDArray[np.int64]:
    """Local day of each member's first standing payment: int64[members], -1 without one."""
    first = np.full(view.header.members, -1, dtype=np.int64)
    rows = view.standing[::-1]
    first[view.table["actor"][rows]] = _day(view, rows)  # the last write stays: the first row
    return first


def _day(view: TableView, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    days: NDArray[np.int64] = (view.table["time_s"][rows] + since_midnight_s(view.header.start)) // DAY
    return days


def _summed(where: NDArray[np.int64], amounts: NDArray[np.int64], length: int = 0) -> NDArray[np.int64]:
    sums = np.zeros(max(length, int(where.max(initial=-1)) + 1), dtype=np.int64)
    np.add.at(sums, where, amounts)
    return sums


METRICS: tuple[Metric, ...] = (
    Metric(
        "uv_value_fen",
        uv_value_fen,
        "fen",
        "UV 价值",
        "sales per visitor (UV)",
        "more",
        "点击人数",
        "members who looked closer",
        of=("gross_fen", "considering"),
    ),
    Metric(
        "new_customer_margin_fen",
        new_customer_margin_fen,
        "fen",
        "新客毛利（营销前）",
        "new customers' margin",
        "more",
    ),
    Metric(
        "ltv_to_date_fen",
        ltv_to_date_fen,
        "fen",
        "LTV（截至目前，非预测）",
        "LTV to date, no forecast",
        "more",
        "新客",
        "new customers",
        of=("new_customer_margin_fen", "new_customers"),
    ),
    Metric(
        "ltv_d7_fen",
        ltv_d7_fen,
        "fen",
        "7 日 LTV",
        "LTV of 7 days",
        "more",
        "首购满七日的新客",
        "new customers for 7 days",
    ),
    Metric(
        "ltv_d30_fen",
        ltv_d30_fen,
        "fen",
        "30 日 LTV",
        "LTV of 30 days",
        "more",
        "首购满三十日的新客",
        "new customers for 30 days",
    ),
    Metric(
        "ltv_to_cac",
        ltv_to_cac,
        "ratio",
        "LTV÷获客成本（现金）",
        "LTV to acquisition cost",
        "more",
        "营销花费（现金）",
        "marketing spend, cash",
        of=("new_customer_margin_fen", "marketing_fen"),
    ),
    Metric("payback_days", payback_days, "days", "回本天数", "days to pay back", "less"),
)

BREAKDOWNS: tuple[Breakdown, ...] = (
    Breakdown(
        "ltv_by_cohort_fen",
        ltv_by_cohort_fen,
        "fen",
        "各周新客的 LTV（截至目前）",
        "LTV to date by cohort",
        "more",
        "该周首购的新客",
        "new customers of the week",
    ),
)
