"""The pictures: Altair charts of an outcome, in the colours of the designs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd

from sim.ui.palette import COLOURS, GREY, INK, SIDES

HEIGHT = 300
_BAR = 11  # pixels
_LEGEND = 90  # pixels, of three lines below a chart
_GAP = 10  # pixels between steps
_PAPER = "#fbfaf8"  # the background of the theme, around labels that stand on lines

Chart = alt.LayerChart | alt.FacetChart

Say = Callable[[str], str]
"""Gives the text of a key."""


def adoption_chart(frame: pd.DataFrame, twin: pd.DataFrame | None, say: Say) -> Chart:
    """Cumulative buyers by day with the range over seeds; the twin dashed."""
    frame = _sided(frame)
    x = alt.X("day:Q", title=say("results.day"), axis=alt.Axis(tickMinStep=1, grid=False))
    y = alt.Y("mean:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1))
    tips = [
        alt.Tooltip("day:Q", title=say("results.day")),
        alt.Tooltip("mean:Q", title=say("results.buyers"), format=",.0f"),
    ]
    base = alt.Chart(frame)
    layers: list[Any] = [
        base.mark_area(opacity=0.18).encode(x, alt.Y("low:Q", title=None), y2="high:Q", color=_colour()),
        base.mark_line(strokeWidth=2.2).encode(x, y, color=_colour(), tooltip=tips),
    ]
    if twin is not None:
        line = alt.Chart(twin).mark_line(strokeWidth=1.6, strokeDash=[5, 4], color=GREY)
        layers.insert(0, line.encode(x, y, tooltip=tips))
    return alt.layer(*layers).properties(height=HEIGHT)


def added_chart(frame: pd.DataFrame, say: Say) -> Chart:
    """Buyers added by day, the days after the campaign too: where it falls, they would have come later."""
    frame = _sided(frame)
    x = alt.X("day:Q", title=say("results.day"), axis=alt.Axis(tickMinStep=1, grid=False))
    y = alt.Y("mean:Q", title=None, axis=alt.Axis(format=",d", tickMinStep=1))
    tips = [
        alt.Tooltip("day:Q", title=say("results.day")),
        alt.Tooltip("mean:Q", title=say("results.added"), format="+,.1f"),
    ]
    line = alt.Chart(frame).mark_line(strokeWidth=2.2, point=True).encode(x, y, color=_colour(), tooltip=tips)
    zero = alt.Chart(pd.DataFrame({"mean": [0.0]})).mark_rule(color=GREY).encode(alt.Y("mean:Q", title=None))
    return alt.layer(zero, line).properties(height=HEIGHT)


def money_by_day_chart(frame: pd.DataFrame, say: Say) -> Chart:
    """Cash, margin and marketing up to each day; a dash for each, a colour for each design."""
    frame = _sided(frame)
    frame["name"] = [say(f"by_day.{what}") for what in frame["what"]]
    order = list(dict.fromkeys(frame["name"]))
    x = alt.X("day:Q", title=say("results.day"), axis=alt.Axis(tickMinStep=1, grid=False))
    y = alt.Y("mean:Q", title=None, axis=alt.Axis(labelExpr=_MONEY_LABEL))
    dash = alt.StrokeDash(
        "name:N",
        sort=order,
        scale=alt.Scale(domain=order, range=[[1, 0], [6, 4], [2, 3]]),
        legend=alt.Legend(
            title=None, orient="bottom", columns=1, symbolStrokeColor=INK, symbolSize=900, labelLimit=260
        ),
    )
    tips = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("day:Q", title=say("results.day")),
        alt.Tooltip("mean:Q", title="¥", format=",.0f"),
    ]
    lines = (
        alt.Chart(frame).mark_line(strokeWidth=2).encode(x, y, color=_colour(), strokeDash=dash, tooltip=tips)
    )
    zero = alt.Chart(pd.DataFrame({"mean": [0.0]})).mark_rule(color=GREY).encode(alt.Y("mean:Q", title=None))
    return alt.layer(zero, lines).properties(height=HEIGHT + _LEGEND)


def funnel_chart(frame: pd.DataFrame, say: Say) -> Chart:
    """Members by step, the designs under each other."""
    frame = _sided(frame)
    frame["name"] = [say(f"step.{step}") for step in frame["step"]]
    frame["label"] = [
        f"{members:,.0f}  {share:.1%}"
        for members, share in zip(frame["members"], frame["share"], strict=True)
    ]
    x = alt.X(
        "members:Q",
        title=None,
        axis=alt.Axis(format=",d", tickCount=5),
        scale=alt.Scale(domainMax=float(frame["members"].max()) * 1.22),  # room for the labels
    )
    return _bars(frame, x, list(dict.fromkeys(frame["name"])))


_MONEY_LABEL = "abs(datum.value) < 1000 ? format(datum.value, ',') : format(datum.value, '~s')"
"""By itself the axis would give zero the unit of the others: 0k."""


def money_chart(frame: pd.DataFrame, say: Say) -> Chart:
    """Money by line, the designs under each other."""
    frame = _sided(frame)
    frame["name"] = [say(f"money.{line}") for line in frame["line"]]
    frame["label"] = [f"{'−' if yuan < 0 else ''}¥{abs(yuan):,.0f}" for yuan in frame["yuan"]]
    low, high = min(0.0, float(frame["yuan"].min())), max(0.0, float(frame["yuan"].max()))
    room = (high - low) * 0.2 or 1.0
    x = alt.X(
        "yuan:Q",
        title=None,
        axis=alt.Axis(labelExpr=_MONEY_LABEL, tickCount=5),
        scale=alt.Scale(domain=[low - room * (low < 0), high + room]),
    )
    return _bars(frame, x, list(dict.fromkeys(frame["name"])))


def paired_chart(means: pd.DataFrame, points: pd.DataFrame) -> Chart:
    """Differences as shares: a mean with its interval, or every pair as a point where there is none.

    Args:
        means: columns `name`, `label`, `mean`, `low`, `high`.
        points: columns `name`, `value`.
    """
    order = list(dict.fromkeys([*means["name"], *points["name"]]))
    y = alt.Y("name:N", title=None, sort=order, axis=alt.Axis(labelLimit=140, ticks=False, domain=False))
    known = [0.0, *means[["mean", "low", "high"]].to_numpy(dtype=float).ravel(), *points["value"]]
    low, high = min(known), max(known)
    room = (high - low) * 0.12 or 0.1
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    axis = alt.Axis(format="+.0%", tickCount=5)
    rule = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeDash=[4, 3], color=GREY)
    layers: list[Any] = [rule.encode(alt.X("zero:Q", title=None, scale=scale, axis=axis))]
    if len(means):
        x = alt.X("mean:Q", title=None, scale=scale, axis=axis)
        base = alt.Chart(means)
        layers += [
            base.mark_rule(strokeWidth=7, opacity=0.3, color=COLOURS[1]).encode(
                alt.X("low:Q", title=None), y, x2="high:Q"
            ),
            base.mark_point(filled=True, size=75, opacity=1, color=COLOURS[1]).encode(x, y),
            base.mark_text(dy=-13, fontSize=11, stroke=_PAPER, strokeWidth=4).encode(x, y, text="label:N"),
            base.mark_text(dy=-13, fontSize=11, color="#5a554d").encode(x, y, text="label:N"),
        ]
    if len(points):
        x = alt.X("value:Q", title=None, scale=scale, axis=axis)
        dots = alt.Chart(points).mark_point(filled=True, size=45, opacity=0.65, color=COLOURS[1])
        layers.append(dots.encode(x, y))
    return alt.layer(*layers).properties(height=HEIGHT)


def _bars(frame: pd.DataFrame, x: alt.X, order: list[str]) -> Chart:
    y = alt.Y(
        "name:N",
        title=None,
        sort=order,
        axis=alt.Axis(labelLimit=130, ticks=False, domain=False),
        scale=alt.Scale(paddingInner=0.3, paddingOuter=0.1),
    )
    end = alt.datum[str(x.shorthand).partition(":")[0]]
    base = alt.Chart(frame).encode(x, y, yOffset=alt.YOffset("side:N", sort=list(SIDES)))
    bars = base.mark_bar(height=_BAR, cornerRadiusEnd=2).encode(color=_colour())
    style: dict[str, Any] = {"fontSize": 11, "color": "#5a554d"}
    up = base.transform_filter(end >= 0).mark_text(align="left", dx=4, **style)
    down = base.transform_filter(end < 0).mark_text(align="right", dx=-4, **style)
    labels = [one.encode(text="label:N") for one in (up, down)]
    sides = frame["side"].nunique()
    return alt.layer(bars, *labels).properties(
        height=max(HEIGHT - 60, len(order) * (sides * (_BAR + 3) + _GAP) + 40)
    )


def _sided(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(side=[SIDES[number] for number in frame["side"]])


def _colour() -> alt.Color:
    return alt.Color("side:N", scale=alt.Scale(domain=list(SIDES), range=list(COLOURS)), legend=None)
