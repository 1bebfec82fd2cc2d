"""Settings of a commission 分销."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.mechanics.base import MechanicConfig
from sim.settings.fields import Days, Fen, Frozen, Id, ItemFen, Prob, Share
from sim.settings.problems import RuleError

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
    self_purchase: bool = False
    recruit: Literal["everyone", "apply", "spent", "designated"] = "apply"
    apply_prob: Prob = 0.05  # assumption: a buyer applies on receipt
    spent_fen: Fen = 0
    joining_fee_fen: ItemFen = 0
    binding: Literal["new_only", "all", "last_click", "permanent"] = "new_only"
    last_click_days: Days = 7.0
    level_up: LevelUp | None = None
    invite_bonus_fen: ItemFen = 0
    invite_bonus_daily_cap: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 10
    freeze_days: Days = 7.0  # after receipt
    clawback: bool = True
    withdraw_min_fen: Fen = 0
    withdraw_fee_share: Share = 0.0
    ranking: Ranking | None = None

    @property
    def levels(self) -> int:
        """How many levels earn."""
        return max(len(self.fixed_fen or self.rates), *(len(one.rates) for one in self.product_rates), 0)

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
