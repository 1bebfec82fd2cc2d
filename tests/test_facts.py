"""The suite of facts: contexts without behaviour, estimates with intervals, kept runs, the report."""

import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import cli
from sim.errors import InputError, RunError
from sim.facts import lab, suite
from sim.facts.contexts import behavioural, changed_paths, contexts, layers_of, scenario_of
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.facts.lab import Job, run_jobs
from sim.facts.report import data, markdown, markdown_table, page, plot_svg, write_report
from sim.facts.suite import FACTS, Result, chosen, run_facts
from sim.settings.problems import ScenarioError, Text

ROOT = Path(__file__).resolve().parent.parent


def paths_of(fact: Fact) -> set[str]:
    return {path for arm in fact.arms.values() for lay in layers_of(arm) for path in changed_paths(lay)}


@pytest.mark.parametrize("fact", FACTS, ids=[fact.id for fact in FACTS])
def test_no_fact_changes_how_people_are(fact: Fact) -> None:
    paths = paths_of(fact)
    assert paths
    assert [path for path in sorted(paths) if behavioural(path)] == []


@pytest.mark.parametrize("fact", FACTS, ids=[fact.id for fact in FACTS])
def test_every_arm_is_a_scenario_also_without_each_mechanism(fact: Fact) -> None:
    for arm in fact.arms.values():
        plain = scenario_of("fact", arm, {})
        for mechanism in fact.mechanisms:
            assert scenario_of("fact", arm, mechanism.off) != plain, mechanism.name


def test_a_coefficient_of_behaviour_is_told_from_a_situation() -> None:
    for path in (
        "behaviour",
        "behaviour.deciding.base.staple",
        "behaviour.sharing.intercept",
        "population.segments.everyone.trust",
        "communities.chats.deal.step",
        "roles.kols.big.charm",
        "orders.payment_prob",
    ):
        assert behavioural(path), path
    for path in (
        "behaviour.sharing.channels",
        "population.segments.everyone.browse_per_day",
        "products.item.list_price_fen",
        "mechanics.feed.type",
    ):
        assert not behavioural(path), path


def test_paths_are_named_by_id_whole_and_deep() -> None:
    lays = {"products": [{"id": "item", "price": 1}], "run": {"days": 3}, "hours": [1, 2]}
    assert list(changed_paths(lays)) == ["products.item.price", "run.days", "hours"]


def test_contexts_are_used_and_named_in_both_languages() -> None:
    used = {id_ for fact in FACTS for arm in fact.arms.values() for id_ in arm.contexts}
    assert used == set(contexts())
    for context in contexts().values():
        assert context.name.en
        assert context.name.zh


def test_the_facts_that_must_hold_at_once_are_all_there() -> None:
    starred = {fact.id for fact in FACTS if fact.star}
    assert starred == {f"F{number}" for number in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)}
    assert [int(fact.id[1:]) for fact in FACTS] == sorted({int(fact.id[1:]) for fact in FACTS})
    assert len(FACTS) >= 20


def test_an_estimate_is_the_pooled_ratio_with_a_jackknife_interval() -> None:
    samples: list[Sample] = [{"arm": {"a": float(a), "b": 10.0}} for a in (1, 2, 3, 4)]
    one = estimate("a ÷ b", samples, lambda some: pooled(some, "arm", "a") / pooled(some, "arm", "b"))
    assert one.value == 0.25
    # of a mean the pseudo-values are the values: t(0.975, 3) · sd / sqrt(n)
    assert one.high - one.value == pytest.approx(3.1824463 * 0.1290994 / 2)
    assert one.value - one.low == pytest.approx(one.high - one.value)


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (2.0, 1.5, 2.5, "holds"),
        (2.0, 0.5, 2.5, "open"),
        (4.0, 1.5, 6.0, "fails"),
        (math.nan, math.nan, math.nan, "fails"),
        (2.0, math.nan, math.nan, "holds"),
    ],
)
def test_verdicts(value: float, low: float, high: float, verdict: str) -> None:
    assert Estimate("x", value, low, high, Band(1.0, 3.0)).verdict == verdict
    assert Estimate("x", value, low, high).verdict == "reported"
    assert math.isnan(quotient(1.0, 0.0))


def _count(arm: str, trial: Trial) -> Row:
    return {"members": float(trial.graph.n), "staple": trial.scenario.behaviour.deciding.base.staple}


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    return (
        estimate("base", samples, lambda some: some[0]["arm"]["staple"], Band(-3, -2)),
        estimate("members", samples, lambda some: pooled(some, "arm", "members")),
    )


FACT = Fact(
    id="F0",
    star=True,
    title=Text("a | test", "测试"),
    source="nobody",
    status="W",
    claim=Text("what is", "是什么"),
    arms={"arm": Arm(("one-item",), {"population": {"members": 20}}, played=False)},
    seeds=3,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("base", {"behaviour.deciding.base.staple": -1.0}),
        Mechanism("nothing", {"behaviour.deciding.urgency": 0.9}),
    ),
)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Only the fact of this file, kept in a folder of its own."""
    monkeypatch.setattr(suite, "FACTS", (FACT,))
    monkeypatch.setattr(lab, "fact_of", lambda module: FACT)
    monkeypatch.setattr(lab, "_sources", lambda module: "")
    monkeypatch.setattr(lab, "_path", lambda job: tmp_path / f"{abs(hash(job))}.json")
    return tmp_path


def test_a_fact_runs_ablates_and_is_kept(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    result = run_facts([FACT], ablate=True, progress=shares.append)[0]
    assert shares[-1] == 1.0
    assert [one.value for one in result.estimates] == [-2.6, 60.0]
    assert result.verdict == "holds"
    assert [estimates[0].value for _, estimates in result.ablations] == [-1.0, -2.6]
    monkeypatch.setattr(lab, "do", lambda job: pytest.fail("run again"))
    assert run_facts([FACT], ablate=True)[0] == result


def test_a_run_that_fails_says_where_and_keeps_the_others(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [Job("m", "arm", seed, ()) for seed in (1, 2)]
    run_jobs(jobs[:1], 1)

    def broken(arm: str, trial: Trial) -> Row:
        raise ZeroDivisionError("nobody")

    monkeypatch.setattr(lab, "fact_of", lambda module: FACT.__class__(**{**vars(FACT), "count": broken}))
    with pytest.raises(RunError, match="fact F0, arm 'arm', seed 2: ZeroDivisionError: nobody"):
        run_jobs(jobs, 1)
    assert len(list(alone.glob("*.json"))) == 1


def test_a_torn_file_of_counts_is_run_again(alone: Path) -> None:
    job = Job("m", "arm", 1, ())
    row = run_jobs([job], 1)[job]
    next(alone.glob("*.json")).write_text("{")
    assert run_jobs([job], 1)[job] == row


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no fact 'F99'; known: F1"):
        chosen(["F99"])
    with pytest.raises(InputError, match="no context 'moon'"):
        scenario_of("x", Arm(("moon",)), {})
    with pytest.raises(ScenarioError, match="bose"):
        scenario_of("x", Arm(("one-item",)), {"behaviour.deciding.bose.staple": 1})


def _result(value: float) -> Result:
    estimates = (Estimate("e | f", value, value - 0.1, value + 0.1, Band(1.0, 3.0), "%", 7),)
    return Result(FACT, estimates, ((FACT.mechanisms[0], estimates),), estimates)


def test_the_report_says_failures_as_plainly_as_the_rest(tmp_path: Path) -> None:
    write_report([_result(2.0), _result(9.0)], tmp_path / "new" / "facts", "A note.")
    text = (tmp_path / "new" / "facts" / "facts.md").read_text(encoding="utf-8")
    assert "1 of 2 facts are met, among them 1 of the 2" in text
    assert "| F0 ★ | a \\| test | e \\| f | 900 % (890 % … 910 %) | 100 % … 300 % | **fails** |" in text
    assert "| base (redundant here) | 200 % (190 % … 210 %) |" in text
    html = (tmp_path / "new" / "facts" / "facts.html").read_text(encoding="utf-8")
    assert html.count("<svg") == 2
    assert all(f'{attribute}="http' not in html for attribute in ("src", "href", "url"))
    assert (tmp_path / "new" / "facts" / "F0.svg").read_text().startswith("<?xml")


def test_a_plot_is_the_same_each_time() -> None:
    assert plot_svg(_result(2.0)) == plot_svg(_result(2.0))


def test_nothing_to_measure_is_said() -> None:
    result = Result(FACT, (Estimate("e", math.nan, math.nan, math.nan, Band(1.0, 3.0)),))
    assert "nothing to measure" in markdown_table([result])
    assert "**fails**" in markdown([result], "")
    assert "nothing to measure" in page([result], "", {"F0": plot_svg(result)})
    assert data([result])[0]["estimates"][0]["value"] is None


def test_the_command_lists_known_facts_and_fails_on_a_missed_star(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    met = runner.invoke(cli, ["facts", "--workers", "1", "--lang", "en", "--out", str(alone / "out")])
    assert met.exit_code == 0, met.output
    assert "1 of 1 facts are met" in met.output
    other = runner.invoke(cli, ["facts", "--set", "behaviour.deciding.base.staple=-1", "--workers", "1"])
    assert other.exit_code == 0  # another calibration is judged, not required
    monkeypatch.setattr(
        suite,
        "FACTS",
        (FACT.__class__(**{**vars(FACT), "conclude": lambda samples: _result(9.0).estimates}),),
    )
    missed = runner.invoke(cli, ["facts", "--workers", "1", "--lang", "en"])
    assert missed.exit_code == 3
    assert "not met: F0" in missed.output


def test_readme_shows_the_table_of_the_last_report() -> None:
    report = (ROOT / "docs" / "facts" / "facts.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("<!-- facts: the table of docs/facts/facts.md, from here -->\n")[2]
    shown = shown.partition("<!-- to here -->")[0].strip()
    assert shown.startswith("| fact |")
    assert shown in report
    assert all(f"| {fact.id}{' ★' if fact.star else ''} |" in shown for fact in FACTS)
