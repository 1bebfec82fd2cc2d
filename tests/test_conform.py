"""The conformance suite passes what is right and catches what is not, with a finding one can read."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import cli
from sim.conform.cases import Case, drawn_case
from sim.conform.checks import CHECKS, Subject
from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine, WithMechanic, load_mechanic
from sim.conform.suite import FRESH, conform
from sim.errors import InputError, RunError
from sim.events import EventTable, Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.world import Order, World
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario

MESA = NamedEngine("mesa")
CASES = [drawn_case(3, number, "group_buy", "commission") for number in range(6)]

Change = Callable[[EventTable], EventTable]


class Gift(Mechanic):
    """A user's own mechanic: money for everybody who has received something."""

    config: "GiftConfig"

    def received(self, world: World, order: Order) -> None:
        """Give it."""
        if self.config.worth_fen:
            world.emit(
                Kind.REWARD_PAID, order.member, offer=self.index, order=order.number,
                amount_fen=self.config.worth_fen, cause=order.cause,
            )  # fmt: skip


class GiftConfig(MechanicConfig):
    """What it is worth."""

    type: str = "gift"
    worth_fen: int = 100


class Changed:
    """The Mesa engine, its tables changed afterwards; `after`: only from that run of it on."""

    def __init__(self, change: Change, after: int = 0) -> None:
        self.change, self.after, self.runs = change, after, 0

    def __call__(self, scenario: Scenario, graph: SocialGraph, seed: int | None = None) -> EventTable:
        self.runs += 1
        table = MESA(scenario, graph, seed)
        return table if self.runs <= self.after else self.change(table)


def without(table: EventTable, row: int) -> EventTable:
    return EventTable(table.header, {name: np.delete(column, row) for name, column in table.columns.items()})


def adding(column: str, row: int, amount: int) -> Change:
    def change(table: EventTable) -> EventTable:
        numbers = table[column].copy()
        numbers[row] += amount
        return EventTable(table.header, dict(table.columns) | {column: numbers})

    return change


def first(kind: Kind, change: Callable[[EventTable, int], EventTable]) -> Change:
    """Change the first row of a kind."""

    def changed(table: EventTable) -> EventTable:
        rows = np.flatnonzero(table["kind"] == kind)
        return change(table, int(rows[0])) if rows.size else table

    return changed


def one_more(column: str) -> Callable[[EventTable, int], EventTable]:
    """Add one to a column of a row."""
    return lambda table, row: adding(column, row, 1)(table)


def verdict(engine: Any, check: str, **subject: Any) -> tuple[list[str], str]:
    (made,) = conform(Subject(engine, **subject), CASES[:3], checks=[check]).verdicts
    assert made.cases == 3
    return made.failed, made.finding


def test_the_mesa_engine_conforms() -> None:
    shares: list[float] = []
    report = conform(Subject(MESA, MESA), CASES, progress=shares.append)
    assert {one.check: one.finding for one in report.verdicts} == dict.fromkeys((FRESH, *CHECKS), "")
    assert all(one.cases for one in report.verdicts)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert "ORDER_PAID" in report.coverage.events


def test_equal_tables_have_no_difference() -> None:
    table = MESA(CASES[0].scenario, CASES[0].graph)
    assert first_difference(table, table) is None


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_missing_row_is_found(place: int) -> None:
    table = MESA(CASES[0].scenario, CASES[0].graph)
    row = place % len(table)
    found = first_difference(table, without(table, row))
    assert found is not None
    assert found.row == row
    assert f"{len(table):,} and {len(table) - 1:,} rows" in found.text
    assert (found.column == "") == (place == -1)


def test_a_fen_is_found_and_the_finding_names_row_and_column() -> None:
    table = MESA(CASES[0].scenario, CASES[0].graph)
    row = int(np.flatnonzero(table["kind"] == Kind.ORDER_PAID)[2])
    found = first_difference(table, adding("amount_fen", row, 1)(table), ("judge", "tested"))
    assert found is not None
    assert (found.row, found.column) == (row, "amount_fen")
    fen = int(table["amount_fen"][row])
    assert found.text.startswith(f"row {row}, column amount_fen: {fen} (judge), {fen + 1} (tested)\n")
    assert found.text.count("ORDER_PAID") >= 2


@pytest.mark.parametrize("column", ["time_s", "kind", "source", "group", "cause", "runoff"])
def test_any_column_of_the_last_row_counts(column: str) -> None:
    table = MESA(CASES[0].scenario, CASES[0].graph)
    found = first_difference(table, adding(column, len(table) - 1, 1)(table))
    assert found is not None
    assert (found.row, found.column) == (len(table) - 1, column)


def test_another_header_is_a_difference() -> None:
    case = CASES[0]
    found = first_difference(MESA(case.scenario, case.graph, 1), MESA(case.scenario, case.graph, 2))
    assert found is not None
    assert (found.row, found.column) == (-1, "seed")


@pytest.mark.parametrize(
    ("check", "change", "says"),
    [
        ("identical events", lambda table: without(table, len(table) // 2), "row "),
        ("identical events", first(Kind.ORDER_PAID, one_more("amount_fen")), "amount_fen"),
        ("conservation", first(Kind.ORDER_PAID, one_more("amount_fen")), "1 fen off"),
        ("order of events", first(Kind.ORDER_PLACED, without), "before the order's ORDER_PLACED"),
        ("order of events", first(Kind.RECEIVED, one_more("runoff")), "mark of the run-off"),
        ("orders", first(Kind.RECEIVED, without), "never ends"),
        ("forced draws", first(Kind.READ, one_more("cause")), "highest: row"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_caught(check: str, change: Change, says: str) -> None:
    failed, finding = verdict(Changed(change), check, reference=MESA)
    assert failed
    assert says in finding


def test_an_engine_that_wavers_is_caught() -> None:
    failed, finding = verdict(Changed(lambda table: without(table, 0), after=1), "determinism")
    assert failed
    assert "second run" in finding


def test_stock_below_zero_is_caught() -> None:
    data = CASES[0].scenario.model_dump()
    data["products"] = [one | {"stock": 40} for one in data["products"]]
    data["orders"]["oversell_guard"] = True
    case = Case("guarded", Scenario.model_validate(data), CASES[0].graph)
    change = first(Kind.STOCK, lambda table, row: adding("value", row, -40)(table))
    (made,) = conform(Subject(Changed(change)), [case], checks=["stock and limits"]).verdicts
    assert "stock falls to" in made.finding


def test_a_run_that_fails_is_a_finding_and_ends_nothing() -> None:
    def engine(scenario: Scenario, graph: SocialGraph, seed: int | None = None) -> EventTable:
        raise RunError("it broke", "坏了")

    report = conform(Subject(engine), CASES[:2], checks=["conservation", "determinism"])
    assert [one.finding for one in report.verdicts] == ["it broke", "it broke"]
    assert [len(one.failed) for one in report.verdicts] == [2, 2]


# a mechanic of one's own


def test_a_users_mechanic_conforms_and_an_effect_of_its_inert_settings_is_caught() -> None:
    inert = WithMechanic(Gift, {"worth_fen": 0})
    report = conform(Subject(WithMechanic(Gift), inert=inert, without=MESA), CASES[:2])
    assert report.passed
    failed, finding = verdict(WithMechanic(Gift), "zero effect", inert=WithMechanic(Gift), without=MESA)
    assert failed
    assert "REWARD_PAID" in finding


@pytest.mark.parametrize(
    ("place", "settings", "says"),
    [
        ("test_conform", "{}", "package.module:NAME"),
        ("no_such_module:Gift", "{}", "cannot be imported"),
        ("test_conform:GiftConfig", "{}", "no subclass"),
        ("test_conform:Gift", "{", "not JSON"),
        ("test_conform:Gift", "[]", "JSON object"),
        ("test_conform:Gift", '{"worth": 1}', "settings: worth"),
        ("sim.mechanics.base:Mechanic", "{}", "must say what its settings are"),
    ],
)
def test_what_is_no_mechanic_is_refused(place: str, settings: str, says: str) -> None:
    with pytest.raises(InputError, match=r"mechanic|settings") as caught:
        load_mechanic(place, settings)
    assert says in str(caught.value)


# the command


def call(*arguments: str) -> Any:
    return CliRunner().invoke(cli, ["conform", "--progress", "off", *arguments])


def test_the_command_shows_a_verdict_for_each_check_and_writes_a_report(tmp_path: Any) -> None:
    path = tmp_path / "report.json"
    done = call("--count", "1", "--report", str(path), "--lang", "en")
    assert done.exit_code == 0, done.output
    for check in (FRESH, *CHECKS):
        assert check in done.stdout
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["passed"]
    assert report["cases"][0] == "generated 1/0"
    assert report["settings_never"]


def test_the_command_fails_when_a_check_does() -> None:
    arguments = ("--count", "1", "--mechanic", "test_conform:Gift", "--inert", '{"worth_fen": 5}')
    done = call(*arguments, "--lang", "en")
    assert done.exit_code == 3
    assert "does not conform: zero effect" in done.stderr
    done = call(*arguments, "--json")
    assert done.exit_code == 3
    assert not json.loads(done.stdout)["passed"]


@pytest.mark.parametrize(
    "arguments",
    [("--inert", "{}"), ("--members", "50"), ("--mechanic", "nothing"), ("--scenario", "no-such-file.yaml")],
)
def test_the_command_refuses_what_makes_no_sense(arguments: tuple[str, ...]) -> None:
    assert call(*arguments).exit_code == 2
