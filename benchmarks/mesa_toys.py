"""What one writes first in plain Mesa: a yardstick. It keeps no table of events."""

from __future__ import annotations

from collections.abc import Sequence

import mesa

from sim.network.graph import SocialGraph


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
            other = self.model.people[friend]
            if other.state == 0 and self.model.random.random() < self.model.prob:
                other.state = 1


class CascadeModel(mesa.Model):
    """Independent Cascade: every agent is asked at every step, until nothing happens."""

    def __init__(self, graph: SocialGraph, prob: float, seeds: Sequence[int], seed: int) -> None:
        """prob: that telling convinces; seeds: who is convinced at the start."""
        super().__init__(rng=seed)
        self.prob = prob
        self.people = [Spreader(self, graph.friends(member).tolist()) for member in range(graph.n)]
        for member in seeds:
            self.people[member].state = 1

    def run(self) -> int:
        """Run to rest; returns how many were convinced."""
        while any(person.state == 1 for person in self.people):
            self.agents.do("step")
        return sum(person.state != 0 for person in self.people)
