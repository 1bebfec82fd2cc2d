"""What is sold and how orders are handled."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.settings.community import Category
from sim.settings.fields import (
    Count,
    Days,
    Frozen,
    Id,
    ItemFen,
    PositiveItemFen,
    Prob,
    Share,
    Text,
    Utility,
)
from sim.settings.problems import RuleError


class Product(Frozen):
    """One item of the catalogue (a SKU)."""

    id: Id
    name: Text = Text()
    category: Category = "staple"
    list_price_fen: PositiveItemFen
    reference_price_fen: PositiveItemFen | None = None  # what people think it is worth; null: the list price
    # what a struck-through price is based on
    reference_price_basis: Literal["lowest_prior_7_days", "none"] = "lowest_prior_7_days"
    cost_fen: ItemFen
    postage_fen: ItemFen = 0  # paid by the customer
    carriage_fen: ItemFen = 300  # assumption: what a parcel costs the merchant
    stock: Count | None = None  # null: unlimited
    quality: Share = 0.7  # assumption: true quality
    known_share: Share = 0.7  # assumption: how well its quality is known before any rating
    shareability: Utility = 0.0  # added to the sharing logit
    high_effort: bool = False  # needs getting used to: reads the high-effort response table
    popularity: Annotated[float, Field(ge=0, le=1_000_000)] = 1.0  # weight in own browsing
    utility: Utility = 0.0  # this item against its category
    repurchase_days: Days | None = None  # mean interval of a consumable; null: bought once
    delivery_days: Annotated[float, Field(ge=0, le=366)] = 3.0  # assumption: mean
    return_prob: Prob = 0.03  # assumption: whatever the satisfaction
    resellable: bool = True  # returned goods go back on the shelf

    @property
    def reference_fen(self) -> int:
        """The price people compare with at first, in fen."""
        return self.reference_price_fen or self.list_price_fen

    @model_validator(mode="after")
    def _sensible(self) -> Product:
        if self.reference_price_fen is not None and self.reference_price_fen < self.list_price_fen // 20:
            raise RuleError(
                "reference_price_fen is less than a twentieth of list_price_fen",
                "reference_price_fen 不到 list_price_fen 的二十分之一",
                "reference_price_fen",
                "list_price_fen",
            )
        return self


class Orders(Frozen):
    """Stock, payment and time (MECHANICS section 0)."""

    stock_deducted_on: Literal["order", "payment"] = "order"
    unpaid_timeout_minutes: Annotated[float, Field(gt=0, le=60 * 24 * 30)] = 30.0
    oversell_guard: bool = True
    payment_prob: Prob = 0.92  # assumption
    # assumption: mean of an exponential
    payment_delay_minutes: Annotated[float, Field(ge=0, le=60 * 24 * 30)] = 3.0
    auto_receive_days: Annotated[float, Field(ge=0, le=366)] = 7.0
    refund_window_days: Annotated[float, Field(ge=0, le=366)] = 7.0
    exclusive: bool = True  # a product may not be in two promotions at once
    # which discounts a coupon may be added to
    stacking: tuple[Literal["coupon", "leader_discount", "flash", "group", "community"], ...] = (
        "leader_discount",
        "group",
    )
    platform_fee_share: Share = 0.006  # assumption: payment channel fee


class CalendarEntry(Frozen):
    """A stretch of days that is different: payday, weekend sale, 618, 11.11, a rival's campaign."""

    id: Id
    name: Text = Text()
    from_day: Days
    days: Annotated[float, Field(gt=0, le=3660)]
    session_factor: Annotated[float, Field(ge=0, le=2)] = 1.0
    utility: Utility = 0.0
    products: tuple[Id, ...] = ()  # empty: all
