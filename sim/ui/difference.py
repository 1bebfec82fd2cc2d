"""How two designs differ, in words."""

from __future__ import annotations

from typing import Any

from sim.ui.draft import Difference
from sim.ui.settings import CHOICES, written
from sim.ui.state import say, t


def difference_line(one: Difference) -> str:
    """A difference as people read it: `Group size: 2 → 3`."""
    return f"{say(one.label)}: {_shown(one, one.a)} → {_shown(one, one.b)}"


def _shown(one: Difference, value: Any) -> str:
    if one.setting is None and (one.a is None or one.b is None) and value in (None, True):
        return t("design.present") if value else t("design.absent")
    if isinstance(value, bool):
        return t("design.yes") if value else t("design.no")
    if one.setting is not None and one.setting.kind == "choice":
        return say(CHOICES[str(value)])
    if one.setting is not None:
        return written(one.setting, value) or t("design.absent")
    return str(value)
