"""The page on all measures: name, labels, unit, denominator, what exactly is counted, and its source."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

from sim.metrics import activity, added, commission, customers, funnel, groups, money, orders, spread, stock
from sim.metrics.metric import Breakdown, Increment, Metric
from sim.odd.markdown import code, table

COMMAND = "shapan outcomes --out docs/measures.md"
"""What writes the page that stands in the repository."""

_BETTER = {"more": "more", "less": "less", "neither": ""}

_HEAD = f"""# What is measured

*Written by `{COMMAND}`; a test compares it with what the code gives.*

Every figure of a run is one of these, computed from its event table alone. In `summary.json` they stand in
the sections `runoff` (all settled: the figures to go by), `horizon` (when decisions end; sales count from
payment, costs from when they arise) and `incremental` (against the same people and chance without the
campaign, both settled). A breakdown gives one number for each part, `name.part`. *Better* says whether more
or less of it is better, for all its parts; of what is neither nobody is the best. *Source* is what the
definition follows.

每个数字都只由事件表算出。`runoff` 为全部结清后（以此为准），`horizon` 为活动期末，
`incremental` 为相对同一人群、同一随机数、不做活动的增量。
“better” 为越多越好（more）或越少越好（less），空白为无所谓好坏。
"""

_PARTS: tuple[tuple[str, tuple[Metric | Breakdown | Increment, ...], str], ...] = (
    ("What the campaign added 活动增量", added.INCREMENTS, "incremental."),
    ("Reach and conversion 触达与转化", (*funnel.METRICS, *funnel.BREAKDOWNS), ""),
    ("Orders 订单", (*orders.METRICS, *orders.BREAKDOWNS), ""),
    ("Stock and rush 库存与抢购", (*stock.METRICS, *stock.BREAKDOWNS), ""),
    ("Groups 拼团", (*groups.METRICS, *groups.BREAKDOWNS), ""),
    ("Spread 传播", (*spread.METRICS, *spread.BREAKDOWNS), ""),
    ("Money 资金", (*money.METRICS, *money.BREAKDOWNS), ""),
    ("Customers 客户价值", (*customers.METRICS, *customers.BREAKDOWNS), ""),
    ("Commission 佣金", (*commission.METRICS, *commission.BREAKDOWNS), ""),
    ("Activity 活跃", activity.METRICS, ""),
)


def measures_document() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for title, measures, before in _PARTS:
        head = ("measure", "中文", "English", "unit", "better", "of", "what is counted", "source")
        parts.append(f"## {title}\n\n{table(head, _rows(measures, before))}\n")
    return "\n".join(parts)


def _rows(measures: Iterable[Metric | Breakdown | Increment], before: str) -> Iterator[tuple[str, ...]]:
    for one in measures:
        name = f"{before}{one.name}" + (".…" if isinstance(one, Breakdown) else "")
        of = f"{one.per_en} {one.per_zh}" if one.per_en else ""
        meaning = inspect.getdoc(one.function) or ""
        if one.needs_messages:
            meaning += " Not in an outcomes table."
        yield (code(name), one.zh, one.en, one.unit, _BETTER[one.better], of, meaning, one.source)
