"""Small whole scenarios, drawn at random: every mechanic, every choice, scarce everything."""

import inspect
from typing import Any, get_args

from hypothesis import strategies as st
from pydantic import BaseModel

from sim.engine.model import CommunityModel
from sim.events import EventTable
from sim.mechanics.registry import MECHANICS
from sim.network.chats import lay_chats
from sim.network.generate import generate
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
from sim.settings.behaviour import Response
from sim.units import DAY

PRODUCTS = ("rice", "cream", "phone")
SEGMENTS = ("new", "loyal")
LIST_FEN = 3000


def _config(type_: str) -> type[BaseModel]:
    """The configuration class of a type of mechanic: the annotation its class carries."""
    hints = inspect.get_annotations(MECHANICS[type_], eval_str=True)
    config: type[BaseModel] = hints["config"]
    return config


def _prices(count: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Prices of the first products, with quotas or without."""
    quota = st.sampled_from([None, 3, 30])
    return st.lists(quota, min_size=count, max_size=count).map(
        lambda quotas: [
            {"id": id_, "price_fen": 2400, "quota": one} for id_, one in zip(PRODUCTS, quotas, strict=False)
        ]
    )


def choices(model: type[BaseModel], field: str) -> tuple[Any, ...]:
    """The values that a field of enumeration type allows."""
    return get_args(model.model_fields[field].annotation)


def any_of(model: type[BaseModel], *fields: str) -> dict[str, st.SearchStrategy[Any]]:
    """For each field of enumeration type, any of its values."""
    return {field: st.sampled_from(choices(model, field)) for field in fields}


@st.composite
def group_buys(draw: st.DrawFn) -> dict[str, Any]:
    """A group-buy on one or two products."""
    model = _config("group_buy")
    made = draw(
        st.fixed_dictionaries(
            {
                **any_of(model, "mode", "virtual_fill", "new_customer_rule", "overflow", "leader_quits"),
                "group_size": st.integers(2, 4),
                "window_hours": st.sampled_from([0.5, 6.0, 24.0, 400.0]),
                "leader_discount_fen": st.sampled_from([0, 300]),
                "leader_commission_share": st.sampled_from([0.0, 0.05]),
                "open_list": st.booleans(),
                "refund_before_success": st.booleans(),
                "quit_prob": st.sampled_from([0.0, 0.3]),
                "restart_deadline": st.booleans(),
                "joinable_after_success": st.booleans(),
                "preheat_hours": st.sampled_from([0.0, 12.0]),
                "remind_minutes": st.sampled_from([0.0, 10.0]),
                "limit_per_member": st.integers(1, 3),
                "limit_per_order": st.integers(1, 2),
                "prices": _prices(1 if draw(st.booleans()) else 2),
            }
        )
    )
    if made["mode"] == "ladder":
        made["prices"] = made["prices"][:1]
        people = draw(st.lists(st.integers(2, 6), min_size=1, max_size=3, unique=True).map(sorted))
        made["ladder"] = [
            {"people": count, "price_fen": 2400 - 300 * step} for step, count in enumerate(people)
        ]
    seats = made["ladder"][0]["people"] if made["mode"] == "ladder" else made["group_size"]
    made["min_new_customers"] = draw(st.integers(0, seats - 1))
    return made


def flash_sales() -> st.SearchStrategy[dict[str, Any]]:
    """A flash sale, perhaps with sessions that touch."""
    return st.fixed_dictionaries(
        {
            "start_hours": st.sampled_from([[20.0], [10.0, 12.0, 14.0], [0.0, 22.0]]),
            "duration_hours": st.sampled_from([0.5, 2.0, 24.0]),
            "limit_total": st.integers(2, 3),
            "limit_per_order": st.integers(1, 2),
            "progress_bar": st.booleans(),
            "reminders": st.booleans(),
            "throughput_per_second": st.sampled_from([0.05, 200.0]),
            "bots": st.sampled_from([0, 2]),
            "prices": _prices(2),
        }
    )


@st.composite
def commissions(draw: st.DrawFn) -> dict[str, Any]:
    """A commission of one or two levels."""
    model = _config("commission")
    made = draw(
        st.fixed_dictionaries(
            {
                **any_of(model, "base", "recruit", "binding"),
                "rates": st.sampled_from([[0.1], [0.2, 0.05]]),
                "fixed_fen": st.sampled_from([[], [150, 50]]),
                "product_rates": st.sampled_from([[], [{"id": "rice", "rates": [0.3, 0.1]}]]),
                "self_purchase": st.booleans(),
                "apply_prob": st.just(0.5),
                "clawback": st.booleans(),
                "freeze_days": st.sampled_from([0.0, 7.0]),
                "level_up": st.sampled_from([None, {"own_sales_fen": 2000}, {"invites": 1}]),
                "invite_bonus_fen": st.sampled_from([0, 100]),
                "withdraw_min_fen": st.sampled_from([0, 500]),
                "withdraw_fee_share": st.sampled_from([0.0, 0.1]),
                "ranking": st.sampled_from([None, {"every": "weekly", "prizes_fen": [500, 100]},
                                            {"every": "monthly", "prizes_fen": [900]}]),
            }
        )
    )  # fmt: skip
    made["spent_fen"] = 2000 if made["recruit"] == "spent" else 0
    return made


def coupons() -> st.SearchStrategy[dict[str, Any]]:
    """A coupon of either kind."""
    off = st.sampled_from([{"off_fen": 400, "threshold_fen": 1000}, {"off_share": 0.2}])
    rest = st.fixed_dictionaries(
        {
            **any_of(_config("coupon"), "channel", "borne_by"),
            "total": st.sampled_from([None, 10]),
            "per_member": st.integers(1, 2),
            "valid_hours": st.sampled_from([6.0, 400.0]),
            "audience_share": st.sampled_from([0.5, 1.0]),
        }
    )
    return st.builds(lambda a, b: a | b, off, rest)


def referrals() -> st.SearchStrategy[dict[str, Any]]:
    """A referral reward."""
    return st.fixed_dictionaries(
        {
            **any_of(_config("referral"), "rewards", "when"),
            "sender_fen": st.just(300),
            "receiver_fen": st.just(200),
            "new_customers_only": st.booleans(),
            "lottery_prob": st.sampled_from([0.3, 1.0]),
            "daily_cap": st.sampled_from([None, 1]),
        }
    )


@st.composite
def community_group_buys(draw: st.DrawFn) -> dict[str, Any]:
    """A daily cycle of pick-up orders."""
    return draw(
        st.fixed_dictionaries(
            {
                "prices": _prices(2),
                "open_hour": st.sampled_from([8.0, 14.0]),
                "cut_off_hour": st.sampled_from([20.0, 24.0]),
                "minimum_order_fen": st.sampled_from([0, 5000]),
                "limit_per_order": st.integers(1, 2),
                "limit_per_member_day": st.integers(1, 3),
                "leader_posts_per_day": st.integers(0, 2),
            }
        )
    )


@st.composite
def seedings(draw: st.DrawFn) -> dict[str, Any]:
    """Seeds chosen by any rule."""
    model = _config("kol_seeding")
    made = draw(
        st.fixed_dictionaries(
            {
                **any_of(model, "choose", "format"),
                "fee_fen": st.sampled_from([0, 1000]),
                "sample": st.booleans(),
                "shares_as_buyer": st.booleans(),
                "commission_share": st.sampled_from([0.0, 0.1]),
                "posts": st.integers(0, 3),
                "every_days": st.just(1.0),
                "disclosed": st.booleans(),
            }
        )
    )
    made["count"] = None if made["choose"] == "members" else 3
    made["members"] = [0, 1, 17] if made["choose"] == "members" else []
    return made


@st.composite
def pushes(draw: st.DrawFn) -> dict[str, Any]:
    """Pushes to any audience."""
    made = draw(
        st.fixed_dictionaries(
            {
                **any_of(_config("push"), "audience"),
                "hours": st.sampled_from([[10.0], [8.0, 20.0]]),
                "every_days": st.sampled_from([1, 2]),
                "times": st.sampled_from([None, 2]),
                "audience_share": st.sampled_from([0.5, 1.0]),
                "budget_people": st.sampled_from([None, 60]),
                "cost_fen_per_person": st.sampled_from([0, 3]),
                "mention": st.booleans(),
                "value_content": st.booleans(),
            }
        )
    )
    made["segments"] = ["new"] if made["audience"] == "segment" else []
    return made


def cash_backs() -> st.SearchStrategy[dict[str, Any]]:
    """Cash for reviews."""
    return st.fixed_dictionaries(
        {
            "delay_days": st.sampled_from([0.0, 2.0]),
            "lowest_rating": st.sampled_from([1, 4]),
            "total": st.sampled_from([None, 3]),
        }
    )


BY_TYPE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "group_buy": group_buys(),
    "flash_sale": flash_sales(),
    "community_group_buy": community_group_buys(),
    "commission": commissions(),
    "referral": referrals(),
    "coupon": coupons(),
    "kol_seeding": seedings(),
    "push": pushes(),
    "review_cash_back": cash_backs(),
}
"""Type of mechanic -> its settings."""


@st.composite
def mechanics(draw: st.DrawFn, *always: str) -> list[dict[str, Any]]:
    """One to five mechanics, those of the types `always` among them."""
    types = [*always, *draw(st.lists(st.sampled_from(sorted(BY_TYPE)), min_size=1, max_size=5 - len(always)))]
    made = []
    for number, type_ in enumerate(types):
        window = {
            "from_day": draw(st.sampled_from([0.0, 0.5, 1.0])),
            "days": draw(st.sampled_from([None, 2.0, 30.0])),
        }
        made.append({"id": f"m{number}", "type": type_} | window | draw(BY_TYPE[type_]))
    for one in made:
        if one["type"] in ("push", "kol_seeding") and draw(st.booleans()):
            one["about"] = draw(st.sampled_from([other["id"] for other in made]))
    return made


def within_stock(mechanic: dict[str, Any], catalogue: list[dict[str, Any]]) -> dict[str, Any]:
    """A mechanic that sets no more aside than there is."""
    if "prices" not in mechanic:
        return mechanic
    stock = {one["id"]: one["stock"] for one in catalogue}
    prices = []
    for one in mechanic["prices"]:
        bounds = [bound for bound in (one["quota"], stock.get(one["id"])) if bound is not None]
        prices.append(one if one["quota"] is None else one | {"quota": min(bounds)})
    return mechanic | {"prices": prices}


@st.composite
def scenarios(draw: st.DrawFn, *always: str) -> Scenario:
    """A valid scenario of 20-80 members and at most six days in which a lot is sold."""
    product = st.fixed_dictionaries(
        {
            "category": st.sampled_from(["staple", "interest", "limited", "content"]),
            "list_price_fen": st.just(LIST_FEN),
            "cost_fen": st.sampled_from([0, 1200]),
            "postage_fen": st.sampled_from([0, 500]),
            "stock": st.sampled_from([None, 0, 5, 40]),
            "high_effort": st.booleans(),
            "repurchase_days": st.sampled_from([None, 0.5]),
            "delivery_days": st.sampled_from([0.0, 1.0]),
            "return_prob": st.sampled_from([0.03, 0.5]),
            "resellable": st.booleans(),
        }
    )
    segment = st.fixed_dictionaries(
        {
            "old_customer_share": st.sampled_from([0.0, 0.5]),
            "sessions_per_day": st.just(12.0),
            "browse_per_day": st.sampled_from([0.3, 2.0]),
            "attention_items": st.sampled_from([2, 6]),
            "tolerance_items": st.sampled_from([4.0, 40.0]),
            "wallet_per_30_days_fen": st.sampled_from([None, 7000]),
        }
    )
    orders = st.fixed_dictionaries(
        {
            "stock_deducted_on": st.sampled_from(["order", "payment"]),
            "oversell_guard": st.sampled_from([True, True, False]),
            "unpaid_timeout_minutes": st.sampled_from([30.0, 600.0]),
            "payment_prob": st.sampled_from([0.7, 1.0]),
            "payment_delay_minutes": st.sampled_from([0.0, 10.0]),
            "auto_receive_days": st.sampled_from([0.0, 3.0]),
            "refund_window_days": st.sampled_from([0.0, 7.0]),
            "exclusive": st.just(False),
            "stacking": st.sampled_from([[], ["group", "leader_discount"], ["coupon", "group", "flash"]]),
        }
    )
    base = draw(st.sampled_from([-2.0, -0.5, 1.0]))
    argument = draw(st.sampled_from(get_args(Response.model_fields["argument"].annotation)))
    catalogue = [{"id": id_} | draw(product) for id_ in PRODUCTS[: draw(st.integers(2, 3))]]
    return Scenario.model_validate(
        {
            "id": "generated",
            "population": {
                "members": draw(st.integers(20, 80)),
                "segments": [{"id": id_} | draw(segment) for id_ in SEGMENTS],
            },
            "network": {"median_degree": 6.0},
            "communities": {"chats": [{"id": "chat", "size_mean": 15.0, "memberships_per_member": 1.0}]},
            "roles": {
                "kols": [{"id": "tier", "count": 2, "followers_share": 0.2, "public_pool": 5,
                          "public_pool_growth": 0.5}],
                "distributors": {"share": draw(st.sampled_from([0.0, 0.15])), "posts_per_day": 2.0},
            },
            "products": catalogue,
            "orders": draw(orders),
            "mechanics": [within_stock(one, catalogue) for one in draw(mechanics(*always))],
            "behaviour": {
                "deciding": {
                    "base": dict.fromkeys(("staple", "interest", "limited", "content"), base),
                    "response": {"argument": argument},
                },
                "sharing": {
                    "intercept": draw(st.sampled_from([-2.0, 0.0])),
                    "private_limit": draw(st.sampled_from([None, 3])),
                },
                "after_sales": {"review_prob": 0.5},
            },
            "run": {
                "start": draw(st.sampled_from(["2026-11-02T00:00", "2026-11-06T18:00"])),
                "horizon_days": draw(st.sampled_from([1.5, 3.0, 6.0])),
                "seed": draw(st.integers(0, 2**32 - 1)),
            },
        }
    )  # fmt: skip


def community_of(scenario: Scenario) -> SocialGraph:
    """The generated graph of a scenario, chats laid over it."""
    seed = scenario.run.seed
    graph = generate(seed, scenario.population.members, median_degree=scenario.network.median_degree)
    return lay_chats(graph, scenario.communities.chats, seed)


def build_small(scenario: Scenario, **options: Any) -> CommunityModel:
    """The model of a scenario, ready to run."""
    return CommunityModel(scenario, community_of(scenario), **options)


def run_small(scenario: Scenario, seed: int | None = None) -> EventTable:
    """Run a scenario through its run-off; `seed`: in place of its own, for luck and graph."""
    if seed is not None:
        scenario = scenario.model_copy(update={"run": scenario.run.model_copy(update={"seed": seed})})
    return build_small(scenario).run()


def horizon_s(scenario: Scenario) -> int:
    """The end of decisions, in seconds."""
    return int(scenario.run.horizon_days * DAY)
