"""Cases made by hand for what chance hardly ever brings about."""

from __future__ import annotations

from sim.conform.cases import CATEGORIES, LIST_FEN, PRODUCTS, Case, community_of
from sim.conform.choice import Settings
from sim.scenario.model import Scenario


def corner_cases(seed: int) -> list[Case]:
    """Groups whose offer ends while people pay; groups that lose the new customers they need."""
    return [
        _case("payments after the end", seed, {"days": 0.8, "group_size": 3}, payment_delay_minutes=200.0),
        _case("new customers leave", seed, _RESTLESS, payment_delay_minutes=3.0),
    ]


_RESTLESS = {
    "mode": "ladder",
    "ladder": [{"people": 3, "price_fen": 2400}, {"people": 9, "price_fen": 2000}],
    "min_new_customers": 2,
    "refund_before_success": True,
    "quit_prob": 0.6,
}


def _case(name: str, seed: int, group_buy: Settings, *, payment_delay_minutes: float) -> Case:
    mechanics = [
        {"id": f"m{number}", "type": "group_buy", "prices": [{"id": id_, "price_fen": 2400}]} | group_buy
        for number, id_ in enumerate(PRODUCTS)
    ]
    scenario = Scenario.model_validate(
        {
            "id": "corner",
            "population": {
                "members": 150,
                "segments": [
                    {"id": "all", "browse_per_day": 4.0, "sessions_per_day": 12.0, "old_customer_share": 0.5}
                ],
            },
            "network": {"median_degree": 6.0},
            "communities": {"chats": [{"id": "chat", "size_mean": 15.0}]},
            "products": [{"id": id_, "list_price_fen": LIST_FEN, "cost_fen": 1200} for id_ in PRODUCTS],
            "orders": {
                "unpaid_timeout_minutes": 600.0,
                "payment_delay_minutes": payment_delay_minutes,
                "payment_prob": 1.0,
            },
            "mechanics": mechanics,
            "behaviour": {
                "deciding": {"base": dict.fromkeys(CATEGORIES, -0.5), "effort": {"buy_alone": 5.0}},
                "sharing": {"intercept": -2.0},
            },
            "run": {"horizon_days": 3.0, "seed": seed},
        }
    )
    return Case(name, scenario, community_of(scenario))
