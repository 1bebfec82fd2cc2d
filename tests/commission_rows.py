"""Commission worked out by hand from an event table, with nothing of the model's own reckoning."""

from collections import Counter, defaultdict
from fractions import Fraction

from sim.conform.cases import community_of
from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine
from sim.events import EventTable, Kind
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario

Claim = tuple[int, int, int]
"""Order, earner, level."""

AWAY = (Kind.ORDER_CANCELLED, Kind.REFUNDED, Kind.REFUNDED_AFTER)


def by_both(scenario: Scenario, graph: SocialGraph | None = None) -> EventTable:
    """The table of a run, which both engines must write alike."""
    community = community_of(scenario) if graph is None else graph
    table, fast = (NamedEngine(name)(scenario, community, None) for name in ("mesa", "fast"))
    difference = first_difference(table, fast)
    assert difference is None, difference.text
    return table


def rows(table: EventTable, *kinds: Kind) -> list[dict[str, int]]:
    """The rows of these kinds, as plain dicts."""
    columns = {name: column.tolist() for name, column in table.rows(*kinds).items()}
    return [dict(zip(columns, one, strict=True)) for one in zip(*columns.values(), strict=True)]


def by_claim(table: EventTable, *kinds: Kind) -> Counter[Claim]:
    """What rows of these kinds add up to, in fen."""
    found: Counter[Claim] = Counter()
    for row in rows(table, *kinds):
        found[(row["order"], row["actor"], row["value"])] += row["amount_fen"]
    return found


def gone(table: EventTable) -> set[int]:
    """The orders that came to nothing."""
    return {row["order"] for row in rows(table, *AWAY)}


def left_fen(table: EventTable) -> dict[int, int]:
    """What was paid for each order, postage included, less what was given back in part."""
    left = {row["order"]: row["amount_fen"] for row in rows(table, Kind.ORDER_PAID)}
    for row in rows(table, Kind.PARTIAL_REFUND):
        left[row["order"]] -= row["amount_fen"]
    return left


def share_fen(base_fen: int, rate: float) -> int:
    """A rate of a base, rounded down to whole fen."""
    return int(base_fen * Fraction(str(rate)))


def owed_fen(table: EventTable) -> dict[int, int]:
    """By distributor, by how much what was paid falls short of what was asked for again and withdrawn."""
    balance: defaultdict[int, int] = defaultdict(int)
    signs = {Kind.COMMISSION_PAID: 1, Kind.COMMISSION_CLAWED: -1, Kind.WITHDRAWN: -1, Kind.WITHDRAW_FEE: -1}
    for row in rows(table, *signs):
        balance[row["actor"]] += signs[Kind(row["kind"])] * row["amount_fen"]
    return {member: -fen for member, fen in balance.items() if fen < 0}
