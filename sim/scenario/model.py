"""A whole scenario: what a YAML file says, validated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.mechanics.push import PushConfig
from sim.mechanics.registry import AnyMechanicConfig, covered_products
from sim.settings.behaviour import Behaviour
from sim.settings.community import Communities, Network, Population, Roles
from sim.settings.fields import Fen, Frozen, Id, Text
from sim.settings.problems import BrokenRulesError, RuleError, nearest
from sim.settings.shop import CalendarEntry, Orders, Product
from sim.units import DAY, HOUR

PROMOTIONS = ("group_buy", "flash_sale", "community_group_buy")
"""Mechanics that set a product's price; two at once are mutually exclusive (活动互斥)."""


class Operator(Frozen):
    """What the operator does on a schedule, and may spend."""

    budget_fen: Fen | None = None  # of all marketing; nothing is sent or hired beyond it. null: unlimited
    schedule: tuple[PushConfig, ...] = Field(default=(), max_length=200)


class Run(Frozen):
    """When the campaign runs, and which luck."""

    start: str = "2026-11-02T00:00"  # local date and time
    horizon_days: Annotated[float, Field(ge=0.04, le=3660)] = 30.0  # an hour to ten years
    # after the horizon, when no offer is open any more: shows what the campaign took from later days
    washout_days: Annotated[float, Field(ge=0, le=366)] = 0.0
    # of one `model.step()`, at least half a minute; changes no result
    period_hours: Annotated[float, Field(ge=0.01, le=24 * 366)] = 1.0
    seed: Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)] = 1

    @model_validator(mode="after")
    def _start(self) -> Run:
        try:
            moment = datetime.fromisoformat(self.start)
        except ValueError:
            raise RuleError(
                "start must be a local date and time that exists, such as 2026-11-02T00:00",
                "start 应为存在的本地日期时间，例如 2026-11-02T00:00",
                "start",
            ) from None
        if moment.tzinfo is not None or moment.minute or moment.second or moment.microsecond:
            raise RuleError(
                "start must be a local time on the full hour, without a time zone",
                "start 应为整点的本地时间，不带时区",
                "start",
            )
        if not 1900 <= moment.year <= 2900:  # assumption: leaves room for any horizon in Python's calendar
            raise RuleError("start must be from 1900 to 2900", "start 应在 1900 至 2900 年之间", "start")
        return self

    @property
    def campaign_s(self) -> int:
        """When the campaign is over, in seconds: offers without an end of their own end here."""
        return int(self.horizon_days * DAY)

    @property
    def decisions_s(self) -> int:
        """When nobody decides any more, in seconds: the end of the washout, if there is one."""
        return int((self.horizon_days + self.washout_days) * DAY)

    @property
    def period_s(self) -> int:
        """Length of a period, at least a second."""
        return max(1, int(self.period_hours * HOUR))


class Scenario(Frozen):
    """One campaign design in one community."""

    schema_version: Literal[1] = 1
    id: Id
    name: Text = Text()
    about: Text = Text()
    population: Population = Population()
    network: Network = Network()
    communities: Communities = Communities()
    roles: Roles = Roles()
    products: tuple[Product, ...] = Field(min_length=1, max_length=10_000)
    orders: Orders = Orders()
    mechanics: tuple[AnyMechanicConfig, ...] = Field(default=(), max_length=200)
    operator: Operator = Operator()
    calendar: tuple[CalendarEntry, ...] = Field(default=(), max_length=200)
    behaviour: Behaviour = Behaviour()
    run: Run = Run()

    def __repr__(self) -> str:
        size = f"{len(self.products)} products, {len(self.mechanics)} mechanics"
        return f"<Scenario {self.id}: {self.population.members:,} members, {size}, seed {self.run.seed}>"

    __str__ = __repr__

    @property
    def offers(self) -> tuple[AnyMechanicConfig, ...]:
        """All mechanics and scheduled pushes, in the order of their offer numbers."""
        return (*self.mechanics, *self.operator.schedule)

    def with_seed(self, seed: int) -> Scenario:
        """The same with other luck."""
        return self.model_copy(update={"run": self.run.model_copy(update={"seed": seed})})

    @model_validator(mode="after")
    def _references(self) -> Scenario:
        broken = [
            *duplicate_ids(self),
            *unknown_references(self),
            *overlapping_promotions(self),
            *quotas_above_stock(self),
            *offers_in_the_washout(self),
        ]
        if broken:
            raise BrokenRulesError(broken)
        return self


def _places(scenario: Scenario) -> Iterator[tuple[str, AnyMechanicConfig]]:
    """Every mechanic and scheduled push with its dotted path."""
    for mechanic in scenario.mechanics:
        yield f"mechanics.{mechanic.id}", mechanic
    for push in scenario.operator.schedule:
        yield f"operator.schedule.{push.id}", push


def duplicate_ids(scenario: Scenario) -> Iterator[RuleError]:
    """Ids that occur twice where they must be unique (files are checked list by list before)."""
    lists: dict[str, Iterable[str]] = {
        "products": (one.id for one in scenario.products),
        "mechanics": (one.id for one in scenario.offers),
        "population.segments": (one.id for one in scenario.population.segments),
        "communities.chats": (one.id for one in scenario.communities.chats),
        "roles.kols": (one.id for one in scenario.roles.kols),
        "calendar": (one.id for one in scenario.calendar),
    }
    for where, ids in lists.items():
        seen: set[str] = set()
        for id_ in ids:
            if id_ in seen:
                fields = ("operator.schedule", where) if where == "mechanics" else (where,)
                yield RuleError(f"the id '{id_}' is used twice", f"id '{id_}' 重复", *fields)
            seen.add(id_)


def unknown_references(scenario: Scenario) -> Iterator[RuleError]:
    """Ids that are referred to and do not exist."""
    products = ("products", [one.id for one in scenario.products])
    offers = ("mechanics", [one.id for one in scenario.offers])
    segments = ("population.segments", [one.id for one in scenario.population.segments])
    tiers = ("roles.kols", [one.id for one in scenario.roles.kols])
    for place, offer in _places(scenario):
        about = getattr(offer, "about", None)
        yield from _unknown(f"{place}.products", offer.products, products)
        yield from _unknown(f"{place}.prices", (one.id for one in getattr(offer, "prices", ())), products)
        yield from _unknown(
            f"{place}.product_rates", (one.id for one in getattr(offer, "product_rates", ())), products
        )
        yield from _unknown(f"{place}.segments", getattr(offer, "segments", ()), segments)
        yield from _unknown(f"{place}.tiers", getattr(offer, "tiers", ()), tiers)
        yield from _unknown(f"{place}.about", [about] if about else [], offers)
    for entry in scenario.calendar:
        yield from _unknown(f"calendar.{entry.id}.products", entry.products, products)


def _unknown(place: str, used: Iterable[str], known: tuple[str, list[str]]) -> Iterator[RuleError]:
    where, ids = known
    for id_ in used:
        if id_ not in ids:
            hint = nearest(id_, ids)
            yield RuleError(f"there is no '{id_}'; {hint.en}", f"没有 '{id_}'；{hint.zh}", place, where)


def overlapping_promotions(scenario: Scenario) -> Iterator[RuleError]:
    """Products in two promotions at once, where the shop excludes that."""
    if not scenario.orders.exclusive:
        return
    ids = [product.id for product in scenario.products]
    promotions = [offer for offer in scenario.mechanics if offer.type in PROMOTIONS]
    for index, first in enumerate(promotions):
        for second in promotions[index + 1 :]:
            shared = sorted(set(covered_products(first, ids)) & set(covered_products(second, ids)))
            if shared and _windows_overlap(first, second, scenario.run.horizon_days):
                yield RuleError(
                    f"product '{shared[0]}' is in '{first.id}' at the same time "
                    "(set orders.exclusive: false to allow it)",
                    f"商品 '{shared[0]}' 同时在活动 '{first.id}' 中（可设 orders.exclusive: false）",
                    f"mechanics.{second.id}",
                    f"mechanics.{first.id}",
                    "orders.exclusive",
                )


def offers_in_the_washout(scenario: Scenario) -> Iterator[RuleError]:
    """Offers that are still open when the days without any have begun."""
    run = scenario.run
    if not run.washout_days:
        return
    for place, offer in _places(scenario):
        if offer.days is not None and offer.from_day + offer.days > run.horizon_days:
            yield RuleError(
                f"is open to day {offer.from_day + offer.days:g}, but from day {run.horizon_days:g} on no "
                "offer may be, so that the washout shows what the campaign leaves",
                f"到第 {offer.from_day + offer.days:g} 天才结束，而从第 {run.horizon_days:g} 天起是洗脱期，"
                "不能再有活动",
                f"{place}.days",
                "run.washout_days",
            )


def quotas_above_stock(scenario: Scenario) -> Iterator[RuleError]:
    """Offers that set aside more of a product than there is."""
    stock = {product.id: product.stock for product in scenario.products}
    for mechanic in scenario.mechanics:
        for priced in getattr(mechanic, "prices", ()):
            there_is = stock.get(priced.id)
            if priced.quota is not None and there_is is not None and priced.quota > there_is:
                yield RuleError(
                    f"quota {priced.quota} is above the product's stock {there_is}",
                    f"配额 {priced.quota} 超过商品库存 {there_is}",
                    f"mechanics.{mechanic.id}.prices.{priced.id}.quota",
                    f"products.{priced.id}.stock",
                )


def _windows_overlap(first: AnyMechanicConfig, second: AnyMechanicConfig, horizon_days: float) -> bool:
    first_end = horizon_days if first.days is None else first.from_day + first.days
    second_end = horizon_days if second.days is None else second.from_day + second.days
    return first.from_day < second_end and second.from_day < first_end
