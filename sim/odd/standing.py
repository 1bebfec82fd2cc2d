"""What is known of each number of behaviour: its prior, what pins it down, or that it is assumed."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.calibration.priors import Prior, priors, shipped
from sim.odd.parameters import Parameter, blocks
from sim.odd.source import PACKAGE
from sim.settings.behaviour import Behaviour, ResponsePoint

PAGE = PACKAGE.parent / "docs" / "identification.md"
"""What `shapan identify` found. An installed package has none."""

_BEHAVIOUR, _SEGMENTS, _POINTS = "behaviour.", "population.segments[].", ".points"
_COLUMNS, _PINNED_BY = 8, 5
"""Of the page's tables of parameters with priors, and of what pins them."""


@dataclass(frozen=True)
class Standing:
    """A number of behaviour or of a segment's traits; of a response table one for each rise.

    Attributes:
        path: as `sim.calibration.priors` has it.
        setting: dotted path of the setting, as scenarios have it.
        default: as a scenario file would have it; of a rise in standard deviations of taste.
        note: the comments beside it.
        prior: None if it is not varied.
    """

    path: str
    setting: str
    default: str
    note: str
    prior: Prior | None

    @property
    def normalisation(self) -> bool:
        """Whether it is a unit or a zero point that is free to choose."""
        return "normalisation" in self.note

    def status(self, said: dict[str, str]) -> str:
        """In words. said: what the page says, see `page_says`."""
        if self.prior is None:
            return "normalisation" if self.normalisation else "assumed, not varied"
        by = said.get(self.path, f"see docs/{PAGE.name}")
        return f"pinned by {by}" if by.startswith("F") else by


@functools.cache
def standings() -> tuple[Standing, ...]:
    """Every number in `Behaviour` and in `Segment`, in their order."""
    return tuple(
        one
        for block in blocks()
        for path, parameter in block.paths()
        if path.startswith((_BEHAVIOUR, _SEGMENTS)) and parameter.default != "required"
        for one in _standings(path, parameter)
    )


def not_varied() -> list[Standing]:
    """The numbers that have no prior and are no normalisation."""
    return [one for one in standings() if one.prior is None and not one.normalisation]


def page_says(page: Path = PAGE) -> dict[str, str]:
    """Path of a prior -> the facts that pin it down, or "assumed"; nothing where there is no page."""
    if not page.is_file():
        return {}
    said = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == _COLUMNS and cells[0].startswith("`"):
            name = cells[0].strip("`")
            said[name if name.startswith("population.") else _BEHAVIOUR + name] = cells[_PINNED_BY]
    return said


def prior_and_status(setting: str) -> tuple[str, str]:
    """The prior range of a setting and its status, as the table of settings has them; "" for no number."""
    of_it = [one for one in standings() if one.setting == setting]
    said = page_says() if of_it else {}
    ranges = [(one, f"{one.prior.low:g} … {one.prior.high:g}") for one in of_it if one.prior]
    return (
        "; ".join(_part(one) + text for one, text in ranges),
        "; ".join(_part(one) + one.status(said) for one in of_it),
    )


def _standings(path: str, parameter: Parameter) -> Iterator[Standing]:
    ranges = {one.path: one for one in priors()}
    if path.endswith(_POINTS):
        for count in range(len(_at(path))):
            rise = f"{path.removesuffix(_POINTS)}.rise_{count}"
            yield Standing(rise, path, f"{shipped(rise):.3g}", parameter.note, ranges.get(rise))
    elif parameter.unit:
        name = path.replace("[]", ".*")
        yield Standing(name, path, parameter.default, parameter.note, ranges.get(name))


def _at(path: str) -> tuple[ResponsePoint, ...]:
    """The shipped points of a response table."""
    value: Any = Behaviour()
    for step in path.removeprefix(_BEHAVIOUR).split("."):
        value = getattr(value, step)
    assert isinstance(value, tuple)
    return value


def _part(one: Standing) -> str:
    """Which rise it is of a table that has several."""
    return f"{one.path.rpartition('.')[2]}: " if one.setting.endswith(_POINTS) else ""
