"""The community at work: a Mesa model driven by events in continuous time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import mesa
import numpy as np
from mesa.agent import Agent
from numpy.typing import NDArray

from sim import streams
from sim.allowance import allowance_of, check_plan
from sim.decisions import healed_credibility
from sim.engine.agenda import Agenda
from sim.engine.decision import Decision
from sim.engine.desk import Desk
from sim.engine.member import KOL, Distributor, Member
from sim.engine.meter import Meter
from sim.engine.recorder import Recorder
from sim.engine.talk import Talk
from sim.errors import RunError
from sim.events import Channel, EventTable, Kind
from sim.mechanics.base import Mechanic
from sim.mechanics.purse import Purse
from sim.mechanics.registry import MechanicSet
from sim.mechanics.world import LAST_OBLIGATION, Message, Order, Phase, ProductState
from sim.network.graph import SocialGraph
from sim.people import DISTRIBUTOR
from sim.people import KOL as KOL_ROLE
from sim.population import populate
from sim.run_header import run_header
from sim.scenario.model import Scenario
from sim.sessions import BROWSE_BLOCK_HOURS, NEVER, browse_cause, browsed_item, next_candidate, summed_rate
from sim.units import DAY, HOUR

Progress = Callable[[int, int], None]


class CommunityModel(mesa.Model):
    """One run of a scenario over a graph.

    Works as Mesa users expect: `step()` advances one reporting period, `running` says whether there is
    more, a `datacollector` handed over is collected after each step, `agents` holds the members. `run()`
    goes to the horizon and through the run-off.

    Args:
        scenario: what happens; its `run.seed` is the luck unless `seed` is given.
        graph: who knows whom.
        seed: 0 to 2**32 - 1, or forced luck (`sim.streams.FORCED_LOW`).
        member_class, kol_class, distributor_class: put your own subclass here to change a behaviour.
        mechanics: builders of a user's own mechanics, each called with (its offer number, horizon_s).
        datacollector: a `mesa.DataCollector`, or None.
        watch: member numbers whose decisions go to `on_decision`.
    """

    def __init__(
        self,
        scenario: Scenario,
        graph: SocialGraph,
        *,
        seed: int | None = None,
        member_class: type[Member] = Member,
        kol_class: type[KOL] = KOL,
        distributor_class: type[Distributor] = Distributor,
        mechanics: Sequence[Callable[[int, int], Mechanic]] = (),
        datacollector: mesa.DataCollector | None = None,
        watch: frozenset[int] = frozenset(),
        on_decision: Callable[[Decision], None] = lambda decision: None,
    ) -> None:
        """Populate the community and schedule the campaign."""
        self.luck = scenario.run.seed if seed is None else seed
        super().__init__(rng=abs(self.luck))
        self.settings = scenario
        self.graph = graph
        self.now_s = 0
        self.horizon_s = scenario.run.decisions_s
        self.clock_s = datetime.fromisoformat(scenario.run.start).hour * HOUR
        self.period_s = scenario.run.period_s
        self.catalogue = scenario.products
        self.behaviour = scenario.behaviour
        self.rules = scenario.orders
        self.roles = scenario.roles
        self.segments = scenario.population.segments
        allowance = allowance_of(graph.n)
        check_plan(scenario, graph.n, allowance)
        self.people = populate(scenario, graph, self.luck)
        self.summed_rate = summed_rate(scenario)
        self.response_tables = {
            False: _columns(self.behaviour.deciding.response.low_effort.points),
            True: _columns(self.behaviour.deciding.response.high_effort.points),
        }
        self.purse = Purse(scenario.operator.budget_fen)
        self.products = [ProductState(product.stock) for product in scenario.products]
        self.watch = watch
        self.on_decision = on_decision
        self.agenda = Agenda(self.luck)
        self.recorder = Recorder(self.people.segment, self.horizon_s)
        self.meter = Meter(scenario, allowance, self.recorder)
        self.value_posts_per_day = self._value_posts()
        offers = scenario.offers
        campaign_s = scenario.run.campaign_s
        own = [build(len(offers) + place, campaign_s) for place, build in enumerate(mechanics)]
        self.mechanics = MechanicSet(offers, [one.id for one in scenario.products], campaign_s, own)
        self._own_mechanics = own
        self._groups = 0
        self._credibility: dict[int, tuple[float, int]] = {}
        classes: dict[int, type[Member]] = {KOL_ROLE: kol_class, DISTRIBUTOR: distributor_class}
        self.members: list[Member] = [
            classes.get(role, member_class)(self, number)
            for number, role in enumerate(self.people.role.tolist())
        ]
        _forget_ids(self)
        self.desk = Desk(self)
        self.talk = Talk(self)
        self.datacollector = datacollector
        self._popularity = np.array([product.popularity for product in self.catalogue])
        for member in range(self.people.members):
            self._plan_browse(member, 0)
        self.mechanics.start(self)

    @property
    def seed(self) -> int:
        """The run's seed: the first part of every draw's address."""
        return self.luck

    # running

    def step(self) -> None:
        """Advance one reporting period; this changes no result."""
        until_s = min(self.now_s - self.now_s % self.period_s + self.period_s, self.horizon_s)
        self.advance(until_s)
        if self.datacollector is not None:
            self.datacollector.collect(self)
        if self.now_s >= self.horizon_s:
            self.running = False

    def run(self, progress: Progress | None = None) -> EventTable:
        """Go to the horizon, then let obligations run off.

        progress: called with (seconds done, horizon) after every period and some times a second; it may raise
            to stop.

        Raises:
            RunError: the run writes or tells more than it is allowed (`sim.allowance`).
        """
        if progress is not None:
            self.meter.look = lambda: progress(min(self.now_s, self.horizon_s), self.horizon_s)
        while self.running and self.now_s < self.horizon_s:
            self.step()
            if progress is not None:
                progress(self.now_s, self.horizon_s)
        self.run_off()
        return self.table()

    def advance(self, until_s: int) -> None:
        """Handle everything due before a time; then it is that time."""
        while (entry := self.agenda.pop_before(until_s)) is not None:
            self.now_s = entry[0]
            entry[5](*entry[6])
            self.meter.tick()
        self.now_s = until_s

    def run_off(self) -> None:
        """After the horizon nobody decides; obligations run to an empty queue."""
        if self.now_s < self.horizon_s:
            raise RunError("the run-off can only begin at the horizon", "善后阶段只能在活动期结束后开始")
        while (entry := self.agenda.pop_before(NEVER)) is not None:
            if entry[1] <= LAST_OBLIGATION:
                self.now_s = entry[0]
                entry[5](*entry[6])
                self.meter.tick()

    def table(self) -> EventTable:
        """What has happened so far."""
        own = [one.config for one in self._own_mechanics]
        header = run_header(self.settings, self.graph, self.people, self.luck, own)
        return self.recorder.table(header)

    # what mechanics and members ask of the world

    def emit(
        self,
        kind: Kind,
        actor: int = -1,
        *,
        source: int = -1,
        product: int = -1,
        offer: int = -1,
        group: int = -1,
        order: int = -1,
        channel: int = -1,
        amount_fen: int = 0,
        value: int = 0,
        cause: int = 0,
    ) -> None:
        """Write one row of the event table, at `now_s`."""
        if amount_fen:
            self.purse.note(kind, amount_fen)
        self.recorder.row(
            self.now_s, kind, actor, source, product, offer, group, order, channel, amount_fen, value, cause
        )
        self.meter.wrote(self.now_s)

    def read(self, member: int, message: Message) -> None:
        """Have a member read a message now, outside a session."""
        self.members[member].read(message)

    def promote(self, member: int, product: int, offer: int, cause: int, only_chats: bool = False) -> None:
        """A distributor tells others, for the commission."""
        self.members[member].sharer.promoted(product, offer, cause, only_chats)

    def post_as_kol(
        self,
        member: int,
        product: int,
        offer: int,
        cause: int,
        *,
        step: float,
        advertising: bool,
        adopted: bool,
    ) -> None:
        """A seed posts; one who is no KOL by role reaches friends and followers only."""
        agent = self.members[member]
        if isinstance(agent, KOL):
            agent.post(product, offer, cause, step=step, advertising=advertising, adopted=adopted)
        else:
            agent.sharer.post(
                product, offer, cause, step=step, charm=1.0, advertising=advertising, adopted=adopted
            )

    def share_as_buyer(self, member: int, product: int, cause: int) -> None:
        """A seed passes it on like anybody who has bought."""
        self.members[member].sharer.seeded(product, cause)

    def announce(self, member: int, product: int, cause: int, order: Order | None) -> None:
        """The platform shows a member's friends what the member has got."""
        self.members[member].sharer.announced(product, cause, order)

    def adopt(self, member: int, product: int) -> None:
        """A seed has the product from now on."""
        standing = self.members[member].standing(product)
        if not standing.adopted:
            standing.adopted = True
            self.products[product].adopters += 1

    def new_group(self) -> int:
        """The number of a group opened now."""
        self._groups += 1
        return self._groups - 1

    def has_paid_before(self, member: int) -> bool:
        """Whether the member has ever paid in this shop, before the campaign or in it."""
        return bool(self.people.old_customer[member]) or self.members[member].orders_paid > 0

    def has_ordered_before(self, member: int) -> bool:
        """Whether the member has ever placed an order in this shop, paid or not."""
        return bool(self.people.old_customer[member]) or self.members[member].orders_placed > 0

    def registered_s(self, member: int) -> int:
        """When the member first ordered here; before the campaign: -1; not yet: the far future."""
        moment_s = self.members[member].registered_s
        return NEVER if moment_s is None else moment_s

    def tie(self, member: int, other: int) -> float:
        """Strength of the tie between two members; 0 for strangers and for the operator."""
        if other < 0:
            return 0.0
        friends = self.graph.friends(member)
        place = bisect_left(friends, other)
        if place < len(friends) and friends[place] == other:
            return float(self.graph.ties(member)[place])
        return 0.0

    def credibility(self, member: int) -> float:
        """How far a sender is believed now (0-1)."""
        if member < 0:
            return 1.0
        start = self._credibility_at_start(member)
        worn = self._credibility.get(member)
        if worn is None:
            return start
        half_life_s = self.behaviour.sharing.credibility_half_life_hours * HOUR
        return start * healed_credibility(worn[0], float(self.now_s - worn[1]), half_life_s)

    def _credibility_at_start(self, member: int) -> float:
        tier = self.people.tier[member]
        return float(self.roles.kols[tier].credibility) if tier >= 0 else 1.0

    def wear_credibility(self, member: int) -> None:
        """Paid promotion was sent: the sender is believed a little less."""
        kept = 1.0 - self.behaviour.sharing.credibility_wear
        start = self._credibility_at_start(member)
        if start > 0.0:
            self._credibility[member] = (self.credibility(member) / start * kept, self.now_s)

    def calendar_utility(self, product: int) -> float:
        """What the calendar adds to the liking of a product now."""
        day, total = self.now_s / DAY, 0.0
        for entry in self.settings.calendar:
            applies = not entry.products or self.catalogue[product].id in entry.products
            if applies and entry.from_day <= day < entry.from_day + entry.days:
                total += entry.utility
        return total

    def chat_step(self, chat: int) -> float:
        """What the kind of a chat adds to its source step."""
        return float(self.settings.communities.chats[self.graph.chat_kind[chat]].step)

    # own browsing

    def _plan_browse(self, member: int, from_s: int) -> None:
        per_hour = self.people.browse_per_hour[member]
        if per_hour <= 0.0:
            return
        when_s, k = next_candidate(
            self.luck,
            streams.BROWSE_COUNT,
            streams.BROWSE_TIME,
            member,
            per_hour,
            self.summed_rate,
            BROWSE_BLOCK_HOURS,
            from_s,
        )
        if when_s < NEVER:
            cause = browse_cause(member, when_s, k)
            self.agenda.at(when_s, Phase.BROWSE, member, cause, self._browse, member, cause)

    def _browse(self, member: int, cause: int) -> None:
        """Look at one item of the shop, as likely as it is popular."""
        product = browsed_item(self.luck, member, cause, self.people.product_address, self._popularity)
        if product >= 0:
            message = Message(cause, self.now_s, Channel.BROWSE, -1, product, promotional=False)
            self.members[member].read(message)
        self._plan_browse(member, self.now_s + 1)

    def _value_posts(self) -> list[float]:
        """Posts a day worth reading, over the chats of each member."""
        posts = [0.0] * self.graph.n
        for chat in range(self.graph.chats):
            rate = self.settings.communities.chats[self.graph.chat_kind[chat]].value_posts_per_day
            for member in self.graph.chat(chat).tolist():
                posts[member] += rate
        return posts


def _columns(points: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A response table as (places, probabilities)."""
    return np.array([point.at for point in points], float), np.array([point.prob for point in points], float)


def _forget_ids(model: CommunityModel) -> None:
    """Mesa counts agents per model in a class attribute, which would keep the model alive."""
    ids = getattr(Agent, "_ids", None)
    if ids is not None:
        ids.pop(model, None)
