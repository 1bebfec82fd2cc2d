"""A small picture of a fact: each estimate with its interval over its band."""

from __future__ import annotations

import importlib.util
import io
import math
from typing import TYPE_CHECKING

from sim.errors import RunError
from sim.facts.estimate import Estimate
from sim.facts.suite import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def require_matplotlib() -> None:
    """Check that pictures can be drawn, before the time for what they show is spent.

    Raises:
        RunError: the extra `reports` is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise RunError(
            "the report's pictures need matplotlib, which is not installed: pip install 'shapan[reports]', "
            "or in a checkout: pip install -e '.[reports]'",
            "报告的图需要 matplotlib，但未安装：pip install 'shapan[reports]'，"
            "或在代码目录中：pip install -e '.[reports]'",
        )


def plot_svg(result: Result) -> str:
    """The picture as SVG, the same each time.

    Raises:
        RunError: the extra `reports` is not installed.
    """
    require_matplotlib()
    import matplotlib as mpl  # takes half a second, and only the report needs it
    from matplotlib.figure import Figure

    shown = [one for one in result.estimates if not math.isnan(one.value)]
    with mpl.rc_context({"svg.hashsalt": result.fact.id, "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(4.2, 0.35 + 0.62 * max(1, len(shown))), layout="constrained")
        for place, one in enumerate(shown):
            _draw(figure.add_subplot(len(shown), 1, place + 1), one)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()


def _draw(axes: Axes, one: Estimate) -> None:
    ends = [value for value in (one.value, one.low, one.high) if not math.isnan(value)]
    if one.band is not None:
        ends += [end for end in (one.band.low, one.band.high) if end is not None]
    low, high = min(ends), max(ends)
    room = 0.15 * (high - low) or abs(high) * 0.2 or 1.0
    axes.set_xlim(low - room, high + room)
    if one.band is not None:
        left = one.band.low if one.band.low is not None else low - room
        right = one.band.high if one.band.high is not None else high + room
        axes.axvspan(left, right, color="#cfe8d5")
    colour = "#b3261e" if one.verdict == "fails" else "#1f4e79"
    if not math.isnan(one.low):
        axes.plot([one.low, one.high], [0, 0], color=colour, linewidth=2)
    axes.plot([one.value], [0], "o", color=colour, markersize=5)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.set_title(one.name, loc="left", fontsize=8, pad=2)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
