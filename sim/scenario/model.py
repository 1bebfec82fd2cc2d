"""A whole scenario: what a YAML file says, validated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.mechanics.push import PushConfig
from sim.mechanics.registry import AnyMechanicConfig, covered_products
from sim.scenario.behaviour import Behaviour
from sim.scenario.community import Communities, Network, Population, Roles
from sim.scenario.fields import Fen, Frozen, Id, Text
from sim.scenario.shop import CalendarEntry, Orders, Product

PROMOTIONS = ("group_buy", "flash_sale", "community_group_buy")
"""Mechanics that set a product's price; two at once are mutually exclusive (活动互斥)."""


class Operator(Frozen):
    """What the operator does on a schedule, and may spend."""

    budget_fen: Fen | None = None  # reported against, not enforced
    schedule: tuple[PushConfig, ...] = Field(default=(), max_length=200)


class Run(Frozen):
    """When the campaign runs, and which luck."""

    start: str = "2026-11-02T00:00"  # local date and time
    horizon_days: Annotated[float, Field(gt=0, le=3660)] = 30.0
    period_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 1.0  # of one `model.step()`; changes no result
    seed: Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)] = 1

    @model_validator(mode="after")
    def _start(self) -> Run:
        try:
            moment = datetime.fromisoformat(self.start)
        except ValueError:
            raise ValueError("start must be a local date and time such as 2026-11-02T00:00") from None
        if moment.tzinfo is not None or moment.minute or moment.second or moment.microsecond:
            raise ValueError("start must be a local time on the full hour, without a time zone")
        return self


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

    @property
    def offers(self) -> tuple[AnyMechanicConfig, ...]:
        """All mechanics and scheduled pushes, in the order of their offer numbers."""
        return (*self.mechanics, *self.operator.schedule)

    @model_validator(mode="after")
    def _references(self) -> Scenario:
        problems = [*duplicate_ids(self), *unknown_references(self), *overlapping_promotions(self)]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def duplicate_ids(scenario: Scenario) -> list[str]:
    """One message for each id that occurs twice where it must be unique."""
    lists: dict[str, Iterable[str]] = {
        "products": (one.id for one in scenario.products),
        "mechanics and operator.schedule": (one.id for one in scenario.offers),
        "population.segments": (one.id for one in scenario.population.segments),
        "communities.chats": (one.id for one in scenario.communities.chats),
        "roles.kols": (one.id for one in scenario.roles.kols),
        "calendar": (one.id for one in scenario.calendar),
    }
    problems = []
    for where, ids in lists.items():
        seen: set[str] = set()
        for id_ in ids:
            if id_ in seen:
                problems.append(f"{where}: the id '{id_}' is used twice")
            seen.add(id_)
    return problems


def unknown_references(scenario: Scenario) -> list[str]:
    """One message for each id that is referred to and does not exist."""
    products = {product.id for product in scenario.products}
    offers = {offer.id for offer in scenario.offers}
    segments = {segment.id for segment in scenario.population.segments}
    tiers = {tier.id for tier in scenario.roles.kols}
    problems = []

    def check(where: str, used: Iterable[str], known: set[str]) -> None:
        for id_ in used:
            if id_ not in known:
                problems.append(f"{where}: there is no '{id_}' (known: {', '.join(sorted(known)) or 'none'})")

    for offer in scenario.offers:
        where = f"mechanics[id={offer.id}]"
        check(f"{where}.products", offer.products, products)
        check(f"{where}.prices", (one.id for one in getattr(offer, "prices", ())), products)
        check(f"{where}.product_rates", (one.id for one in getattr(offer, "product_rates", ())), products)
        check(f"{where}.segments", getattr(offer, "segments", ()), segments)
        check(f"{where}.tiers", getattr(offer, "tiers", ()), tiers)
        about = getattr(offer, "about", None)
        check(f"{where}.about", [about] if about else [], offers)
    for entry in scenario.calendar:
        check(f"calendar[id={entry.id}].products", entry.products, products)
    return problems


def overlapping_promotions(scenario: Scenario) -> list[str]:
    """One message for each product in two promotions at once, where the shop excludes that."""
    if not scenario.orders.exclusive:
        return []
    problems = []
    ids = [product.id for product in scenario.products]
    promotions = [offer for offer in scenario.offers if offer.type in PROMOTIONS]
    for index, first in enumerate(promotions):
        for second in promotions[index + 1 :]:
            shared = sorted(set(covered_products(first, ids)) & set(covered_products(second, ids)))
            if shared and _windows_overlap(first, second, scenario.run.horizon_days):
                problems.append(
                    f"mechanics[id={second.id}]: product '{shared[0]}' is in '{first.id}' at the same time "
                    "(set orders.exclusive: false to allow it)"
                )
    return problems


def _windows_overlap(first: AnyMechanicConfig, second: AnyMechanicConfig, horizon_days: float) -> bool:
    first_end = horizon_days if first.days is None else first.from_day + first.days
    second_end = horizon_days if second.days is None else second.from_day + second.days
    return first.from_day < second_end and second.from_day < first_end
