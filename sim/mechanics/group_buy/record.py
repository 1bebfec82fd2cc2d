"""A group-buy's settings and counts in a compiled run."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.memory import Memory
from sim.kernel.views import record_at
from sim.mechanics.group_buy.config import GroupBuyConfig
from sim.mechanics.rewards import AFTER_RETURN
from sim.units import HOUR, MINUTE, share_ppm

EXPIRE, QUITS = 101, 102
"""What its timers do."""

NEVER_PAID, NO_ORDER = 0, 1
_NEW_RULES = ("never_paid", "no_order", "registered_after_leader_paid")
REFUND, JOIN_ANOTHER, OPEN_NEW = 0, 1, 2
_OVERFLOWS = ("refund", "join_another", "open_new")
OFF, AT_EXPIRY, ANY = 0, 1, 2
_FILLS = ("off", "at_expiry", "any")
_STEPS = 20  # of a ladder, at most

GROUP_BUY = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "window_s",
                "limit_per_member",
                "limit_per_order",
                "leader_discount_fen",
                "seats_needed",
                "most_seats",
                "pull_new",
                "open_list",
                "new_rule",
                "min_new",
                "remind_s",
                "overflow",
                "dissolves",
                "restarts",
                "joinable",
                "refund_before_success",
                "leader_commission_ppm",
                "after_return",
                "virtual_fill",
                "steps",
                "succeeded",
                "failed",
            ]
        ),
        *((name, "f8") for name in ["preheat_s", "quit_prob", "virtual_fill_share"]),
        ("people", "i8", (_STEPS,)),
        ("step_price_fen", "i8", (_STEPS,)),
    ],
    align=True,
)
group_buy_at = record_at(GROUP_BUY)


def pack(memory: Memory, config: GroupBuyConfig, start_s: int) -> int:
    """Write the settings into a record; its address. Prices and quotas stand in the coverage."""
    own: Any = np.zeros(1, dtype=GROUP_BUY)
    own["window_s"] = max(1, int(config.window_hours * HOUR))
    own["limit_per_member"], own["limit_per_order"] = config.limit_per_member, config.limit_per_order
    own["leader_discount_fen"] = config.leader_discount_fen
    own["seats_needed"] = config.seats_needed
    own["most_seats"] = config.ladder[-1].people if config.ladder else config.group_size
    own["pull_new"], own["open_list"] = config.mode == "pull_new", config.open_list
    own["new_rule"], own["min_new"] = _NEW_RULES.index(config.new_customer_rule), config.min_new_customers
    own["remind_s"] = start_s - int(config.remind_minutes * MINUTE)
    own["preheat_s"] = config.preheat_hours * HOUR
    own["overflow"], own["dissolves"] = _OVERFLOWS.index(config.overflow), config.leader_quits == "dissolve"
    own["restarts"], own["joinable"] = config.restart_deadline, config.joinable_after_success
    own["refund_before_success"], own["quit_prob"] = config.refund_before_success, config.quit_prob
    own["leader_commission_ppm"] = share_ppm(config.leader_commission_share)
    own["after_return"] = AFTER_RETURN.index(config.reward_after_return)
    own["virtual_fill"] = _FILLS.index(config.virtual_fill)
    own["virtual_fill_share"] = config.virtual_fill_share
    own["steps"] = len(config.ladder)
    for k, step in enumerate(config.ladder):
        own["people"][0, k], own["step_price_fen"][0, k] = step.people, step.price_fen
    return memory.keep(own)
