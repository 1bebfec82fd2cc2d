"""Shares of money in compiled code."""

from __future__ import annotations

from sim.compiled import internal
from sim.units import PPM


@internal
def share_of_fen(amount_fen: int, share_ppm: int) -> int:
    """A share of an amount, rounded down to whole fen, as `sim.units.fen_share`; share in millionths.

    Raises:
        ValueError: the amount is negative.
    """
    if amount_fen < 0:
        raise ValueError("an amount must be at least 0 fen")
    whole = amount_fen // PPM  # apart, so that no product outgrows 64 bits
    return whole * share_ppm + (amount_fen - whole * PPM) * share_ppm // PPM
