"""Functions called by their address: the numbers in cached machine code hang on nothing but the sources."""

import subprocess
import sys

import pytest

from sim.apart import MODULES, apart

NUMBERS = """
import {first}, sim.fast.engine, sim.apart
print(sorted((one.number, one.name) for one in sim.apart._ALL))
"""


def numbers(first: str) -> str:
    """Every function's number in a process that imports a module before all others."""
    done = subprocess.run(
        [sys.executable, "-c", NUMBERS.format(first=first)], check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_order_of_imports_does_not_matter() -> None:
    usual = numbers("sim.fast.engine")
    assert all(f"'{module}." in usual for module in MODULES)
    for first in ("sim.mechanics.commission.kernel", "sim.kernel.rows", "sim.fast.talk"):
        assert numbers(first) == usual


def test_a_module_must_be_listed() -> None:
    def elsewhere(w: int) -> int:
        return w

    with pytest.raises(ValueError, match="not among the modules"):
        apart(elsewhere)
