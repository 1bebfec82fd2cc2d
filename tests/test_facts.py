"""The suite of facts: contexts without behaviour, estimates with intervals, kept runs, the report."""

import math
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import cli
from sim.errors import InputError, RunError
from sim.facts import kept, lab, suite
from sim.facts.contexts import behavioural, changed_paths, contexts, layers_of, scenario_of
from sim.facts.details import lines
from sim.facts.document import markdown, page, write_report
from sim.facts.estimate import Band, Estimate, changes, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Otherwise, Row, Sample, Trial
from sim.facts.lab import Job, run_jobs
from sim.facts.plot import plot_svg
from sim.facts.report import count_line, data, markdown_table
from sim.facts.suite import FACTS, Ablation, Elsewhere, Result, chosen, run_facts
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
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


@pytest.mark.parametrize("fact", FACTS, ids=[fact.id for fact in FACTS])
def test_another_situation_is_one_and_changes_nobody(fact: Fact) -> None:
    for other in fact.otherwise:
        assert [path for path in other.sets if behavioural(path)] == [], other.name
        changed = [
            scenario_of("fact", arm, other.sets) != scenario_of("fact", arm, {}) for arm in fact.arms.values()
        ]
        assert any(changed), other.name


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


def _ratio(samples: list[Sample]) -> tuple[Estimate, ...]:
    whole = float(len(samples))
    return (
        estimate("share", samples, lambda some: pooled(some, "arm", "a") / (10 * len(some)), Band(0, 1), "%"),
        Estimate("runs", whole, math.nan, math.nan, Band(1, None)),
    )


def test_a_change_is_taken_seed_by_seed_so_that_shared_luck_falls_out() -> None:
    base: list[Sample] = [{"arm": {"a": float(a)}} for a in (1, 5, 9)]
    other: list[Sample] = [{"arm": {"a": float(a)}} for a in (2, 6.5, 9.5)]
    share, runs = changes(_ratio, base, other)
    assert (share.unit, share.band) == ("pt", None)
    assert share.value == pytest.approx(0.1)  # of +1, +1.5 and +0.5: t(0.975, 2) · 0.05 / sqrt(3)
    assert share.high - share.value == pytest.approx(4.3026527 * 0.05 / math.sqrt(3))
    assert (runs.value, math.isnan(runs.low)) == (0.0, True)
    assert math.isnan(changes(_ratio, base[:1], other[:1])[0].low)


def _ablation(base: Estimate, one: Estimate, change: tuple[float, float, float]) -> Ablation:
    return Ablation(FACT.mechanisms[0], 6, (base,), (one,), (Estimate("x", *change),))


def test_a_mechanism_is_redundant_only_if_the_change_tells_so() -> None:
    held = Estimate("x", 2.0, 1.5, 2.5, Band(1.0, 3.0))
    count = Estimate("x", 2.0, math.nan, math.nan, Band(1.0, 3.0))
    nothing = Estimate("x", math.nan, math.nan, math.nan, Band(1.0, 3.0))
    assert _ablation(held, held, (0.1, -0.1, 0.3)).redundant
    assert not _ablation(held, held, (0.1, 0.05, 0.15)).redundant  # although inside the interval of the base
    assert not _ablation(held, nothing, (math.nan, math.nan, math.nan)).redundant
    assert not _ablation(count, count, (0.0, math.nan, math.nan)).redundant  # nothing can be told
    both = Ablation(
        FACT.mechanisms[0], 6, (held, count), (held, count), (
            Estimate("x", 0.1, -0.1, 0.3), Estimate("x", 0.4, math.nan, math.nan),
        )
    )  # fmt: skip
    assert both.redundant


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
    otherwise=(Otherwise("there are more", {"population.members": 30}),),
    assumed=Text("everything", "全部"),
)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Only the fact of this file, kept in a folder of its own."""
    monkeypatch.setattr(suite, "FACTS", (FACT,))
    monkeypatch.setattr(lab, "fact_of", lambda module: FACT)
    monkeypatch.setattr(lab, "_sources", lambda module: ())
    monkeypatch.setattr(lab, "_path", lambda job: tmp_path / f"{abs(hash(job))}.json")
    return tmp_path


def test_a_fact_runs_ablates_and_is_kept(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    result = run_facts([FACT], ablate=True, progress=shares.append)[0]
    assert shares[-1] == 1.0
    assert [one.value for one in result.estimates] == [-2.6, 60.0]
    assert result.verdict == "holds"
    assert [one.estimates[0].value for one in result.ablations] == [-1.0, -2.6]
    assert [one.changes[0].value for one in result.ablations] == [1.6, 0.0]
    assert [one.redundant for one in result.ablations] == [False, True]
    assert [one.estimates[1].value for one in result.elsewhere] == [90.0]
    assert (result.seeds, result.runs, result.kept) == (3, 12, 0)
    monkeypatch.setattr(lab, "do", lambda job: pytest.fail("run again"))
    assert run_facts([FACT], ablate=True)[0] == replace(result, kept=12)
    assert run_facts([FACT], seeds=2)[0].seeds == 2


def test_a_run_that_fails_says_where_and_keeps_the_others(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [Job("m", "arm", seed, ()) for seed in (1, 2)]
    run_jobs(jobs[:1], 1)

    def broken(arm: str, trial: Trial) -> Row:
        raise ZeroDivisionError("nobody")

    monkeypatch.setattr(lab, "fact_of", lambda module: replace(FACT, count=broken))
    with pytest.raises(RunError, match="fact F0, arm 'arm', seed 2: ZeroDivisionError: nobody"):
        run_jobs(jobs, 1)
    assert len(list(alone.glob("*.json"))) == 1


def test_a_torn_file_of_counts_is_run_again(alone: Path) -> None:
    job = Job("m", "arm", 1, ())
    row = run_jobs([job], 1)[0][job]
    next(alone.glob("*.json")).write_text("{")
    assert run_jobs([job], 1) == ({job: row}, frozenset())


def test_what_is_kept_is_found_only_while_all_it_comes_from_is_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sources = kept._BESIDE_THE_ENGINE
    assert {source.name for source in sources} == {"settings", "scenario", "fact.py", "lab.py"}
    assert lab._sources("sim.facts.f06_cascades")[1:]  # what it shares with others
    keys = [kept.key_of("a")]
    for place in ("copy", "edited"):
        copies = [tmp_path / place / source.name for source in sources]
        for source, copy in zip(sources, copies, strict=True):
            (shutil.copytree if source.is_dir() else shutil.copy)(source, _beside(copy))
        if place == "edited":
            shop = tmp_path / place / "settings" / "shop.py"
            shop.write_text(shop.read_text(encoding="utf-8").replace("return", "return 2 *", 1))
        monkeypatch.setattr(kept, "_BESIDE_THE_ENGINE", tuple(copies))
        keys.append(kept.key_of("a"))
    monkeypatch.setattr(kept, "_BESIDE_THE_ENGINE", sources)
    monkeypatch.setattr(kept, "_versions", lambda: "numpy 99")
    keys += [kept.key_of("a"), kept.key_of("b"), kept.key_of(sources[0])]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 5


def _beside(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no fact 'F99'; known: F1"):
        chosen(["F99"])
    with pytest.raises(InputError, match="no context 'moon'"):
        scenario_of("x", Arm(("moon",)), {})
    with pytest.raises(ScenarioError, match="bose"):
        scenario_of("x", Arm(("one-item",)), {"behaviour.deciding.bose.staple": 1})


def _result(value: float, elsewhere: float = 2.0) -> Result:
    def at(value: float) -> tuple[Estimate, ...]:
        return (Estimate("e | f", value, value - 0.1, value + 0.1, Band(1.0, 3.0), "%", 7),)

    change = (Estimate("e | f", -0.02, -0.05, 0.01, None, "pt"),)
    ablations = (Ablation(FACT.mechanisms[0], 2, at(value), at(value), change),)
    return Result(FACT, at(value), 4, 18, 5, ablations, (Elsewhere(FACT.otherwise[0], at(elsewhere)),))


def test_the_report_says_failures_as_plainly_as_the_rest(tmp_path: Path) -> None:
    write_report([_result(2.0), _result(9.0)], tmp_path / "new" / "facts", "A note.")
    text = (tmp_path / "new" / "facts" / "facts.md").read_text(encoding="utf-8")
    assert "1 of 2 facts are met, among them 1 of the 2" in text
    assert "| F0 ★ | a \\| test | e \\| f | 900 % (890 % … 910 %) | 100 % … 300 % | **fails** |" in text
    assert "Without each mechanism, 2 seeds" in text
    assert "| base (redundant here) | 200 %; change −2.00 pt (−5.00 pt … 1.00 pt) |" in text
    html = (tmp_path / "new" / "facts" / "facts.html").read_text(encoding="utf-8")
    assert html.count("<svg") == html.count("<details>") == 2
    assert "<code>population.members = 20</code>" in html
    assert "<td>base (redundant here)</td>" in html
    assert all(f'{attribute}="http' not in html for attribute in ("src", "href", "url"))
    assert (tmp_path / "new" / "facts" / "F0.svg").read_text().startswith("<?xml")


def test_what_holds_in_one_situation_only_or_by_its_form_is_marked() -> None:
    results = [_result(2.0, elsewhere=9.0)]
    table = markdown_table(results)
    assert "| 100 % … 300 % | holds †‡ |" in table
    assert "† F0 holds in the situation described; not where there are more (e | f: 900 %" in table
    assert "‡ F0 is in part of assumed form: everything." in table
    assert "| where there are more | e \\| f | 900 % (890 % … 910 %) |" in markdown(results, "")
    assert "assumed form (‡): 1. Met, but not in every other situation tried (†): 1." in count_line(results)
    assert "holds ‡ |" in markdown_table([_result(2.0)])
    assert "†" not in markdown_table([_result(9.0, elsewhere=9.0)])


def _laid_out(scenario: Scenario, seed: int) -> SocialGraph:
    """A network

    laid out by hand.
    """
    raise NotImplementedError


def test_details_say_how_often_what_was_run_where() -> None:
    own = Arm(("one-item",), {"products": [{"id": "item", "quality": 0.5}, {"id": "b-1", "quality": 0.25}]})
    arms = {**FACT.arms, "own": replace(own, graph=_laid_out)}
    arms["steps"] = Arm((), {"mechanics": [{"id": "deal", "ladder": [{"people": 2}, {"people": 5}]}]})
    arms |= {str(days): Arm((), {"run": {"horizon_days": days}}) for days in range(1, 31)}
    said = dict(lines(replace(_result(2.0), fact=replace(FACT, arms=arms))))
    assert said["runs"] == "4 seeds each; 18 in all, 5 read from kept counts"
    assert said["network"] == "A network laid out by hand (own)"
    assert said["assumed"] == "everything"
    paths = said["paths it changes"]
    assert "`population.members = 20, 10000`" in paths
    assert "`products.*.quality = 0.5, 0.25`" in paths
    assert "`run.horizon_days = 1 … 30`" in paths
    assert "`mechanics.deal.ladder.*.people`" in paths


def test_a_plot_is_the_same_each_time() -> None:
    assert plot_svg(_result(2.0)) == plot_svg(_result(2.0))


def test_without_matplotlib_the_command_says_so_before_it_runs_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("sim.commands.facts.run_facts", lambda *given, **named: pytest.fail("it ran"))
    for lang, said in (("en", "pictures need matplotlib"), ("zh", "报告的图需要 matplotlib")):
        refused = CliRunner().invoke(cli, ["facts", "--lang", lang, "--out", str(tmp_path / "out")])
        assert refused.exit_code == 3
        assert said in refused.output
        assert "pip install 'shapan[reports]'" in refused.output
    with pytest.raises(RunError, match=r"shapan\[reports\]"):
        plot_svg(_result(2.0))


def test_nothing_to_measure_is_said() -> None:
    result = Result(FACT, (Estimate("e", math.nan, math.nan, math.nan, Band(1.0, 3.0)),), 1)
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
        (replace(FACT, conclude=lambda samples: _result(9.0).estimates),),
    )
    missed = runner.invoke(cli, ["facts", "--workers", "1", "--lang", "en"])
    assert missed.exit_code == 3
    assert "not met: F0" in missed.output


def test_the_report_has_every_fact() -> None:
    report = (ROOT / "docs" / "facts" / "facts.md").read_text(encoding="utf-8")
    assert all(f"| {fact.id}{' ★' if fact.star else ''} |" in report for fact in FACTS)
