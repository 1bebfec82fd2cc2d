"""Quotients pooled over seeds: what stands for each seed in an estimate of a measure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.estimate import pooled
from sim.metrics.registry import measure_of


def by_seed(name: str, values_of: Callable[[str], NDArray[np.float64] | None]) -> NDArray[np.float64]:
    """What stands for each seed: the measure's own values, or of a pooled quotient its parts of the whole.

    Args:
        name: full name of the measure, which was measured.
        values_of: gives the values of a measure by its full name, float64[seeds]; None if it was not
            measured. Without both parts a quotient stands as it is.

    Raises:
        KeyError: there is no such measure.
    """
    parts = [values for one in measure_of(name).of or () if (values := values_of(one)) is not None]
    if len(parts) == 2:
        return pooled(*parts)
    own = values_of(name)
    assert own is not None
    return own
