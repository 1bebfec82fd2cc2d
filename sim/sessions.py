"""When members look at their phones: addressed Poisson candidates, thinned by the hour.

Candidates come at the constant rate `SESSION_CEILING` x the member's mean rate; the k-th candidate of
an hour has its own draws for time and mark, so that every variant has the same candidates (Lewis and
Shedler 1979 thinning). Rates of an hour above the ceiling are cut to it.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled
from sim.scenario.model import Scenario
from sim.streams import BROWSE_ITEM, POISSON_MEAN_MAX, gumbel, poisson_quantile, uniform

SESSION_CEILING = 4.0
"""Highest rate of an hour relative to the mean. assumption: no hour has four times the mean."""

NEVER = 2**62
"""A time that never comes."""


@compiled
def next_candidate(
    seed: int,
    count_stream: int,
    time_stream: int,
    mark_stream: int,
    member: int,
    per_hour: float,
    rate_by_hour: NDArray[np.float64],
    from_s: int,
) -> tuple[int, int, float]:
    """The next session of a member at or after a time, by the hour profile alone.

    per_hour: the member's mean rate; rate_by_hour: factor of every hour of the campaign.

    Returns:
        its second (`NEVER` past the last hour), its number within the hour, and a uniform draw that
        is left for further thinning (by fatigue).
    """
    hour = from_s // 3600
    while hour < len(rate_by_hour):
        candidates = poisson_quantile(
            uniform(seed, count_stream, member, hour, 0), min(POISSON_MEAN_MAX, per_hour * SESSION_CEILING)
        )
        best_s, best_k, best_left = NEVER, -1, 0.0
        accepted = min(1.0, rate_by_hour[hour] / SESSION_CEILING)
        for k in range(candidates):
            when_s = hour * 3600 + int(uniform(seed, time_stream, member, hour, k) * 3600.0)
            if when_s < from_s or when_s >= best_s:
                continue
            mark = uniform(seed, mark_stream, member, hour, k)
            if mark < accepted:
                best_s, best_k, best_left = when_s, k, mark / accepted
        if best_k >= 0:
            return best_s, best_k, best_left
        hour += 1
    return NEVER, -1, 0.0


@compiled
def browsed_item(
    seed: int, member: int, cause: int, address: NDArray[np.int64], popularity: NDArray[np.float64]
) -> int:
    """Which item is looked at, with chances in proportion to popularity; -1 when none is popular.

    The best by log popularity plus addressed Gumbel noise, so that a new item takes lookers from the
    others and moves nobody else. address, popularity: of each product.
    """
    best, best_score = -1, -1e300
    for product in range(len(address)):
        if popularity[product] > 0.0:
            score = math.log(popularity[product]) + gumbel(seed, BROWSE_ITEM, member, address[product], cause)
            if score > best_score:
                best, best_score = product, score
    return best


def rate_by_hour(scenario: Scenario) -> NDArray[np.float64]:
    """Session factor of every hour from the campaign's start to its horizon: float64[hours]."""
    start = datetime.fromisoformat(scenario.run.start)
    hours = -(-int(scenario.run.horizon_days * 86400) // 3600)
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
    return rates
