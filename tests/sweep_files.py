"""Sweeps small enough to be made in a blink."""

from pathlib import Path

from small_shop import write_shop

SWEEP = """\
scenario: small-shop.yaml
members: 30
grid:
  mechanics.pintuan.group_size: [2, 3]
  products.tissue.utility: [1.5, 2]
seeds: {from: 7, count: 6}
outputs: [buyers, horizon.net_fen, incremental.buyers, exposures_by_channel]
engine: mesa
"""


def write_sweep(folder: Path, text: str = SWEEP, name: str = "sweep.yaml") -> Path:
    """The sweep as a file, beside the scenario it names."""
    write_shop(folder)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
