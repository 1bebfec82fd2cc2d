import numpy as np
import pytest
from small_shop import SHOP, write_ring, write_shop

from sim.engine.member import Member
from sim.errors import Cancelled, InputError, RunError
from sim.event_files import file_sha256, table_sha256
from sim.events import Kind
from sim.metrics.summary import summarise
from sim.network.reading import Reading
from sim.play import OWN_RULES, OwnRules, play
from sim.run import CAMPAIGN, TWIN, illegal_offers, prepare, read_files, run
from sim.scenario.load import load_scenario, load_text


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return load_scenario(write_shop(tmp_path_factory.mktemp("shop"))).scenario


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return read_files([write_ring(tmp_path_factory.mktemp("graph"))])


def test_a_generated_community_has_the_scenario_s_members_and_chats(shop):
    prepared = prepare(shop)
    assert prepared.graph.n == prepared.scenario.population.members == 120
    assert prepared.graph.chats > 0
    assert prepared.files is None


def test_members_scale_a_generated_community_and_say_so(shop):
    prepared = prepare(shop, members=60)
    assert prepared.graph.n == 60
    assert prepared.scenario.products[0].stock == 150
    assert any("stock" in note.en for note in prepared.notes)


def test_a_loaded_graph_keeps_its_size_and_the_stock(shop, files):
    prepared = prepare(shop, files=files)
    assert prepared.graph.n == prepared.scenario.population.members == 60
    assert prepared.scenario.products[0].stock == 300
    assert prepared.graph.chats > 0
    assert any("60 members" in note.en for note in prepared.notes)


def test_members_cut_a_loaded_graph(shop, files):
    prepared = prepare(shop, files=files, members=20)
    assert prepared.graph.n == prepared.scenario.population.members == 20
    assert prepared.members_asked == 20
    with pytest.raises(InputError, match="2 to 60"):
        prepare(shop, files=files, members=61)


def test_the_seed_given_goes_into_the_scenario_and_makes_another_community(shop):
    one, other = prepare(shop, seed=1), prepare(shop, seed=2)
    assert other.scenario.run.seed == 2
    assert one.graph.sha256 != other.graph.sha256
    assert prepare(shop, seed=1).graph.sha256 == one.graph.sha256


def test_a_run_measures_the_campaign_against_its_twin(shop):
    stages = []
    result = run(prepare(shop), progress=lambda stage, share: stages.append((stage, share)))
    assert result.summary["books_residual_fen"] == 0
    assert result.twin_table is not None
    assert not len(result.twin_table.rows(Kind.GROUP_OPENED, Kind.PUSH_COST)["actor"])
    without = summarise(result.twin_table, None)
    assert result.summary["incremental"]["buyers"] == result.summary["buyers"] - without["buyers"] > 0
    for stage in (CAMPAIGN, TWIN):
        shares = [share for name, share in stages if name == stage]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


def test_without_a_twin_nothing_is_called_incremental(shop):
    result = run(prepare(shop), twin=False)
    assert result.twin_table is None
    assert set(result.summary["incremental"].values()) == {None}


def test_a_scenario_without_a_campaign_is_its_own_twin(shop):
    bare = shop.model_copy(update={"mechanics": (), "operator": type(shop.operator)()})
    result = run(prepare(bare))
    assert result.twin_table is result.table
    assert result.summary["incremental"]["buyers"] == 0


def test_the_same_run_twice_gives_the_same_table_watched_or_not(shop):
    prepared = prepare(shop)
    decisions = []
    plain = play(prepared.scenario, prepared.graph).table
    watched = play(prepared.scenario, prepared.graph, watch={3, 4}, on_decision=decisions.append).table
    assert table_sha256(plain) == table_sha256(watched)
    assert {decision.member for decision in decisions} <= {3, 4}
    read = plain.rows(Kind.READ)["actor"]
    assert bool(decisions) == bool(np.isin(read, (3, 4)).any())


def test_progress_can_cancel(shop):
    def stop(stage, share):
        if share > 0.3:
            raise Cancelled("stop", "停")

    with pytest.raises(Cancelled):
        run(prepare(shop), progress=stop)


def test_a_failing_engine_is_a_run_error_that_names_the_cause(shop, monkeypatch):
    from sim.engine.model import CommunityModel

    def broken(self, *args, **options):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(CommunityModel, "run", broken)
    monkeypatch.setattr("sim.fast.engine.FastRun.run", broken)
    for engine in ("mesa", "fast"):
        with pytest.raises(RunError, match="small-shop failed: ZeroDivisionError: by nothing"):
            run(prepare(shop), engine=engine)


@pytest.mark.parametrize("engine", ["fast", "mesa"])
@pytest.mark.parametrize("events", ["full", "outcomes"])
def test_a_table_written_to_a_file_as_it_goes_is_the_same(shop, tmp_path, engine, events):
    prepared, file = prepare(shop), tmp_path / "events.parquet"
    plain = run(prepared, engine=engine, events=events, twin=False)
    filed = run(prepared, engine=engine, events=events, twin=False, events_file=file)
    assert table_sha256(filed.table) == table_sha256(plain.table)
    assert table_sha256(plain.table) == file_sha256(file)
    assert filed.summary == plain.summary


def test_an_unknown_engine_is_refused(shop):
    with pytest.raises(InputError, match="mesa"):
        run(prepare(shop), engine="warp")
    with pytest.raises(InputError, match="outcomes"):
        run(prepare(shop), events="none")


def test_the_fast_engine_runs_what_it_can_and_gives_the_same(shop):
    prepared = prepare(shop)
    fast, mesa = run(prepared), run(prepared, engine="mesa")
    assert (fast.engine, mesa.engine) == ("fast", "mesa")
    assert fast.fallback_reason is mesa.fallback_reason is None
    assert table_sha256(fast.table) == table_sha256(mesa.table)
    assert fast.summary == mesa.summary


def test_what_only_mesa_can_is_run_there_and_says_why(shop):
    class Mine(Member):
        pass

    prepared, own = prepare(shop), OwnRules(member_class=Mine)
    result = run(prepared, own=own)
    assert (result.engine, result.fallback_reason, result.own_rules) == ("mesa", OWN_RULES, True)
    assert run(prepared, own=own, engine="mesa", twin=False).fallback_reason is None
    with pytest.raises(InputError, match="own Python rules run on mesa only"):
        run(prepared, own=own, engine="fast")
    with pytest.raises(InputError, match="watched on mesa only"):
        play(prepared.scenario, prepared.graph, engine="fast", on_decision=print)


def test_large_communities_are_counted_unless_asked_otherwise(shop, monkeypatch):
    monkeypatch.setattr("sim.play.FULL_MEMBERS_MAX", 100)
    prepared = prepare(shop)
    events = [run(prepared, events=one, twin=False).table.header.events for one in ("auto", "full")]
    assert events == ["outcomes", "full"]


def test_a_format_without_a_file_is_refused():
    with pytest.raises(InputError, match="no graph file"):
        read_files([], Reading("groups"))
    assert read_files([]) is None


def test_a_third_commission_level_marks_the_result(tmp_path):
    text = SHOP.replace(
        "operator:",
        "  - {id: tree, type: commission, rates: [0.1, 0.05, 0.02], allow_illegal: true}\noperator:",
    )
    scenario = load_text(text, tmp_path / "tree.yaml").scenario
    assert illegal_offers(scenario) == ("tree",)
    assert illegal_offers(load_text(SHOP, tmp_path / "shop.yaml").scenario) == ()
