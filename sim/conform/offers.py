"""Mechanics chosen at random: every setting of each, with little of everything to go round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.conform.choice import Chooser, Settings, any_of, some_of, stirred
from sim.mechanics.commission.config import CommissionConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.push import PushConfig
from sim.mechanics.referral import ReferralConfig
from sim.mechanics.review_cash_back import ReviewCashBackConfig


@dataclass(frozen=True)
class Shop:
    """What mechanics can refer to.

    Attributes:
        stock: units of each product by id; None: unlimited.
        segments: ids.
        tiers: ids of tiers of KOLs.
        members: how many.
    """

    stock: dict[str, int | None]
    segments: tuple[str, ...]
    tiers: tuple[str, ...]
    members: int


def _prices(choose: Chooser, shop: Shop, most: int = 3) -> list[Settings]:
    """Prices of the first products, with quotas or without, none above what is in stock."""
    made = []
    for id_ in list(shop.stock)[: choose.whole(1, min(most, len(shop.stock)))]:
        stock, quota = shop.stock[id_], choose.one(None, 3, 30)
        if quota is not None and stock is not None:
            quota = min(quota, stock)
        made.append({"id": id_, "price_fen": choose.one(2400, 1500), "quota": quota})
    return made


def group_buy(choose: Chooser, shop: Shop) -> Settings:
    """A group-buy."""
    made: Settings = {
        **any_of(choose, GroupBuyConfig, "mode", "virtual_fill", "new_customer_rule", "overflow"),
        **any_of(choose, GroupBuyConfig, "leader_quits"),
        "group_size": choose.whole(2, 4),
        "window_hours": choose.one(24.0, 6.0, 0.5, 400.0),
        "virtual_fill_share": choose.one(0.5, 0.2, 1.0),
        "leader_discount_fen": choose.one(0, 300),
        "leader_commission_share": choose.one(0.0, 0.05),
        "open_list": choose.one(True, False),
        "refund_before_success": choose.one(False, True),
        "quit_prob": choose.one(0.03, 0.3, 0.8),
        "restart_deadline": choose.one(False, True),
        "joinable_after_success": choose.one(False, True),
        "preheat_hours": choose.one(0.0, 12.0),
        "remind_minutes": choose.one(0.0, 10.0),
        "limit_per_member": choose.whole(1, 3),
        "limit_per_order": choose.whole(1, 3),
        **any_of(choose, GroupBuyConfig, "reward_after_return"),
        "prices": _prices(choose, shop),
    }  # fmt: skip
    seats = made["group_size"]
    restless = choose.one(False, False, False, True)
    if restless:
        made |= _RESTLESS
    if made["mode"] == "ladder":
        made["prices"] = made["prices"][:1]
        people = [2, 6] if restless else sorted({choose.whole(2, 6) for _ in range(choose.whole(1, 3))})
        made["ladder"] = [
            {"people": count, "price_fen": 2400 - 300 * step} for step, count in enumerate(people)
        ]
        seats = people[0]
    made["min_new_customers"] = 1 if restless else choose.one(0, choose.whole(0, seats - 1))
    return made


_RESTLESS = {
    "mode": "ladder", "virtual_fill": "off", "new_customer_rule": "never_paid", "leader_quits": "next_joiner",
    "window_hours": 24.0, "open_list": True, "refund_before_success": True, "quit_prob": 0.5,
}  # fmt: skip
"""Groups that many join and many leave again: leaders change, and new customers may get too few."""


def flash_sale(choose: Chooser, shop: Shop) -> Settings:
    """A flash sale, perhaps with sessions that touch, bots and a slow server."""
    return {
        "start_hours": choose.one([20.0], [10.0, 12.0, 14.0], [0.0, 22.0]),
        "duration_hours": choose.one(2.0, 0.5, 24.0),
        "every_days": choose.one(1, 2),
        "limit_total": choose.whole(2, 3),
        "limit_per_order": choose.whole(1, 2),
        "progress_bar": choose.one(True, False),
        "progress_start_share": choose.one(0.0, 0.5),
        "reminders": choose.one(True, True, False),
        "reminder_days": choose.one(1.0, 3.0, 0.1),
        "remind_minutes": choose.one(3.0, 20.0, 0.0),
        "throughput_per_second": choose.one(200.0, 0.05, 0.01),
        "bots": choose.one(0, 2, 9),
        **stirred(choose, FlashSaleConfig, 1, *_CHOSEN_FLASH),
        "prices": _prices(choose, shop),
    }


_CHOSEN_FLASH = (
    "from_day", "days", "every_days", "limit_total", "limit_per_order", "progress_start_share",
    "reminder_days", "remind_minutes", "throughput_per_second", "duration_hours", "bots",
)  # fmt: skip


def commission(choose: Chooser, shop: Shop) -> Settings:
    """A commission of one to three levels."""
    rates = choose.one([0.1], [0.2, 0.05], [0.2, 0.1, 0.05])
    fixed = choose.one([], [], [150, 50], [200, 100, 50])
    own = choose.one([], [], [0.3, 0.1], [0.3, 0.2, 0.1])
    made: Settings = {
        **any_of(choose, CommissionConfig, "base", "recruit", "binding", "bindable"),
        "rates": rates,
        "fixed_fen": fixed,
        "product_rates": [{"id": choose.one(*shop.stock), "rates": own}] if own else [],
        "allow_illegal": 3 in (len(rates), len(fixed), len(own)),
        "self_purchase": choose.one(False, True),
        "apply_prob": choose.one(0.5, 0.05),
        "joining_fee_fen": choose.one(0, 500),
        "last_click_days": choose.one(7.0, 0.5),
        "clawback": choose.one(True, False),
        "earns_on": some_of(choose, ("alone", "group", "flash", "community")) or ["alone"],
        "freeze_days": choose.one(7.0, 0.0, 0.0),
        "level_up": choose.one(
            None, {"own_sales_fen": 2000}, {"invites": 1, "bonus_rate": 0.1}, {"downline_sales_fen": 1000}
        ),
        "invite_bonus_fen": choose.one(0, 100),
        "invite_bonus_daily_cap": choose.one(10, 1, 0),
        "withdraw_min_fen": choose.one(0, 500),
        "withdraw_fee_share": choose.one(0.0, 0.1),
        "ranking": choose.one(
            None, {"every": "weekly", "prizes_fen": [500, 100]}, {"every": "monthly", "prizes_fen": [900]}
        ),
    }
    made["debts_paid"] = made["clawback"] and choose.one(False, True)
    if made["binding"] == "new_only" and made["bindable"] == "everyone":
        made["bindable"] = "as_binding"
    if made["binding"] in ("new_only", "all", "first_click"):
        made["binding_days"] = choose.one(None, 1.0, 0.2)
    made["spent_fen"] = 2000 if made["recruit"] == "spent" else 0
    return made


def coupon(choose: Chooser, shop: Shop) -> Settings:
    """A coupon of a fixed sum or of a share."""
    off_fen, off_share, threshold_fen = choose.one(
        (400, 0.0, 1000), (0, 0.2, 0), (0, 0.2, 4000), (1400, 0.0, 1400), (400, 0.0, 3500)
    )
    return {
        "off_fen": off_fen,
        "off_share": off_share,
        "threshold_fen": threshold_fen,
        **any_of(choose, CouponConfig, "channel", "borne_by", "threshold_on"),
        "back_after_return": choose.one(False, True),
        "total": choose.one(None, 10),
        "per_member": choose.whole(1, 2),
        "valid_hours": choose.one(72.0, 6.0, 400.0),
        "audience_share": choose.one(1.0, 0.5),
    }


def referral(choose: Chooser, shop: Shop) -> Settings:
    """A referral reward."""
    made: Settings = {
        **any_of(choose, ReferralConfig, "rewards", "when", "reward_after_return"),
        "sender_fen": choose.one(500, 300),
        "receiver_fen": 200,
        "new_customers_only": choose.one(True, False),
        "lottery_prob": choose.one(1.0, 0.3),
        "daily_cap": choose.one(20, None, 1),
    }
    if made["reward_after_return"] == "paid_when_final":
        made["when"] = "received"
    return made


def community_group_buy(choose: Chooser, shop: Shop) -> Settings:
    """A daily cycle of pick-up orders."""
    made: Settings = {
        "prices": _prices(choose, shop),
        "open_hour": choose.one(14.0, 8.0),
        "cut_off_hour": choose.one(24.0, 20.0),
        "arrival_hour": choose.one(11.5, 7.0),
        "minimum_order_fen": choose.one(0, 5000),
        "limit_per_order": choose.whole(1, 2),
        "limit_per_member_day": choose.whole(1, 4),
        "leader_posts_per_day": choose.whole(0, 2),
    }
    if choose.one(False, True):
        made["leader_commission"] = [{"share": 0.05}, {"from_fen": 4000, "share": 0.1}]
    return made


def kol_seeding(choose: Chooser, shop: Shop) -> Settings:
    """Seeds chosen by any rule."""
    made: Settings = {
        **any_of(choose, KolSeedingConfig, "choose", "format"),
        "fee_fen": choose.one(0, 1000),
        "sample": choose.one(True, False),
        "person_share": choose.one(1.0, 0.4),
        "shares_as_buyer": choose.one(False, True),
        "commission_share": choose.one(0.0, 0.1),
        "posts": choose.whole(0, 3),
        "first_post_day": choose.one(0.0, 0.5),
        "every_days": choose.one(3.0, 1.0),
        "hour": choose.one(20.0, 9.0),
        "disclosed": choose.one(True, False),
        "tiers": list(choose.one((), shop.tiers[:1])),
    }
    made["count"] = None if made["choose"] == "members" else 3
    if made["choose"] == "kols":
        made["count"] = choose.one(None, 1)
    made["members"] = [0, 1, 17, shop.members + 5] if made["choose"] == "members" else []
    return made


def push(choose: Chooser, shop: Shop) -> Settings:
    """Pushes to any audience."""
    made: Settings = {
        **any_of(choose, PushConfig, "audience"),
        "hours": choose.one([10.0], [8.0, 20.0]),
        "every_days": choose.one(1, 2),
        "times": choose.one(None, 2),
        "audience_share": choose.one(1.0, 0.5),
        "budget_people": choose.one(None, 60),
        "cost_fen_per_person": choose.one(0, 3),
        "mention": choose.one(False, True),
        "mention_prob": choose.one(0.3, 0.9),
        "value_content": choose.one(False, False, True),
    }
    made["segments"] = [choose.one(*shop.segments)] if made["audience"] == "segment" else []
    return made


def review_cash_back(choose: Chooser, shop: Shop) -> Settings:
    """Cash for reviews."""
    return {
        "delay_days": choose.one(1.0, 0.0, 2.0),
        "lowest_rating": choose.one(1, 4),
        "total": choose.one(None, 3),
        **any_of(choose, ReviewCashBackConfig, "reward_after_return"),
        **stirred(choose, ReviewCashBackConfig, 1, "from_day", "delay_days", "lowest_rating"),
    }


def friend_feed(choose: Chooser, shop: Shop) -> Settings:
    """Friends are shown what members get."""
    return {"opt_out_share": choose.one(0.0, 0.5)}


BY_TYPE: dict[str, Callable[[Chooser, Shop], Settings]] = {
    "group_buy": group_buy,
    "flash_sale": flash_sale,
    "community_group_buy": community_group_buy,
    "commission": commission,
    "referral": referral,
    "coupon": coupon,
    "kol_seeding": kol_seeding,
    "push": push,
    "review_cash_back": review_cash_back,
    "friend_feed": friend_feed,
}
"""Type of mechanic -> its settings, but for id, window and what it is about."""


def offers(choose: Chooser, shop: Shop, always: tuple[str, ...]) -> tuple[list[Settings], list[Settings]]:
    """Mechanics, those of the types `always` first, and scheduled pushes."""
    types = [*always, *(choose.one(*sorted(BY_TYPE)) for _ in range(choose.whole(0 if always else 1, 4)))]
    mechanics = [
        {"id": f"m{number}", "type": type_} | _window(choose, shop) | BY_TYPE[type_](choose, shop)
        for number, type_ in enumerate(types)
    ]
    schedule = [
        {"id": f"p{number}"} | _window(choose, shop) | push(choose, shop)
        for number in range(choose.one(0, 0, 1, 2))
    ]
    made = [*mechanics, *schedule]
    for one in made:
        if one.get("type", "push") in ("push", "kol_seeding") and choose.one(False, True):
            one["about"] = choose.one(*made)["id"]
    return mechanics, schedule


def _window(choose: Chooser, shop: Shop) -> Settings:
    return {
        "from_day": choose.one(0.0, 0.5, 1.0),
        "days": choose.one(None, None, 0.8, 2.0, 30.0),
        "products": [choose.one(*shop.stock)] if choose.one(False, False, True) else [],
    }
