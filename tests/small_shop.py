"""A scenario small enough to be run in a blink, and a graph file for it."""

from pathlib import Path

SHOP = """\
id: small-shop
name: {zh: 小店, en: Small shop}
population: {members: 120}
communities:
  chats:
    - {id: friends, size_mean: 30, memberships_per_member: 1}
products:
  - {id: tissue, list_price_fen: 3990, cost_fen: 1500, stock: 300, utility: 1.5}
mechanics:
  - {id: pintuan, type: group_buy, group_size: 2, prices: [{id: tissue, price_fen: 2990}]}
operator:
  schedule:
    - {id: launch, type: push}
run: {horizon_days: 3, seed: 5}
variants:
  five:
    mechanics: [{id: pintuan, group_size: 5}]
  crowd:
    mechanics: [{id: pintuan, group_size: 110}]
"""


def write_shop(folder: Path) -> Path:
    """The scenario as a file."""
    path = folder / "small-shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return path


def write_ring(folder: Path, members: int = 60) -> Path:
    """A graph file: a ring in which everybody knows the next three."""
    path = folder / "ring.txt"
    lines = [f"{i} {(i + step) % members}" for i in range(members) for step in (1, 2, 3)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
