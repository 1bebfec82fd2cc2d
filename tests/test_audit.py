"""Every figure of a summary is found again from the event table alone, by code that shares none with it."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pytest
from audit import books, money, recount
from audit.events import Events, read
from audit.figures import summary
from extremes import EVERYTHING

from sim.conform.cases import drawn_case
from sim.event_files import write_events
from sim.events import Kind
from sim.metrics.registry import BREAKDOWNS, INCREMENTS, METRICS
from sim.metrics.summary import summarise
from sim.play import play
from sim.scenario.load import dump_yaml
from sim.scenario.model import Scenario
from sim.scenario.twin import without_campaign

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
EVERY_MECHANIC = Path("everything.yaml")
SEED, DRAWN = 2026, 12
RICHEST = ROOT / "scenarios" / "wechat-private-domain.yaml"
ON_BOTH_ENGINES = {"community-group-buy", "flash-sale", RICHEST.stem}
ONE_RUN = pytest.mark.parametrize("run", [RICHEST], indirect=True, ids=lambda path: path.stem)

Run = tuple[Path, Path, Path]


@pytest.fixture(scope="module", params=[*SHIPPED, EVERY_MECHANIC], ids=lambda path: path.stem)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A scenario, and the folders of its run recorded in full and as outcomes."""
    scratch = tmp_path_factory.mktemp("audit")
    if request.param is EVERY_MECHANIC:
        request.param = scratch / EVERY_MECHANIC
        request.param.write_text(dump_yaml(Scenario.model_validate(EVERYTHING)), encoding="utf-8")
    full, outcomes = (
        played(scratch / events, request.param, "fast", events) for events in ("full", "outcomes")
    )
    return request.param, full, outcomes


def played(folder: Path, path: Path, engine: str, events: str) -> Path:
    return recount.record(folder, path, "--members", "500", "--engine", engine, "--events", events)


def test_every_figure_is_found_again_and_the_books_are_in_order(run: Run) -> None:
    found = recount.recount(*run[1:])
    assert not found.faults, "\n".join(found.faults)
    assert found.figures > 900


def test_every_cell_of_the_tables_is_found_again(run: Run) -> None:
    found = recount.recount_tables(*run[1:])
    assert not found.faults, "\n".join(found.faults)
    assert found.figures > 500


@ONE_RUN
@pytest.mark.parametrize("name", recount.TABLES)
def test_a_wrong_cell_is_found_whichever_it_is(run: Run, tmp_path: Path, name: str) -> None:
    folders = [shutil.copytree(folder, tmp_path / folder.name) for folder in run[1:]]
    cells = 0
    for folder in folders:
        head, *lines = (folder / name).read_text(encoding="utf-8").splitlines()
        wrong = [[line.split(",")[0], *(_off_cell(cell) for cell in line.split(",")[1:])] for line in lines]
        cells = len(lines) * (len(head.split(",")) - 1 - ("date" in head.split(",")))
        (folder / name).write_text("\n".join([head, *map(",".join, wrong)]) + "\n", encoding="utf-8")
    assert len(recount.recount_tables(*folders).faults) == cells > 0


def _off_cell(text: str) -> str:
    if text in ("True", "False"):
        return str(text == "False")
    if text.count("-") == 2:  # a date
        return text
    return repr(off(float(text))) if text else "0"


@pytest.mark.parametrize("number", range(DRAWN))
def test_every_figure_of_any_scenario_is_found_again(number: int, tmp_path: Path) -> None:
    case = drawn_case(SEED, number)
    summaries = []
    for events in ("outcomes", "full"):
        both = [
            play(scenario, case.graph, engine="fast", events=events).table
            for scenario in (case.scenario, without_campaign(case.scenario))
        ]
        summaries.append(summarise(*both))
    files = [tmp_path / "campaign", tmp_path / "twin"]
    for table, file in zip(both, files, strict=True):
        write_events(table, file)
    found = recount.hold(*map(read, files), *reversed(summaries))
    assert not found.faults, "\n".join(found.faults)


def test_both_engines_write_the_same_tables(run: Run, tmp_path: Path) -> None:
    path, full, outcomes = run
    assert not recount.same_tables([full, outcomes])
    if path.stem in ON_BOTH_ENGINES:
        assert recount.same_tables([full, played(tmp_path / "mesa", path, "mesa", "full")])


@ONE_RUN
def test_every_measure_of_the_registry_is_audited(run: Run) -> None:
    campaign, twin = (read(run[1] / name) for name in ("events.parquet", "twin_events.parquet"))
    sections = summary(campaign, twin)
    for name in ("horizon", "runoff"):
        audited = {figure.partition(".")[0] for figure in sections[name]}
        assert audited == {one.name for one in (*METRICS, *BREAKDOWNS)}
    assert set(sections["incremental"]) == {one.name for one in INCREMENTS}


@ONE_RUN
def test_a_wrong_figure_is_found_whichever_it_is(run: Run, tmp_path: Path) -> None:
    folders = [shutil.copytree(folder, tmp_path / folder.name) for folder in run[1:]]
    for folder in folders:
        path = folder / "summary.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        for section in (told, told["horizon"], told["runoff"], told["incremental"]):
            section |= {
                name: off(value)
                for name, value in section.items()
                if value is None or type(value) in (int, float)
            }
        path.write_text(json.dumps(told), encoding="utf-8")
    found = recount.recount(*folders)
    assert len(found.faults) == found.figures


def off(value: float | None) -> float:
    return 0 if value is None else value + 1e-9 * (abs(value) + 1)


def test_a_fen_that_is_missing_is_found_in_the_books(run: Run) -> None:
    events = read(run[1] / "events.parquet")
    merchant_fen = money.merchant_fen(events)
    assert not books.faults(events, merchant_fen)
    moved = events.frame[events.frame["amount_fen"] > 0]
    kinds = {
        kind for kind, sides in books.ACCOUNTS.items() if {"merchant", "escrow", "commission"} & set(sides)
    }
    kinds &= set(moved["kind"])
    assert len(kinds) > 5
    for kind in kinds:
        short = moved.copy()
        short.loc[short.index[short["kind"] == kind][0], "amount_fen"] -= 1
        assert books.faults(Events(events.header, short), merchant_fen), Kind(kind).name


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "audit").glob("*.py")), ids=lambda path: path.stem)
def test_the_audit_shares_no_code_with_what_it_audits(path: Path) -> None:
    allowed = {"sim.events"} | {"recount": {"sim.cli"}, "__main__": {"sim.scenario.load"}}.get(
        path.stem, set()
    )
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
            assert node.module in allowed
        if isinstance(node, ast.Import):
            assert not any(one.name.partition(".")[0] == "sim" for one in node.names)
