"""Comparisons of designs as text: verdicts, the table, and what depends on the calibration."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from rich.table import Table
from rich.text import Text as Cell

from sim.calibration.agreement import Order, agreement, orders
from sim.commands.session import Session
from sim.commands.summary_table import BECAUSE, NOT_RECORDED, shown
from sim.compare import Comparison, best, difference, gaps, judged, level
from sim.estimate import LEAST_SEEDS, LEAST_SEEDS_BOUNDED, least_seeds
from sim.metrics.metric import GAINED, Increment
from sim.metrics.registry import higher_is_better, measure_of, unit_of
from sim.text import Text
from sim.verdict_text import verdict_text

_SHOWN = (
    "reach_share",
    "buyers",
    "conversion_of_readers",
    "new_customers",
    "group_success_rate",
    "k_factor",
    "net_fen",
    "margin_fen",
    "refund_rate",
    f"{GAINED}.buyers",
    f"{GAINED}.margin_fen",
)
_LISTED = 3  # assumption: so many single values find room in a column


def verdicts(session: Session, comparisons: Mapping[str, Comparison], by: str) -> list[str]:
    """What an outcome says of each design against the first one, a sentence each."""
    names = next(iter(comparisons.values())).names
    unit = unit_of(by)
    return [
        verdict_text(
            judged(comparisons, by, number),
            a=names[0],
            b=names[number],
            outcome=name_of(by),
            shown=lambda value: _shown(value, unit, signed=True),
            least=least_seeds(unit),
        ).get(session.lang)
        for number in range(1, len(names))
    ]


def comparison_table(session: Session, comparisons: Mapping[str, Comparison], *, details: bool) -> Table:
    """Levels and differences by metric and design; designs go by the letters of `legend`.

    Args:
        session: for whom.
        comparisons: calibration -> comparison, of the same designs and seeds.
        details: of several calibrations, figures under each, one below the other; otherwise those under the
            first, and under how many of them one of the two is better.
    """
    (first_name, first), *others = comparisons.items()
    summed = bool(others) and not details
    under = f" ({first_name})" if summed else ""
    seeds = len(first.seeds)
    table = Table(
        title=session.text(
            f"Differences to A, by paired seeds ({seeds}), with 95 % intervals{under}",
            f"与 A 之差，按相同种子配对（{seeds} 个），95% 区间{under}",
        ),
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=None,
        pad_edge=False,
    )
    table.add_column("", overflow="fold")
    table.add_column("", no_wrap=True)
    better = ("better in", "更好") if len(first.names) == 2 else ("best in", "最好")
    for en, zh in (
        ("mean", "均值"),
        ("difference", "差"),
        ("interval", "区间"),
        (f"{better[0]}\nk of n\nseeds", f"k/n 个\n种子中\n{better[1]}"),
        *([("holds\nunder", "成立于")] if summed else []),
    ):
        table.add_column(session.text(en, zh), justify="right", no_wrap=True)
    for metric in _SHOWN:
        if not any(metric in one.values for one in comparisons.values()):
            continue
        name = name_of(metric).get(session.lang)
        if any(metric in one.unavailable for one in comparisons.values()):
            table.add_row(Cell(name), "", session.text(*NOT_RECORDED), "", BECAUSE)
            continue
        if not any(_something(one, metric) for one in comparisons.values()):
            continue
        if higher_is_better(metric) is False:
            name += session.text(" (less is better)", "（越少越好）")
        if summed:
            _add_designs(session, table, name, metric, first, comparisons)
            continue
        for calibration, one in comparisons.items():
            title = f"{name}, {calibration}" if others else name
            _add_designs(session, table, title, metric, one, None)
    return table


def legend(comparison: Comparison) -> list[str]:
    """Which letter stands for which design: names are too long for a column."""
    return [f"{_letter(number)}: {name}" for number, name in enumerate(comparison.names)]


def few_seeds(session: Session, comparison: Comparison, by: str) -> list[str]:
    """What is said where there are too few seeds for an interval, with single differences by an outcome."""
    seeds = len(comparison.seeds)
    if seeds >= LEAST_SEEDS_BOUNDED:
        return []
    lines = [
        session.text(
            f"[ ]: too few seeds for an interval ({LEAST_SEEDS}; shares and ratios: {LEAST_SEEDS_BOUNDED}); "
            "the single differences, or their lowest and highest",
            f"[ ]：种子太少，不给区间（需 {LEAST_SEEDS} 个，比率类需 {LEAST_SEEDS_BOUNDED} 个）；"
            "所列为各种子之差，或其最低与最高值",
        )
    ]
    unit = unit_of(by)
    if seeds < least_seeds(unit):
        for number in range(1, len(comparison.names)):
            each = ", ".join(
                _shown(None if np.isnan(gap) else gap, unit, signed=True)
                for gap in gaps(comparison, by, number).tolist()
            )
            name = name_of(by).get(session.lang)
            lines.append(f"{_letter(number)} - A, {name}: {each}")
    return lines


def disagreements(session: Session, comparisons: Mapping[str, Comparison]) -> list[str]:
    """What is said of metrics shown by which the order of two designs hangs on the calibration."""
    found: dict[str, list[str]] = {}
    for metric in _SHOWN:
        if all(metric in one.values and metric not in one.unavailable for one in comparisons.values()):
            for order in orders(comparisons, metric):
                line = f"  {name_of(metric).get(session.lang)}: {_under(session, order)}"
                found.setdefault(order.agreement, []).append(line)
    lines = []
    if "reversed" in found:
        strongly = session.text(
            "WHICH DESIGN IS BETTER DEPENDS ON THE CALIBRATION, beyond luck, by:",
            "哪个方案更好取决于标定，且超出运气，涉及：",
        )
        lines += [strongly, *found["reversed"]]
    if "some" in found:
        weakly = session.text(
            "Holds only under some calibrations (under the others they cannot be told apart):",
            "仅在部分标定下成立（其余标定下分不出高下）：",
        )
        lines += [weakly, *found["some"]]
    if lines:
        return lines
    names = ", ".join(comparisons)
    if found.keys() <= {"early"}:
        return [
            session.text(
                f"Too few seeds to say whether the calibration matters ({names}).",
                f"种子太少，无法判断结论是否取决于标定（{names}）。",
            )
        ]
    return [
        session.text(
            f"No order shown that has an interval depends on the calibration ({names}).",
            f"所示有区间的高下均不因标定而异（{names}）。",
        )
    ]


def name_of(metric: str) -> Text:
    """A metric's or an increment's name in both languages."""
    one = measure_of(metric)
    if isinstance(one, Increment) and one.signed:
        return Text(f"incremental {one.en}", f"增量{one.zh}")
    return Text(one.en, one.zh)


def _under(session: Session, order: Order) -> str:
    """Who is better under what, for people."""
    told = []
    for number, other in (order.designs, order.designs[::-1]):
        where = [calibration for calibration, better in order.better.items() if better == number]
        if where:
            one, two = _letter(number), _letter(other)
            told.append(
                session.text(
                    f"{one} better than {two} only under {', '.join(where)}",
                    f"{one} 仅在 {'、'.join(where)} 下优于 {two}",
                )
            )
    return session.text("; ", "；").join(told)


def _something(comparison: Comparison, metric: str) -> bool:
    return any(level(comparison, metric, number).mean for number in range(len(comparison.names)))


def _add_designs(
    session: Session,
    table: Table,
    name: str,
    metric: str,
    comparison: Comparison,
    summed: Mapping[str, Comparison] | None,
) -> None:
    """Rows of a metric; `summed`: all calibrations, if the last column is to tell where the order holds."""
    won, unit = best(comparison, metric), unit_of(metric)
    of_seeds = session.text("{} of {}", "{}/{}")
    for number in range(len(comparison.names)):
        cells = ["", ""]
        if number:
            gap = difference(comparison, metric, number).mean
            cells = [_shown(gap, unit, signed=True), _interval(comparison, metric, number)]
        table.add_row(
            Cell("" if number else name),
            _letter(number),
            _shown(level(comparison, metric, number).mean, unit),
            *map(Cell, cells),
            of_seeds.format(won.wins[number], won.seeds) if won.seeds else "",
            *([_holds(session, summed, metric, number)] if summed and number else []),
        )


def _letter(design: int) -> str:
    """A for the first design, and so on; from the 27th on a number."""
    return chr(ord("A") + design) if design < 26 else str(design + 1)


def _interval(comparison: Comparison, metric: str, design: int) -> str:
    """The interval of a difference; with too few seeds single values in brackets."""
    gap, unit = difference(comparison, metric, design), unit_of(metric)
    if gap.low is not None and gap.high is not None:
        return f"{_shown(gap.low, unit, signed=True)} .. {_shown(gap.high, unit, signed=True)}"
    each = gaps(comparison, metric, design)
    each = each[~np.isnan(each)]
    if len(each) == 0:
        return ""
    if len(each) <= _LISTED:
        return f"[{', '.join(_shown(one, unit, signed=True) for one in each.tolist())}]"
    lowest, highest = float(each.min()), float(each.max())
    return f"[{_shown(lowest, unit, signed=True)} … {_shown(highest, unit, signed=True)}]"


def _holds(session: Session, comparisons: Mapping[str, Comparison], metric: str, design: int) -> str:
    """Under how many calibrations a design is better, or worse, than the first one."""
    if not all(metric in one.values for one in comparisons.values()):
        return ""
    found = judged(comparisons, metric, design)
    told = agreement(found)
    if told == "reversed":
        return session.text("REVERSED", "相反")
    if told in ("early", "none"):
        return "" if told == "early" else "–"
    holding = sum(one.side != 0 for one in found.by_calibration.values())
    return session.text("{} of {}", "{}/{}").format(holding, len(comparisons))


def _shown(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A mean, which may have decimals where single values have none; from 100 on they tell nothing."""
    if value is None or abs(value) < 100 or unit in ("share", "hours", "seconds", "ratio"):
        return shown(value, unit, signed=signed)
    if unit != "fen":
        return shown(round(value), unit, signed=signed)
    if abs(value) < 10_000:
        return shown(value, unit, signed=signed)
    return shown(100 * round(value / 100), unit, signed=signed).removesuffix(".00")
