"""A run recorded by the command line, and everything in which its files and the audit differ."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.cli import cli

from . import books, daily, money, parts
from .events import Events, read
from .figures import of_messages, summary
from .funnel import Figures

Summary = dict[str, Any]


@dataclass
class Recount:
    """How many figures were compared, and what differed."""

    figures: int = 0
    faults: list[str] = field(default_factory=list)

    def compare(self, section: str, ours: Figures, told: Summary) -> None:
        """Hold one section of a summary to the audit's figures."""
        for name, number in ours.items():
            self.figures += 1
            if name not in told or not same(number, told[name]):
                self.faults.append(
                    f"{section or 'top'}.{name}: audit {number}, told {told.get(name, 'nothing')}"
                )
        if section:
            self.faults += [f"{section}.{name}: not audited" for name in told.keys() - ours.keys()]


def record(folder: Path, scenario: Path, *options: str) -> Path:
    """Run a scenario as a user does, its twin kept; returns the folder."""
    arguments = ["run", str(scenario), "--out", str(folder), "--keep-twin", "--quiet"]
    arguments += ["--interval-seeds", "0", *options]
    cli.main(arguments, standalone_mode=False)
    return folder


def recount(full: Path, outcomes: Path) -> Recount:
    """Audit folders of results: of a run recorded in full, and of the same recorded as outcomes."""
    campaign, twin = read(full / "events.parquet"), read(full / "twin_events.parquet")
    told, told_of_outcomes = (
        json.loads((folder / "summary.json").read_text(encoding="utf-8")) for folder in (full, outcomes)
    )
    return hold(campaign, twin, told, told_of_outcomes)


def hold(campaign: Events, twin: Events, told: Summary, told_of_outcomes: Summary) -> Recount:
    """Hold both summaries of a run to what its full table gives, and look through the books."""
    found = Recount()
    sections, missing = summary(campaign, twin), of_messages(campaign)
    for name, ours in sections.items():
        found.compare(name, ours, told[name] if name else told)
        if name in ("horizon", "runoff"):
            ours = ours | dict.fromkeys(missing)
        found.compare(name, ours, told_of_outcomes[name] if name else told_of_outcomes)
    for one, unavailable in ((told, set()), (told_of_outcomes, missing)):
        found.faults += [f"unavailable: {name}" for name in unavailable ^ set(one["unavailable"])]
    for what, events in (("campaign", campaign), ("twin", twin)):
        merchant_fen = money.merchant_fen(events)
        found.faults += [f"{what}: {fault}" for fault in books.faults(events, merchant_fen)]
    return found


TABLES: dict[str, Callable[[Events], parts.Rows]] = {
    "by_product.csv": parts.by_product,
    "by_offer.csv": parts.by_offer,
    "by_leader.csv": parts.by_leader,
    "daily.csv": daily.rows,
}
"""Files of a folder of results that hold figures in lines; the first column names them."""


def recount_tables(full: Path, outcomes: Path) -> Recount:
    """Hold every cell of the tables of figures to the event table; both folders must have the same."""
    found, events = Recount(), read(full / "events.parquet")
    for name, rows_of in TABLES.items():
        if (full / name).read_bytes() != (outcomes / name).read_bytes():
            found.faults.append(f"{name}: not the same where messages are only counted")
        with (full / name).open(newline="", encoding="utf-8") as file:
            told = [dict(one) for one in csv.DictReader(file)]
        ours = rows_of(events)
        names = [next(iter(one.values())) for one in told]
        if names != list(ours):
            found.faults.append(f"{name}: lines of {names}, audit of {list(ours)}")
        for line, (of, figures) in zip(told, ours.items(), strict=False):
            cells = {column: _cell(text) for column, text in list(line.items())[1:] if column != "date"}
            for column, cell in cells.items():
                found.figures += 1
                if column not in figures or not same(figures[column], cell):
                    found.faults.append(
                        f"{name}, {of}, {column}: audit {figures.get(column, 'nothing')}, told {cell}"
                    )
    return found


def _cell(text: str) -> float | None:
    if text in ("True", "False"):
        return text == "True"
    return float(text) if text else None


def same(ours: float | None, told: Any) -> bool:
    """Equal to the last digit that the order of adding up leaves certain."""
    if ours is None or told is None:
        return ours is told
    return math.isclose(ours, told, rel_tol=1e-12)


def same_tables(folders: Sequence[Path]) -> bool:
    """Whether these runs wrote the same bytes, of the campaign and of its twin."""
    tables = {
        tuple((one / name).read_bytes() for name in ("events.parquet", "twin_events.parquet"))
        for one in folders
    }
    return len(tables) == 1
