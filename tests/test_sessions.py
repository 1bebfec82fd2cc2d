"""When members look at their phones: the same candidates in every variant, however high the rate."""

import numpy as np

from sim.sessions import NEVER, next_candidate
from sim.streams import SESSION_COUNT, SESSION_MARK, SESSION_TIME

HOUR = 3600


def sessions(per_hour: float, rates: list[float], member: int = 3, seed: int = 11) -> list[int]:
    """The seconds of all sessions of a member."""
    found, from_s = [], 0
    streams = (SESSION_COUNT, SESSION_TIME, SESSION_MARK)
    while True:
        when_s, _, left = next_candidate(seed, *streams, member, per_hour, np.array(rates), from_s)
        if when_s == NEVER:
            return found
        assert from_s <= when_s < len(rates) * HOUR
        assert 0.0 < left < 1.0
        found.append(when_s)
        from_s = when_s + 1


def test_a_lower_rate_of_an_hour_only_takes_sessions_away() -> None:
    full = sessions(2.0, [1.0] * 200)
    assert 300 < len(full) < 500
    some = sessions(2.0, [1.0] * 100 + [0.4] * 100)
    assert set(some) < set(full)
    assert [one for one in some if one < 100 * HOUR] == [one for one in full if one < 100 * HOUR]
    assert sessions(2.0, [0.0] * 50) == []


def test_a_rate_beyond_what_can_be_drawn_is_cut_to_it() -> None:
    assert len(sessions(1e6, [4.0])) > 400
