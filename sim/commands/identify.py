"""`shapan identify`: which parameters of behaviour the published facts pin down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from sim.calibration.identification import open_parameters_file, page
from sim.calibration.priors import priors
from sim.calibration.recover import Identification, identified
from sim.calibration.sample import sampled
from sim.commands.engine import ready_engine
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.errors import InputError
from sim.replace_file import replace_file
from sim.sweep.pool import usable_processors

STAGE = "identify"


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
        if path is not None and path.is_dir():
            raise InputError(f"{path}: is a folder; name a file")
    parameters = priors()
    ready_engine(session, "fast", options.progress)
    workers = options.workers or usable_processors()
    with reporting(session, options.progress) as progress:
        step = None if progress is None else lambda share: progress(STAGE, share)
        sample = sampled(parameters, options.points, workers=workers, progress=step)
    found = identified(sample, truths=options.truths)
    text = page(found, session.lang)
    for path, written in ((options.out, text), (options.open_file, open_parameters_file(found))):
        if path is not None:
            with replace_file(path) as file:
                file.write(written.encode())
            session.say(session.text(f"Written to {path}", f"已写入 {path}"))
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
                "left_open": one.left_open,
            }
            for one in found.findings
        ],
    }
