"""Money is split and shared without losing or making a fen."""

from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.units import DAY, HOUR, MINUTE, fen_share, plain_number, yuan

amounts = st.integers(0, 10**12)


def test_lengths_of_time():
    assert (MINUTE, HOUR, DAY) == (60, 3_600, 86_400)


@pytest.mark.parametrize(
    ("amount_fen", "share", "expected"),
    [
        (2990, 0.1, 299),
        (100, 0.29, 29),
        (1000, 0.001, 1),
        (999, 0.001, 0),
        (1, 1.0, 1),
        (0, 0.5, 0),
        (300, 1.1, 330),
    ],
)
def test_fen_share(amount_fen, share, expected):
    assert fen_share(amount_fen, share) == expected


@given(amounts, st.integers(0, 2_000_000))
def test_fen_share_is_the_decimal_share_rounded_down(amount_fen, ppm):
    expected = (amount_fen * Decimal(ppm) / 1_000_000).to_integral_value(ROUND_FLOOR)
    assert fen_share(amount_fen, ppm / 1_000_000) == expected


@pytest.mark.parametrize(
    ("amount_fen", "share"), [(-1, 0.1), (1, -0.1), (1, float("nan")), (1, float("inf"))]
)
def test_fen_share_refuses(amount_fen, share):
    with pytest.raises(ValueError, match="must be"):
        fen_share(amount_fen, share)


@pytest.mark.parametrize(
    ("amount_fen", "text"), [(0, "¥0.00"), (5, "¥0.05"), (123450, "¥1,234.50"), (-123450, "-¥1,234.50")]
)
def test_yuan(amount_fen, text):
    assert yuan(amount_fen) == text


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (5e-06, 4, "0.000005"),
        (1e7, 6, "10000000"),
        (0.25, 6, "0.25"),
        (2.0, 6, "2"),
        (float("inf"), 6, "inf"),
    ],
)
def test_numbers_are_told_without_exponents(value, digits, expected):
    assert plain_number(value, digits) == expected
