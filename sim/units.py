"""Time in seconds and money in integer fen (1 yuan = 100 fen)."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite

MINUTE = 60
"""Seconds in a minute."""
HOUR = 60 * MINUTE
"""Seconds in an hour."""
DAY = 24 * HOUR
"""Seconds in a day."""

PPM = 1_000_000
"""Parts in a whole: shares are counted in millionths before money is multiplied by them."""


def share_ppm(share: float) -> int:
    """Return a share as a whole number of millionths, the nearest one.

    Raises:
        ValueError: the share is negative or not finite.
    """
    if not 0.0 <= share < float("inf"):
        raise ValueError(f"a share must be a finite number of at least 0, got {share}")
    return round(share * PPM)


def fen_share(amount_fen: int, share: float) -> int:
    """Return a share of an amount, rounded down to whole fen: 10 % of 2,990 is 299.

    The share is taken to the nearest millionth, so that its binary representation costs nobody a fen.

    Raises:
        ValueError: the amount is negative, or the share is negative or not finite.
    """
    if amount_fen < 0:
        raise ValueError(f"an amount must be at least 0 fen, got {amount_fen}")
    return int(amount_fen) * share_ppm(share) // PPM


def plain_number(value: float, digits: int = 6) -> str:
    """Return a number as people read it: to so many significant digits, never as 5e-06 or 1e+07."""
    return format(Decimal(f"{value:.{digits}g}"), "f") if isfinite(value) else str(value)


def yuan(amount_fen: int) -> str:
    """Return an amount as people read it: `-¥1,234.50`."""
    whole, fen = divmod(abs(int(amount_fen)), 100)
    return f"{'-' if amount_fen < 0 else ''}¥{whole:,}.{fen:02d}"
