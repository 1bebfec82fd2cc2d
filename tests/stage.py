"""A bare stage for one mechanic: nobody does anything but what a test lets them read, when it says so."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.engine.model import CommunityModel
from sim.events import Channel, EventTable, Kind, Reason
from sim.mechanics.world import Message, Phase
from sim.network.csr import pair_codes, sorted_unique
from sim.network.graph import SocialGraph
from sim.scenario.model import Scenario
from sim.units import DAY

EAGER = {"staple": 50.0, "interest": 50.0, "limited": 50.0, "content": 50.0}
"""Everybody wants everything, whatever it costs."""


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`changes` laid over `base`: mappings are merged, everything else is replaced."""
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def product(id_: str = "rice", **changes: Any) -> dict[str, Any]:
    """A product of 30 yuan that arrives after a day and is never sent back."""
    plain = {"id": id_, "list_price_fen": 3000, "cost_fen": 1000, "delivery_days": 1.0, "return_prob": 0.0}
    return plain | changes


def bare(*mechanics: dict[str, Any], **changes: Any) -> Scenario:
    """A scenario in which only scripted things happen: eager buyers who pay after exactly one second.

    Buying alone is out of the question where there is a mechanic (`behaviour.deciding.effort`).
    """
    plain: dict[str, Any] = {
        "id": "bare",
        "population": {
            "members": 12,
            "segments": [{"id": "all", "browse_per_day": 0.0, "old_customer_share": 0.0,
                          "sessions_per_day": 100.0, "tolerance_items": 1e6, "wallet_per_30_days_fen": None,
                          "sharing_sigma": 0.0}],
            "hour_profile": [1.0] * 24,
            "weekend_factor": 1.0,
        },
        "products": [product()],
        "orders": {"payment_prob": 1.0, "payment_delay_minutes": 0.0, "platform_fee_share": 0.0},
        "mechanics": list(mechanics),
        "behaviour": {
            "deciding": {
                "base": EAGER, "route_taste_sigma": 0.0, "urgency": 0.0, "scarcity": 0.0,
                "effort": {"buy_alone": 100.0 if mechanics else 0.0, "open_group": 1.0},
            },
            "sharing": {"triggers": [], "credibility_wear": 0.0},
            "after_sales": {"review_prob": 0.0, "dissatisfied_return_prob": 0.0, "satisfaction_sigma": 0.0},
        },
        "run": {"horizon_days": 5.0, "seed": 7},
    }  # fmt: skip
    return Scenario.model_validate(merged(plain, changes))


def graph(
    n: int = 12, friends: Sequence[tuple[int, int]] = (), chats: Sequence[Sequence[int]] = ()
) -> SocialGraph:
    """A graph of these friendships and chats (all of kind 0)."""
    pairs = np.array(list(friends), dtype=np.int64).reshape(-1, 2)
    codes = sorted_unique(pair_codes(pairs[:, 0], pairs[:, 1]))
    made = SocialGraph.of_friends(n, codes, np.zeros(n, dtype=np.int32), ties=np.full(codes.size, 0.5))
    if not chats:
        return made
    sizes = [len(chat) for chat in chats]
    return SocialGraph(
        n=n, labels=None,
        friend_start=made.friend_start, friend_target=made.friend_target, friend_tie=made.friend_tie,
        follow_start=made.follow_start, follow_target=made.follow_target, community=made.community,
        chat_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        chat_member=np.array([one for chat in chats for one in sorted(chat)], dtype=np.int32),
        chat_kind=np.zeros(len(sizes), dtype=np.int8),
        co_purchase_start=made.co_purchase_start, co_purchase_target=made.co_purchase_target,
    )  # fmt: skip


class Stage:
    """One scene: script who reads what, play it, look at the rows."""

    def __init__(self, scenario: Scenario, community: SocialGraph | None = None, **options: Any) -> None:
        """community: by default strangers, as many as the scenario has members."""
        self.model = CommunityModel(scenario, community or graph(scenario.population.members), **options)
        self.table: EventTable | None = None
        self._read = 0

    def reads(
        self,
        time_s: int,
        member: int,
        *,
        sender: int = -1,
        product: int = 0,
        offer: int = -1,
        group: int = -1,
        channel: Channel = Channel.BROWSE,
    ) -> "Stage":
        """Have a member read a message at a second, before anybody's session."""
        self._read += 1
        message = Message(
            cause=10_000 + self._read, time_s=time_s, channel=channel, sender=sender, product=product,
            offer=offer, group=group, promotional=False,
        )  # fmt: skip
        agent = self.model.members[member]
        self.model.agenda.at(time_s, Phase.ARRIVAL, member, message.cause, agent.read, message)
        return self

    def at(self, time_s: int, action: Any, *args: Any) -> "Stage":
        """Have anything called at a second, before sessions and after obligations."""
        self._read += 1
        self.model.agenda.at(time_s, Phase.ARRIVAL, -1, 10_000 + self._read, action, *args)
        return self

    def play(self) -> "Stage":
        """Go to the end, run-off included."""
        self.table = self.model.run()
        return self

    def rows(self, *kinds: Kind) -> list[dict[str, int]]:
        """The rows of these kinds, in order, as plain dicts."""
        table = self.table if self.table is not None else self.model.table()
        columns = table.rows(*kinds)
        names = list(columns)
        return [
            dict(zip(names, (int(one) for one in row), strict=True))
            for row in zip(*columns.values(), strict=True)
        ]

    def actors(self, *kinds: Kind) -> list[int]:
        """Whom the rows of these kinds are about, in order."""
        return [row["actor"] for row in self.rows(*kinds)]

    def count(self, *kinds: Kind) -> int:
        """How many rows of these kinds there are."""
        return len(self.rows(*kinds))

    def fen(self, *kinds: Kind) -> int:
        """The sum of the amounts of the rows of these kinds."""
        return sum(row["amount_fen"] for row in self.rows(*kinds))

    def reasons(self, kind: Kind) -> list[Reason]:
        """The reasons that the rows of a kind give, in order."""
        return [Reason(row["value"]) for row in self.rows(kind)]


HOUR_9 = 9 * 3600
DAYS = DAY
