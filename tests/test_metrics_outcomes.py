"""What is measured is the same with messages counted; what cannot be told then is said not to be recorded."""

from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from small_shop import write_shop

from sim.cli import cli
from sim.conform.cases import drawn_case
from sim.conform.offers import BY_TYPE
from sim.engine.model import CommunityModel
from sim.events import EventTable, Kind
from sim.metrics import activity, spread
from sim.metrics.daily import daily_series
from sim.metrics.measure import unavailable
from sim.metrics.metric import Breakdown, Metric
from sim.metrics.registry import BREAKDOWNS, METRICS
from sim.metrics.summary import summarise
from sim.metrics.view import TableView
from sim.outcomes import condensed
from sim.play import play
from sim.run import prepare
from sim.scenario.load import load_scenario
from sim.ui import figures
from sim.ui.job_files import DesignResult
from sim.ui.outcome import Outcome
from sim.units import HOUR


def agree(full: EventTable, made: EventTable) -> None:
    of_full, of_made = summarise(full, full), summarise(made, made)
    missing = of_made.pop("unavailable")
    assert isinstance(missing, list)
    assert of_full.pop("unavailable") == []
    for section in ("horizon", "runoff"):
        wanted, found = of_full[section], of_made[section]
        assert isinstance(wanted, dict)
        assert isinstance(found, dict)
        assert wanted.keys() == found.keys()
        for name in missing:
            assert found[name] is None
            wanted[name] = None
    assert of_made == of_full
    pd.testing.assert_frame_equal(daily_series(made), daily_series(full))


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_all_else_is_the_same(type_: str) -> None:
    for number in range(3):
        case = drawn_case(4, number, type_)
        full = CommunityModel(case.scenario, case.graph).run()
        for period_s in (HOUR, 5 * HOUR, 100 * HOUR):
            agree(full, condensed(full, period_s))


def test_all_else_is_the_same_over_weeks() -> None:
    """With retention, and a start that is no midnight."""
    prepared = prepare(load_scenario("paid-content").scenario, members=250)
    run = prepared.scenario.run.model_copy(update={"start": "2026-11-02T20:00", "horizon_days": 17.3})
    full = play(prepared.scenario.model_copy(update={"run": run}), prepared.graph).table
    for metric in (activity.reading_retention, activity.retention_d1, activity.retention_d7):
        retention = metric(TableView(full))
        assert retention is not None
        assert 0 < retention < 1
    agree(full, condensed(full, HOUR))
    agree(full, condensed(full, 50 * HOUR))


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_who_orders_has_read_about_it_in_that_channel(type_: str) -> None:
    """Several metrics rely on it instead of looking who of the buyers has read."""
    orders = 0
    for number in range(3):
        case = drawn_case(5, number, type_)
        table = CommunityModel(case.scenario, case.graph).run()
        names = ("kind", "actor", "product", "channel")
        read = set()
        for kind, member, product, channel in zip(*(table[name].tolist() for name in names), strict=True):
            if kind == Kind.READ:
                read |= {(member, product), (member, product, channel)}
            if kind in (Kind.ORDER_PLACED, Kind.ORDER_PAID):
                assert (member, product, channel) in read
                orders += 1
            if kind == Kind.GROUP_JOINED:  # some of them from the list of open groups
                assert (member, product) in read
    assert orders > 10


def test_what_needs_the_messages_is_exactly_what_asks_for_trees() -> None:
    case = drawn_case(4, 0, "group_buy")
    view = TableView(condensed(CommunityModel(case.scenario, case.graph).run(), HOUR))
    listed: tuple[Metric | Breakdown, ...] = (*METRICS, *BREAKDOWNS)
    for metric in listed:
        if metric.needs_messages:
            with pytest.raises(ValueError, match="who had it from whom"):
                metric.function(view)
        else:
            metric.function(view)
    names = unavailable(view.header)
    asking = {"k_factor", "cascades", "structural_virality_mean", "k_factor_by_generation.0"}
    assert asking | {"reached_by_frequency.1"} <= set(names)
    assert not {"reached", "retention_d7", "sales_share_by_source.kol"} & set(names)


def test_parts_are_named_as_they_would_be() -> None:
    case = drawn_case(4, 0, "push")
    view = TableView(CommunityModel(case.scenario, case.graph).run())
    assert unavailable(view.header) == ()
    for breakdown in BREAKDOWNS:
        if breakdown.needs_messages:
            assert tuple(breakdown.function(view)) == breakdown.parts
    assert spread.brought_by_others_share(view) is not None


@pytest.mark.parametrize(("lang", "said"), [("en", "not recorded"), ("zh", "未记录")])
def test_the_terminal_says_not_recorded(tmp_path: Any, lang: str, said: str) -> None:
    shop = str(write_shop(tmp_path))
    shown = CliRunner().invoke(
        cli, ["run", shop, "--events", "outcomes", "--lang", lang], env={"COLUMNS": "80"}
    )
    assert shown.exit_code == 0, shown.output
    line = next(line for line in shown.output.splitlines() if "K-factor" in line or "K 因子" in line)
    assert line.count(said) == 2
    assert "events: outcomes" in line
    out = tmp_path / "compared"
    arguments = [
        "compare",
        shop,
        f"{shop}:five",
        "--seeds",
        "2",
        "--lang",
        lang,
        "--out",
        str(out),
        "--events",
        "outcomes",
    ]
    shown = CliRunner().invoke(cli, arguments, env={"COLUMNS": "80"})
    assert shown.exit_code == 0, shown.output
    line = next(line for line in shown.output.splitlines() if "K-factor" in line or "K 因子" in line)
    assert said in line
    assert "events: outcomes" in line
    values = (out / "values.csv").read_text(encoding="utf-8-sig")
    assert ",buyers," in values
    assert ",k_factor," not in values
    assert '"k_factor"' in (out / "comparison.json").read_text(encoding="utf-8").partition('"metrics"')[0]


def test_an_outcomes_table_is_not_explained(tmp_path: Any) -> None:
    shop = str(write_shop(tmp_path))
    out = str(tmp_path / "out")
    assert (
        CliRunner().invoke(cli, ["run", shop, "--events", "outcomes", "--out", out, "--quiet"]).exit_code == 0
    )
    for what in ("--member", "--group", "--order"):
        said = CliRunner().invoke(cli, ["explain", out, what, "0"])
        assert said.exit_code == 2, said.output
        assert "events: full" in said.stderr


def test_the_page_says_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    case = drawn_case(4, 0, "push")
    full = CommunityModel(case.scenario, case.graph).run()
    shown: list[pd.DataFrame] = []
    monkeypatch.setattr(figures, "language", lambda: "zh")
    monkeypatch.setattr(figures, "t", lambda key, **_: key)
    monkeypatch.setattr("streamlit.table", lambda frame, **_: shown.append(frame))

    def result(design: int, table: EventTable) -> DesignResult:
        summary = dict(summarise(table, None))
        return DesignResult(design, "open-list", 1, table.header.members, summary, {}, [], [], [], 1, {}, [])

    first = result(0, full)
    figures.table(Outcome(1, (1,), ((first,), (result(1, condensed(full, HOUR)),))))
    figures.table(Outcome(1, (1,), ((first,), (first,))))
    line = next(row for row in shown[0].to_numpy().tolist() if row[0] == "K 因子")
    assert line == ["K 因子", "未记录", "未记录", "events: outcomes"]
    assert not (shown[1] == "未记录").any(axis=None)
