import dataclasses
import itertools
import json

import numpy as np
import pytest
from small_shop import write_ring, write_shop

from sim.commands.explain import plain
from sim.commands.session import Session
from sim.commands.teller import Teller
from sim.engine.decision import RouteTerms
from sim.errors import InputError, RunError
from sim.events import Kind, Reason, Route, table_from_rows
from sim.explain import explain_group, explain_member, explain_order, turning_points
from sim.mechanics.base import Offered
from sim.results import read_results, write_results
from sim.run import prepare, read_files, run
from sim.scenario.load import load_scenario


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The design with groups of two."""
    return saved_run(tmp_path_factory.mktemp("saved"), None)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """The design whose groups need more people than will ever buy."""
    return saved_run(tmp_path_factory.mktemp("crowded"), "crowd")


def saved_run(folder, variant):
    scenario = load_scenario(write_shop(folder), variant).scenario
    write_results(folder / "out", run(prepare(scenario), twin=False), {}, force=False)
    return read_results(folder / "out")


def first(saved, kind):
    return {name: int(column[0]) for name, column in saved.table.rows(kind).items()}


def test_a_buyer_s_decision_is_told_term_by_term(saved):
    placed = first(saved, Kind.ORDER_PLACED)
    story = explain_member(saved, placed["actor"])
    acted = [decision for decision in story.decisions if decision.chosen is not None]
    assert acted[0].time_s == placed["time_s"]
    assert acted[0].chosen.offered.route == Route(placed["value"])
    assert acted[0].chosen.utility > 0
    for decision in story.decisions:
        assert decision.member == placed["actor"]
        for route in decision.routes:
            assert route.utility == pytest.approx(sum(route.terms.values()), abs=1e-9)
        utilities = [route.utility for route in decision.routes]
        assert utilities == sorted(utilities, reverse=True)
    assert turning_points(story.decisions) == tuple(acted)
    assert placed["order"] in [order.order for order in story.orders]
    assert story.reads == int(
        ((saved.table["kind"] == Kind.READ) & (saved.table["actor"] == placed["actor"])).sum()
    )


def test_who_never_bought_is_shown_where_they_came_closest(saved):
    buyers = set(saved.table.rows(Kind.ORDER_PLACED)["actor"].tolist())
    readers = set(saved.table.rows(Kind.READ)["actor"].tolist())
    member = min(readers - buyers)
    story = explain_member(saved, member)
    (closest,) = turning_points(story.decisions)
    assert closest.chosen is None
    assert closest.routes[0].utility == max(one.routes[0].utility for one in story.decisions) <= 0
    assert story.orders == ()


def test_a_failed_group_is_told_seat_by_seat_and_reader_by_reader(crowded):
    saved = crowded
    failed = first(saved, Kind.GROUP_FAILED)
    story = explain_group(saved, failed["group"])
    rows = saved.table.rows(Kind.GROUP_JOINED)
    assert not story.succeeded
    assert story.reason is Reason(failed["value"])
    assert story.needed == 110
    assert [seat.member for seat in story.seats] == rows["actor"][rows["group"] == failed["group"]].tolist()
    assert 0 < len(story.seats) < 110
    sends = saved.table.rows(Kind.SEND)
    assert story.recipients == int(sends["value"][sends["group"] == failed["group"]].sum())
    reads = saved.table.rows(Kind.READ)
    about_it = reads["actor"][reads["group"] == failed["group"]]
    assert sum(reader.reads for reader in story.readers) == len(about_it)
    assert any(reader.reads == 0 and reader.join for reader in story.readers)  # from the open list
    ways = [reader.join for reader in story.readers if reader.join is not None and not reader.joined]
    assert all(way.offered.group == failed["group"] for way in ways)
    assert story.mean_terms["price"] == pytest.approx(np.mean([way.terms["price"] for way in ways]))


def test_a_group_that_filled_has_no_reason_to_fail(saved):
    won = first(saved, Kind.GROUP_SUCCEEDED)
    story = explain_group(saved, won["group"])
    assert story.succeeded
    assert story.reason is None
    assert len(story.seats) >= story.needed == 2
    assert {reader.member for reader in story.readers if reader.joined} <= {
        seat.member for seat in story.seats
    }


def test_in_json_every_field_of_a_route_has_its_name(saved):
    placed = first(saved, Kind.ORDER_PLACED)
    story = explain_member(saved, placed["actor"])
    data = json.loads(json.dumps(plain(story)))
    decision = next(one for one in data["decisions"] if one["chosen"] is not None)
    meant = next(one for one in story.decisions if one.chosen is not None)
    assert decision["routes"][0].keys() == {"offered", "price_fen", "discounts_fen", "terms", "utility"}
    assert decision["routes"][0]["offered"].keys() == set(Offered._fields)
    assert decision["chosen"]["offered"]["route"] == Route(placed["value"]).name.lower()
    assert decision["chosen"]["offered"]["price_fen"] == meant.chosen.offered.price_fen
    assert decision["chosen"]["terms"] == pytest.approx(meant.chosen.terms)
    assert decision["message"]["channel"] == meant.message.channel.name.lower()

    def tuples(value):
        if dataclasses.is_dataclass(value):
            return [one for field in dataclasses.fields(value) for one in tuples(getattr(value, field.name))]
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return [value, *(one for part in value for one in tuples(part))]
        if isinstance(value, (list, tuple, dict)):
            parts = value.values() if isinstance(value, dict) else value
            return [one for part in parts for one in tuples(part)]
        return []

    group = explain_group(saved, 0)
    named = tuples(story) + tuples(group)
    assert {type(one) for one in named} == {RouteTerms, Offered}  # else the story has other unnamed fields
    assert all(plain(one).keys() == set(one._fields) for one in named)
    assert json.loads(json.dumps(plain(group)))["seats"][0]["way"] == "opened"


@pytest.mark.parametrize(
    ("values", "en", "zh"),
    [
        ([], "Nobody was told of it.", "没有人被告知。"),
        ([3], "Told: 3 people, in 1 message; 2 of them read it.", "告知 3 人（1 条消息），其中 2 人阅读。"),
        ([3, 4], "Told: 7 recipients of 2 messages; 2 people read of it.",
         "告知 7 人次（2 条消息），2 人阅读。"),
    ],
)  # fmt: skip
def test_recipients_of_several_messages_are_not_called_people(saved, values, en, zh):
    """Rows say to how many a message went, not to whom."""
    story = explain_group(saved, first(saved, Kind.GROUP_OPENED)["group"])
    (some, *_) = story.readers
    send = explain_order(saved, 0).happenings[0]
    sends = tuple(dataclasses.replace(send, kind=Kind.SEND, value=value) for value in values)
    readers = tuple(dataclasses.replace(some, reads=reads) for reads in (2, 0, 1))
    story = dataclasses.replace(story, sends=sends, recipients=sum(values), readers=readers)
    assert Teller(Session("en"), saved).told(story) == en
    assert Teller(Session("zh"), saved).told(story) == zh


def test_what_a_reader_did_then_says_in_which_group(saved, crowded):
    """Having ordered is not having joined, and another group is not this one."""
    for run_, lang, none in ((saved, "en", "ordered a seat and got none"), (crowded, "zh", "已下单，未入团")):
        teller, table = Teller(Session(lang), run_), run_.table
        story = explain_group(run_, first(run_, Kind.GROUP_OPENED)["group"])
        joined = {seat.member for seat in story.seats}
        for reader in story.readers:
            said = teller.then(story, reader)
            chosen = None if reader.decision is None else reader.decision.chosen
            assert (said in ("joined", "已参团")) == (reader.member in joined)
            if chosen is not None and reader.member not in joined:
                at = (table["actor"] == reader.member) & (table["kind"] == Kind.ORDER_PLACED)
                at &= table["time_s"] == reader.decision.time_s
                (group,) = table["group"][at].tolist()
                assert (said == none) == (group == story.group)
                assert said.endswith(f" {group}") == (group >= 0 and group != story.group)
    chose_it = [one for one in story.readers if one.joined and one.join and one.decision.chosen == one.join]
    assert teller.then(story, dataclasses.replace(chose_it[0], joined=False)) == none


def test_every_chain_leads_back_in_time_to_somebody_who_had_it_from_nobody(saved):
    placed = saved.table.rows(Kind.ORDER_PLACED)
    lengths = set()
    for order, member, source in zip(placed["order"], placed["actor"], placed["source"], strict=True):
        story = explain_order(saved, int(order))
        chain = story.chain
        assert chain[0].member == member
        assert chain[0].act.kind is Kind.ORDER_PLACED
        times = [link.act.time_s for link in chain]
        assert times == sorted(times, reverse=True)
        for link, behind in itertools.pairwise(chain):
            assert link.act.source == behind.member
        assert chain[-1].act.source in (-1, chain[-1].member)
        assert (len(chain) > 1) == (source >= 0 and source != member)
        lengths.add(len(chain))
    assert max(lengths) > 1  # else this showed nothing


def test_what_is_not_there_is_said_with_what_is(saved):
    orders = len(saved.table.rows(Kind.ORDER_PLACED)["order"])
    groups = len(saved.table.rows(Kind.GROUP_OPENED)["group"])
    with pytest.raises(InputError, match="must be 0 to 119, got 120"):
        explain_member(saved, 120)
    with pytest.raises(InputError, match=f"must be 0 to {groups - 1}, got {groups}"):
        explain_group(saved, groups)
    with pytest.raises(InputError, match=f"must be 0 to {orders - 1}, got {orders}"):
        explain_order(saved, orders)
    empty = dataclasses.replace(saved, table=table_from_rows(saved.table.header, []))
    with pytest.raises(InputError, match="no order was placed"):
        explain_order(empty, 0)
    with pytest.raises(InputError, match="no group was opened"):
        explain_group(empty, 0)


def test_a_table_that_was_changed_is_refused(saved):
    columns = {name: column.copy() for name, column in saved.table.columns.items()}
    columns["amount_fen"][0] += 1
    changed = dataclasses.replace(saved, table=dataclasses.replace(saved.table, columns=columns))
    with pytest.raises(InputError, match="changed"):
        explain_member(changed, 0)


def test_a_scenario_that_was_changed_is_refused(saved):
    scenario = saved.scenario.model_copy(update={"run": saved.scenario.run.model_copy(update={"seed": 9})})
    with pytest.raises(InputError, match=r"scenario\.yaml is not the one"):
        explain_member(dataclasses.replace(saved, scenario=scenario), 0)


def test_another_graph_and_another_model_are_refused(saved):
    def with_manifest(**values):
        return dataclasses.replace(saved, manifest=saved.manifest | values)

    with pytest.raises(InputError, match="graph has changed"):
        explain_member(with_manifest(graph_sha256="0"), 0)
    with pytest.raises(InputError, match="run on a loaded network"):
        explain_member(with_manifest(graph_files=["friends.txt"]), 0)


def test_a_repetition_that_differs_is_not_passed_off_as_the_run(saved, monkeypatch):
    from sim.engine.model import CommunityModel

    monkeypatch.setattr(CommunityModel, "_plan_browse", lambda self, member, from_s: None)
    with pytest.raises(RunError, match="another event table"):
        explain_member(saved, 0)
    monkeypatch.setattr("sim.run_header.MODEL_VERSION", "next")
    with pytest.raises(InputError, match="this is next"):
        explain_member(saved, 0)


def test_a_loaded_graph_is_cut_again_and_members_keep_their_ids(tmp_path):
    ring = write_ring(tmp_path)
    scenario = load_scenario(write_shop(tmp_path)).scenario
    edges = [line.split() for line in ring.read_text(encoding="utf-8").splitlines()]
    ring.write_text("".join(f"p{a}\tp{b}\n" for a, b in edges), encoding="utf-8")
    files = read_files([ring])
    result = run(prepare(scenario, files=files, members=30), twin=False)
    write_results(tmp_path / "out", result, {}, force=False)
    saved = read_results(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["graph_files"] == [
        str(ring.resolve())
    ]
    story = explain_member(saved, 0, files=files)
    assert story.label == result.prepared.graph.label(0)
    assert story.label.startswith("p")
    with pytest.raises(InputError, match="run on a loaded network"):
        explain_member(saved, 0)
