"""What each number of a scenario is counted for: the whole shop, or each person, order, leader or post.

The one place that says so. Numbers for the whole shop follow the size of the community
(`sim.scenario.scaling`); all others stay. A number that is not listed here is refused by a test.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from pydantic import BaseModel

from sim.mechanics.base import MechanicConfig, PricedProduct
from sim.mechanics.commission.config import CommissionConfig, LevelUp, ProductRates, Ranking
from sim.mechanics.community_group_buy import CommissionTier, CommunityGroupBuyConfig
from sim.mechanics.coupon import CouponConfig
from sim.mechanics.flash_sale import FlashSaleConfig
from sim.mechanics.friend_feed import FriendFeedConfig
from sim.mechanics.group_buy.config import GroupBuyConfig, LadderStep
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.mechanics.push import PushConfig
from sim.mechanics.referral import ReferralConfig
from sim.mechanics.review_cash_back import ReviewCashBackConfig
from sim.scenario.model import Operator, Run
from sim.settings import behaviour
from sim.settings.community import ChatKind, Distributors, KolTier, Network, Population, Segment
from sim.settings.shop import CalendarEntry, Orders, Product


class Size(StrEnum):
    """What a number is counted for."""

    SHOP = "shop"  # people, units or money of the whole shop: follows the community's size
    HEADS = "heads"  # people who are hired, and what each stands for: follow it together
    EACH = "each"  # for one person, order, unit, message, chat, group or leader
    SHARE = "share"  # a share, a chance, a weight, a factor or a term of a decision
    TIME = "time"  # a time, a length of time, or how often in time
    NAME = "name"  # a number that names something, or is the size itself


SIZES: dict[type[BaseModel], dict[Size, str]] = {
    Operator: {Size.SHOP: "budget_fen"},
    Run: {Size.TIME: "horizon_days washout_days period_hours", Size.NAME: "seed"},
    Population: {Size.NAME: "members", Size.SHARE: "hour_profile weekend_factor"},
    Segment: {
        Size.EACH: "attention_items tolerance_items wallet_per_30_days_fen",
        Size.TIME: "sessions_per_day browse_per_day",
        Size.SHARE: "share price_coefficient price_coefficient_sigma trust trait_sigma conformity sharing "
        "sharing_sigma privacy old_customer_share",
    },
    Network: {
        Size.EACH: "median_degree communities_per_member follow_mean",
        Size.SHARE: "degree_sigma inside_share community_density sorting",
    },
    ChatKind: {
        Size.EACH: "size_mean memberships_per_member",
        Size.TIME: "value_posts_per_day",
        Size.SHARE: "step",
    },
    KolTier: {
        Size.HEADS: "count person_share followers_share public_pool",
        Size.EACH: "public_pool_growth",
        Size.SHARE: "credibility charm",
    },
    Distributors: {
        Size.EACH: "expectation_fen_per_week",
        Size.TIME: "posts_per_day dormant_below_per_day",
        Size.SHARE: "share second_level_share effort_step",
    },
    Product: {
        Size.SHOP: "stock",
        Size.EACH: "list_price_fen reference_price_fen cost_fen postage_fen carriage_fen",
        Size.TIME: "repurchase_days delivery_days",
        Size.SHARE: "quality known_share shareability popularity utility return_prob",
    },
    Orders: {
        Size.TIME: "unpaid_timeout_minutes payment_delay_minutes auto_receive_days refund_window_days",
        Size.SHARE: "payment_prob platform_fee_share",
    },
    CalendarEntry: {Size.TIME: "from_day days", Size.SHARE: "session_factor utility"},
    MechanicConfig: {Size.TIME: "from_day days"},
    PricedProduct: {Size.SHOP: "quota", Size.EACH: "price_fen"},
    GroupBuyConfig: {
        Size.EACH: "group_size limit_per_member limit_per_order leader_discount_fen min_new_customers",
        Size.TIME: "window_hours preheat_hours remind_minutes",
        Size.SHARE: "leader_commission_share virtual_fill_share quit_prob",
    },
    LadderStep: {Size.EACH: "people price_fen"},
    FlashSaleConfig: {
        Size.SHOP: "throughput_per_second bots",
        Size.EACH: "limit_per_order limit_total",
        Size.TIME: "start_hours duration_hours every_days reminder_days remind_minutes arrival_seconds "
        "patience_seconds bot_seconds",
        Size.SHARE: "progress_start_share",
    },
    CommunityGroupBuyConfig: {
        Size.EACH: "minimum_order_fen limit_per_order limit_per_member_day",
        Size.TIME: "open_hour cut_off_hour arrival_hour leader_posts_per_day",
    },
    CommissionTier: {Size.EACH: "from_fen", Size.SHARE: "share"},
    CommissionConfig: {
        Size.EACH: "fixed_fen spent_fen joining_fee_fen invite_bonus_fen invite_bonus_daily_cap "
        "withdraw_min_fen",
        Size.TIME: "binding_days last_click_days freeze_days",
        Size.SHARE: "rates apply_prob withdraw_fee_share",
    },
    ProductRates: {Size.SHARE: "rates"},
    LevelUp: {Size.EACH: "invites own_sales_fen downline_sales_fen", Size.SHARE: "bonus_rate"},
    Ranking: {Size.SHOP: "prizes_fen"},
    ReferralConfig: {Size.EACH: "sender_fen receiver_fen daily_cap", Size.SHARE: "lottery_prob"},
    CouponConfig: {
        Size.SHOP: "total",
        Size.EACH: "off_fen threshold_fen per_member",
        Size.TIME: "valid_hours",
        Size.SHARE: "off_share audience_share",
    },
    KolSeedingConfig: {
        Size.HEADS: "count person_share",
        Size.EACH: "fee_fen posts",
        Size.TIME: "first_post_day every_days hour",
        Size.SHARE: "commission_share",
        Size.NAME: "members",
    },
    PushConfig: {
        Size.SHOP: "budget_people",
        Size.EACH: "cost_fen_per_person",
        Size.TIME: "hours every_days times",
        Size.SHARE: "audience_share mention_prob",
    },
    ReviewCashBackConfig: {Size.SHOP: "total", Size.EACH: "cash_fen lowest_rating", Size.TIME: "delay_days"},
    FriendFeedConfig: {Size.SHARE: "opt_out_share"},
    behaviour.CategoryUtility: {Size.SHARE: "staple interest limited content"},
    behaviour.BaseUtility: {Size.SHARE: "staple interest limited content"},
    behaviour.SourceStep: {
        Size.SHARE: "private chat moments kol_post public push browse reminder own_need",
    },
    behaviour.ResponsePoint: {Size.EACH: "at", Size.SHARE: "prob"},
    behaviour.RouteEffort: {Size.SHARE: "buy_alone open_group join_group join_listed flash community"},
    behaviour.Deciding: {
        Size.EACH: "fill_prior_groups stockpile_units",
        Size.SHARE: "taste_persistence homophily tie_slope advertising_share rewarded_share incentive "
        "quality_weight unknown_quality_penalty urgency scarcity route_taste_sigma fill_prior "
        "consider_margin fatigue_weight reference_adaptation",
    },
    behaviour.ChannelLiking: {Size.SHARE: "private chat moments"},
    behaviour.Sharing: {
        Size.EACH: "private_limit chats_limit",
        Size.TIME: "credibility_half_life_hours",
        Size.SHARE: "intercept bought waiting_group reward_jump reward_slope satisfaction liked_margin "
        "social_cost tie_weight reward_tie_shift guess_weight guess_noise_sigma credibility_wear",
    },
    behaviour.Staleness: {Size.TIME: "private chat moments kol_post public push"},
    behaviour.Fatigue: {
        Size.EACH: "per_item per_push value_item_heals",
        Size.TIME: "half_life_hours",
        Size.SHARE: "slows_sessions leave_at chat_dies_below",
    },
    behaviour.AfterSales: {
        Size.TIME: "return_delay_days",
        Size.SHARE: "satisfaction_sigma price_won_fit review_prob dissatisfied_return_prob",
    },
}
"""By part of a scenario and what they are counted for, the names of its numbers."""


@cache
def size_of(part: type[BaseModel], field: str) -> Size | None:
    """What a number of a part of a scenario is counted for; None where it is not said, as of no number."""
    for owner in part.__mro__:
        for size, fields in SIZES.get(owner, {}).items():
            if field in fields.split():
                return size
    return None
