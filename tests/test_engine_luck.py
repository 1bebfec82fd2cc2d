"""Addressed luck: worlds that differ in one rule differ only where that rule touches (MODEL section 1.1)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import merged

from sim.engine.model import CommunityModel
from sim.event_files import table_sha256
from sim.events import EventTable, Kind
from sim.network.chats import lay_chats
from sim.network.generate import generate
from sim.population import populate
from sim.scenario.model import Scenario

PLAIN: dict[str, Any] = {
    "id": "luck",
    "population": {
        "members": 60,
        "segments": [{"id": "all", "browse_per_day": 1.0, "sessions_per_day": 20.0}],
    },
    "communities": {"chats": [{"id": "chat", "size_mean": 12.0}]},
    "products": [{"id": "rice", "list_price_fen": 3000, "cost_fen": 1000}],
    "behaviour": {"deciding": {"base": {"staple": -1.0}}, "sharing": {"intercept": -0.5}},
    "run": {"horizon_days": 4.0},
}

# Nothing is scarce and nobody responds to what others do: no attention limit, staleness, fatigue, wallet or
# stock; payment is certain and at once; what one has said is told to all friends.
FREE: dict[str, Any] = {
    "population": {
        "segments": [{"id": "all", "browse_per_day": 0.3, "sessions_per_day": 20.0, "attention_items": 10**6,
                      "tolerance_items": 1e9}],
    },
    "communities": {"chats": []},
    "orders": {"payment_prob": 1.0, "payment_delay_minutes": 0.0},
    "behaviour": {
        "deciding": {
            "base": {"staple": -1.6}, "fatigue_weight": 0.0, "taste_persistence": 0.3,
            "response": {"argument": "constant"},
        },
        "sharing": {"triggers": ["paid", "received"], "channels": ["private"], "private_limit": None},
        "staleness": dict.fromkeys(("private", "chat", "moments", "kol_post", "public", "push"), 80_000.0),
        "fatigue": {"per_item": 0.0, "slows_sessions": 0.0},
        "after_sales": {"review_prob": 0.0, "dissatisfied_return_prob": 0.0},
    },
}  # fmt: skip


def run(seed: int, *changes: dict[str, Any]) -> EventTable:
    data = PLAIN
    for change in changes:
        data = merged(data, change)
    scenario = Scenario.model_validate(merged(data, {"run": {"seed": seed}}))
    graph = generate(seed, scenario.population.members, median_degree=6.0)
    return CommunityModel(scenario, lay_chats(graph, scenario.communities.chats, seed)).run()


def buyers(table: EventTable) -> set[int]:
    return {int(member) for member in table.rows(Kind.ORDER_PAID)["actor"]}


seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=12)
@given(seeds)
def test_without_scarcity_more_talk_only_adds_buyers(seed: int) -> None:
    before: set[int] = set()
    for intercept in (-50.0, -2.5, -1.0, 0.5, 50.0):
        after = buyers(run(seed, FREE, {"behaviour": {"sharing": {"intercept": intercept}}}))
        assert before <= after
        before = after


@settings(max_examples=6)
@given(seeds)
def test_without_scarcity_more_liking_only_adds_buyers(seed: int) -> None:
    before: set[int] = set()
    for base in (-3.0, -2.0, -1.0, 0.0):
        after = buyers(run(seed, FREE, {"behaviour": {"deciding": {"base": {"staple": base}}}}))
        assert before <= after
        before = after


def test_the_amount_of_talk_matters_at_all() -> None:
    quiet, loud = (
        sum(len(buyers(run(seed, FREE, {"behaviour": {"sharing": {"intercept": at}}}))) for seed in range(5))
        for at in (-50.0, 50.0)
    )
    assert loud > quiet + 20


NOTHING_TO_GIVE = {
    "a commission without distributors": {"type": "commission", "recruit": "designated"},
    "a coupon that nobody gets": {"type": "coupon", "off_share": 0.5, "audience_share": 0.0},
    "a push to nobody": {"type": "push", "budget_people": 0},
    "a seeding without seeds": {"type": "kol_seeding", "choose": "kols"},
    "a cash-back for reviews that are never good enough": {"type": "review_cash_back", "lowest_rating": 5},
    "a group-buy that begins after the end": {
        "type": "group_buy", "from_day": 50.0, "prices": [{"id": "rice", "price_fen": 1}],
    },
    "a flash sale that begins after the end": {
        "type": "flash_sale", "from_day": 50.0, "prices": [{"id": "rice", "price_fen": 1}],
    },
    "a commission that begins after the end": {
        "type": "commission", "recruit": "everyone", "binding": "permanent", "from_day": 50.0,
        "invite_bonus_fen": 100,
    },
    "a pick-up sale without leaders": {
        "type": "community_group_buy", "prices": [{"id": "rice", "price_fen": 1}],
    },
    "a referral reward for something else": {"type": "referral", "products": ["soap"]},
}  # fmt: skip


def columns(table: EventTable) -> dict[str, list[int]]:
    return {name: column.tolist() for name, column in table.columns.items()}


@pytest.mark.parametrize("what", NOTHING_TO_GIVE)
def test_a_mechanic_with_nothing_to_give_changes_nothing(what: str) -> None:
    soap = {"id": "soap", "list_price_fen": 900, "cost_fen": 300, "popularity": 0.0}
    goods = {"products": [PLAIN["products"][0] | {"quality": 0.3}, soap]}
    mechanic = {"id": "one"} | NOTHING_TO_GIVE[what]
    quick = {"orders": {"auto_receive_days": 0.0}}
    if "designated" not in NOTHING_TO_GIVE[what].values() and "community_group_buy" not in mechanic["type"]:
        quick["roles"] = {"distributors": {"share": 0.2}}
    without = run(3, goods, quick)
    assert len(buyers(without)) > 10
    assert columns(run(3, goods, quick, {"mechanics": [mechanic]})) == columns(without)


def test_another_product_leaves_the_first_ones_tastes_and_browsings_alone() -> None:
    def moments(table: EventTable) -> list[tuple[int, int]]:
        rows = table.rows(Kind.READ)
        browsed = rows["source"] == -1
        return list(zip(rows["time_s"][browsed].tolist(), rows["actor"][browsed].tolist(), strict=True))

    quiet = {"behaviour": {"sharing": {"intercept": -50.0}}}
    soap = {"id": "soap", "list_price_fen": 900, "cost_fen": 300}
    assert moments(run(3, quiet)) == moments(run(3, quiet, {"products": [*PLAIN["products"], soap]}))


def test_a_payment_rule_touches_nobody_who_pays_under_both() -> None:
    quiet = {"behaviour": {"sharing": {"intercept": -50.0}}}
    few, all_ = (buyers(run(3, FREE, quiet, {"orders": {"payment_prob": prob}})) for prob in (0.5, 1.0))
    assert set() < few < all_


def test_a_reward_changes_only_sharing_not_who_browses_when() -> None:
    referral = {"mechanics": [{"id": "invite", "type": "referral"}]}
    without, with_ = run(3), run(3, referral)
    assert table_sha256(without) != table_sha256(with_)
    first = int(without.rows(Kind.SEND)["time_s"][0])
    before = [
        column[: int((without["time_s"] < first).sum())].tolist() for column in without.columns.values()
    ]
    same = [column[: int((with_["time_s"] < first).sum())].tolist() for column in with_.columns.values()]
    assert before[0][:5] == same[0][:5]


def test_members_numbers_do_not_decide_who_comes_first() -> None:
    # everybody reads the same push; those who order first are no longer the lowest numbers
    push = {"mechanics": [{"id": "push", "type": "push", "times": 1, "mention": True, "mention_prob": 1.0}]}
    asleep = {"segments": [{"id": "all", "browse_per_day": 0.0, "sessions_per_day": 0.0}]}
    scarce = {"products": [PLAIN["products"][0] | {"stock": 20}], "population": asleep}
    eager = {"behaviour": {"deciding": {"base": {"staple": 50.0}}}}
    lucky = buyers(run(3, push, scarce, eager))
    assert len(lucky) >= 15
    assert 15 < sum(lucky) / len(lucky) < 45


def test_a_mechanic_put_before_others_leaves_their_luck_alone() -> None:
    others = [
        {"id": "fenxiao", "type": "commission", "recruit": "apply", "apply_prob": 0.5},
        {"id": "quan", "type": "coupon", "off_share": 0.1, "audience_share": 0.5},
        {"id": "invite", "type": "referral", "lottery_prob": 0.5},
        {"id": "push", "type": "push", "audience_share": 0.5, "mention": True, "budget_people": 200,
         "cost_fen_per_person": 1},
        {"id": "seeds", "type": "kol_seeding", "choose": "random", "count": 3},
        {"id": "show", "type": "review_cash_back"},
        {"id": "seckill", "type": "flash_sale", "bots": 3, "bot_seconds": 60.0, "start_hours": [9.0],
         "prices": [{"id": "rice", "price_fen": 2500, "quota": 9}]},
    ]  # fmt: skip
    people = {"roles": {"distributors": {"share": 0.2}}, "orders": {"auto_receive_days": 0.0}}
    without = columns(run(3, people, {"mechanics": others}))
    nothing = {"id": "first", "type": "push", "budget_people": 0}
    with_ = columns(run(3, people, {"mechanics": [nothing, *others]}))
    assert set(without.pop("offer")) == {-1, *range(7)}
    assert set(with_.pop("offer")) == {-1, *range(1, 8)}
    assert with_ == without


def test_one_more_distributor_moves_only_its_own_recruits() -> None:
    def uplines(share: float) -> list[int]:
        scenario = Scenario.model_validate(merged(PLAIN, {"roles": {"distributors": {"share": share}}}))
        return populate(scenario, generate(5, 2000), 5).upline.tolist()

    few, more = uplines(0.20), uplines(0.21)
    both = [(before, after) for before, after in zip(few, more, strict=True) if before >= 0]
    assert len(both) > 150
    assert sum(before == after for before, after in both) > 0.85 * len(both)
    assert len({before for before, _ in both}) > 60  # many recruit


def test_a_product_nobody_sees_put_before_another_changes_nothing() -> None:
    salt = {"id": "salt", "list_price_fen": 500, "cost_fen": 300, "popularity": 0.0}
    alone, second = run(5), run(5, {"products": [salt, *PLAIN["products"]]})
    assert alone.rows(Kind.ORDER_PAID)["order"].size > 0
    for name, column in alone.columns.items():
        shifted = column + (column >= 0) if name == "product" else column
        assert (shifted == second[name]).all(), name
