"""What one writes first in plain Mesa: yardsticks on the same machine, in the same process form.

Both do far less for each message than the engine: no prices, no money, no groups, no table of events.
"""

from __future__ import annotations

from collections.abc import Sequence

import mesa

from sim.network.graph import SocialGraph

SESSIONS_PER_HOUR = 6.0 / 24.0  # as the default segment
BUY_PROB = 0.05  # assumption: of a message read by somebody who has not bought
START_PROB = 0.0005  # assumption: buys unprompted, in an hour
SHARED_WITH = 6  # friends told by a buyer, as in the engine's defaults


class Spreader(mesa.Agent):
    """Tells each friend once, in the step after it was convinced (Independent Cascade)."""

    def __init__(self, model: CascadeModel, friends: list[int]) -> None:
        """friends: numbers of those it tells."""
        super().__init__(model)
        self.friends = friends
        self.state = 0  # 0 not convinced, 1 will tell, 2 has told

    def step(self) -> None:
        """Tell everybody, if it is the turn to."""
        if self.state != 1:
            return
        self.state = 2
        for friend in self.friends:
            self.model.told += 1
            other = self.model.people[friend]
            if other.state == 0 and self.model.random.random() < self.model.prob:
                other.state = 1


class CascadeModel(mesa.Model):
    """Independent Cascade: every agent is asked at every step, until nothing happens."""

    def __init__(self, graph: SocialGraph, prob: float, seeds: Sequence[int], seed: int) -> None:
        """prob: that telling convinces; seeds: who is convinced at the start."""
        super().__init__(rng=seed)
        self.prob, self.told = prob, 0
        self.people = [Spreader(self, graph.friends(member).tolist()) for member in range(graph.n)]
        for member in seeds:
            self.people[member].state = 1

    def run(self) -> int:
        """Run to rest; returns how often somebody was told."""
        while any(person.state == 1 for person in self.people):
            self.agents.do("step")
        return self.told


class Shopper(mesa.Agent):
    """Looks at the phone at random hours, may buy, then tells a few friends."""

    def __init__(self, model: HourlyModel, friends: list[int]) -> None:
        """friends: numbers of those it may tell."""
        super().__init__(model)
        self.friends = friends
        self.unread = 0
        self.bought = False

    def step(self) -> None:
        """One hour."""
        luck = self.model.random
        if luck.random() < START_PROB:
            self.buy()
        if self.unread and luck.random() < SESSIONS_PER_HOUR:
            for _ in range(self.unread):
                self.model.events += 1
                if luck.random() < BUY_PROB:
                    self.buy()
            self.unread = 0

    def buy(self) -> None:
        """Buy once, and tell some friends."""
        if self.bought:
            return
        self.bought = True
        self.model.events += 1
        for friend in self.model.random.sample(self.friends, min(SHARED_WITH, len(self.friends))):
            self.model.people[friend].unread += 1
            self.model.events += 1


class HourlyModel(mesa.Model):
    """Every agent acts in every hour."""

    def __init__(self, graph: SocialGraph, seed: int) -> None:
        """graph: who knows whom."""
        super().__init__(rng=seed)
        self.events = 0
        self.people = [Shopper(self, graph.friends(member).tolist()) for member in range(graph.n)]

    def run(self, days: int) -> int:
        """Run so many days; returns the number of events."""
        for _ in range(24 * days):
            self.agents.shuffle_do("step")
        return self.events
