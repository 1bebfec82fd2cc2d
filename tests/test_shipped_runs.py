"""The scenarios that ship, run: each variant is another campaign, and none spends more than it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.event_files import table_sha256
from sim.metrics.metric import Number
from sim.run import RunResult, prepare, run
from sim.scenario.load import load_scenario, load_variants
from sim.scenario.model import Scenario
from sim.scenario.planned import planned_spend_fen
from sim.ui.outcome import COMES_IN, MONEY_LINES

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))

MUST_NOT_DIFFER: dict[str, str] = {}
"""Variants that must give the same run as what they vary, `scenario:variant`, and why. So far none."""


def played(scenario: Scenario, members: int | None, seed: int) -> RunResult:
    made = prepare(scenario, members=members, seed=seed)
    return run(made, engine="fast", events="outcomes", twin=False)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_variant_runs_differently_from_what_it_varies(path: Path) -> None:
    tables = {
        loaded.variant: table_sha256(played(loaded.scenario, 600, 1).table) for loaded in load_variants(path)
    }
    base = tables.pop(None)
    same = {f"{path.stem}:{variant}" for variant, table in tables.items() if table == base}
    assert same == {name for name in MUST_NOT_DIFFER if name.startswith(f"{path.stem}:")}
    assert len(set(tables.values())) >= len(tables) - len(same)  # nor are two variants the same


def settled(result: RunResult) -> dict[str, Number]:
    found = result.summary["runoff"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_bars_of_the_money_chart_add_up_to_the_margin(path: Path) -> None:
    for loaded in load_variants(path):
        figures = settled(played(loaded.scenario, 400, 1))
        bars = {
            line: sum(int(figures[name] or 0) for name in names) * (1 if line in COMES_IN else -1)
            for line, names in MONEY_LINES
        }
        margin_fen = -bars.pop("margin")
        assert sum(bars.values()) == margin_fen == figures["margin_fen"], loaded.variant
        assert len([fen for fen in bars.values() if fen]) > 4


def test_entry_fees_are_in_no_bar() -> None:
    scheme = {"recruit": "everyone", "joining_fee_fen": 990, "allow_illegal": True}
    sets = {f"mechanics.commission.{name}": value for name, value in scheme.items()}
    loaded = load_scenario(ROOT / "scenarios" / "distribution-shop.yaml", sets=sets)
    figures = settled(played(loaded.scenario, 400, 1))
    lines = [name for line, names in MONEY_LINES if line != "margin" for name in names]
    signs = [1 if line in COMES_IN else -1 for line, names in MONEY_LINES if line != "margin" for _ in names]
    assert (figures["joining_fees_fen"] or 0) > 0
    assert (
        sum(sign * int(figures[name] or 0) for sign, name in zip(signs, lines, strict=True))
        == (figures["margin_fen"])
    )


@pytest.mark.parametrize("members", [None, 2000])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_scenario_breaks_its_own_budget(path: Path, members: int | None) -> None:
    scenario = load_scenario(path).scenario
    for seed in (1, 2, 3):
        result = played(scenario, members, seed)
        operator = result.prepared.scenario.operator
        if operator.budget_fen is None:
            assert planned_spend_fen(scenario) == 0  # nothing to be paid for but by what is sold
            return
        spent_fen = settled(result)["marketing_fen"]
        assert spent_fen is not None
        assert spent_fen <= operator.budget_fen, f"seed {seed}"
        assert settled(result)["budget_short"] == 0, f"seed {seed}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_no_variant_breaks_its_budget(path: Path) -> None:
    for loaded in load_variants(path):
        result = played(loaded.scenario, 2000, 1)
        budget_fen = result.prepared.scenario.operator.budget_fen
        spent_fen = settled(result)["marketing_fen"]
        assert budget_fen is None or (spent_fen is not None and spent_fen <= budget_fen), loaded.variant
