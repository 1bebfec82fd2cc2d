"""Operator push 推送, and how chats and readers tire, corner by corner."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from stage import Stage, bare, graph, merged

from sim.events import Channel, Kind
from sim.ledger import books_residual_fen
from sim.units import DAY, HOUR

AVERSE = {"behaviour": {"deciding": {"base": {"staple": -50.0}}}}


def push(**changes: Any) -> dict[str, Any]:
    return {"id": "push", "type": "push", "hours": [10.0]} | changes


def stage(*mechanics: dict[str, Any], community: Any = None, **changes: Any) -> Stage:
    return Stage(bare(*mechanics, **merged(AVERSE, changes)), community)


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def sends(scene: Stage) -> list[tuple[int, int]]:
    return [(row["time_s"], row["value"]) for row in scene.rows(Kind.SEND)]


def test_it_goes_out_at_its_hours_in_its_window() -> None:
    scene = played(stage(push(hours=[20.0, 10.0], from_day=0.5, days=1.0, every_days=1)))
    assert sends(scene) == [(20 * HOUR, 12), (DAY + 10 * HOUR, 12)]
    every_other = played(stage(push(every_days=2)))
    assert [time_s for time_s, _ in sends(every_other)] == [10 * HOUR + day * DAY for day in (0, 2, 4)]
    assert len(sends(played(stage(push(times=2))))) == 2


def test_hours_are_those_of_the_clock() -> None:
    scene = played(stage(push(times=1), run={"start": "2026-11-02T08:00"}))
    assert sends(scene) == [(2 * HOUR, 12)]


def test_everybody_reads_it_and_a_budget_ends_it() -> None:
    scene = played(stage(push(budget_people=30, cost_fen_per_person=7)))
    assert [value for _, value in sends(scene)] == [12, 12, 6]
    assert scene.fen(Kind.PUSH_COST) == 210
    assert scene.count(Kind.READ) == 30
    few = played(stage(push(budget_people=5)))
    assert sorted(few.actors(Kind.READ)) != list(range(5))  # not the lowest numbers: hubs in many graphs


def test_the_audience_is_chosen() -> None:
    people = {
        "population": {
            "segments": [
                {"id": "old", "browse_per_day": 0.0, "old_customer_share": 1.0, "sessions_per_day": 100.0},
                {"id": "new", "browse_per_day": 0.0, "old_customer_share": 0.0, "sessions_per_day": 100.0},
            ]
        }
    }

    def readers(**changes: Any) -> tuple[set[int], set[int]]:
        scene = stage(push(times=1, **changes), **people)
        old = {int(member) for member in np.flatnonzero(scene.model.people.segment == 0)}
        return set(played(scene).actors(Kind.READ)), old

    everyone = set(range(12))
    reached, old = readers()
    assert reached == everyone
    assert 0 < len(old) < 12
    assert readers(audience="buyers")[0] == old
    assert readers(audience="not_buyers")[0] == everyone - old
    assert readers(audience="segment", segments=["new"])[0] == everyone - old
    fewer, more = readers(audience_share=0.3)[0], readers(audience_share=0.8)[0]
    assert fewer < more < everyone


def test_somebody_mentioned_looks_soon_though_no_session_is_due() -> None:
    asleep = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "sessions_per_day": 0.0}]}}
    quiet = played(stage(push(times=1), **asleep))
    assert quiet.count(Kind.READ) == 0
    called = played(stage(push(times=1, mention=True, mention_prob=1.0), **asleep))
    assert sorted(called.actors(Kind.READ)) == list(range(12))
    assert all(row["time_s"] < 14 * HOUR for row in called.rows(Kind.READ))


def test_it_points_to_a_mechanic() -> None:
    group = {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2000}]}
    scene = played(stage(group, push(times=1, about="pintuan")))
    assert {row["offer"] for row in scene.rows(Kind.SEND, Kind.READ)} == {0}


def tired(scene: Stage) -> float:
    return float(np.mean([member.fatigue for member in scene.model.members]))


def test_offers_tire_and_value_content_heals() -> None:
    light = {"behaviour": {"fatigue": {"per_push": 1.0}}}
    offers = stage(push(hours=[10.0, 12.0, 14.0]), **light)
    offers.model.advance(20 * HOUR)
    healed = stage(
        push(hours=[10.0, 12.0, 14.0]), push(id="value", hours=[16.0], value_content=True), **light
    )
    healed.model.advance(20 * HOUR)
    assert 2.0 < tired(offers) < 3.0
    assert tired(healed) == 0.0
    assert healed.rows(Kind.READ)[-1]["product"] == -1
    heavy = stage(push(hours=[10.0, 12.0, 14.0]), behaviour={"fatigue": {"per_push": 4.0}})
    heavy.model.advance(20 * HOUR)
    assert tired(heavy) == pytest.approx(4.0 * tired(offers))


IMPATIENT = {
    "id": "all", "browse_per_day": 0.0, "sessions_per_day": 100.0, "tolerance_items": 3.0, "trait_sigma": 0.0
}  # fmt: skip
THIN = {"population": {"segments": [IMPATIENT]}}


def test_who_has_had_enough_mutes_the_operator() -> None:
    scene = played(stage(push(hours=[8.0, 9.0, 10.0, 11.0, 12.0]), **THIN))
    muted = scene.rows(Kind.MUTE)
    assert sorted(row["actor"] for row in muted) == list(range(12))
    assert {row["value"] for row in muted} == {-1}
    assert {row["channel"] for row in muted} == {Channel.PUSH}
    last_s = max(row["time_s"] for row in muted)
    assert all(time_s <= last_s for time_s, _ in sends(scene))


def chatty(posts: int, **changes: Any) -> Stage:
    """Member 0 posts into the chat of 0-9, one advertisement every two hours."""
    chat = {"communities": {"chats": [{"id": "chat", "value_posts_per_day": 0.0}]}}
    sharing = {"behaviour": {"sharing": {"triggers": ["paid"], "channels": ["chat"]}}}
    scene = stage(community=graph(12, chats=[range(10)]), **merged(THIN | chat | sharing, changes))
    for number in range(posts):
        scene.at((8 + 2 * number) * HOUR, scene.model.promote, 0, 0, -1, 500 + number)
    return scene


def test_a_chat_with_too_much_advertising_is_muted_left_and_dies() -> None:
    scene = played(chatty(12))
    assert sorted(scene.actors(Kind.MUTE)) == list(range(1, 10))
    assert {row["value"] for row in scene.rows(Kind.MUTE)} == {0}
    assert scene.count(Kind.CHAT_DEAD) == 0  # one of ten still listens: the sender
    lively = played(chatty(12, behaviour={"fatigue": {"chat_dies_below": 0.5}}))
    dead = lively.rows(Kind.CHAT_DEAD)
    assert [row["value"] for row in dead] == [0]
    assert all(time_s <= dead[0]["time_s"] for time_s, _ in sends(lively))


def test_who_has_muted_a_chat_hears_nothing_more_of_it() -> None:
    scene = played(chatty(12))
    muted_s = {row["actor"]: row["time_s"] for row in scene.rows(Kind.MUTE)}
    for row in scene.rows(Kind.READ):
        sent_before = [time_s for time_s, _ in sends(scene) if time_s <= muted_s[row["actor"]]]
        assert row["time_s"] <= muted_s[row["actor"]] or sent_before


def test_who_is_far_beyond_patience_leaves() -> None:
    slow = merged(THIN, {"population": {"segments": [IMPATIENT | {"sessions_per_day": 1.0}]}})
    scene = played(chatty(12, behaviour={"fatigue": {"leave_at": 1.2, "half_life_hours": 1000.0}}, **slow))
    assert scene.count(Kind.LEAVE) > 0
    assert set(scene.actors(Kind.LEAVE)) <= set(scene.actors(Kind.MUTE))


def test_a_live_chat_forgives() -> None:
    value = {"communities": {"chats": [{"id": "chat", "value_posts_per_day": 30.0}]}}
    assert played(chatty(12, **value)).count(Kind.MUTE) == 0


@pytest.mark.parametrize(("attention", "read"), [(1, 1), (3, 3)])
def test_a_session_reads_so_much_and_the_rest_is_gone(attention: int, read: int) -> None:
    people = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "sessions_per_day": 0.0,
                                           "attention_items": attention}]}}  # fmt: skip
    scene = stage(*(push(id=f"push{number}", times=1) for number in range(3)), **people)
    scene.at(11 * HOUR, scene.model.talk.look_in, 4, 12 * HOUR, 99)
    scene.at(11 * HOUR, scene.model.talk.look_in, 4, 13 * HOUR, 98)
    assert played(scene).count(Kind.READ) == read


def test_what_is_too_old_is_not_read() -> None:
    people = {"population": {"segments": [{"id": "all", "browse_per_day": 0.0, "sessions_per_day": 0.0}]}}
    scene = stage(push(times=1), **people)
    scene.at(11 * HOUR, scene.model.talk.look_in, 4, 10 * HOUR + 1 + 48 * HOUR, 99)
    scene.at(11 * HOUR, scene.model.talk.look_in, 5, 10 * HOUR + 2 + 48 * HOUR, 98)
    assert played(scene).actors(Kind.READ) == [4]


def test_who_has_left_a_chat_posts_there_no_more() -> None:
    scene = chatty(0)
    scene.at(100, scene.model.talk.leave_or_mute, 0, 0, True)
    played(scene.at(200, scene.model.promote, 0, 0, -1, 600))
    assert sends(scene) == []
    listening = chatty(0).at(200, scene.model.promote, 0, 0, -1, 600)
    assert not listening.model.talk.has_left(0, 0)


@pytest.mark.parametrize("days", [0, 0.5])
def test_days_between_pushes_are_whole(days: float) -> None:
    with pytest.raises(ValidationError):
        stage(push(every_days=days))
