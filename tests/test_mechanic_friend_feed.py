"""Friend feed 好友动态, corner by corner."""

from typing import Any

from stage import HOUR_9, Stage, bare, graph, merged, product

from sim.events import Channel, Kind
from sim.units import DAY

STAR = [(0, other) for other in range(1, 8)]  # 0 knows seven, the others only 0


def feed(**changes: Any) -> dict[str, Any]:
    return {"id": "feed", "type": "friend_feed"} | changes


def stage(*mechanics: dict[str, Any], **changes: Any) -> Stage:
    """Nobody finds it worth buying but who is told to, by a reading that is worth any price."""
    alone = {"behaviour": {"deciding": {"base": {"staple": -50.0}, "effort": {"buy_alone": 0.0}}}}
    return Stage(bare(*mechanics, **merged(alone, changes)), graph(12, STAR))


def bought_by(member: int, *mechanics: dict[str, Any], **changes: Any) -> Stage:
    """One member looks at a product wanted by whoever looks for it; messages convince nobody."""
    wanting = {"deciding": {"source_step": {"browse": 100.0}}}
    scene = stage(*mechanics, **merged({"behaviour": wanting}, changes))
    return scene.reads(HOUR_9, member).play()


def sends(scene: Stage) -> list[tuple[int, int, int]]:
    return [(row["actor"], row["channel"], row["value"]) for row in scene.rows(Kind.SEND)]


def test_friends_are_shown_what_a_member_has_paid_for() -> None:
    scene = bought_by(0, feed())
    assert sends(scene) == [(0, int(Channel.MOMENTS), 7)]
    paid, shown = scene.rows(Kind.ORDER_PAID)[0], scene.rows(Kind.SEND)[0]
    assert shown["time_s"] == paid["time_s"] + 1
    assert set(scene.actors(Kind.READ)) == set(range(8))
    assert all(scene.model.members[friend].standing(0).heard == {0} for friend in range(1, 8))


def test_what_a_seed_is_given_is_shown_too() -> None:
    seeds = {"id": "seeds", "type": "kol_seeding", "choose": "members", "members": [0], "posts": 0}
    assert sends(stage(feed(), seeds).play()) == [(0, int(Channel.MOMENTS), 7)]
    assert sends(stage(feed(), seeds | {"sample": False}).play()) == []


def test_only_covered_products_in_the_window_and_before_the_horizon() -> None:
    two = {"products": [product("rice"), product("oil")]}
    assert sends(bought_by(0, feed(products=["oil"]), **two)) == []
    assert sends(bought_by(0, feed(from_day=1.0))) == []
    assert sends(bought_by(0, feed(days=0.1))) == []
    assert sends(stage(feed()).reads(5 * DAY - 2, 0).play()) == []


def test_who_has_switched_it_off_shows_nothing() -> None:
    assert sends(bought_by(0, feed(opt_out_share=1.0))) == []


def test_a_feed_leads_friends_into_the_group_that_waits() -> None:
    prices = [{"id": "rice", "price_fen": 2000}]
    group_buy = {"id": "pintuan", "type": "group_buy", "prices": prices, "open_list": False}
    scene = bought_by(0, group_buy, feed(), behaviour={"deciding": {"effort": {"buy_alone": 100.0}}})
    shown = scene.rows(Kind.SEND)[0]
    assert (shown["offer"], shown["group"]) == (0, scene.rows(Kind.GROUP_OPENED)[0]["group"])


def test_who_has_no_friends_shows_nothing() -> None:
    assert sends(bought_by(11, feed())) == []
