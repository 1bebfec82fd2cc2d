"""`shapan identify`: which parameters of behaviour the published facts pin down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from sim.calibration.admissible import admissible
from sim.calibration.identification import page
from sim.calibration.open_parameters import file_of
from sim.calibration.priors import priors
from sim.calibration.recover import Identification, identified
from sim.calibration.sample import sampled
from sim.commands.engine import ready_engine
from sim.commands.out_file import check_file, write_file
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.sweep.pool import usable_processors

STAGE, OPEN_STAGE = "identify", "open"

OPEN_POINTS = 12
"""Walks over what is left open. assumption: enough to say how far measures move; each takes a minute."""


@dataclass(frozen=True)
class IdentifyOptions:
    """What `shapan identify` was told; see its help."""

    points: int
    truths: int
    workers: int | None
    out: Path | None
    open_file: Path | None
    progress: ProgressStyle


def identify_command(session: Session, options: IdentifyOptions) -> None:
    """Measure the panel at points of the priors, recover truths, and write what was found.

    Raises:
        InputError: a file cannot be written.
        ScenarioError: the file of priors is not valid.
        RunError: a run failed.
    """
    for path in (options.out, options.open_file):
        check_file(path)
    parameters = priors()
    ready_engine(session, options.progress)
    workers = options.workers or usable_processors()
    with reporting(session, options.progress) as progress:
        step = None if progress is None else lambda share: progress(STAGE, share)
        sample = sampled(parameters, options.points, workers=workers, progress=step)
    found = identified(sample, truths=options.truths)
    text = page(found, session.lang)
    if options.out is not None:
        write_file(session, options.out, text)
    if options.open_file is not None:
        with reporting(session, options.progress) as progress:
            step = None if progress is None else lambda share: progress(OPEN_STAGE, share)
            points = admissible(
                [one for one in parameters if one.of_behaviour], OPEN_POINTS, workers=workers, progress=step
            )
        write_file(session, options.open_file, file_of(points))
    if session.json:
        session.print_json(_data(found))
    elif options.out is None and not session.quiet:
        click.echo(text, nl=False)


def _data(found: Identification) -> dict[str, object]:
    return {
        "points": found.points,
        "truths": found.truths,
        "bands_met": found.bands_met,
        "parameters": [
            {
                "path": one.prior.path,
                "default": one.prior.default,
                "prior": [one.prior.low, one.prior.high],
                "width": one.width,
                "coverage": one.coverage,
                "pinned_by": one.facts if one.pinned else None,
                "published": one.published,
                "default_inside": one.default_inside,
            }
            for one in found.findings
        ],
    }
