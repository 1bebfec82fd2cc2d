"""A user's own Python, found by its place: `package.module:NAME`."""

from __future__ import annotations

import importlib
import os
import sys

from sim.errors import InputError
from sim.play import OwnRules
from sim.text import Text


def object_at(what: Text, place: str) -> object:
    """What stands at a place, looked for from the working folder too.

    Args:
        what: what it is to be, for errors.
        place: where it is.

    Raises:
        InputError: there is nothing.
    """
    module_name, colon, name = place.partition(":")
    if not (module_name and colon and name):
        raise InputError(
            f"{what.en} {place!r}: must be written package.module:NAME",
            f"{what.zh} {place!r}：应写成 package.module:NAME",
        )
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise InputError(
            f"{what.en} {place}: {module_name} cannot be imported: {error}",
            f"{what.zh} {place}：无法导入 {module_name}：{error}",
        ) from error
    if not hasattr(module, name):
        raise InputError(
            f"{what.en} {place}: {module_name} has no {name}",
            f"{what.zh} {place}：{module_name} 中没有 {name}",
        )
    return getattr(module, name)


def load_own_rules(place: str | None) -> OwnRules | None:
    """The rules at a place; None: there are none.

    Raises:
        InputError: there is nothing, or it is no `OwnRules`.
    """
    if place is None:
        return None
    found = object_at(Text("rules", "规则"), place)
    if not isinstance(found, OwnRules):
        raise InputError(
            f"rules {place}: must be an OwnRules (sim.play), such as OwnRules(member_class=MyMember), "
            f"got {type(found).__name__}",
            f"规则 {place}：应为 OwnRules（sim.play），如 OwnRules(member_class=MyMember)，"
            f"实际为 {type(found).__name__}",
        )
    return found
