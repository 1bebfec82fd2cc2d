"""Every number of a scenario, found by looking at the model, and a small scenario in which each is used."""

from __future__ import annotations

import math
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.model import Scenario

PRICED = [{"id": "rice", "price_fen": 2500, "quota": 40}]

EVERYTHING: dict[str, Any] = {
    "id": "everything",
    "population": {
        "members": 80,
        "segments": [{"id": "all", "wallet_per_30_days_fen": 90_000, "browse_per_day": 1.0}],
    },
    "network": {"median_degree": 8.0, "follow_mean": 2.0},
    "communities": {"chats": [{"id": "chat", "size_mean": 20.0}]},
    "roles": {
        "kols": [
            {"id": "star", "count": 3, "followers_share": 0.3, "public_pool": 20, "public_pool_growth": 2.0}
        ],
        "distributors": {"share": 0.1, "posts_per_day": 1.0},
    },
    "products": [
        {
            "id": "rice",
            "list_price_fen": 3000,
            "reference_price_fen": 3500,
            "cost_fen": 1500,
            "stock": 400,
            "repurchase_days": 1.0,
            "delivery_days": 0.5,
            "postage_fen": 100,
        },
    ],
    "orders": {
        "exclusive": False,
        "auto_receive_days": 1.0,
        "refund_window_days": 1.0,
        "stacking": ["leader_discount", "group", "flash", "community"],
    },
    "mechanics": [
        {
            "id": "group",
            "type": "group_buy",
            "prices": PRICED,
            "leader_discount_fen": 100,
            "preheat_hours": 2.0,
            "leader_commission_share": 0.01,
            "days": 3.0,
            "virtual_fill": "at_expiry",
            "refund_before_success": True,
            "from_day": 0.2,
        },
        {
            "id": "ladder",
            "type": "group_buy",
            "mode": "ladder",
            "prices": PRICED,
            "ladder": [{"people": 2, "price_fen": 2600}, {"people": 3, "price_fen": 2000}],
        },
        {"id": "flash", "type": "flash_sale", "prices": PRICED, "bots": 2, "days": 3.0},
        {
            "id": "daily",
            "type": "community_group_buy",
            "prices": PRICED,
            "minimum_order_fen": 100,
            "days": 3.0,
        },
        {
            "id": "sellers",
            "type": "commission",
            "fixed_fen": [10, 5],
            "binding_days": 1.0,
            "apply_prob": 0.5,
            "joining_fee_fen": 10,
            "invite_bonus_fen": 5,
            "level_up": {"own_sales_fen": 100},
            "ranking": {"prizes_fen": [100]},
            "withdraw_min_fen": 1,
            "days": 3.0,
        },
        {
            "id": "by-rate",
            "type": "commission",
            "rates": [0.1],
            "binding": "last_click",
            "recruit": "spent",
            "spent_fen": 100,
            "product_rates": [{"id": "rice", "rates": [0.1]}],
        },
        {
            "id": "bring",
            "type": "referral",
            "rewards": "both",
            "receiver_fen": 5,
            "when": "paid",
            "days": 3.0,
        },
        {"id": "off", "type": "coupon", "off_fen": 50, "threshold_fen": 2000, "total": 500, "days": 3.0},
        {"id": "part-off", "type": "coupon", "off_share": 0.1, "channel": "claimed_on_reading"},
        {
            "id": "posts",
            "type": "kol_seeding",
            "choose": "by_degree",
            "count": 3,
            "fee_fen": 5,
            "days": 3.0,
            "commission_share": 0.1,
            "every_days": 1.0,
        },
        {"id": "named", "type": "kol_seeding", "choose": "members", "members": [3]},
        {"id": "stars", "type": "kol_seeding", "every_days": 1.0},
        {"id": "show", "type": "review_cash_back", "total": 50, "days": 3.0},
        {"id": "feed", "type": "friend_feed", "days": 3.0},
    ],
    "operator": {
        "budget_fen": 10_000,
        "schedule": [
            {
                "id": "push",
                "type": "push",
                "times": 3,
                "budget_people": 100,
                "cost_fen_per_person": 1,
                "mention": True,
                "days": 3.0,
            }
        ],
    },
    "calendar": [{"id": "sale", "from_day": 1.0, "days": 1.0}],
    "behaviour": {"deciding": {"base": {"staple": -1.0}}, "sharing": {"intercept": -3.0}},
    "run": {"horizon_days": 3.0},
}
"""Every mechanic, and every setting that may be left out."""

Place = tuple[str | int, ...]
Bounds = tuple[float | None, float | None]


def numbers_of(model: type[BaseModel] = Scenario) -> dict[tuple[str, str], Bounds]:
    """The least and the greatest value of each numeric field of the models, by (class that has it, name)."""
    found: dict[tuple[str, str], Bounds] = {}
    for one in _models(model, []):
        for name, field in one.model_fields.items():
            for limits in _numeric(field.annotation, tuple(field.metadata)):
                found[one.__name__, name] = limits
    return found


def places_of(scenario: Scenario) -> Iterator[tuple[Place, type, Bounds]]:
    """Every number in a scenario: where it is, of which type, and its limits."""
    yield from _places(scenario, ())


def extremes(kind: type, limits: Bounds) -> tuple[float, float]:
    """The least and the greatest value that is allowed."""
    low, high = limits
    assert low is not None
    assert high is not None
    return kind(low), kind(high)


def with_value(data: Any, place: Place, value: float) -> Any:
    """The data of a scenario with another value at a place."""
    if not place:
        return value
    step, rest = place[0], place[1:]
    if isinstance(data, dict):
        return {**data, step: with_value(data[step], rest, value)}
    return [with_value(one, rest, value) if number == step else one for number, one in enumerate(data)]


def dotted(place: Place) -> str:
    """A place as one name."""
    return ".".join(map(str, place))


def _models(one: Any, seen: list[type[BaseModel]]) -> list[type[BaseModel]]:
    if isinstance(one, type) and issubclass(one, BaseModel):
        if one not in seen:
            seen.append(one)
            for field in one.model_fields.values():
                _models(field.annotation, seen)
    else:
        for part in get_args(one):
            _models(part, seen)
    return seen


def _numeric(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[Bounds]:
    """The limits of the numbers that a type is made of."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        yield from _numeric(inner, (*metadata, *more))
    elif origin in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from _numeric(part, metadata)
    elif origin is tuple:
        for part in get_args(annotation):
            if part is not Ellipsis:
                yield from _numeric(part, ())
    elif annotation in (int, float):
        yield _limits(annotation, metadata)


def _limits(kind: type, metadata: tuple[Any, ...]) -> Bounds:
    low: float | None = None
    high: float | None = None
    for one in metadata:
        for limit in one.metadata if isinstance(one, FieldInfo) else (one,):
            if isinstance(limit, annotated_types.Ge):
                low = float(limit.ge)  # type: ignore[arg-type]
            elif isinstance(limit, annotated_types.Gt):
                low = math.nextafter(float(limit.gt), math.inf) if kind is float else limit.gt + 1  # type: ignore
            elif isinstance(limit, annotated_types.Le):
                high = float(limit.le)  # type: ignore[arg-type]
            elif isinstance(limit, annotated_types.Lt):
                high = math.nextafter(float(limit.lt), -math.inf) if kind is float else limit.lt - 1  # type: ignore
    return low, high


def _places(part: BaseModel, above: Place) -> Iterator[tuple[Place, type, Bounds]]:
    for name, field in type(part).model_fields.items():
        value, place = getattr(part, name), (*above, name)
        if isinstance(value, BaseModel):
            yield from _places(value, place)
        elif isinstance(value, tuple):
            for number, one in enumerate(value):
                if isinstance(one, BaseModel):
                    yield from _places(one, (*place, number))
                elif isinstance(one, int | float) and number == 0:  # the others are like it
                    yield (*place, number), type(one), next(_numeric(field.annotation, tuple(field.metadata)))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            for limits in _numeric(field.annotation, tuple(field.metadata)):
                yield place, type(value), limits
