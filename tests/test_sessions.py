"""When members look at their phones: the same visits in every variant, however high the rate."""

import numpy as np
import pytest

from sim.sessions import NEVER, next_candidate
from sim.streams import SESSION_COUNT, SESSION_TIME

HOUR = 3600


def sessions(per_hour: float, rates: list[float], block_hours: int, member: int = 3) -> list[int]:
    """The seconds of all sessions of a member."""
    found, from_s = [], 0
    summed = np.concatenate(([0.0], np.cumsum(rates)))
    while True:
        when_s, _ = next_candidate(
            11, SESSION_COUNT, SESSION_TIME, member, per_hour, summed, block_hours, from_s
        )
        if when_s == NEVER:
            return found
        assert from_s <= when_s < len(rates) * HOUR
        found.append(when_s)
        from_s = when_s + 1


@pytest.mark.parametrize("block_hours", [1, 24])
def test_a_lower_rate_of_an_hour_only_takes_sessions_away(block_hours: int) -> None:
    full = sessions(2.0, [1.0] * 240, block_hours)
    assert 400 < len(full) < 560
    some = sessions(2.0, [1.0] * 120 + [0.4] * 120, block_hours)
    assert [one for one in some if one < 120 * HOUR] == [one for one in full if one < 120 * HOUR]
    assert 50 < sum(one >= 120 * HOUR for one in some) < 140
    assert {one for one in some if one >= 120 * HOUR} < {one for one in full if one >= 120 * HOUR}
    assert sessions(2.0, [0.0] * 50, block_hours) == []


def test_visits_of_a_block_fall_where_the_rates_are() -> None:
    rates = ([0.0] * 12 + [1.0] * 6 + [3.0] * 6) * 40
    hours = [one // HOUR % 24 for one in sessions(0.5, rates, 24)]
    assert min(hours) >= 12
    late = sum(hour >= 18 for hour in hours) / len(hours)
    assert 0.68 < late < 0.82  # three quarters


def test_a_rate_beyond_what_can_be_drawn_is_cut_to_it() -> None:
    assert len(sessions(1e6, [4.0], 1)) > 400
