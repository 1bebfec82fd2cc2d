"""`shapan calibrations`: those that ship, and how far they move the shipped scenarios."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import click
from rich.table import Table

from sim.calibration.calibration import DEFAULT, Calibration, calibration_paths, shipped_calibrations
from sim.calibration.document import Line, Measured, document
from sim.calibration.movement import movements
from sim.calibration.open_parameters import open_parameters, points_of
from sim.commands.engine import ready_engine
from sim.commands.out_file import check_file, write_file
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.commands.summary_table import SECTIONS, shown
from sim.errors import InputError, unknown_name
from sim.metrics.registry import INCREMENTS, METRICS
from sim.scenario.shipped import shipped_scenarios
from sim.scenario.source import plain
from sim.settings.problems import Text

STAGE = "calibrations"
"""Stage of the measuring in the lines of progress."""


@dataclass(frozen=True)
class CalibrationsOptions:
    """What `shapan calibrations` was told; see its help."""

    table: bool
    members: int
    seeds: int
    points: int
    only: tuple[str, ...]
    workers: int | None
    out: Path | None
    progress: ProgressStyle


def calibrations_command(session: Session, options: CalibrationsOptions) -> None:
    """List the shipped calibrations, or measure how far results move and write that.

    Raises:
        ShapanError: a file of them is not valid, a run failed, or the page cannot be written.
    """
    calibrations = shipped_calibrations()
    if options.table:
        _table(session, options, calibrations)
        return
    if options.out is not None or options.only:
        raise InputError(
            "calibrations: --out and --scenario go with --table",
            "calibrations：--out 与 --scenario 须与 --table 同用",
        )
    if session.json:
        paths = calibration_paths()
        session.print_json(
            [
                {
                    "id": one.id,
                    "default": one.id == DEFAULT,
                    "name": asdict(one.name),
                    "about": asdict(one.about),
                    "behaviour": plain(one.behaviour),
                    "path": str(paths[one.id]),
                }
                for one in calibrations
            ]
        )
        return
    if session.quiet:
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for one in calibrations:
        mark = session.text(" (the defaults)", "（默认）") if one.id == DEFAULT else ""
        table.add_row(one.id, f"{one.name.zh} · {one.name.en}{mark}")
        table.add_row("", one.about.get(session.lang))
        table.add_row()
    session.console.print(table)
    session.say(
        session.text(
            "Use one: shapan run SCENARIO --calibration ID; all: --calibrations",
            "选用：shapan run 场景 --calibration 名称；全部：--calibrations",
        )
    )


def _table(session: Session, options: CalibrationsOptions, calibrations: tuple[Calibration, ...]) -> None:
    names = {one.id: Text(one.name_en, one.name_zh) for one in shipped_scenarios()}
    for name in options.only:
        if name not in names:
            raise unknown_name(Text("shipped scenario", "自带场景"), name, names)
    check_file(options.out)
    parameters = open_parameters()
    points = points_of(parameters, options.points)
    ready_engine(session, options.progress)
    lines = _lines()
    with reporting(session, options.progress) as report:
        found = movements(
            [name for name in names if not options.only or name in options.only],
            calibrations,
            points,
            outputs=list(lines),
            members=options.members,
            seeds=options.seeds,
            workers=options.workers,
            progress=None if report is None else lambda done, runs: report(STAGE, done / runs),
        )
    measured = Measured(
        calibrations, parameters, len(points), options.members, options.seeds, found, names, lines
    )
    page = document(measured, session.lang)
    if options.out is not None:
        write_file(session, options.out, page)
    if session.json:
        data = {
            name: {output: asdict(one) for output, one in section.items()} for name, section in found.items()
        }
        session.print_json({"scenarios": data, "out": None if options.out is None else str(options.out)})
    elif options.out is None and not session.quiet:
        click.echo(page, nl=False)


def _lines() -> dict[str, Line]:
    """What is measured: the key figures of a summary, and the increments."""
    metrics = {metric.name: metric for metric in METRICS}
    lines = {
        name: Line(Text(metrics[name].en, metrics[name].zh), partial(_shown, metrics[name].unit))
        for _, _, names in SECTIONS
        for name in names
        if name != "members"
    }
    for one in INCREMENTS:
        told = Text(f"added to no campaign: {one.en}", f"较无活动：{one.zh}")
        lines[f"incremental.{one.name}"] = Line(told, partial(_shown, one.unit, signed=one.signed))
    return lines


def _shown(unit: str, value: float | None, *, signed: bool = False) -> str:
    """A mean: of what is counted without decimals from 10 on."""
    counted = unit not in ("fen", "share", "hours", "seconds", "ratio")
    return shown(
        round(value) if value is not None and counted and abs(value) >= 10 else value, unit, signed=signed
    )
