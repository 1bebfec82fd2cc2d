"""How long work goes on is told by what is done of it."""

import pytest

from sim.commands.time_left import TimeLeft, about


def test_the_rest_takes_as_long_a_share_as_what_is_done_since_the_first_report():
    clock = iter((100.0, 104.0, 110.0, 111.0))
    left = TimeLeft(lambda: next(clock))
    assert left.seconds("runs", 0.2) is None
    assert left.seconds("runs", 0.4) == pytest.approx(12.0)
    assert left.seconds("runs", 0.6) == pytest.approx(10.0)
    assert left.seconds("runs", 1.0) is None


def test_nothing_is_told_while_nothing_is_done_and_stages_are_apart():
    clock = iter((0.0, 5.0, 6.0, 7.0))
    left = TimeLeft(lambda: next(clock))
    assert left.seconds("first", 0.0) is None
    assert left.seconds("first", 0.0) is None
    assert left.seconds("second", 0.5) is None
    assert left.seconds("first", 0.5) == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (3, "a few seconds left", "还剩几秒"),
        (41, "about 40 s left", "约剩 40 秒"),
        (89, "about 90 s left", "约剩 90 秒"),
        (700, "about 12 min left", "约剩 12 分钟"),
        (9000, "about 2.5 h left", "约剩 2.5 小时"),
    ],
)
def test_a_time_is_said_as_people_say_it(seconds, en, zh):
    assert (about(seconds).en, about(seconds).zh) == (en, zh)
