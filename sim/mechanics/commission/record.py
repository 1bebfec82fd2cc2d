"""A commission's settings, and its distributors, in a compiled run."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.events import Route
from sim.kernel.memory import Memory
from sim.kernel.views import record_at
from sim.mechanics.commission.config import SALES, WAYS, CommissionConfig
from sim.people import People
from sim.units import DAY, share_ppm

POSTS, PLAN_DAY, ADAPT, RANK, SETTLES = 171, 172, 173, 174, 175
"""What its timers do."""

CLAIM = 3  # what a note on an order says: a distributor (who) earns so much (amount) at a level

BASE_PAID, PAID_WITH_POSTAGE, LIST_PRICE = 0, 1, 2
_BASES = ("paid", "paid_with_postage", "list_price")
EVERYONE, APPLY, SPENT, DESIGNATED = 0, 1, 2, 3
_RECRUITS = ("everyone", "apply", "spent", "designated")
PURCHASE, FIRST_CLICK, LAST_CLICK = 0, 1, 2
_BINDS_BY = ("purchase", "first_click", "last_click")
ANYBODY, NEVER_PAID, NEVER_ORDERED = 0, 1, 2
_BINDS_WHOM = ("everyone", "never_paid", "never_ordered")
LEVELS = 3
_PRIZES, _TYPES = 100, 16
POSTS_MAX = 64
"""Of one distributor on a day: effort is at most 6, and no Poisson draw of that mean comes near it."""

COMMISSION = np.dtype(
    [
        *(
            (name, "i8")
            for name in [
                "levels",
                "base",
                "self_purchase",
                "recruit",
                "spent_fen",
                "joining_fee_fen",
                "binds_by",
                "binds_whom",
                "invite_bonus_fen",
                "invite_bonus_daily_cap",
                "freeze_s",
                "clawback",
                "debts_paid",
                "withdraw_min_fen",
                "withdraw_fee_ppm",
                "rates_n",
                "fixed_n",
                "has_level_up",
                "up_invites",
                "up_own_fen",
                "up_downline_fen",
                "up_bonus_ppm",
                "ranking_s",
                "prizes",
                "distributors",
            ]
        ),
        ("apply_prob", "f8"),
        ("holds_s", "f8"),
        ("earns_on", "i8", (len(Route),)),
        ("earning_type", "i8", (_TYPES,)),
        ("rate_ppm", "i8", (LEVELS,)),
        ("fixed_fen", "i8", (LEVELS,)),
        ("prize_fen", "i8", (_PRIZES,)),
    ],
    align=True,
)
"""ranking_s: time between rankings, 0 for none; distributors: address of `DISTRIBUTOR`[members]; holds_s: how
long a binding or a click does; earns_on: whether orders do, by `Route`; earning_type: whether orders at an
offer's own price do, by the number of its type."""

DISTRIBUTOR = np.dtype(
    [
        ("effort_per_day", "f8"),
        *(
            (name, "i8")
            for name in [
                "earned_week_fen",
                "balance_fen",
                "own_sales_fen",
                "downline_sales_fen",
                "ranked_fen",
                "spent_fen",
                "since_s",
            ]
        ),
        ("owed_fen", "i8", (LEVELS,)),
        *((name, "i4") for name in ["upline", "bound", "clicked", "invites", "invited_day", "invited"]),
        ("enrolled", "i1"),
        ("dormant", "i1"),
    ],
    align=True,
)
"""A member as the scheme sees one: upline, bound (whose customer), clicked (whose link last): -1 for none;
since_s: when the member was bound, or clicked; owed_fen: by level."""
commission_at, distributor_at = record_at(COMMISSION), record_at(DISTRIBUTOR)


def pack(
    memory: Memory,
    config: CommissionConfig,
    k: int,
    product_ids: list[str],
    types: tuple[str, ...],
    people: People,
) -> int:
    """Write the settings into a record, a product's own rates into the coverage; the record's address.

    types: of mechanics, in the order of their numbers.
    """
    own: Any = np.zeros(1, dtype=COMMISSION)
    own["levels"], own["base"] = config.levels, _BASES.index(config.base)
    own["self_purchase"], own["recruit"] = config.self_purchase, _RECRUITS.index(config.recruit)
    own["apply_prob"], own["spent_fen"] = config.apply_prob, config.spent_fen
    own["joining_fee_fen"], own["binds_by"] = config.joining_fee_fen, _BINDS_BY.index(config.binds_by)
    own["binds_whom"], own["holds_s"] = _BINDS_WHOM.index(config.binds_whom), config.binding_holds_days * DAY
    own["earns_on"][0, [int(route) for route, way in WAYS.items() if way in config.earns_on]] = True
    own["earning_type"][0, [types.index(one) for one, way in SALES.items() if way in config.earns_on]] = True
    own["invite_bonus_fen"] = config.invite_bonus_fen
    own["invite_bonus_daily_cap"] = config.invite_bonus_daily_cap
    own["freeze_s"], own["clawback"] = max(1, int(config.freeze_days * DAY)), config.clawback
    own["debts_paid"] = config.debts_paid
    own["withdraw_min_fen"] = config.withdraw_min_fen
    own["withdraw_fee_ppm"] = share_ppm(config.withdraw_fee_share)
    own["rates_n"], own["fixed_n"] = len(config.rates), len(config.fixed_fen)
    own["rate_ppm"][0, : len(config.rates)] = [share_ppm(rate) for rate in config.rates]
    own["fixed_fen"][0, : len(config.fixed_fen)] = config.fixed_fen
    if config.level_up is not None:
        up = config.level_up
        own["has_level_up"], own["up_invites"], own["up_own_fen"] = True, up.invites, up.own_sales_fen
        own["up_downline_fen"], own["up_bonus_ppm"] = up.downline_sales_fen, share_ppm(up.bonus_rate)
    if config.ranking is not None:
        own["ranking_s"] = 7 * DAY if config.ranking.every == "weekly" else 30 * DAY
        own["prizes"] = len(config.ranking.prizes_fen)
        own["prize_fen"][0, : len(config.ranking.prizes_fen)] = config.ranking.prizes_fen
    coverage = memory.array("coverage")
    for one in config.product_rates:
        cover = coverage[k * len(product_ids) + product_ids.index(one.id) :][:1]
        cover["rates"] = len(one.rates)
        for level, rate in enumerate(one.rates):
            cover[f"rate_{level}_ppm"] = share_ppm(rate)
    distributors = np.zeros(people.members, dtype=DISTRIBUTOR)
    distributors["bound"] = distributors["clicked"] = distributors["upline"] = -1
    starting = list(people.distributors)
    distributors["upline"][starting] = people.upline[starting]
    own["distributors"] = memory.keep(distributors)
    return memory.keep(own)


def entries(people: People, window_s: tuple[int, int]) -> int:
    """How many entries `start` makes, at most."""
    weeks = (window_s[1] - window_s[0]) // (7 * DAY) + 2
    return 2 * weeks + len(people.distributors) * POSTS_MAX
