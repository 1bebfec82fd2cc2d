"""What becomes of a reward when the goods it was for come back: one rule for all that pay rewards."""

from __future__ import annotations

from typing import Any, Literal

from sim.compiled import compiled
from sim.units import DAY

AfterReturn = Literal["kept", "taken_back", "paid_when_final"]
"""`kept`: whoever got it keeps it. `taken_back`: what is no longer earned is taken back, at once and in full
(assumption: out of the refund or of a balance that holds it). `paid_when_final`: it is paid once the goods
can no longer come back, on what is left."""

KEPT, TAKEN_BACK, PAID_WHEN_FINAL = range(3)
AFTER_RETURN: tuple[AfterReturn, ...] = ("kept", "taken_back", "paid_when_final")
"""The choices, by number."""

FINAL = 7501
"""Names the causes of the moment from which goods cannot come back."""


@compiled
def final_s(received_s: int, refund_window_days: float) -> int:
    """From when on an order received at a time cannot come back, in seconds."""
    return received_s + 1 + int(refund_window_days * DAY)


def waits_for_final(config: Any) -> bool:
    """Whether a mechanic with these settings pays a reward once goods can no longer come back."""
    after_return: AfterReturn = getattr(config, "reward_after_return", "kept")
    return after_return == "paid_when_final"
