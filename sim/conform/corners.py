"""Cases made by hand for what chance hardly ever brings about."""

from __future__ import annotations

from sim.conform.cases import CATEGORIES, LIST_FEN, PRODUCTS, Case, community_of
from sim.conform.choice import Settings
from sim.scenario.model import Scenario


def corner_cases(seed: int) -> list[Case]:
    """Cases that chance hardly ever makes.

    Groups whose offer ends while people pay; groups that lose the new customers they need; distributors who
    earn nothing for a week; people who
    look when they are called and buy whatever their draws say, so that forced draws lead to orders too.
    """
    ends = {"type": "group_buy", "days": 0.8, "group_size": 3}
    loses = {
        "type": "group_buy",
        "mode": "ladder",
        "ladder": [{"people": 3, "price_fen": 2400}, {"people": 9, "price_fen": 2000}],
        "min_new_customers": 2,
        "refund_before_success": True,
        "quit_prob": 0.6,
    }
    return [
        _case("payments after the end", seed, _on_each(ends), payment_delay_minutes=200.0),
        _case("new customers leave", seed, _on_each(loses), payment_delay_minutes=3.0),
        _case("eager and called", seed, _EAGER, payment_delay_minutes=3.0, members=60, base=60.0),
        _case(
            "a week without earnings",
            seed,
            [{"type": "commission", "rates": [0.1]}],
            payment_delay_minutes=3.0,
            base=-50.0,
            horizon_days=8.0,
        ),
    ]


_EAGER: list[Settings] = [
    {"type": "group_buy", "prices": [{"id": "rice", "price_fen": 2400}], "refund_before_success": True,
     "leader_commission_share": 0.1, "preheat_hours": 9.0, "from_day": 0.5},
    {"type": "flash_sale", "prices": [{"id": "cream", "price_fen": 1000, "quota": 30}], "bots": 3,
     "start_hours": [10.0], "duration_hours": 3.0},
    {"type": "community_group_buy", "prices": [{"id": "phone", "price_fen": 2500}],
     "minimum_order_fen": 3000},
    {"type": "commission", "rates": [0.1, 0.05], "recruit": "apply", "apply_prob": 0.5, "binding": "all",
     "joining_fee_fen": 100, "invite_bonus_fen": 50},
    {"type": "referral", "rewards": "both", "receiver_fen": 100, "lottery_prob": 0.5, "when": "paid"},
    {"type": "coupon", "off_fen": 300, "threshold_fen": 1000, "borne_by": "platform"},
    {"type": "kol_seeding", "choose": "by_degree", "count": 3, "fee_fen": 900, "commission_share": 0.1},
    {"type": "review_cash_back", "delay_days": 0.0},
    {"type": "friend_feed"},
    {"type": "push", "mention": True, "hours": [3.0, 11.0, 15.0, 21.0], "cost_fen_per_person": 2},
    {"type": "push", "mention": True, "mention_prob": 1.0, "hours": [4.0, 12.0, 16.0, 22.0]},
]  # fmt: skip


def _on_each(mechanic: Settings) -> list[Settings]:
    return [mechanic | {"prices": [{"id": id_, "price_fen": 2400}]} for id_ in PRODUCTS]


def _case(
    name: str,
    seed: int,
    mechanics: list[Settings],
    *,
    payment_delay_minutes: float,
    members: int = 150,
    base: float = -0.5,
    horizon_days: float = 3.0,
) -> Case:
    scenario = Scenario.model_validate(
        {
            "id": "corner",
            "population": {
                "members": members,
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
            "mechanics": [{"id": f"m{number}"} | one for number, one in enumerate(mechanics)],
            "roles": {"distributors": {"share": 0.1, "effort_step": 0.95}},
            "behaviour": {
                "deciding": {"base": dict.fromkeys(CATEGORIES, base), "effort": {"buy_alone": 5.0}},
                "sharing": {"intercept": -2.0},
            },
            "run": {"horizon_days": horizon_days, "seed": seed},
        }
    )
    return Case(name, scenario, community_of(scenario))
