"""KOL seeding 种草: chosen people get a sample or a fee, try the product, and post about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from sim.events import Channel, Kind
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.clock import midnight_before
from sim.mechanics.world import Phase
from sim.network.graph import SocialGraph
from sim.people import People
from sim.seeding import choice_of, choose_seeds
from sim.settings.fields import Days, Fen, HourOfDay, Id, MemberNumber, PersonShare, Share
from sim.settings.problems import RuleError
from sim.streams import address_of, mix3, mix4
from sim.units import DAY, HOUR, fen_share

if TYPE_CHECKING:
    from sim.mechanics.world import Order, World

POST, SAMPLE, SETTLE, HIRE = 7701, 7702, 7703, 7704  # name the causes made here

FORMAT_STEP = {"text": 0.0, "short_video": 0.10, "live": 0.20}
"""Added to the source step by the form of a post. assumption: moving pictures persuade a little more."""


class KolSeedingConfig(MechanicConfig):
    """Settings of a seeding campaign."""

    type: Literal["kol_seeding"] = "kol_seeding"
    choose: Literal["kols", "by_degree", "random", "fringe", "bridges", "members"] = "kols"
    tiers: tuple[Id, ...] = ()  # of KOLs; empty: all
    members: tuple[MemberNumber, ...] = ()  # member numbers, where choose is 'members'
    # at most so many; null: all KOLs
    count: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] | None = None
    fee_fen: Fen = 0  # for each person, on the first post
    sample: bool = True  # a free unit, which makes the seed an adopter
    # of fee and sample, that each who is no KOL by role takes; see `PersonShare`
    person_share: PersonShare = 1.0
    shares_as_buyer: bool = False  # the seed also passes it on like anybody who has bought
    commission_share: Share = 0.0  # of the sales the posts bring, paid when the refund window is over
    format: Literal["text", "short_video", "live"] = "text"
    # assumption: three a day for a year at most
    posts: Annotated[int, Field(strict=True, ge=0, le=1000)] = 3
    first_post_day: Days = 0.0
    every_days: Annotated[float, Field(ge=0.04, le=366)] = 3.0  # assumption: at most every hour
    hour: HourOfDay = 20.0
    disclosed: bool = True  # marked as advertising
    about: Id | None = None  # the mechanic the posts point to

    @model_validator(mode="after")
    def _choice(self) -> KolSeedingConfig:
        if (self.choose == "members") != bool(self.members):
            raise RuleError(
                "members must be given exactly when choose is 'members'",
                "当且仅当 choose 为 'members' 时才给出 members",
                "members",
                "choose",
            )
        if self.choose not in ("kols", "members") and self.count is None:
            raise RuleError(
                "count must be given unless seeds are the KOLs or named members",
                "除非种子为 KOL 或指定成员，否则必须给出 count",
                "count",
                "choose",
            )
        return self


def chosen_seeds(config: KolSeedingConfig, people: People, graph: SocialGraph, seed: int) -> tuple[int, ...]:
    """The members who are seeded, in their order."""
    if config.choose == "members":
        named = dict.fromkeys(config.members)
        return tuple(member for member in named if member < people.members)
    if config.choose == "kols":
        tiers = people.kols_by_tier
        wanted = [tiers[id_] for id_ in dict.fromkeys(config.tiers or tuple(tiers))]
        everyone = tuple(member for tier in wanted for member in tier)
        return everyone if config.count is None else everyone[: config.count]
    return choose_seeds(graph, config.choose, config.count or 0, seed, choice_of(address_of(config.id)))


def person_shares(config: KolSeedingConfig, seeds: tuple[int, ...], people: People) -> list[float]:
    """What part of a person's fee and sample each seed takes, in the order of the seeds."""
    if config.choose != "kols":
        return [config.person_share] * len(seeds)
    return [people.person_share[seed] for seed in seeds]


def post_times(config: KolSeedingConfig, start_s: int, end_s: int, clock_s: int) -> list[int]:
    """When each seed posts, in seconds: the same for all."""
    first_s = midnight_before(clock_s, start_s) + int(config.hour * HOUR)
    if first_s < start_s:
        first_s += DAY
    days = (config.first_post_day + number * config.every_days for number in range(config.posts))
    return [when_s for when_s in (first_s + int(day * DAY) for day in days) if when_s < end_s]


class KolSeeding(Mechanic):
    """A seeding campaign at work."""

    config: KolSeedingConfig

    def __init__(
        self, config: KolSeedingConfig, index: int, products: tuple[int, ...], horizon_s: int
    ) -> None:
        """Seeds are chosen in `start`, and hired as the window opens."""
        super().__init__(config, index, products, horizon_s)
        self.seeds: tuple[int, ...] = ()
        self.shares: list[float] = []
        self.hired: list[bool] = []

    def start(self, world: World) -> None:
        """Choose the seeds; put samples and posts on the agenda."""
        self.seeds = chosen_seeds(self.config, world.people, world.graph, world.seed)
        self.shares = person_shares(self.config, self.seeds, world.people)
        posts_s = post_times(self.config, self.start_s, self.end_s, world.clock_s)
        for place, seed in enumerate(self.seeds):
            for product in self.products:
                cause = mix4(SAMPLE, self.address, seed, world.people.product_address[product])
                world.agenda.at(
                    self.start_s, Phase.OPERATOR, seed, cause, self._seed, world, place, product, cause
                )
            for number, when_s in enumerate(posts_s):
                cause = mix4(POST, self.address, seed, number)
                world.agenda.at(when_s, Phase.KOL, seed, cause, self._post, world, place, number, cause)

    def hire(self, world: World) -> None:
        """Hire the seeds in their order, each whom the rest of the budget pays for, and set that aside."""
        posts = any(
            when_s < world.horizon_s
            for when_s in post_times(self.config, self.start_s, self.end_s, world.clock_s)
        )
        for place in range(len(self.seeds)):
            cost_fen = self._fee_fen(place) if posts else 0
            cost_fen += sum(self._sample_fen(world, place, product) for product in self.products)
            self.hired.append(world.purse.pays_for(1, cost_fen) == 1)
            if self.hired[-1]:
                world.purse.set_aside(cost_fen)
        short = self.hired.count(False)
        if short:
            cause = mix3(HIRE, self.address, self.start_s)
            world.emit(Kind.BUDGET_SHORT, offer=self.index, value=short, cause=cause)

    def _fee_fen(self, place: int) -> int:
        return fen_share(self.config.fee_fen, self.shares[place])

    def _sample_fen(self, world: World, place: int, product: int) -> int:
        return fen_share(world.catalogue[product].cost_fen, self.shares[place]) if self.config.sample else 0

    def _seed(self, world: World, place: int, product: int, cause: int) -> None:
        if not self.hired:  # the first of all who begin now: all are hired, in the scenario's order
            for one in world.mechanics.all:
                if isinstance(one, KolSeeding) and one.start_s == self.start_s:
                    one.hire(world)
        seed = self.seeds[place]
        if self.config.sample and self.hired[place]:
            world.emit(Kind.SEED, seed, product=product, offer=self.index, cause=cause)
            cost_fen = self._sample_fen(world, place, product)
            if cost_fen:
                world.purse.set_aside(-cost_fen)
                world.emit(
                    Kind.SAMPLE, seed, product=product, offer=self.index, amount_fen=cost_fen, cause=cause
                )
            world.adopt(seed, product)
            world.mechanics.seeded(world, seed, product, cause)
            if self.config.shares_as_buyer:
                world.share_as_buyer(seed, product, cause)

    def _post(self, world: World, place: int, number: int, cause: int) -> None:
        if not self.hired[place]:
            return
        seed, fee_fen = self.seeds[place], self._fee_fen(place)
        product = self.products[number % len(self.products)]
        if number == 0 and fee_fen:
            world.purse.set_aside(-fee_fen)
            world.emit(
                Kind.KOL_FEE,
                seed,
                product=product,
                offer=self.index,
                amount_fen=fee_fen,
                cause=cause,
            )
        world.post_as_kol(
            seed,
            product,
            self._about(world),
            cause,
            step=FORMAT_STEP[self.config.format],
            advertising=self.config.disclosed,
            adopted=self.config.sample,
        )

    def _about(self, world: World) -> int:
        return -1 if self.config.about is None else world.mechanics.number_of(self.config.about)

    def received(self, world: World, order: Order) -> None:
        """A KOL's share of the sales that came through the posts, once the goods cannot come back."""
        if (
            not self.config.commission_share
            or order.source not in self.seeds
            or order.product not in self.products
        ):
            return
        if order.channel not in (Channel.KOL_POST, Channel.PUBLIC):
            return
        when_s = world.now_s + max(1, int(world.rules.refund_window_days * DAY))
        cause = mix3(SETTLE, self.address, order.cause)
        world.agenda.at(when_s, Phase.INCENTIVE, order.source, cause, self._pay_share, world, order)

    def _pay_share(self, world: World, order: Order) -> None:
        amount_fen = fen_share(order.price_fen - order.refunded_fen, self.config.commission_share)
        if order.closed or not amount_fen:
            return
        world.emit(
            Kind.KOL_FEE,
            order.source,
            source=order.member,
            product=order.product,
            offer=self.index,
            order=order.number,
            amount_fen=amount_fen,
            cause=order.cause,
        )
