"""How two designs differ, in words."""

from __future__ import annotations

from typing import Any

from sim.ui.draft import Difference
from sim.ui.names import CHOICES, value_name
from sim.ui.settings import written
from sim.ui.state import language, say, t


def difference_line(one: Difference) -> str:
    """A difference as people read it: `Group size: 2 → 3`."""
    colon = "：" if language() == "zh" else ": "
    return f"{say(one.label)}{colon}{_shown(one, one.a)} → {_shown(one, one.b)}"


def _shown(one: Difference, value: Any) -> str:
    if one.whole:
        return t("design.present") if value else t("design.absent")
    if isinstance(value, bool):
        return t("design.yes") if value else t("design.no")
    if one.setting is None:
        return value_name(one.path, value, language()) or t("design.absent")
    if one.setting.kind == "choice":
        return say(CHOICES[str(value)])
    if one.setting.kind == "choices":
        return value_name(one.path, value, language()) or t("design.absent")
    return written(one.setting, value) or t("design.absent")
