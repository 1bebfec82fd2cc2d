"""When members look at their phones, or at the shop: addressed Poisson visits at the hours' rates.

The count of an hour (or of a longer block) is a quantile of one draw, so that a higher rate only adds
visits, and each visit has its own draw for its place.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.scenario.model import Scenario
from sim.streams import (
    BROWSE_ITEM,
    POISSON_MEAN_MAX,
    branch,
    four_uniforms,
    mix,
    mix4,
    poisson_quantile,
    uniform,
)

SESSION_BLOCK_HOURS, BROWSE_BLOCK_HOURS = 1, 24
"""Hours looked at together for sessions and for own browsing; part of the model, as draws hang on them."""

_BROWSE = 8301  # names the causes made here

NEVER = 2**62
"""A time that never comes."""


@compiled
def next_candidate(
    seed: int,
    count_stream: int,
    time_stream: int,
    member: int,
    per_hour: float,
    summed_rate: NDArray[np.float64],
    block_hours: int,
    from_s: int,
) -> tuple[int, int]:
    """The first of a member's visits at or after a time.

    Hours are looked at in blocks: a block's count is a Poisson quantile of one draw, and each visit has
    a draw that places it in the block as the hours' rates say.

    Args:
        seed: of the run.
        count_stream: of the draws of counts.
        time_stream: of the draws of places.
        member: who.
        per_hour: the member's mean rate.
        summed_rate: factors of the campaign's hours, summed up from 0: float64[hours + 1].
        block_hours: 1 for the many, more for what is rare.
        from_s: second.

    Returns:
        its second (`NEVER` past the last hour) and its number within the block.
    """
    hours = len(summed_rate) - 1
    block = from_s // (3600 * block_hours)
    drawn = -1
    u0 = u1 = u2 = u3 = 0.0
    while block * block_hours < hours:
        first = block * block_hours
        last = min(first + block_hours, hours)
        rate = summed_rate[last] - summed_rate[first]
        if block >> 2 != drawn:
            drawn = block >> 2
            u0, u1, u2, u3 = four_uniforms(seed, count_stream, member, drawn)
        lane = block & 3
        u = u0 if lane == 0 else (u1 if lane == 1 else (u2 if lane == 2 else u3))
        visits = poisson_quantile(u, min(POISSON_MEAN_MAX, per_hour * rate))
        best_s, best_k = NEVER, -1
        for k in range(visits):
            place = summed_rate[first] + rate * uniform(seed, time_stream, member, block, k)
            hour = first
            while hour < last - 1 and summed_rate[hour + 1] <= place:
                hour += 1
            while summed_rate[hour + 1] == summed_rate[hour]:
                hour -= 1  # a place that rounding put at the block's very end is in its last hour with a rate
            part = (place - summed_rate[hour]) / (summed_rate[hour + 1] - summed_rate[hour])
            when_s = hour * 3600 + max(0, min(3599, int(part * 3600.0)))
            if from_s <= when_s < best_s:
                best_s, best_k = when_s, k
        if best_k >= 0:
            return best_s, best_k
        block += 1
    return NEVER, -1


@compiled
def session_cause(when_s: int, k: int) -> int:
    """Name of a member's session: the k-th of its hour."""
    return mix(when_s // (SESSION_BLOCK_HOURS * 3600), k)


@compiled
def browse_cause(member: int, when_s: int, k: int) -> int:
    """Name of a member's look at the shop: the k-th of its day."""
    return mix4(_BROWSE, member, when_s // (BROWSE_BLOCK_HOURS * 3600), k)


@compiled
def browsed_item(
    seed: int, member: int, cause: int, address: NDArray[np.int64], popularity: NDArray[np.float64]
) -> int:
    """Which item is looked at, with chances in proportion to popularity; -1 when none is popular.

    A race of exponentials, each with its own draw, so that a new item takes lookers from the others and
    moves nobody else. address, popularity: of each product.
    """
    base = uniform(seed, BROWSE_ITEM, member, 0, cause)
    best, best_time = -1, 1e300
    for product in range(len(address)):
        if popularity[product] > 0.0:
            time = -math.log(branch(seed, base, address[product])) / popularity[product]
            if time < best_time:
                best, best_time = product, time
    return best


def summed_rate(scenario: Scenario) -> NDArray[np.float64]:
    """Session factors of the hours from the start to the last decision, summed: float64[hours + 1]."""
    start = datetime.fromisoformat(scenario.run.start)
    hours = -(-scenario.run.decisions_s // 3600)
    profile = scenario.population.hour_profile
    mean = sum(profile) / 24.0
    rates = np.empty(hours)
    for hour in range(hours):
        moment = start + timedelta(hours=hour)
        rate = profile[moment.hour] / mean if mean > 0 else 0.0
        if moment.weekday() >= 5:
            rate *= scenario.population.weekend_factor
        for entry in scenario.calendar:
            if entry.from_day * 24 <= hour < (entry.from_day + entry.days) * 24:
                rate *= entry.session_factor
        rates[hour] = rate
    return np.concatenate((np.zeros(1), np.cumsum(rates)))
