"""What the facts pin down: ranges with sources, emulators, and parameters recovered from simulated truths."""

from dataclasses import replace

import numpy as np
import pytest

from sim.calibration import sample as sample_module
from sim.calibration.emulator import Scale, cross_validated, fitted
from sim.calibration.identification import page
from sim.calibration.panel import PANEL, Measurement, measured
from sim.calibration.posterior import Exactly, Within, drawn
from sim.calibration.priors import Prior, laid, priors, read_priors
from sim.calibration.recover import identified
from sim.calibration.sample import SHIPPED, Sample, drawn_shares, sampled
from sim.facts.estimate import Band
from sim.facts.suite import FACTS
from sim.odd.standing import not_varied
from sim.scenario.load import load_scenario
from sim.settings.behaviour import Behaviour
from sim.settings.community import Segment
from sim.settings.problems import ScenarioError

PRIORS = priors()
NOISE = 0.1


def luck(*shape, seed=0):
    """Normal numbers that look like luck and are the same each time."""
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("staple-group-buy").scenario


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.path)
def test_every_prior_has_a_source_and_holds_the_shipped_default(prior):
    assert len(prior.source) >= len("assumption")
    assert prior.low <= prior.default <= prior.high


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_both_ends_of_all_priors_are_valid_settings(share, scenario):
    changed = laid(scenario, {prior.path: prior.at(share) for prior in PRIORS})
    Behaviour.model_validate(changed.behaviour.model_dump())
    for segment in changed.population.segments:
        Segment.model_validate(segment.model_dump())


def test_values_are_laid_into_behaviour_segments_and_response_tables(scenario):
    low = "behaviour.deciding.response.low_effort"
    changed = laid(
        scenario,
        {
            "behaviour.deciding.source_step.chat": 0.7,
            "behaviour.sharing.chats_limit": 3.6,
            "population.segments.*.price_coefficient": 1.5,
            f"{low}.rise_1": 1.0,
            f"{low}.rise_2": 0.5,
        },
    )
    assert changed.behaviour.deciding.source_step.chat == 0.7
    assert changed.behaviour.sharing.chats_limit == 4
    assert {segment.price_coefficient for segment in changed.population.segments} == {1.5}
    probs = [point.prob for point in changed.behaviour.deciding.response.low_effort.points]
    assert probs == pytest.approx([0.5, 0.8413447, 0.9331928])
    unchanged = changed.behaviour.deciding.source_step.model_copy(update={"chat": 0.2})
    assert unchanged == scenario.behaviour.deciding.source_step


def test_shipped_values_laid_change_nothing(scenario):
    values = {prior.path: prior.default for prior in PRIORS if "rise_" not in prior.path}
    fresh = scenario.model_copy(update={"behaviour": Behaviour()})
    assert laid(fresh, {k: v for k, v in values.items() if k.startswith("behaviour.")}) == fresh


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("behaviour.deciding.charm: {low: 0, high: 1, source: x}", "no parameter"),
        ("behaviour.deciding.effort: {low: 0, high: 1, source: x}", "no parameter"),
        ("behaviour.deciding.homophily: {low: 1, high: 0, source: x}", "below"),
        ("behaviour.deciding.homophily: {low: 0, high: 1, source: ' '}", "source"),
        ("behaviour.deciding.homophily: {low: 0, high: 1}", "source"),
    ],
)
def test_a_prior_that_is_none_is_refused_with_its_place(line, said, tmp_path):
    path = tmp_path / "priors.yaml"
    path.write_text(f"# ranges\n{line}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        read_priors(path)
    (problem,) = error.value.problems
    assert problem.line == 2
    assert said in problem.text.en
    assert problem.path == line.partition(":")[0]


def test_the_panel_gives_the_estimates_with_bands_and_moves_with_the_parameters():
    (elasticity,) = measured({}, ["F10"])
    assert elasticity.fact == "F10"
    assert elasticity.band == Band(-4, -1.5)
    (weak,) = measured({"population.segments.*.price_coefficient": 0.2}, ["F10"])
    assert weak.value > elasticity.value + 0.5


def test_the_panel_is_of_facts_there_are():
    assert set(PANEL) <= {fact.id for fact in FACTS}


def quadratic(shares):
    x = 2 * shares - 1
    return x[:, 0] + 0.6 * x[:, 1] + 0.8 * x[:, 0] * x[:, 2] - 0.7 * x[:, 3] ** 2


def test_an_emulator_finds_a_quadratic_among_many_idle_parameters():
    shares = drawn_shares(40, 160)
    emulator = fitted(shares, quadratic(shares) + NOISE * luck(160))
    unseen = drawn_shares(40, 1024)[512:]
    left = quadratic(unseen) - emulator(unseen)
    assert np.var(left) < 0.02 * np.var(quadratic(unseen))
    assert set(np.flatnonzero(np.abs(emulator.curve).sum(axis=0) + np.abs(emulator.slope))) == {0, 1, 2, 3}
    ones = np.hstack([np.ones((len(unseen), 1)), 2 * unseen - 1])
    assert np.einsum("pi,ij,pj->p", ones, emulator.matrix, ones) == pytest.approx(emulator(unseen))


def test_an_emulator_makes_nothing_of_noise():
    shares = drawn_shares(40, 160)
    values = luck(160)
    _, predicted = cross_validated(shares, values)
    assert np.var(values - predicted) == pytest.approx(np.var(values), rel=0.1)  # more: it has overfitted


def test_a_scale_makes_ratios_near_normal_and_keeps_their_order():
    values = np.exp(1.5 * luck(300))
    scaled = Scale.of(np.append(values, np.nan))(values)
    assert scaled.mean() == pytest.approx(0, abs=0.05)
    assert np.mean(scaled**3) == pytest.approx(0, abs=0.3)
    assert (np.diff(scaled[np.argsort(values)]) >= 0).all()


@pytest.fixture(scope="module")
def linear():
    """Two statistics that fix the first parameter and the sum of the next two; a fourth is idle."""
    shares = drawn_shares(4, 64)
    x = 2 * shares - 1
    return [fitted(shares, x[:, 0]), fitted(shares, x[:, 1] + x[:, 2])]


def test_truths_are_recovered_as_often_as_said(linear):
    truths = drawn_shares(4, 64)
    observed = np.array([one(truths) for one in linear]).T + NOISE * luck(64, 2)
    found = drawn(linear, Exactly(observed, NOISE**2 * np.eye(2)), np.full((64, 4), 0.5), draws=300)
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    widths = (high - low).mean(axis=0)
    assert widths[0] == pytest.approx(2 * 1.645 * NOISE / 2, rel=0.2)  # of shares, half as wide as of x
    assert 0.3 < widths[1] < 0.75
    assert widths[3] == pytest.approx(0.9, abs=0.03)
    assert ((truths >= low) & (truths <= high)).mean() == pytest.approx(0.9, abs=0.06)


def test_bands_say_what_they_say(linear):
    likelihood = Within(np.array([0.4, -np.inf]), np.array([0.6, 0.0]), np.full(2, 0.01))
    start = np.full((8, 4), 0.5)
    found = drawn(linear, likelihood, start, draws=400).reshape(-1, 4)
    low, high = np.quantile(2 * found[:, 0] - 1, [0.05, 0.95])
    assert (low, high) == pytest.approx((0.4, 0.6), abs=0.03)  # two ends: an interval of 90 %
    assert np.mean(found[:, 1] + found[:, 2] < 1.01) > 0.98  # one end: no further
    fixed = drawn(linear, likelihood, start, free=np.array([True, True, False, True]), draws=50)
    assert fixed[:, :, 2] == pytest.approx(0.5)
    assert fixed[:, :, 1].max() < 0.53


@pytest.fixture(scope="module")
def found():
    names = ("homophily", "urgency", "scarcity", "source_step.chat")
    parameters = tuple(
        Prior(f"behaviour.deciding.{name}", low, 1.0, "assumption")
        for name, low in zip(names, (0.0, 0.0, 0.0, -1.0), strict=True)
    )
    shares = drawn_shares(4, 120)
    x = 2 * shares - 1
    values = np.stack([x[:, 0] + 0.1 * x[:, 1], x[:, 1] + 2 * x[:, 2], np.ones(120), luck(120)], axis=1)
    values[:, :2] += NOISE * luck(120, 2, seed=1)
    values[5, 1] = np.nan
    bands = (Band(-0.2, 0.2), Band(0.0, None), Band(0.0, 2.0), Band(None, 3.0))
    shipped = tuple(
        Measurement(f"F{number}: P(x | y)", 1.0, band)
        for number, band in zip((1, 2, 3, 4), bands, strict=True)
    )
    return identified(Sample(parameters, shares, values, shipped), truths=20, draws=200)


def test_what_a_fact_pins_is_told_from_what_is_assumed(found):
    first, second, third, idle = found.findings
    assert first.pinned
    assert first.facts == ("F1",)
    assert third.facts == ("F2",)
    assert not second.pinned
    assert not idle.pinned
    assert first.width < 0.2
    assert idle.width > 0.85
    assert np.mean([one.coverage for one in found.findings]) > 0.8
    assert [one.used for one in found.statistics] == [True, True, False, False]
    assert 0.3 < first.published[0] < first.published[1] < 0.7
    assert not first.default_inside
    assert found.bands_met["published"] > found.bands_met["prior"] + 0.2


def test_the_page_tells_it(found):
    text = page(found, "en")
    pinned, _, assumed = text.partition("## Assumed")
    assert "`deciding.homophily`" in pinned
    assert "`deciding.urgency`" in assumed
    assert "已定的参数" in page(found, "zh")
    assert "P(x \\| y)" in text
    assert "`shapan identify --points 120 --truths 20 --out docs/identification.md`" in text
    assert "--lang zh`" in page(found, "zh")


def test_the_page_says_what_the_bands_alone_leave_open_and_what_is_never_varied(found):
    text = page(found, "en")
    assert "1 of the pinned, marked ‡" in text
    first = replace(found.findings[0], published=(0.1, 0.9))
    rise = Prior("behaviour.deciding.response.low_effort.rise_1", 0.0, 0.8, "assumption")
    other = replace(found.findings[3], prior=rise)
    changed = page(replace(found, findings=(first, found.findings[2], other)), "en")
    assert "2 of the pinned, marked ‡" in changed
    assert "| F1 ‡ | 0.1 … 0.9 (0.80)" in changed
    assert "pinned or not: `deciding.response.low_effort.rise_1`." in changed
    table = text.partition("## Assumed, and not varied")[2].partition("## The panel")[0]
    assert "| `staleness.private` | 72.0 | assumption |" in table
    assert [
        one.path for one in not_varied() if f"`{one.path.removeprefix('behaviour.')}` |" not in table
    ] == []
    assert "`deciding.effort.buy_alone`" in table.partition("| parameter")[0]


def test_points_are_measured_once_and_a_cut_off_line_again(monkeypatch, tmp_path):
    asked = []

    def stands_in(values, facts):
        asked.append(dict(values))
        return (Measurement("F1: x", sum(values.values()), Band(0, 1)),)

    monkeypatch.setattr(sample_module, "measured", stands_in)
    monkeypatch.setattr(sample_module, "_path", lambda parameters, facts: tmp_path / "kept.jsonl")
    parameters = PRIORS[:2]
    first = sampled(parameters, 3)
    assert len(asked) == 4
    assert asked[0] == {}
    assert first.shipped[0].value == 0
    more = sampled(parameters, 4)
    assert len(asked) == 5
    assert more.values[:3] == pytest.approx(first.values)
    kept = tmp_path / "kept.jsonl"
    kept.write_text(kept.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    assert sampled(parameters, 4).values == pytest.approx(more.values)
    assert len(asked) == 6
    sampled(parameters, 4)
    assert len(asked) == 6
    assert SHIPPED not in range(4)
