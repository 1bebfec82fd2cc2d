"""`shapan beibei`: fit a shop to the group buys of BeiBei on one split, check it on the other."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text

from sim.commands.engine import ready_engine
from sim.commands.out_file import check_file, write_file
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.facts.beibei.fit import Plan, fit
from sim.facts.beibei.records import read_files
from sim.facts.beibei.report import VERDICTS, Line, Verdict, lines, markdown, shown
from sim.facts.beibei.sampling import data_figures
from sim.sweep.pool import usable_processors

STAGE, DATA_STAGE = "fit", "data"

_STYLES: dict[Verdict, str] = {
    "reproduced": "green",
    "near": "yellow",
    "open": "yellow",
    "not reproduced": "red",
}


@dataclass(frozen=True)
class BeibeiOptions:
    """What `shapan beibei` was told; see its help."""

    folder: Path
    members: int
    workers: int | None
    out: Path | None
    progress: ProgressStyle


def beibei_command(session: Session, options: BeibeiOptions) -> None:
    """Fit, check, show the table and write the report.

    Raises:
        InputError: the folder does not hold the files, they hold too little, or the report cannot be
            written.
    """
    check_file(options.out)
    files = read_files(options.folder)
    ready_engine(session, options.progress)
    workers = options.workers or usable_processors()
    with reporting(session, options.progress) as progress:
        data = data_figures(files, None if progress is None else lambda share: progress(DATA_STAGE, share))
        target = {id_: one.value for id_, one in data["tune"].items()}
        step = None if progress is None else lambda share: progress(STAGE, share)
        fitted = fit(target, Plan(options.members), workers, step)
    found = lines(data, fitted)
    if not (session.json or session.quiet):
        session.console.print(_table(session, found))
    if options.out is not None:
        write_file(session, options.out, markdown(found, fitted, session.lang))
    if session.json:
        session.print_json(
            {
                "shop": asdict(fitted.shop),
                "spread": dict(fitted.spread),
                "figures": {line.figure.id: _data(line) for line in found},
            }
        )


def _data(line: Line) -> dict[str, object]:
    return {
        "fitted": line.figure.fitted,
        "verdict": line.verdict,
        "data": {split: shown(one) for split, one in line.data.items()},
        "model": {split: shown(one) for split, one in line.model.items()},
    }


def _table(session: Session, found: list[Line]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in (session.text("statistic (* fitted)", "统计量（* 参与拟合）"), "tune", "test"):
        table.add_column(column)
    table.add_column(session.text("model, test", "模型（test）"))
    table.add_column(session.text("verdict", "结论"))
    for line in found:
        name = line.figure.name.get(session.lang) + (" *" if line.figure.fitted else "")
        verdict = Text(VERDICTS[line.verdict].get(session.lang), style=_STYLES[line.verdict])
        tune, test = shown(line.data["tune"]), shown(line.data["test"])
        table.add_row(Text(name), Text(tune), Text(test), Text(shown(line.model["test"])), verdict)
    return table
