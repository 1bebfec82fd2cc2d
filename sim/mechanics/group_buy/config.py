"""Settings of a group-buy 拼团."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.mechanics.base import MechanicConfig, PricedProduct
from sim.mechanics.rewards import AfterReturn
from sim.settings.fields import Frozen, Hours, ItemFen, Minutes, PositiveItemFen, Prob, Share, Units
from sim.settings.problems import RuleError


class LadderStep(Frozen):
    """From so many people on, the price is this."""

    people: Annotated[int, Field(strict=True, ge=2, le=10_000)]
    price_fen: PositiveItemFen


class GroupBuyConfig(MechanicConfig):
    """Settings of a group-buy (MECHANICS section 1)."""

    type: Literal["group_buy"] = "group_buy"
    mode: Literal["normal", "pull_new", "ladder"] = "normal"
    group_size: Annotated[int, Field(strict=True, ge=2, le=10_000)] = 2
    window_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 24.0
    prices: tuple[PricedProduct, ...] = Field(min_length=1, max_length=1000)
    # its people and prices stand in place of group_size and the price in `prices`
    ladder: tuple[LadderStep, ...] = Field(default=(), max_length=20)
    limit_per_member: Units = 1
    limit_per_order: Units = 1
    leader_discount_fen: ItemFen = 0
    leader_commission_share: Share = 0.0  # of what the group paid
    reward_after_return: AfterReturn = "kept"  # what becomes of the leader's commission
    open_list: bool = True
    virtual_fill: Literal["off", "at_expiry", "any"] = "off"
    # at_expiry: fill groups that have at least this share of their seats paid
    virtual_fill_share: Share = 0.5
    min_new_customers: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 0
    new_customer_rule: Literal["never_paid", "no_order", "registered_after_leader_paid"] = "never_paid"
    refund_before_success: bool = False
    quit_prob: Prob = 0.03  # assumption: asks for the money back while waiting, where that is allowed
    preheat_hours: Hours = 0.0
    remind_minutes: Minutes = 0.0  # before the opening
    overflow: Literal["refund", "join_another", "open_new"] = "refund"
    leader_quits: Literal["next_joiner", "dissolve"] = "next_joiner"
    restart_deadline: bool = False  # whether a new leader starts the window again
    joinable_after_success: bool = False

    @model_validator(mode="after")
    def _ladder(self) -> GroupBuyConfig:
        if (self.mode == "ladder") != bool(self.ladder):
            raise RuleError(
                "ladder must be given exactly when mode is 'ladder'",
                "当且仅当 mode 为 'ladder' 时才给出 ladder",
                "ladder",
                "mode",
            )
        if self.ladder:
            people = [step.people for step in self.ladder]
            prices = [step.price_fen for step in self.ladder]
            if people != sorted(set(people)) or prices != sorted(set(prices), reverse=True):
                raise RuleError(
                    "ladder must ascend in people and fall in price_fen",
                    "ladder 的人数必须递增、price_fen 必须递减",
                    "ladder",
                )
            if len(self.prices) != 1:
                raise RuleError(
                    "a ladder applies to exactly one product; prices has more",
                    "阶梯团只能用于一个商品，prices 中多于一个",
                    "prices",
                    "ladder",
                )
        if self.min_new_customers >= self.seats_needed:
            raise RuleError(
                "min_new_customers must be less than the group's size",
                "min_new_customers 必须小于成团人数",
                "min_new_customers",
                "group_size",
                "ladder",
            )
        return self

    @property
    def seats_needed(self) -> int:
        """Paid people that make a group a success."""
        return self.ladder[0].people if self.ladder else self.group_size
