"""Windows too short, hours at which people sleep, and more messages than anybody bears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sim.mechanics.community_group_buy import CommunityGroupBuyConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.push import PushConfig, push_times
from sim.scenario.margin import window_of
from sim.scenario.model import Scenario
from sim.scenario.offers import offers_of, pushes_of
from sim.settings.problems import ScenarioWarning
from sim.units import DAY, HOUR

WINDOW_HOURS_LEAST = 1.0
"""assumption: people look at their phones about six times a day, so that most miss a shorter window."""

QUIET_SHARE = 0.5
"""Of the mean of the hour profile; an hour below it is night. assumption"""

MESSAGES_FROM_HOUR, MESSAGES_TO_HOUR = 8.0, 22.0
"""When the shop may write. assumption: what people call day; no rule known to us sets these hours."""

MESSAGES_A_DAY_MOST = 3
"""To one member. assumption: complaints jump above five a week already (Return Path)."""

_DAYS_LOOKED_AT = 366  # assumption: who sends too much does so within a year

_WASHOUT_LEAST_DAYS = 14.0  # assumption: two weeks, in which most of what was only bought earlier shows


def _short_windows(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Windows under an hour."""
    for path, hours in _windows(scenario):
        if hours < WINDOW_HOURS_LEAST:
            minutes = f"{60 * hours:.3g}"
            yield ScenarioWarning(
                "window-under-an-hour",
                path,
                f"只开放 {minutes} 分钟：多数人还没看到就已结束",
                f"is open for {minutes} minutes: it is over before most people look",
            )


def _windows(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """Yield the path and the length in hours of everything that is open for a while."""
    for offer in scenario.mechanics:
        if offer.days is not None and not isinstance(offer, PushConfig):
            yield f"mechanics.{offer.id}.days", 24 * offer.days
    for offer, path in offers_of(scenario, GroupBuyConfig):
        yield f"{path}.window_hours", offer.window_hours
    for offer, path in offers_of(scenario, CouponConfig):
        yield f"{path}.valid_hours", offer.valid_hours
    for offer, path in offers_of(scenario, CommunityGroupBuyConfig):
        yield f"{path}.cut_off_hour", offer.cut_off_hour - offer.open_hour


def _at_night(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Sales and posts at hours when hardly anybody looks, and messages of the shop at night."""
    for offer, path in offers_of(scenario, FlashSaleConfig):
        for place, hour in enumerate(offer.start_hours):
            if _is_quiet(scenario, hour):
                yield ScenarioWarning(
                    "sale-at-night",
                    f"{path}.start_hours.{place}",
                    f"{hour:g} 点开抢：此时看手机的人不到平均的 {QUIET_SHARE:.0%}",
                    f"opens at {hour:g} o'clock, when less than {QUIET_SHARE:.0%} of the usual people look",
                )
    for offer, path in offers_of(scenario, KolSeedingConfig):
        if offer.posts and _is_quiet(scenario, offer.hour):
            yield ScenarioWarning(
                "post-at-night",
                f"{path}.hour",
                f"{offer.hour:g} 点发帖：此时看手机的人不到平均的 {QUIET_SHARE:.0%}",
                f"posts at {offer.hour:g} o'clock, when less than {QUIET_SHARE:.0%} of the usual people look",
            )
    for push, path in pushes_of(scenario):
        for place, hour in enumerate(push.hours):
            if not MESSAGES_FROM_HOUR <= hour < MESSAGES_TO_HOUR:
                yield ScenarioWarning(
                    "push-at-night",
                    f"{path}.hours.{place}",
                    f"{hour:g} 点推送：夜间打扰会引来屏蔽与投诉；宜在 {MESSAGES_FROM_HOUR:g} 至 "
                    f"{MESSAGES_TO_HOUR:g} 点之间（经验，非法规）",
                    f"is sent at {hour:g} o'clock: messages at night get a shop muted and complained about; "
                    f"from {MESSAGES_FROM_HOUR:g} to {MESSAGES_TO_HOUR:g} is usual (a custom, no rule)",
                )


def _is_quiet(scenario: Scenario, hour: float) -> bool:
    profile = scenario.population.hour_profile
    return profile[int(hour) % 24] < QUIET_SHARE * sum(profile) / 24


def _too_many_messages(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """More messages of the shop than anybody bears, on any day, to anybody."""
    posts = sum(
        offer.leader_posts_per_day for offer, _ in offers_of(scenario, CommunityGroupBuyConfig)
    )  # into the leader's chats
    by_day: dict[str, Counter[int]] = {}
    audiences: dict[str, PushConfig] = {}
    for push, path in pushes_of(scenario):
        if push.audience_share and push.budget_people != 0:
            by_day[path], audiences[path] = _sent_by_day(scenario, push), push
    most, worst = posts, ""
    for reached in _kinds_of_members(scenario, audiences):
        for day in {day for path in reached for day in by_day[path]}:
            sent = posts + sum(by_day[path][day] for path in reached)
            if sent > most:
                most, worst = sent, max(reached, key=lambda path: by_day[path][day])
    if most > MESSAGES_A_DAY_MOST:
        path = f"{worst}.hours" if worst else _busiest_leaders(scenario)
        yield ScenarioWarning(
            "too-many-messages",
            path,
            f"有成员一天会收到 {most} 条店铺消息，多于 {MESSAGES_A_DAY_MOST} 条：屏蔽与退群会增加",
            f"some members get {most} messages of the shop in a day, more than {MESSAGES_A_DAY_MOST}: they "
            "will mute it, or leave",
        )


def _busiest_leaders(scenario: Scenario) -> str:
    offers = offers_of(scenario, CommunityGroupBuyConfig)
    return f"{max(offers, key=lambda one: one[0].leader_posts_per_day)[1]}.leader_posts_per_day"


def _kinds_of_members(scenario: Scenario, pushes: dict[str, PushConfig]) -> Iterator[list[str]]:
    """Yield for each kind of member the paths of the pushes that reach one of it."""
    for segment in scenario.population.segments:
        for other in ("buyers", "not_buyers"):
            yield [
                path
                for path, push in pushes.items()
                if push.audience in ("everyone", other)
                or (push.audience == "segment" and segment.id in push.segments)
            ]


def _sent_by_day(scenario: Scenario, push: PushConfig) -> Counter[int]:
    """How many messages a push sends on each local day."""
    clock_s = _clock_s(scenario)
    return Counter((when_s + clock_s) // DAY for when_s in _times(scenario, push))


def _clock_s(scenario: Scenario) -> int:
    return datetime.fromisoformat(scenario.run.start).hour * HOUR


def _times(scenario: Scenario, push: PushConfig) -> list[int]:
    """When a push is sent, in seconds, as far as is looked at."""
    horizon_days = min(scenario.run.horizon_days, _DAYS_LOOKED_AT)
    from_day, to_day = window_of(push, horizon_days)
    end_s = int(min(to_day, horizon_days) * DAY)
    return push_times(push, int(from_day * DAY), end_s, _clock_s(scenario))


def _past_the_offer(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Pushes that point to an offer which is not open then."""
    offers: dict[str, Any] = {offer.id: offer for offer in scenario.mechanics}
    for push, path in pushes_of(scenario):
        offer = offers.get(push.about or "")
        if offer is None:
            continue
        from_day, to_day = window_of(offer, scenario.run.horizon_days)
        announced = isinstance(offer, FlashSaleConfig | GroupBuyConfig)  # one can ask to be reminded
        times = _times(scenario, push)
        lost = sum(not (announced or from_day * DAY <= when_s) or when_s >= to_day * DAY for when_s in times)
        if lost:
            yield ScenarioWarning(
                "push-outside-offer",
                f"{path}.about",
                f"{len(times)} 次推送中有 {lost} 次发出时，所指的活动 {offer.id} 并未开放",
                f"{lost} of its {len(times)} messages are sent while {offer.id}, to which they point, is not "
                "open",
            )


def _paid_too_late(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Orders that are cancelled before most people pay."""
    orders = scenario.orders
    if orders.payment_delay_minutes > orders.unpaid_timeout_minutes:
        yield ScenarioWarning(
            "cancelled-before-paid",
            "orders.unpaid_timeout_minutes",
            f"{orders.unpaid_timeout_minutes:g} 分钟未付即取消，而平均 {orders.payment_delay_minutes:g} "
            "分钟后才付款：多数订单会被取消",
            f"orders are cancelled after {orders.unpaid_timeout_minutes:g} minutes, but paid after "
            f"{orders.payment_delay_minutes:g} on average: most are cancelled",
        )


def _no_washout(scenario: Scenario) -> Iterator[ScenarioWarning]:
    """Runs that end too soon after the last offer to show what it took from later days."""
    run = scenario.run
    ends = [min(window_of(offer, run.horizon_days)[1], run.horizon_days) for offer in scenario.mechanics]
    if not ends:
        return
    left_days = run.horizon_days + run.washout_days - max(ends)
    if left_days < _WASHOUT_LEAST_DAYS:
        yield ScenarioWarning(
            "no-washout",
            "run.washout_days",
            f"最后一项活动结束后只模拟 {left_days:g} 天：活动透支的后续购买看不全，增量会偏高；"
            f"可设 {_WASHOUT_LEAST_DAYS:g} 天以上的洗脱期",
            f"the run ends {left_days:g} days after the last offer: purchases that were only made earlier do "
            f"not show, and what the campaign added is too high; set {_WASHOUT_LEAST_DAYS:g} days or more",
        )


RULES: tuple[Callable[[Scenario], Iterable[ScenarioWarning]], ...] = (
    _short_windows,
    _at_night,
    _too_many_messages,
    _past_the_offer,
    _paid_too_late,
    _no_washout,
)
"""All rules, in the order in which their warnings are shown."""
