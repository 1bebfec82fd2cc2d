"""KOL seeding 种草, corner by corner."""

from typing import Any

import pytest
from stage import Stage, bare, graph, merged, product

from sim.engine.choice import response_argument
from sim.events import Channel, Kind
from sim.ledger import Account, balances_fen, books_residual_fen
from sim.mechanics.world import Message, Reading
from sim.units import DAY, HOUR

STAR = [(0, other) for other in range(1, 8)] + [(8, 9)]  # 0 knows seven, 8 and 9 each other, 10 and 11 nobody


def seeding(**changes: Any) -> dict[str, Any]:
    return {"id": "seeds", "type": "kol_seeding", "choose": "members", "members": [0], "posts": 1} | changes


def stage(*mechanics: dict[str, Any], community: Any = None, **changes: Any) -> Stage:
    averse = {"behaviour": {"deciding": {"base": {"staple": -50.0}, "effort": {"buy_alone": 0.0}}}}
    return Stage(bare(*mechanics, **merged(averse, changes)), community or graph(12, STAR))


def played(scene: Stage) -> Stage:
    scene.play()
    assert scene.table is not None
    assert books_residual_fen(scene.table) == 0
    return scene


def test_a_seed_gets_a_sample_and_a_fee_and_posts_to_friends() -> None:
    scene = played(stage(seeding(fee_fen=5000, posts=2)))
    assert scene.actors(Kind.SEED) == [0]
    assert scene.fen(Kind.SAMPLE) == 1000
    assert scene.fen(Kind.KOL_FEE) == 5000  # once
    assert [(row["time_s"], row["value"]) for row in scene.rows(Kind.SEND)] == [
        (20 * HOUR, 7),
        (3 * DAY + 20 * HOUR, 7),
    ]
    assert set(scene.actors(Kind.READ)) == set(range(1, 8))
    assert scene.table is not None
    assert balances_fen(scene.table)[Account.KOL] == 5000


def test_without_a_sample_the_seed_has_adopted_nothing() -> None:
    scene = played(stage(seeding(sample=False)))
    assert scene.count(Kind.SEED, Kind.SAMPLE) == 0
    assert scene.model.products[0].adopters == 0
    assert not any(member.standing(0).heard for member in scene.model.members)


def test_seeds_are_chosen_by_rule() -> None:
    def seeds(**changes: Any) -> list[int]:
        return played(stage(seeding(members=[], **changes))).actors(Kind.SEED)

    assert seeds(choose="by_degree", count=1) == [0]
    assert set(seeds(choose="fringe", count=9)) == set(range(1, 10))  # who has no friends reaches nobody
    assert len(set(seeds(choose="random", count=5))) == 5
    named = played(stage(seeding(members=[3, 99])))
    assert named.actors(Kind.SEED) == [3]  # there is no member 99


def test_bridges_are_who_know_people_of_most_communities() -> None:
    import numpy as np

    community = graph(12, [(0, 1), (0, 2), (0, 3), (4, 5), (4, 6)])
    object.__setattr__(community, "community", np.array([0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0], dtype=np.int32))
    scene = played(stage(seeding(choose="bridges", members=[], count=1), community=community))
    assert scene.actors(Kind.SEED) == [4]


KOLS = {"roles": {"kols": [
    {"id": "head", "count": 1, "followers_share": 1.0, "credibility": 0.9, "public_pool": 0},
    {"id": "tail", "count": 2, "followers_share": 0.0, "niche": ["interest"]},
]}}  # fmt: skip


def test_kols_post_to_their_followers_tier_by_tier() -> None:
    scene = stage(seeding(choose="kols", members=[]), **KOLS)
    assert scene.model.people.kols_by_tier["head"] == (0,)
    played(scene)
    assert scene.count(Kind.SEED) == 3
    by_sender = {row["actor"]: row["value"] for row in scene.rows(Kind.SEND)}
    assert by_sender[0] == 11
    only = played(stage(seeding(choose="kols", members=[], tiers=["tail"], count=1), **KOLS))
    assert only.count(Kind.SEED) == 1
    assert only.actors(Kind.SEED) != [0]


def test_a_post_outside_the_niche_persuades_nobody_by_its_charm() -> None:
    scene = stage(seeding(choose="kols", members=[]), **KOLS)
    seen: dict[int, float] = {}
    scene.model.watch = frozenset(range(12))
    scene.model.on_decision = lambda one: seen.__setitem__(one.message.sender, one.message.charm)
    played(scene)
    assert seen[0] == 1.0
    assert all(charm == 0.0 for sender, charm in seen.items() if sender != 0)


@pytest.mark.parametrize(("disclosed", "wears"), [(True, True), (False, False)])
def test_disclosed_advertising_wears_credibility(disclosed: bool, wears: bool) -> None:
    changes = merged(KOLS, {"behaviour": {"sharing": {"credibility_wear": 0.2}}})
    scene = stage(
        seeding(choose="kols", members=[], tiers=["head"], disclosed=disclosed, posts=3, every_days=0.5),
        **changes,
    )
    scene.model.advance(2 * DAY)
    assert (scene.model.credibility(0) < 0.6) == wears
    assert scene.model.credibility(0) <= 0.9
    assert scene.model.credibility(1) == 1.0


def test_an_unworn_kol_stays_as_credible_as_at_the_start_and_a_worn_one_heals_to_that() -> None:
    sharing = {"credibility_wear": 0.5, "credibility_half_life_hours": 24.0}
    changes = merged(KOLS, {"behaviour": {"sharing": sharing}, "run": {"horizon_days": 60.0}})
    scene = stage(seeding(choose="kols", members=[], tiers=["head"]), **changes)
    scene.model.advance(20 * HOUR + 10)
    assert scene.model.credibility(0) == pytest.approx(0.45, abs=0.01)
    scene.model.advance(59 * DAY)
    assert scene.model.credibility(0) == pytest.approx(0.9, abs=0.01)


def test_the_public_pool_grows_with_clicks() -> None:
    def reached(growth: float) -> int:
        tier = {
            "id": "head",
            "count": 1,
            "followers_share": 0.0,
            "public_pool": 20,
            "public_pool_growth": growth,
        }
        willing = {"behaviour": {"deciding": {"base": {"staple": -0.5}, "taste_persistence": 0.0}}}
        changes = merged({"roles": {"kols": [tier]}, "population": {"members": 300}}, willing)
        scene = stage(seeding(choose="kols", members=[]), community=graph(300, STAR), **changes)
        played(scene)
        return len(set(scene.actors(Kind.READ)))

    small, large = reached(0.0), reached(3.0)
    assert 15 <= small <= 27
    assert large > small + 5


def test_a_kol_earns_a_share_of_what_the_posts_sold() -> None:
    eager = {"behaviour": {"deciding": {"base": {"staple": 50.0}}}}
    scene = stage(seeding(commission_share=0.1), **eager)
    played(scene)
    fees = scene.rows(Kind.KOL_FEE)
    assert sorted(row["source"] for row in fees) == list(range(1, 8))
    assert {(row["actor"], row["amount_fen"]) for row in fees} == {(0, 300)}


def test_a_seed_who_shares_as_a_buyer_does_so_for_certain_when_sharing_is_certain() -> None:
    sharing = {"behaviour": {"sharing": {"intercept": 50.0, "channels": ["private"], "private_limit": None}}}
    scene = played(stage(seeding(shares_as_buyer=True, posts=0), **sharing))
    sent = scene.rows(Kind.SEND)
    assert [(row["actor"], row["value"], row["channel"]) for row in sent] == [(0, 7, Channel.PRIVATE)]


def test_several_products_take_turns() -> None:
    goods = {"products": [product(), product("soap")]}
    scene = played(stage(seeding(posts=3, every_days=1.0, products=["soap", "rice"]), **goods))
    assert [row["product"] for row in scene.rows(Kind.SEND)] == [1, 0, 1]
    assert scene.count(Kind.SEED) == 2


def test_a_kol_earns_nothing_on_what_came_back() -> None:
    eager = {"behaviour": {"deciding": {"base": {"staple": 50.0}}}}
    goods = {"products": [product(return_prob=1.0)], "orders": {"auto_receive_days": 0.0}}
    scene = played(stage(seeding(commission_share=0.1), **merged(eager, goods)))
    assert scene.count(Kind.REFUNDED_AFTER) > 0
    kept = scene.count(Kind.ORDER_PAID) - scene.count(Kind.REFUNDED, Kind.REFUNDED_AFTER)
    assert scene.count(Kind.KOL_FEE) == kept < scene.count(Kind.RECEIVED)


def test_a_seed_named_twice_is_one_seed() -> None:
    scene = played(stage(seeding(members=[0, 0], products=["rice", "rice"], fee_fen=100)))
    assert scene.count(Kind.SEED) == scene.count(Kind.KOL_FEE) == scene.count(Kind.SEND) == 1


def test_the_neighbours_weight_counts_neighbours_only() -> None:
    argument = {"behaviour": {"deciding": {"response": {"argument": "neighbour_weight"}}}}
    scene = stage(community=graph(12, STAR), **argument)
    scene.model.members[1].standing(0).heard.update({0, 5, 6})  # 1 knows 0 alone
    reading = Reading(1, 0, Message(1, 0, Channel.BROWSE, -1, 0), 0, 0.0)
    assert response_argument(scene.model, reading) == 1.0
