"""The group buys of BeiBei: statistics and observation on made-up tables, the fit on made-up figures."""

from __future__ import annotations

import gzip
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from event_rows import row, table

from sim.errors import InputError
from sim.events import EventTable, Kind
from sim.facts.beibei.figures import FIGURES, FITTED, measured
from sim.facts.beibei.fit import PARAMETERS, Fit, Parameter, Plan, fit, shop_at, solved
from sim.facts.beibei.observation import files_of
from sim.facts.beibei.records import Files, groups_of, read_files, read_groups
from sim.facts.beibei.report import lines, markdown, on_edge
from sim.facts.beibei.runs import Job, kept_at, run
from sim.facts.beibei.sampling import data_figures
from sim.facts.beibei.shop import Shop, lays, scenario
from sim.facts.beibei.statistics import (
    gini,
    graph_figures,
    intraclass,
    item_figures,
    person_figures,
    top_share,
    total_figures,
)
from sim.facts.contexts import behavioural, changed_paths
from sim.facts.estimate import Estimate

SHOP = Shop(
    appeal_mean=0.2,
    appeal_sigma=0.8,
    popularity_sigma=0.9,
    chat_size=40.0,
    listed_share=0.25,
    newcomer_share=0.1,
    newcomer_discount=0.7,
)


def small() -> Files:
    """Initiators 1-4, items 10-12: 1 and 2 join each other, 1 has the same joiner twice."""
    return Files(
        tune=groups_of([[1, 10, 2], [2, 10, 1], [3, 11, 9]]),
        test=groups_of([[1, 11, 2, 8], [2, 12, 7], [3, 10, 1], [4, 10, 6]]),
        failed=groups_of([[1, 12], [1, 13], [5, 12], [7, 12]]),
        succeeded=14,
    )


def test_people_figures_of_a_small_table():
    files = small()
    found = person_figures(files, "tune", files.tune.initiator)
    assert found["failures_mean"] == pytest.approx(2 / 3)
    assert found["failures_none"] == pytest.approx(2 / 3)
    assert found["same_joiner"] == pytest.approx(1 / 3)
    assert found["reciprocity"] == pytest.approx(2 / 3)  # 1 -> 2 and 2 -> 1, not 3 -> 9
    assert found["seats_per_joiner"] == 1.0
    assert found["initiators_who_join"] == pytest.approx(2 / 3)
    assert found["joiner_opens_same_item"] == pytest.approx(2 / 3)
    assert person_figures(files, "test", files.test.initiator)["groups_of_two"] == 0.75
    assert person_figures(files, "tune", np.array([3]))["same_joiner"] == 0.0


def test_figures_of_both_splits():
    found = total_figures(small())
    assert found["success_rate"] == pytest.approx(14 / 18)
    assert found["second_success"] == 0.75
    assert found["reciprocity_both"] == pytest.approx(2 / 7)  # 1 -> 2 and 2 -> 1
    assert found["failing_without_success"] == pytest.approx(2 / 3)  # 5 and 7, not 1
    assert found["largest_component_both"] == 0.75
    assert found["transitivity_both"] == 0.0


def test_the_graph_of_who_bought_together_is_as_networkx_has_it():
    rng = np.random.default_rng(3)
    people = (120 * rng.random((2, 130)) ** 2).astype(int) * 7  # with gaps, repeats, oneself
    groups = groups_of([[a, 1, b] for a, b in people.T.tolist()])
    found = graph_figures([groups])
    graph = nx.Graph(people.T.tolist())
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    degree = np.array([count for _, count in graph.degree()])
    assert found == pytest.approx(
        {
            "degree_mean": degree.mean(),
            "degree_one": np.mean(degree == 1),
            "largest_component": max(map(len, nx.connected_components(graph))) / len(graph),
            "transitivity": nx.transitivity(graph),
            "degree_assortativity": nx.degree_assortativity_coefficient(graph),
        }
    )
    assert found["transitivity"] > 0.0
    assert found["largest_component"] < 1.0
    assert np.isnan(list(graph_figures([groups.where(np.zeros(130, dtype=bool))]).values())).all()


def test_pairs_of_items_against_chance():
    dealt = Files(  # items 1 and 2 at one initiator each way, 3 with itself at two
        tune=groups_of([[1, 1, 9], [2, 2, 9], [3, 3, 9], [4, 3, 9]]),
        test=groups_of([[1, 2, 9], [2, 1, 9], [3, 3, 9], [4, 3, 9]]),
        failed=groups_of([[1, 7]]),
        succeeded=8,
    )
    # each split: 1/4, 1/4, 1/2; two coincidences of 6 pairs of initiators
    same = (3 / 8) ** 2 + (3 / 8) ** 2 - (1 / 256 + 1 / 256 + 1 / 16)
    assert total_figures(dealt)["item_pairs_lift"] == pytest.approx(2 / (6 * same))


def test_item_figures_scale_the_successes_that_are_not_shown():
    found = item_figures(small(), "test")
    # 14 successes stand behind 4: items 10 (7 of 7), 11 (3.5 of 3.5), 12 (3.5 of 6.5), 13 (0 of 1)
    assert found["groups_in_items_above_90"] == pytest.approx(10.5 / 18)
    assert found["groups_in_items_below_20"] == pytest.approx(1 / 18)
    assert found["success_large_items"] == 1.0
    assert found["items_once"] == pytest.approx(2 / 3)


def test_intraclass_is_the_share_of_variance_between_items():
    rng = np.random.default_rng(1)
    rate = np.where(rng.random(4000) < 0.5, 0.2, 0.8)  # variance 0.09 of 0.25
    won = rng.binomial(10, rate).astype(float)
    assert intraclass(won, 10 - won) == pytest.approx(0.36, abs=0.02)
    same = rng.binomial(10, 0.5, 4000).astype(float)
    assert intraclass(same, 10 - same) == pytest.approx(0.0, abs=0.01)


def test_concentration():
    assert gini(np.array([5, 5, 5])) == pytest.approx(0.0)
    assert gini(np.array([0.0] * 9 + [1.0])) == pytest.approx(0.9)
    assert top_share(np.array([1] * 9 + [11]), 0.1) == pytest.approx(0.55)


def events(*groups: tuple[int, int, list[int], Kind]) -> EventTable:
    """A table of groups: leader, product, joiners, how it ended."""
    rows = []
    for number, (leader, product, joiners, ended) in enumerate(groups):
        of = {"product": product, "group": number}
        rows.append(row(number, Kind.GROUP_OPENED, leader, **of))
        rows += [row(number, Kind.GROUP_JOINED, one, **of) for one in (leader, *joiners)]
        rows.append(row(number, ended, leader, **of))
    return table(*rows)


def test_what_the_files_show_of_a_run():
    won, lost = Kind.GROUP_SUCCEEDED, Kind.GROUP_FAILED
    files = files_of(
        events(
            (1, 0, [], lost),  # mended by the next
            (1, 0, [2], won),
            (1, 0, [3], won),  # the same pair again
            (1, 1, [4, 5], won),
            (2, 1, [], lost),
            (2, 1, [], lost),
            (3, 1, [6], won),
        ),
        seed=1,
    )
    assert files.succeeded == 3
    assert list(zip(files.failed.initiator, files.failed.item, strict=True)) == [(2, 1)]
    assert sorted(files.test.initiator) == [1, 3]
    assert list(files.tune.initiator) == [1]
    shown = {
        int(item) for one in (files.tune, files.test.where(files.test.initiator == 1)) for item in one.item
    }
    assert shown == {0, 1}
    whole = [files.tune, files.test]
    seats = {(int(a), int(b)) for one in whole for a, b in zip(one.host, one.joiner, strict=True)}
    assert seats == {(1, 2), (1, 4), (1, 5), (3, 6)}


def test_which_success_is_shown_where_is_drawn():
    groups = [(1, item, [2], Kind.GROUP_SUCCEEDED) for item in range(2)]
    assert {int(files_of(events(*groups), seed).test.item[0]) for seed in range(20)} == {0, 1}


def test_a_run_without_groups_shows_nothing():
    files = files_of(table(row(0, Kind.READ, 1)), 1)
    assert (len(files.tune), len(files.test), len(files.failed)) == (0, 0, 0)


def test_files_that_are_no_groups(tmp_path: Path):
    path = tmp_path / "groups.txt"
    path.write_text("1\t2\t3\nsomebody\t2\n")
    with pytest.raises(InputError, match=r"groups\.txt:2: a group is the numbers"):
        read_groups(path)
    with pytest.raises(InputError, match="beibei_tune"):
        read_files(tmp_path)


def test_groups_too_few_to_fit_are_refused(tmp_path: Path):
    for name in ("tune", "test", "invalid"):
        with gzip.open(tmp_path / f"beibei_{name}.txt.gz", "wt") as file:
            file.write("1\t1\t2\n2\t1\t3\n3\t1\t1\n")
    target = {id_: one.value for id_, one in data_figures(read_files(tmp_path))["tune"].items()}
    with pytest.raises(InputError, match="too few to compute: variance of failure"):
        fit(target, Plan())


def test_the_shop_sets_no_coefficient_of_behaviour():
    assert [path for path in changed_paths(lays(SHOP, 1000, 1)) if behavioural(path)] == []
    made = scenario(SHOP, 1000, 1)
    assert len(made.products) == 161
    assert np.std([one.utility for one in made.products]) == pytest.approx(0.8, rel=0.2)


def test_a_run_gives_every_figure():
    figures = run(Job(SHOP, 600, 1))
    assert {one.id for one in FIGURES} <= set(figures["tune"])
    assert 0.2 < figures["test"]["success_rate"] < 1.0
    assert run(Job(SHOP, 600, 1)) == figures


def test_other_defaults_are_other_runs():
    made = scenario(SHOP, 600, 1)
    sharing = made.behaviour.sharing.model_copy(update={"intercept": 1.5})
    other = made.model_copy(update={"behaviour": made.behaviour.model_copy(update={"sharing": sharing})})
    assert kept_at(made) != kept_at(other)
    assert kept_at(made) == kept_at(scenario(SHOP, 600, 1))


def test_the_fit_finds_the_place_that_made_the_figures():
    rng = np.random.default_rng(3)
    slopes = rng.normal(0, 2, (len(PARAMETERS), len(FITTED)))
    truth = rng.uniform(0.25, 0.75, len(PARAMETERS))
    places = np.clip(truth + rng.uniform(-0.25, 0.25, (120, len(PARAMETERS))), 0, 1)
    rows = places @ slopes + rng.normal(0, 0.02, (120, len(FITTED)))
    assert solved(places, rows, truth @ slopes) == pytest.approx(truth, abs=0.06)


def test_waves_close_in_on_a_shop_though_figures_bend_and_some_are_missing(monkeypatch: pytest.MonkeyPatch):
    slopes = np.random.default_rng(5).normal(0, 0.5, (len(PARAMETERS), len(FITTED)))
    truth = np.linspace(0.25, 0.75, len(PARAMETERS))

    def figures(shop: Shop) -> dict[str, float]:
        place = np.array([place_of(one, getattr(shop, one.field)) for one in PARAMETERS])
        return {
            one.id: {"logit": 1 / (1 + np.exp(-x)), "log": np.exp(x), "plain": x / 4}[one.scale]
            for one, x in zip(FITTED, (place + place**2) @ slopes - slopes.sum(axis=0), strict=True)
        }

    def simulated(jobs: list[Job], *_: object) -> list[dict[str, dict[str, float]]]:
        found = [figures(job.shop) for job in jobs]
        found[0] = dict.fromkeys(found[0], float("nan"))
        return [{"tune": one} for one in found]

    monkeypatch.setattr("sim.facts.beibei.fit.simulated", simulated)
    fitted = fit(figures(shop_at(truth)), Plan())
    found = [place_of(one, getattr(fitted.shop, one.field)) for one in PARAMETERS]
    assert found == pytest.approx(truth, abs=0.1)
    assert len(fitted.predicted) == Plan().predictive


def place_of(one: Parameter, value: float) -> float:
    """Where from its low end, 0, to its high end, 1, a value is."""
    if one.scale == "log":
        return float(np.log(value / one.low) / np.log(one.high / one.low))
    return (value - one.low) / (one.high - one.low)


def test_places_of_the_box():
    low, high = shop_at(np.zeros(len(PARAMETERS))), shop_at(np.ones(len(PARAMETERS)))
    for one in PARAMETERS:
        assert getattr(low, one.field) == pytest.approx(one.low)
        assert getattr(high, one.field) == pytest.approx(one.high)


def test_verdicts_and_report():
    values = {"success_rate": 0.77, "item_icc": 0.4, "same_joiner": 0.023}
    data = {
        split: {
            one.id: Estimate(one.id, v := values.get(one.id, 0.5), v - 0.001, v + 0.001) for one in FIGURES
        }
        for split in ("tune", "test")
    }
    odd = {"item_icc": 0.05, "same_joiner": 0.025}
    predicted = [
        dict.fromkeys(
            ("tune", "test"),
            {one.id: values.get(one.id, 0.5) + shift for one in FIGURES}
            | odd
            | {"reciprocity": 0.3 + 15 * shift},
        )
        for shift in (-0.02, 0.0, 0.02)
    ]
    fitted = Fit(Plan(500, (1,), 3), SHOP, {one.field: (one.low, one.high) for one in PARAMETERS}, predicted)
    found = {line.figure.id: line for line in lines(data, fitted)}
    assert found["success_rate"].verdict == "reproduced"
    assert found["same_joiner"].verdict == "near"
    assert found["reciprocity"].verdict == "open"
    assert found["item_icc"].verdict == "not reproduced"
    english, chinese = (markdown(list(found.values()), fitted, lang) for lang in ("en", "zh"))
    assert "| variance of failure that lies between items | 0.4 [0.399, 0.401] | 0.05 " in english
    assert "未再现" in chinese


def test_the_data_are_what_was_counted(data_folder: Path):
    files = read_files(data_folder)
    assert (len(files.tune), len(files.test), len(files.failed)) == (154_184, 178_642, 211_291)
    found = measured(files)
    assert found["tune"]["success_rate"] == pytest.approx(0.7735, abs=1e-4)
    assert found["tune"]["same_joiner"] == pytest.approx(0.0231, abs=1e-4)
    assert found["tune"]["reciprocity_both"] == pytest.approx(0.0188, abs=1e-4)
    assert found["test"]["item_icc"] == pytest.approx(0.408, abs=1e-3)
    assert found["test"]["transitivity_both"] == pytest.approx(0.0015, abs=1e-4)


def test_items_of_larger_groups_fail_as_the_report_says(data_folder: Path):
    files = read_files(data_folder)
    items = 1 + max(int(one.item.max()) for one in (files.tune, files.failed))
    shown = np.bincount(files.tune.item, minlength=items)
    larger = np.bincount(files.tune.item, weights=files.tune.joiners > 1, minlength=items)
    chosen = (larger > 0) & (larger >= 0.8 * shown)
    assert (chosen.sum(), chosen[files.failed.item].sum()) == (168, 10_432)


def test_a_fit_on_an_edge_is_marked():
    one = PARAMETERS[0]
    assert on_edge(one, one.high)
    assert on_edge(one, one.low)
    assert not on_edge(one, (one.low + one.high) / 2)


def test_items_of_each_kind_are_as_many_as_asked():
    made = scenario(SHOP, 3000, 2)
    sold = {one.id: len(one.prices) for one in made.mechanics}
    assert sold["listed-0"] == pytest.approx(0.25 * len(made.products), abs=3)
    assert sold["newcomers-0"] == pytest.approx(0.1 * len(made.products), abs=3)
    assert sum(sold.values()) == len(made.products)
