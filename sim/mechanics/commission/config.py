"""Settings of a commission 分销."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Route
from sim.mechanics.base import MechanicConfig
from sim.settings.fields import Days, Fen, Frozen, Id, ItemFen, Prob, Share
from sim.settings.problems import RuleError

Way = Literal["alone", "group", "flash", "community"]
"""A way of buying, as commission tells them apart."""

WAYS: dict[Route, Way] = {
    Route.BUY_ALONE: "alone",
    Route.OPEN_GROUP: "group",
    Route.JOIN_GROUP: "group",
    Route.FLASH: "flash",
    Route.COMMUNITY: "community",
}
"""Which way of buying an order's route is."""

SALES: dict[str, Way] = {"group_buy": "group", "flash_sale": "flash", "community_group_buy": "community"}
"""The mechanics that sell at a price of their own, by type, and which way of buying each opens."""

Rates = Annotated[tuple[Share, ...], Field(min_length=1, max_length=3)]


class ProductRates(Frozen):
    """Rates of one product, in place of the general ones."""

    id: Id
    rates: Rates


class LevelUp(Frozen):
    """What lifts a distributor to the higher tier; all that are given must be met."""

    invites: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    own_sales_fen: Fen = 0
    downline_sales_fen: Fen = 0
    bonus_rate: Share = 0.02  # added to the first level's rate


class Ranking(Frozen):
    """Prizes for the distributors who sell most (分销排行榜)."""

    every: Literal["weekly", "monthly"] = "weekly"
    prizes_fen: tuple[Fen, ...] = Field(min_length=1, max_length=100)


class CommissionConfig(MechanicConfig):
    """Settings of a commission (MECHANICS section 3)."""

    type: Literal["commission"] = "commission"
    rates: Rates = (0.10, 0.03)  # by level
    # by level, for each unit, in place of rates
    fixed_fen: tuple[ItemFen, ...] = Field(default=(), max_length=3)
    product_rates: tuple[ProductRates, ...] = ()  # come before fixed_fen and rates
    allow_illegal: bool = False
    base: Literal["paid", "paid_with_postage", "list_price"] = "paid"
    # which ways of buying earn; CRMEB: flash sales and bargains never do, a group-buy where it says so
    earns_on: Annotated[tuple[Way, ...], Field(min_length=1)] = ("alone", "group", "flash", "community")
    self_purchase: bool = False
    recruit: Literal["everyone", "apply", "spent", "designated"] = "apply"
    apply_prob: Prob = 0.05  # assumption: a buyer applies on receipt
    spent_fen: Fen = 0
    joining_fee_fen: ItemFen = 0
    # what makes a customer: one's first purchase in the shop (new_only) or any (all), the first message read
    # (permanent: CRMEB store_brokerage_binding_status 1, yudao ANYTIME; first_click for some days: CRMEB 2),
    # or each anew (last_click: CRMEB 3, yudao OVERRIDE)
    binding: Literal["new_only", "all", "first_click", "last_click", "permanent"] = "new_only"
    # who can be bound; as_binding: with new_only who never paid, else everyone. never_ordered: for new users
    # (CRMEB brokerage_bindind 2, yudao REGISTER), as nobody registers here: assumption
    bindable: Literal["as_binding", "everyone", "never_paid", "never_ordered"] = "as_binding"
    # how long it holds, then one can be bound anew; null: for good. CRMEB store_brokerage_binding_time
    binding_days: Days | None = None
    last_click_days: Days = 7.0  # how long a click holds
    level_up: LevelUp | None = None
    invite_bonus_fen: ItemFen = 0
    invite_bonus_daily_cap: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 10
    freeze_days: Days = 7.0  # after receipt
    clawback: bool = True  # what was paid on an order that is sent back is asked for again
    debts_paid: bool = False  # in cash, what the balance lacks; assumption: who has withdrawn it keeps it
    withdraw_min_fen: Fen = 0
    withdraw_fee_share: Share = 0.0
    ranking: Ranking | None = None

    @property
    def levels(self) -> int:
        """How many levels earn."""
        return max(len(self.fixed_fen or self.rates), *(len(one.rates) for one in self.product_rates), 0)

    @property
    def binds_by(self) -> Literal["purchase", "first_click", "last_click"]:
        """What makes somebody a distributor's customer."""
        if self.binding in ("new_only", "all"):
            return "purchase"
        return "last_click" if self.binding == "last_click" else "first_click"

    @property
    def binds_whom(self) -> Literal["everyone", "never_paid", "never_ordered"]:
        """Who can be bound."""
        if self.bindable == "as_binding":
            return "never_paid" if self.binding == "new_only" else "everyone"
        return self.bindable

    @property
    def binding_holds_days(self) -> float:
        """How long a binding, or with `last_click` a click, holds; infinite for good."""
        if self.binds_by == "last_click":
            return self.last_click_days
        return math.inf if self.binding_days is None else self.binding_days

    @model_validator(mode="after")
    def _legal(self) -> CommissionConfig:
        if self.levels > 2 and not self.allow_illegal:
            raise RuleError(
                "three commission levels are refused: 禁止传销条例 Art. 7 (pay by downline); "
                "use at most 2 rates, or set allow_illegal: true to study it, which marks every result",
                "不允许三级分佣：《禁止传销条例》第七条（团队计酬）；请最多使用两级，"
                "或设 allow_illegal: true 仅作研究，所有结果都会带标记",
                "rates",
                "fixed_fen",
                "product_rates",
                "allow_illegal",
            )
        if self.recruit == "spent" and not self.spent_fen:
            raise RuleError(
                "spent_fen must be more than 0 when recruit is 'spent'",
                "recruit 为 'spent' 时 spent_fen 必须大于 0",
                "spent_fen",
                "recruit",
            )
        return self

    @model_validator(mode="after")
    def _sensible(self) -> CommissionConfig:
        if self.binding == "new_only" and self.bindable == "everyone":
            raise RuleError(
                "binding 'new_only' binds nobody who has paid before: bindable cannot be 'everyone', "
                "use binding 'all'",
                "binding 为 'new_only' 时只绑定从未付款的人，bindable 不能为 'everyone'，"
                "请改用 binding 'all'",
                "bindable",
                "binding",
            )
        if self.binding_days is not None and self.binding in ("permanent", "last_click"):
            other = "binding 'first_click'" if self.binding == "permanent" else "last_click_days"
            raise RuleError(
                f"binding_days has no meaning with binding '{self.binding}': use {other}",
                f"binding 为 '{self.binding}' 时 binding_days 没有意义，请改用 {other}",
                "binding_days",
                "binding",
            )
        if self.debts_paid and not self.clawback:
            raise RuleError(
                "debts_paid needs clawback: true: what is not asked for again is not owed",
                "debts_paid 需要 clawback: true：不追回就没有欠款",
                "debts_paid",
                "clawback",
            )
        return self
