"""Two random choices are two draws: who is given a role says nothing of who is chosen, sampled or told."""

import itertools
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sim.engine.model import CommunityModel
from sim.events import Kind
from sim.network.generate import generate
from sim.scenario.model import Scenario

ROOT = Path(__file__).resolve().parent.parent

MEMBERS, SEEDS = 150, 12

CHOICES: dict[str, Any] = {
    "id": "choices",
    "population": {
        "members": MEMBERS,
        "segments": [
            {"id": "one", "old_customer_share": 0.4, "sessions_per_day": 0.0, "browse_per_day": 0.0},
            {"id": "two", "old_customer_share": 0.4, "sessions_per_day": 0.0, "browse_per_day": 0.0},
        ],
    },
    "roles": {
        "kols": [
            {"id": "koc", "count": 45, "choose": "random", "followers_share": 0.3},
        ],
        "distributors": {"share": 0.4, "second_level_share": 0.5},
    },
    "products": [
        {"id": "rice", "list_price_fen": 3000, "cost_fen": 1000},
        {"id": "gift", "list_price_fen": 3000, "cost_fen": 1000},
    ],
    "mechanics": [
        {"id": "samples", "type": "kol_seeding", "choose": "random", "count": 45, "products": ["rice"],
         "posts": 0},
        {"id": "more", "type": "kol_seeding", "choose": "random", "count": 45, "products": ["rice"],
         "posts": 0},
        {"id": "everyone", "type": "kol_seeding", "choose": "members", "members": list(range(MEMBERS)),
         "products": ["gift"], "posts": 0},
        {"id": "feed", "type": "friend_feed", "opt_out_share": 0.3, "products": ["gift"]},
        {"id": "feed-2", "type": "friend_feed", "opt_out_share": 0.3, "products": ["gift"]},
        {"id": "coupon", "type": "coupon", "off_share": 0.1, "audience_share": 0.3},
        {"id": "coupon-2", "type": "coupon", "off_share": 0.1, "audience_share": 0.3},
        {"id": "coupon-3", "type": "coupon", "off_share": 0.1, "total": 45},
        {"id": "push", "type": "push", "hours": [1.0], "audience_share": 0.3},
        {"id": "push-2", "type": "push", "hours": [2.0], "audience_share": 0.3},
        {"id": "push-3", "type": "push", "hours": [3.0], "budget_people": 45},
    ],
    "run": {"horizon_days": 1.0},
}  # fmt: skip
"""One of each choice of people that a shop can make at random."""


def chosen(seed: int) -> dict[str, set[int]]:
    """Who is chosen, by each choice."""
    scenario = Scenario.model_validate(CHOICES | {"run": {"horizon_days": 1.0, "seed": seed}})
    model = CommunityModel(scenario, generate(seed, MEMBERS, median_degree=8.0))
    people, sets = model.people, dict[str, set[int]]()
    shown: dict[int, set[int]] = {}
    model.announce = lambda member, product, cause, order: shown.setdefault(cause, set()).add(member)  # type: ignore
    told: list[set[int]] = []
    model.talk.deliver = lambda message, recipients, source: told.append(set(recipients))  # type: ignore
    table = model.run()
    everyone = set(range(MEMBERS))
    kocs = people.kols_by_tier["koc"]
    sets["segment"] = {member for member in everyone if people.segment[member] == 0}
    sets["old customers"] = {member for member in everyone if people.old_customer[member]}
    sets["koc"] = set(kocs)
    sets["distributors"] = set(people.distributors)
    sets["recruits"] = {member for member in everyone if people.upline[member] >= 0}
    sets["followers of one"] = set(people.audience[kocs[0]].tolist())
    sets["followers of another"] = set(people.audience[kocs[1]].tolist())
    rows = table.rows(Kind.SEED, Kind.COUPON_GRANTED)
    for number, offer in enumerate(scenario.offers):
        if offer.type == "coupon" or offer.id in ("samples", "more"):
            sets[offer.id] = set(rows["actor"][rows["offer"] == number].tolist())
    sets["push"], sets["push-2"], sets["push-3"] = told
    causes: dict[int, int] = {}  # of the two feeds, each with a cause for each member
    for cause, members in shown.items():
        causes[cause] = next(iter(members))
    count = [list(causes.values()).count(member) for member in range(MEMBERS)]
    sets["in one feed or none"] = {member for member in everyone if count[member] < 2}
    sets["in no feed"] = {member for member in everyone if count[member] == 0}
    return sets


INSIDE = {
    frozenset(("koc", "distributors")),  # a member has one role
    frozenset(("koc", "recruits")),
    frozenset(("distributors", "recruits")),  # these are some of those
    frozenset(("in one feed or none", "in no feed")),
    # an opinion leader does not follow itself
    frozenset(("koc", "followers of one")),
    frozenset(("koc", "followers of another")),
}
"""Pairs of choices that hang together by what they mean."""


def test_each_pair_of_choices_overlaps_as_chance_has_it() -> None:
    found = [chosen(seed) for seed in range(1, SEEDS + 1)]
    names = list(found[0])
    assert len(names) == 17
    pairs = [pair for pair in itertools.combinations(names, 2) if frozenset(pair) not in INSIDE]
    off: dict[str, float] = {}
    for one, other in pairs:
        overlap = expected = variance = 0.0
        for sets in found:
            a, b = len(sets[one]), len(sets[other])
            assert 0 < a < MEMBERS
            overlap += len(sets[one] & sets[other])
            expected += a * b / MEMBERS
            # of the hypergeometric distribution
            variance += a * b * (MEMBERS - a) * (MEMBERS - b) / (MEMBERS**2 * (MEMBERS - 1))
        off[f"{one} and {other}"] = (overlap - expected) / math.sqrt(variance)
    # of 130 independent pairs the largest is beyond 4.2 once in 300 tries; one draw for both gives 20
    assert {pair: z for pair, z in off.items() if abs(z) > 4.2} == {}


ONE_QUANTITY = (
    {"people.py:lasting_taste"},  # a member's taste, which choices, guesses and distributors ask for
    {"sessions.py:next_candidate"},  # a member's next session, whoever asks for it
    {"mechanics/push.py:_lot"},  # a member's place in the line for one series of pushes
)
"""Functions that give the same draw to whoever asks, because it is one and the same thing."""


def test_no_two_places_of_the_code_draw_at_one_address() -> None:
    """Every draw of some forty runs, with the place it was made at (in a process without numba)."""
    spy = ROOT / "tests" / "spy_on_draws.py"
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-W", "ignore", str(spy)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    found = json.loads(made.stdout)
    assert found["draws"] > 100_000
    assert found["streams"] > 35
    shared = [{place.split(" < ")[0].rpartition(":")[0] for place in places} for places in found["shared"]]
    assert [places for places in shared if places not in ONE_QUANTITY] == []
