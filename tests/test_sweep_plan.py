from pathlib import Path

import pytest
from small_shop import write_ring
from sweep_files import SWEEP, write_sweep

from sim.errors import InputError
from sim.scenario.shipped import scenario_folders
from sim.settings.problems import ScenarioError
from sim.sweep.outputs import output_of
from sim.sweep.plan import MAX_RUNS, read_plan

SHIPPED = sorted(Path(__file__).resolve().parent.parent.glob("scenarios/sweeps/*.yaml"))


def refused(tmp_path, old, new):
    """What is said of the sweep with one thing changed."""
    assert old in SWEEP
    with pytest.raises(ScenarioError) as caught:
        read_plan(write_sweep(tmp_path, SWEEP.replace(old, new)))
    assert len({problem.render() for problem in caught.value.problems}) == len(caught.value.problems)
    return caught.value


def said(tmp_path, old, new):
    (problem,) = refused(tmp_path, old, new).problems
    assert problem.text.zh != problem.text.en
    return problem.render().partition("sweep.yaml:")[2]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_sweep_is_valid_at_every_point(path):
    plan = read_plan(path)
    assert 10 <= plan.size <= 200  # small: an example is tried on a laptop
    assert len({point.scenario.model_dump_json() for point in plan.points}) == len(plan.points)


def test_two_sweeps_ship_with_the_scenarios():
    assert {"group-size", "price-and-push"} <= {path.stem for path in SHIPPED}
    assert all(path.parent.parent in scenario_folders() for path in SHIPPED)


def test_points_are_in_the_order_of_the_grid_the_last_path_fastest(tmp_path):
    plan = read_plan(write_sweep(tmp_path))
    sizes = [(p.scenario.mechanics[0].group_size, p.scenario.products[0].utility) for p in plan.points]
    assert sizes == [(2, 1.5), (2, 2), (3, 1.5), (3, 2)]
    assert plan.size == 24
    assert [seed for _, _, seed in plan.runs][:7] == [7, 8, 9, 10, 11, 12, 7]


def test_variants_come_before_the_grid_and_null_is_the_scenario_as_it_stands(tmp_path):
    text = SWEEP.replace("grid:", "variants: [five, null]\ngrid:").replace(
        "mechanics.pintuan.group_size: [2, 3]", "run.horizon_days: [2]"
    )
    points = read_plan(write_sweep(tmp_path, text)).points
    assert [(p.variant, p.scenario.mechanics[0].group_size) for p in points] == [
        ("five", 5),
        ("five", 5),
        (None, 2),
        (None, 2),
    ]


def test_a_sweep_needs_no_grid(tmp_path):
    text = "scenario: staple-group-buy\nseeds: [3, 1]\noutputs: [buyers]\n"
    plan = read_plan(write_sweep(tmp_path, text))
    assert [(dict(point.settings), seed) for _, point, seed in plan.runs] == [({}, 3), ({}, 1)]


def test_null_in_the_grid_resets_to_the_default(tmp_path):
    plan = read_plan(write_sweep(tmp_path, SWEEP.replace("[1.5, 2]", "[null]")))
    assert plan.points[0].scenario.products[0].utility == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scenario: small-shop.yaml", "scenario: small-shap", "1: scenario: no such scenario file"),
        ("group_size:", "group_sise:", "4: grid.mechanics[id=pintuan].group_sise: unknown key; did you mean"),
        ("pintuan.group", "pintun.group", "4: grid.mechanics[id=pintun]: no such item; did you mean"),
        ("[2, 3]", "[2, 1]", "4: grid.mechanics[id=pintuan].group_size: must be 2 to 10000, got 1"),
        ("[2, 3]", "[2, x]", '4: grid.mechanics[id=pintuan].group_size: must be a whole number'),
        ("[2, 3]", "[2, 2]", "4: grid.mechanics.pintuan.group_size[1]: must be different"),
        ("[2, 3]", "[]", "4: grid.mechanics.pintuan.group_size: must be a list of at least 1 items"),
        ("[2, 3]", "2", "4: grid.mechanics.pintuan.group_size: must be a list"),
        ("products.tissue.utility: [1.5, 2]", "run.seed: [1, 2]", "5: grid.run.seed: is set by `seeds`"),
        ("products.tissue.utility: [1.5, 2]", "population.members: [9]", "5: grid.population.members: is"),
        ("products.tissue", "products..tissue", "5: grid.products..tissue.utility: must be names joined"),
        ("grid:", "variants: [fife]\ngrid:", '3: variants[0]: no such variant "fife"; did you mean `five`?'),
        ("grid:", "grit:", "3: grit: unknown key; did you mean `grid`?"),
        ("members: 30", "members: 1", "2: members: must be 2 to 20000000, got 1"),
        ("count: 6", "count: 0", "6: seeds.count: must be 1 to 1000000, got 0"),
        ("{from: 7, count: 6}", "[]", "6: seeds: must be a list of at least 1 items"),
        ("{from: 7, count: 6}", "[-1]", "6: seeds[0]: must be 0 to 4294967295, got -1"),
        ("{from: 7, count: 6}", "5", "6: seeds: must be"),
        ("{from: 7, count: 6}", "[1, 1]", "6: seeds[1]: must be different"),
        ("from: 7", "from: 4294967295", "6: seeds.from: must stay below"),
        ("[buyers,", "[byers,", "7: outputs[0]: no such output `byers`; did you mean `buyers`?"),
        ("[buyers,", "[reach,", "7: outputs[0]: no such output `reach`; did you mean `reach_share` or `rea"),
        ("horizon.net_fen", "horizon.net_yuan", "7: outputs[1]: no such output `net_yuan`; did you mean"),
        ("horizon.net", "horizont.net", "7: outputs[1]: no such section `horizont`; did you mean `horizon`?"),
        ("by_channel]", "by_channel.push]", "7: outputs[3]: a breakdown is measured as a whole"),
        ("engine: mesa", "engine: warp", "8: engine: must be one of auto, fast, mesa"),
        ("engine: mesa", "graph_format: edges", "8: graph_format: needs a `graph`"),
        ("engine: mesa", "members: 40", "8: members: duplicate key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_before_anything_runs(tmp_path, old, new, message):
    assert said(tmp_path, old, new).startswith(message)


def test_a_rule_of_the_scenario_that_a_point_breaks_is_said_with_the_point(tmp_path):
    grid = "grid: {products.tissue.stock: [4000, 100, 50]}"
    text = f"scenario: staple-group-buy\n{grid}\nseeds: [1]\noutputs: [buyers]\n"
    with pytest.raises(ScenarioError) as caught:
        read_plan(write_sweep(tmp_path, text))
    first = caught.value.problems[0].render()
    assert "staple-group-buy.yaml:" in first
    assert "quota 3000 is above the product's stock 100 (with products.tissue.stock = 100)" in first


def test_too_many_runs_are_refused_before_they_are_looked_at(tmp_path):
    many = f"[{', '.join(map(str, range(2, 1003)))}]"
    rendered = said(tmp_path, "[2, 3]\n  products.tissue.utility: [1.5, 2]",
                    f"{many}\n  products.tissue.stock: {many}")  # fmt: skip
    assert f"3: grid: must make at most {MAX_RUNS:,} runs, makes 6,012,006" in rendered


def test_a_graph_is_read_from_beside_the_file_and_must_be_large_enough(tmp_path):
    write_ring(tmp_path)
    text = SWEEP.replace("members: 30", "members: 20\ngraph: [ring.txt]")
    plan = read_plan(write_sweep(tmp_path, text))
    assert plan.graphs[0].files.graph.n == 60
    with pytest.raises(InputError, match="2 to 60"):
        read_plan(write_sweep(tmp_path, text.replace("20", "61")))
    with pytest.raises(InputError, match="No such file"):
        read_plan(write_sweep(tmp_path, text.replace("ring.txt", "rung.txt")))


GRAPHS = """\
graphs:
  - {name: ring, files: [ring.txt]}
  - {name: arcs, files: [ring.txt], directed: true}"""


def test_a_sweep_varies_the_graph_and_how_it_is_read(tmp_path):
    write_ring(tmp_path)
    plan = read_plan(write_sweep(tmp_path, SWEEP.replace("members: 30", GRAPHS)))
    friends, arcs = (one.files.graph for one in plan.graphs)
    assert (friends.friend_target.size, friends.follow_target.size) == (arcs.follow_target.size * 2, 0)
    assert arcs.friend_target.size == 0
    assert plan.size == 2 * len(plan.points) * len(plan.file.all_seeds)
    for old, new, wrong in (
        ("arcs,", "ring,", "graphs[1]: must be different"),
        ("graphs:", "graph: [ring.txt]\ngraphs:", "graphs: takes the place of `graph`"),
        ("graphs:", "graph_directed: true\ngraphs:", "graph_directed: needs a `graph`"),
        ("directed: true", "directed: yes", "directed"),
        ("[ring.txt], directed", "[], directed", "graphs[1].files"),
    ):
        assert wrong in said(tmp_path, "members: 30", GRAPHS.replace(old, new, 1))


def test_a_name_without_a_section_means_all_settled():
    assert output_of("buyers").section == output_of("runoff.buyers").section == "runoff"
    assert output_of("horizon.buyers").section == "horizon"
    assert output_of("books_residual_fen").section == ""
