"""How much a run may write and tell before it is ended: nothing that is allowed makes a run without end.

What counts is what both engines do alike: rows of the event table, and people to whom something is told.
Either may grow with members and days: so much for each member on each day that has begun, from one day to the
next, so that what gets out of hand on the first day is ended on the first day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.errors import RunError
from sim.events import COLUMNS, Channel, Kind
from sim.scenario.model import Scenario
from sim.units import DAY

ROWS_LEAST, ROWS_PER_MEMBER_DAY = 20_000_000, 200
"""Rows that any run may write, and that it may write for each member and day if that is more. assumption:
shipped scenarios write 0.3 to 5 for each (measured at 2,000 members), and nobody would stay where there is
forty times as much. What any run may is a gigabyte and seconds of work: small communities at the edge of what
is believed of behaviour (`sim.calibration`) are to come to their end."""

TOLD_LEAST, TOLD_PER_MEMBER_DAY = 100_000_000, 500
"""The same of people to whom something is told. assumption: shipped scenarios tell 0.1 to 5 for each, and who
hears five hundred things a day from one shop and its customers reads none of them: users of WeChat sent 74
messages a day each to everybody they know (Tencent 2016)."""

ROW_BYTES = sum(np.dtype(dtype).itemsize for dtype in COLUMNS.values())
"""What a row takes in memory."""

_NAMED = 3  # assumption: more fields than this in one message help nobody


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a run may write and tell by a time.

    Attributes:
        rows_least: rows that it may write on any day.
        rows_a_day: rows for each day that has begun.
        rows_most: rows that this machine's memory holds.
        told_least: people told on any day.
        told_a_day: people told for each day that has begun.
    """

    rows_least: int
    rows_a_day: int
    rows_most: int
    told_least: int
    told_a_day: int

    def rows(self, now_s: int) -> int:
        """Rows it may have written by a second."""
        return min(self.rows_most, max(self.rows_least, self.rows_a_day * (1 + now_s // DAY)))

    def told(self, now_s: int) -> int:
        """People to whom it may have told something by a second."""
        return max(self.told_least, self.told_a_day * (1 + now_s // DAY))


def allowance_of(members: int) -> Allowance:
    """What a run with so many members may write and tell."""
    return Allowance(
        rows_least=ROWS_LEAST,
        rows_a_day=ROWS_PER_MEMBER_DAY * members,
        rows_most=_memory_bytes() // ROW_BYTES,
        told_least=TOLD_LEAST,
        told_a_day=TOLD_PER_MEMBER_DAY * members,
    )


def _memory_bytes() -> int:
    """The memory of this machine; where it does not say, as much as any has."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not a POSIX system
        return 1 << 50


def check_plan(scenario: Scenario, members: int, allowance: Allowance) -> None:
    """See that what is certain to come is allowed, before room is made for it.

    Raises:
        RunError: coupons handed out, posts planned or followers of KOLs are too many; names the field.
    """
    horizon_s = scenario.run.decisions_s
    rows, told = allowance.rows(horizon_s), allowance.told(horizon_s)
    kols = sum(tier.count for tier in scenario.roles.kols)
    products = len(scenario.products)
    for offer in scenario.mechanics:
        where = f"mechanics.{offer.id}"
        if offer.type == "coupon" and offer.channel != "claimed_on_reading":
            coupons = int(members * offer.per_member * offer.audience_share)
            if min(coupons, offer.total or coupons) > rows:
                raise _refused(coupons, rows, "coupons", "张优惠券", [f"{where}.per_member"])
        if offer.type == "kol_seeding":
            seeds = min(members, offer.count or (kols if offer.choose == "kols" else len(offer.members)))
            planned = seeds * ((len(offer.products) or products) + offer.posts)
            if planned > rows:
                fields = [f"{where}.posts", f"{where}.count" if offer.count else _most_kols(scenario, where)]
                raise _refused(planned, rows, "samples and posts", "次寄样与发帖", fields)
    for tier in scenario.roles.kols:
        followers = int(min(tier.count, members) * members * tier.followers_share)
        if followers > told:
            fields = [f"roles.kols.{tier.id}.count", f"roles.kols.{tier.id}.followers_share"]
            raise _refused(followers, told, "followers", "名粉丝", fields)


def _most_kols(scenario: Scenario, where: str) -> str:
    """What says how many are seeded where an offer sets no number."""
    tiers = sorted(scenario.roles.kols, key=lambda tier: -tier.count)
    return f"roles.kols.{tiers[0].id}.count" if tiers else f"{where}.members"


def too_many_rows(scenario: Scenario, allowed: int, last: Any) -> RunError:
    """The error of a run that writes too much.

    Args:
        scenario: what was run.
        allowed: how many rows it may have written by now.
        last: the rows it wrote last, by name of the column: what they are is what there was too much of.
    """
    kinds, counts = np.unique(np.asarray(last["kind"]), return_counts=True)
    kind = Kind(int(kinds[counts.argmax()]))
    those = np.asarray(last["kind"]) == kind
    channel, offer = _commonest(last["channel"][those]), _commonest(last["offer"][those])
    if channel >= 0 and Channel(channel) in _MADE_BY:
        fields = fields_of(scenario, Channel(channel))
    else:
        fields = _fields_of_offer(scenario, offer)
    return _ended(allowed, "rows", "行", f"{kind.name}", fields)


def told_too_many(scenario: Scenario, allowed: int, told: ArrayLike) -> RunError:
    """The error of a run that tells more people than allowed; told: how many over each channel."""
    channel = Channel(int(np.argmax(told)))
    return _ended(allowed, "people told", "人次的消息", channel.name, fields_of(scenario, channel))


def fields_of(scenario: Scenario, channel: Channel) -> list[str]:
    """Dotted paths of the settings that make a channel as busy as it is, the likeliest first."""
    return list(_MADE_BY[channel](scenario))[:_NAMED]


def _fields_of_offer(scenario: Scenario, number: int) -> list[str]:
    if not 0 <= number < len(scenario.offers):
        return ["population.members", "run.horizon_days"]
    offer, where = scenario.offers[number], _where(scenario, number)
    fields = {"coupon": ["per_member"], "flash_sale": ["bots", "limit_total"], "group_buy": ["window_hours"]}
    return [f"{where}.{field}" for field in fields.get(offer.type, ["days"])]


def _where(scenario: Scenario, number: int) -> str:
    """The dotted path of an offer."""
    part = "mechanics" if number < len(scenario.mechanics) else "operator.schedule"
    return f"{part}.{scenario.offers[number].id}"


def _messages(scenario: Scenario) -> Iterator[str]:
    yield from ("behaviour.sharing.private_limit", "behaviour.sharing.intercept")


def _pushes(scenario: Scenario) -> Iterator[str]:
    for number, offer in enumerate(scenario.offers):
        if offer.type == "push":
            yield f"{_where(scenario, number)}.hours"


def _posts(scenario: Scenario) -> Iterator[str]:
    for offer in scenario.mechanics:
        if offer.type == "kol_seeding":
            yield f"mechanics.{offer.id}.posts"
    for tier in scenario.roles.kols:
        yield f"roles.kols.{tier.id}.followers_share"


def _pools(scenario: Scenario) -> Iterator[str]:
    tiers = sorted(scenario.roles.kols, key=lambda tier: -max(tier.public_pool_growth, tier.public_pool))
    for tier in tiers:
        growth, pool = f"roles.kols.{tier.id}.public_pool_growth", f"roles.kols.{tier.id}.public_pool"
        yield from (growth, pool) if tier.public_pool_growth > 1 else (pool, growth)


def _chats(scenario: Scenario) -> Iterator[str]:
    for offer in scenario.mechanics:
        if offer.type == "community_group_buy":
            yield f"mechanics.{offer.id}.leader_posts_per_day"
    if scenario.roles.distributors.share:
        yield "roles.distributors.posts_per_day"
    yield "behaviour.sharing.chats_limit"
    yield "behaviour.sharing.intercept"


def _moments(scenario: Scenario) -> Iterator[str]:
    for offer in scenario.mechanics:
        if offer.type == "friend_feed":
            yield f"mechanics.{offer.id}.opt_out_share"
    yield from ("network.median_degree", "behaviour.sharing.liking.moments", "behaviour.sharing.intercept")


def _reminders(scenario: Scenario) -> Iterator[str]:
    for offer in scenario.mechanics:
        if offer.type in ("flash_sale", "group_buy"):
            yield f"mechanics.{offer.id}.remind_minutes"


def _browsing(scenario: Scenario) -> Iterator[str]:
    for segment in sorted(scenario.population.segments, key=lambda one: -one.browse_per_day):
        yield f"population.segments.{segment.id}.browse_per_day"


def _needs(scenario: Scenario) -> Iterator[str]:
    bought_again = [one for one in scenario.products if one.repurchase_days is not None]
    for product in sorted(bought_again, key=lambda one: one.repurchase_days or 0.0):
        yield f"products.{product.id}.repurchase_days"


_MADE_BY = {
    Channel.PRIVATE: _messages,
    Channel.CHAT: _chats,
    Channel.MOMENTS: _moments,
    Channel.KOL_POST: _posts,
    Channel.PUBLIC: _pools,
    Channel.PUSH: _pushes,
    Channel.BROWSE: _browsing,
    Channel.REMINDER: _reminders,
    Channel.OWN_NEED: _needs,
}


def _commonest(values: Any) -> int:
    found, counts = np.unique(np.asarray(values), return_counts=True)
    return int(found[counts.argmax()])


def _ended(most: int, en: str, zh: str, what: str, fields: Sequence[str]) -> RunError:
    named = ", ".join(fields)
    return RunError(
        f"the run was ended: it makes more than {most:,} {en}, which this community and time do not bear; "
        f"most of them are {what}. Change {named}, or have fewer members or days",
        f"运行已中止：产生超过 {most:,} {zh}，超出该社群与时长的承受；其中最多的是 {what}。请调整 {named}，"
        "或减少人数与天数",
    )


def _refused(planned: int, most: int, en: str, zh: str, fields: Sequence[str]) -> RunError:
    named = ", ".join(fields)
    return RunError(
        f"the run was not begun: {planned:,} {en} are planned, at most {most:,} are allowed. Change {named}",
        f"运行未开始：计划了 {planned:,} {zh}，最多允许 {most:,}。请调整 {named}",
    )
