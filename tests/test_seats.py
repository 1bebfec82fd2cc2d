"""Who is said to have brought whom to a seat, an order or a product is what the rows say."""

import itertools
from collections import Counter

import pandas as pd
import pytest
from event_rows import row, table

from sim.commands.session import Session
from sim.commands.teller import Teller
from sim.events import Channel, Kind, Route
from sim.metrics.seats import Way, seats
from sim.order_story import _chain, explain_order, seats_of
from sim.results import read_results, write_results
from sim.run import prepare, run
from sim.scenario.load import load_scenario

SAVED = [("staple-group-buy", 700), ("paid-content", 1500), ("distribution-shop", 500)]


@pytest.fixture(scope="module", params=SAVED, ids=[name for name, _ in SAVED])
def saved(request, tmp_path_factory):
    """A shipped scenario in a small community."""
    name, members = request.param
    folder = tmp_path_factory.mktemp("saved") / name
    prepared = prepare(load_scenario(name).scenario, members=members, seed=1)
    write_results(folder, run(prepared, twin=False), {}, force=False)
    return read_results(folder)


@pytest.fixture(scope="module")
def rows(saved):
    """Its rows for pandas, by number."""
    return pd.DataFrame(dict(saved.table.columns)).rename_axis("row").reset_index()


OF_NOBODY = {
    Channel.PUSH: ("after a push", "看到商家推送后"),
    Channel.REMINDER: ("after a reminder", "看到开抢提醒后"),
    Channel.BROWSE: ("on their own (found by browsing)", "自行（自主浏览）"),
    Channel.OWN_NEED: ("on their own (has run out)", "自行（用完复购）"),
}


def of_kind(rows, kind):
    return rows[rows.kind == kind]


def seat_words(rows, lang):
    """What is right to say of each seat, by its row, worked out with pandas alone."""
    joined, placed = of_kind(rows, Kind.GROUP_JOINED), of_kind(rows, Kind.ORDER_PLACED).set_index("order")
    reads = dict(list(of_kind(rows, Kind.READ).groupby("actor")))
    sends = of_kind(rows, Kind.SEND)
    wrote = set(zip(sends.actor, sends.group, sends.cause, strict=True))
    opener = of_kind(rows, Kind.GROUP_OPENED).set_index("group").actor
    words = {}
    for seat in joined.itertuples():
        order = placed.loc[seat.order]
        before = reads[seat.actor][reads[seat.actor].row < order.row]
        about = before[(before.group == seat.group) & (before.source >= 0)]
        about = about[[(one.source, one.group, one.cause) in wrote for one in about.itertuples()]]
        last = before.iloc[-1]
        channel = Channel(last.channel)
        if last.source >= 0 and channel is not Channel.REMINDER:
            en, zh = f"after reading {last.source}", f"读了 {last.source} 的消息后"
        else:
            en, zh = OF_NOBODY[channel]
        other = order.group not in (-1, seat.group)
        if opener[seat.group] == seat.actor:
            assert not other
            said = f"opened it {en}", f"{zh}开团"
        elif other:
            said = (
                f"moved here by the shop, as group {order.group} could not take them; ordered {en}",
                f"团 {order.group} 已无法加入，由系统转入；{zh}下单",
            )
        elif len(about):
            inviter = about.source.iloc[-1]
            said = f"invited by {inviter}", f"由 {inviter} 邀请"
            if inviter != last.source:
                said = f"{said[0]}, joined {en}", f"{said[1]}，{zh}参团"
        else:
            said = f"found it on the list of open groups {en}", f"{zh}从可参团列表中找到"
        words[seat.row] = said[lang == "zh"]
    return words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_seat_is_told_as_pandas_works_it_out(saved, rows, lang):
    right = seat_words(rows, lang)
    teller = Teller(Session(lang), saved)
    groups = of_kind(rows, Kind.GROUP_OPENED).group
    said = {
        number: teller.seat(seat) for one in groups for number, seat in seats_of(saved.table, one).items()
    }
    assert said == right
    if saved.scenario.id == "staple-group-buy":
        ways = Counter(seats(saved.table).way.tolist())
        assert all(ways[way] for way in Way), ways  # else this showed little


def test_of_one_group_and_of_all_seats_are_the_same(saved):
    table = saved.table
    found = seats(table)
    for group in set(table["group"][found.row].tolist()):
        one = seats(table, group)
        mine = table["group"][found.row] == group
        for name, column in vars(one).items():
            assert (column == vars(found)[name][mine]).all(), name


def test_an_order_says_of_its_seat_what_its_group_says(saved, rows):
    for seat in of_kind(rows, Kind.GROUP_JOINED)[::5].itertuples():
        story = explain_order(saved, seat.order)
        assert story.seat == seats_of(saved.table, seat.group)[seat.row]
        assert story.group == seat.group


def test_every_chain_is_one_of_messages_that_were_sent_and_read(saved, rows):
    """Each had read, before acting, the very message of the next; the last had it from nobody."""
    reads = dict(list(of_kind(rows, Kind.READ).groupby("actor")))
    sends = of_kind(rows, Kind.SEND).set_index("cause")
    longest = 0
    for order in of_kind(rows, Kind.ORDER_PLACED).order[::3]:
        chain = explain_order(saved, order).chain
        for link, behind in itertools.pairwise(chain):
            mine = reads[link.member]
            mine = mine[(mine.time_s <= link.act.time_s) & (mine.source == behind.member)]
            theirs = sends.loc[mine.cause[mine.channel != Channel.REMINDER]]
            assert link.act.source == behind.member == behind.sent.actor
            assert behind.sent.time_s in theirs.time_s[theirs.actor == behind.member].tolist()
            assert behind.act.time_s <= behind.sent.time_s <= link.act.time_s
            assert behind.act.source == behind.sent.source
        assert chain[-1].act.source in (-1, chain[-1].member)
        longest = max(longest, len(chain))
    assert longest > 2


def test_a_chain_passes_over_what_the_reader_never_saw():
    """5 forwards, after a message of its own, another one of 7's: 7 stands behind nothing that 4 read."""
    told = table(
        row(0, Kind.ORDER_PLACED, 5, order=0, value=Route.BUY_ALONE, channel=Channel.BROWSE),
        row(1, Kind.ORDER_PAID, 5, order=0, channel=Channel.BROWSE),
        row(2, Kind.SEND, 5, cause=51, channel=Channel.PRIVATE, value=1),
        row(3, Kind.SEND, 7, cause=71, channel=Channel.PRIVATE, value=1),
        row(4, Kind.READ, 5, source=7, cause=71, channel=Channel.PRIVATE),
        row(5, Kind.SEND, 5, source=7, cause=52, channel=Channel.CHAT, value=1),
        row(6, Kind.READ, 4, source=5, cause=51, channel=Channel.PRIVATE),
        row(6, Kind.ORDER_PLACED, 4, source=5, order=1, channel=Channel.PRIVATE),
        row(7, Kind.READ, 3, source=5, cause=52, channel=Channel.CHAT),
        row(7, Kind.ORDER_PLACED, 3, source=5, order=2, channel=Channel.CHAT),
    )
    assert [link.member for link in _chain(told, 7)] == [4, 5]
    assert [link.act.kind for link in _chain(told, 7)] == [Kind.ORDER_PLACED, Kind.ORDER_PLACED]
    assert [link.member for link in _chain(told, 9)] == [3, 5, 7]


def test_behind_a_reminder_stands_whose_message_made_one_ask_for_it():
    told = table(
        row(0, Kind.SEND, 5, cause=51, channel=Channel.PRIVATE, value=1),
        row(1, Kind.READ, 4, source=5, cause=51, channel=Channel.PRIVATE),
        row(1, Kind.RESERVE, 4, source=5, cause=41, channel=Channel.PRIVATE),
        row(2, Kind.READ, 4, source=5, cause=41, channel=Channel.REMINDER),
        row(2, Kind.ORDER_PLACED, 4, source=5, order=0, channel=Channel.REMINDER),
    )
    chain = _chain(told, 4)
    assert [(link.member, link.act.kind) for link in chain] == [(4, Kind.ORDER_PLACED), (5, Kind.SEND)]


PLACED, JOINED = Kind.ORDER_PLACED, Kind.GROUP_JOINED
BY_HAND = table(
    # 1 opens group 0 on reading 8
    row(0, Kind.READ, 1, source=8, cause=1, channel=Channel.KOL_POST),
    row(0, PLACED, 1, source=8, order=0, value=Route.OPEN_GROUP, channel=Channel.KOL_POST),
    row(1, Kind.GROUP_OPENED, 1, source=8, group=0, value=9),
    row(1, JOINED, 1, source=8, group=0, order=0, channel=Channel.KOL_POST, value=1),
    row(2, Kind.SEND, 1, group=0, cause=2, channel=Channel.CHAT, value=5),
    # 2 is told of it and joins
    row(3, Kind.READ, 2, source=1, group=0, cause=2, channel=Channel.CHAT),
    row(3, PLACED, 2, source=1, group=0, order=1, value=Route.JOIN_GROUP, channel=Channel.CHAT),
    row(4, JOINED, 2, source=1, group=0, order=1, channel=Channel.CHAT, value=2),
    # 3 is told of it, and joins it from the list on reading 8, who never wrote about it
    row(5, Kind.READ, 3, source=1, group=0, cause=2, channel=Channel.CHAT),
    row(6, Kind.READ, 3, source=8, cause=1, channel=Channel.KOL_POST),
    row(6, PLACED, 3, source=8, group=0, order=2, value=Route.JOIN_GROUP, channel=Channel.KOL_POST),
    row(7, JOINED, 3, source=8, group=0, order=2, channel=Channel.OPEN_LIST, value=3),
    # 4 finds it on the list on reading 8, and reads of it only between ordering and paying
    row(8, Kind.READ, 4, source=8, cause=1, channel=Channel.KOL_POST),
    row(8, PLACED, 4, source=8, group=0, order=3, value=Route.JOIN_GROUP, channel=Channel.KOL_POST),
    row(8, Kind.READ, 4, source=1, group=0, cause=2, channel=Channel.CHAT),
    row(9, JOINED, 4, source=8, group=0, order=3, channel=Channel.OPEN_LIST, value=4),
    # 5 opens group 1 after a push
    row(10, Kind.READ, 5, cause=3, channel=Channel.PUSH),
    row(10, PLACED, 5, order=4, value=Route.OPEN_GROUP, channel=Channel.PUSH),
    row(11, Kind.GROUP_OPENED, 5, group=1, value=2),
    row(11, JOINED, 5, group=1, order=4, channel=Channel.PUSH, value=1),
    # 6 orders into group 0 and is put into group 1; a list that is read is nobody's message
    row(12, Kind.READ, 6, source=1, group=0, cause=2, channel=Channel.CHAT),
    row(12, Kind.READ, 6, group=0, channel=Channel.OPEN_LIST),
    row(12, PLACED, 6, source=1, group=0, order=5, value=Route.JOIN_GROUP, channel=Channel.CHAT),
    row(13, JOINED, 6, source=1, group=1, order=5, channel=Channel.OPEN_LIST, value=2),
    # 7 orders into group 0, which cannot take it, and opens group 2
    row(14, Kind.READ, 7, source=1, group=0, cause=2, channel=Channel.CHAT),
    row(14, PLACED, 7, source=1, group=0, order=6, value=Route.JOIN_GROUP, channel=Channel.CHAT),
    row(15, Kind.GROUP_OPENED, 7, source=1, group=2, value=2),
    row(15, JOINED, 7, source=1, group=2, order=6, channel=Channel.CHAT, value=1),
    # 9 comes for a reminder asked for on a message of 8
    row(16, Kind.READ, 9, source=8, cause=4, channel=Channel.REMINDER),
    row(16, PLACED, 9, source=8, group=2, order=7, value=Route.JOIN_GROUP, channel=Channel.REMINDER),
    row(17, JOINED, 9, source=8, group=2, order=7, channel=Channel.OPEN_LIST, value=2),
    # 0 orders by rules of the user's own, which write no reading
    row(18, PLACED, 0, group=2, order=8, value=Route.JOIN_GROUP, channel=Channel.BROWSE),
    row(19, JOINED, 0, group=2, order=8, channel=Channel.OPEN_LIST, value=3),
)


def test_seats_of_every_way():
    found = seats(BY_HAND)
    o, i, m, listed = Way.OPENED, Way.INVITED, Way.MOVED, Way.LISTED
    assert found.way.tolist() == [o, i, i, listed, o, m, o, listed, listed]
    assert found.inviter.tolist() == [-1, 1, 1, -1, -1, -1, -1, -1, -1]
    assert found.sender.tolist() == [8, 1, 8, 8, -1, 1, 1, 8, -1]
    assert found.wanted.tolist() == [-1, -1, -1, -1, -1, 0, 0, -1, -1]
    assert found.channel.tolist() == [
        Channel.KOL_POST, Channel.CHAT, Channel.KOL_POST, Channel.KOL_POST, Channel.PUSH,
        Channel.CHAT, Channel.CHAT, Channel.REMINDER, Channel.BROWSE,
    ]  # fmt: skip
    assert len(seats(table()).row) == 0
    assert len(seats(BY_HAND, 7).row) == 0


def test_a_table_of_counts_cannot_tell():
    with pytest.raises(ValueError, match="outcomes"):
        seats(table(events="outcomes", period_s=3600))


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("en", {1: "opened it after reading 8", 3: "invited by 1, joined after reading 8",
                7: "opened it after reading 1, as group 0 could not take them",
                9: "found it on the list of open groups after a reminder"}),
        ("zh", {1: "读了 8 的消息后开团", 3: "由 1 邀请，读了 8 的消息后参团",
                7: "读了 1 的消息后开团（团 0 已无法加入）", 9: "看到开抢提醒后从可参团列表中找到"}),
    ],
)  # fmt: skip
def test_ways_that_a_run_rarely_shows_have_their_words(saved, lang, wanted):
    teller = Teller(Session(lang), saved)
    teller.labels = None
    said = {one.member: teller.seat(one) for group in range(3) for one in seats_of(BY_HAND, group).values()}
    assert {member: said[member] for member in wanted} == wanted


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_commission_on_an_order_is_told_with_earner_and_level(saved, rows, lang):
    """Two levels earn on one order, and the buyer may be the upline of who earns on it."""
    accrued = of_kind(rows, Kind.COMMISSION_ACCRUED)
    teller = Teller(Session(lang), saved)
    buyer = of_kind(rows, Kind.ORDER_PAID).set_index("order").actor
    for order, mine in accrued.groupby("order"):
        story = explain_order(saved, order)
        told = [
            teller.happening(one, story.member)
            for one in story.happenings
            if one.kind is Kind.COMMISSION_ACCRUED
        ]
        assert told == [
            f"commission earned ¥{earned.amount_fen / 100:,.2f}, member {earned.actor}, level {earned.value}"
            if lang == "en"
            else f"佣金计提 ¥{earned.amount_fen / 100:,.2f}，成员 {earned.actor}，第 {earned.value} 级"
            for earned in mine.itertuples()
        ]
        assert story.member == buyer[order]
    for recruit in of_kind(rows, Kind.RECRUITED).itertuples():
        (one,) = (one for one in explain_order(saved, recruit.order).happenings if one.kind is Kind.RECRUITED)
        under = {"en": f", under member {recruit.source}", "zh": f"，上级为成员 {recruit.source}"}[lang]
        assert teller.happening(one, recruit.actor).endswith(under) == (recruit.source >= 0)
    if saved.scenario.id == "distribution-shop":
        assert set(accrued.value) == {1, 2}
        assert (accrued.actor == accrued.source).any()
