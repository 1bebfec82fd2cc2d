"""Who is there: population, network, chats and roles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.settings.behaviour import CategoryUtility
from sim.settings.fields import (
    Factor,
    Fen,
    Frozen,
    Id,
    Load,
    LogSigma,
    PerDay,
    PersonShare,
    PositiveFen,
    Share,
    Sigma,
    Text,
    Utility,
)

Category = Literal["staple", "interest", "limited", "content"]

HOUR_PROFILE = (
    0.45, 0.25, 0.15, 0.10, 0.10, 0.20, 0.50, 0.90, 1.10, 1.10, 1.15, 1.20,
    1.45, 1.25, 1.05, 1.05, 1.05, 1.10, 1.25, 1.45, 1.75, 1.90, 1.65, 0.85,
)  # fmt: skip
"""Sessions by hour of day relative to their mean. assumption: noon and evening peaks of mobile use."""


class Segment(Frozen):
    """A kind of member; traits vary around these values from person to person."""

    id: Id
    name: Text = Text()
    share: Annotated[float, Field(gt=0, le=1000)] = 1.0  # weight among the segments
    sessions_per_day: PerDay = 6.0  # prototype
    # assumption: promotional items read in a session; in a textbook model everybody reads everything
    attention_items: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 6
    browse_per_day: PerDay = 0.15  # assumption: shop pages opened by oneself
    utility: CategoryUtility = CategoryUtility()  # need for each category, added to the base
    price_coefficient: Factor = 0.95  # prototype; with F10
    price_coefficient_sigma: LogSigma = 0.30  # assumption: lognormal over members
    trust: Factor = 1.0  # multiplies the source step; normalisation
    trait_sigma: LogSigma = 0.25  # assumption: lognormal spread of trust, conformity, activity and tolerance
    conformity: Factor = 1.0  # multiplies the response's lift; normalisation
    sharing: Utility = 0.0  # added to the sharing logit; normalisation
    sharing_sigma: Sigma = 2.7  # with F6 and F12: participation is very unequal
    privacy: Share = 0.5  # assumption
    tolerance_items: Load = 40.0  # assumption: promotional load at which a chat is muted
    old_customer_share: Share = 0.3  # assumption: have paid in this shop before
    wallet_per_30_days_fen: PositiveFen | None = None  # most that is spent in 30 days; null: not binding


class Population(Frozen):
    """How many members, of what kinds, and when they look at their phones."""

    members: Annotated[int, Field(strict=True, ge=2, le=20_000_000)] = 10_000
    segments: tuple[Segment, ...] = Field(
        default=(Segment(id="everyone", name=Text(zh="所有人", en="Everyone")),), min_length=1, max_length=100
    )
    hour_profile: tuple[Annotated[float, Field(ge=0, le=4)], ...] = Field(
        default=HOUR_PROFILE, min_length=24, max_length=24
    )
    weekend_factor: Annotated[float, Field(ge=0, le=2)] = 1.1  # assumption


class Network(Frozen):
    """Parameters of the generated graph (ignored when a graph is loaded); see `sim.network.generate`."""

    # assumption: people one talks to within one shop's customers, fewer than the 99 friends of F13
    median_degree: Annotated[float, Field(ge=1, le=2000)] = 20.0
    degree_sigma: Annotated[float, Field(ge=0, le=3)] = 1.1  # Ugander et al. 2011: mean 190 over median 99
    communities_per_member: Annotated[float, Field(ge=1, le=3)] = 1.5  # assumption
    # assumption, with community_density set so that clustering meets F13
    inside_share: Share = 0.6
    community_density: Annotated[float, Field(ge=0.05, le=1)] = 0.2  # sizes the communities
    sorting: Share = 0.65  # set so that assortativity meets F13
    # others a member follows one-way; 0: only KOLs have followers
    follow_mean: Annotated[float, Field(ge=0, le=700)] = 0.0


class ChatKind(Frozen):
    """A kind of chat that members belong to."""

    id: Id
    name: Text = Text()
    kind: Literal["acquaintance", "interest", "deal", "neighbourhood"] = "acquaintance"
    size_mean: Annotated[float, Field(ge=3, le=500)] = 120.0  # assumption; F37 caps at 500
    memberships_per_member: Annotated[float, Field(ge=0, le=20)] = 1.0  # assumption
    value_posts_per_day: PerDay = 0.5  # assumption: posts worth reading that are not advertising
    step: Utility = 0.0  # added to the chat's source step: how fitting deals are here


class Communities(Frozen):
    """The chats of the community."""

    chats: tuple[ChatKind, ...] = Field(default=(), max_length=100)


class KolTier(Frozen):
    """Opinion leaders of one size. Small ones are KOCs."""

    id: Id
    name: Text = Text()
    count: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 1  # assumption: a large agency's book
    choose: Literal["by_degree", "random"] = "by_degree"
    person_share: PersonShare = 1.0  # of its fee and sample, that each takes; see `PersonShare`
    followers_share: Share = 0.02  # of all members, beside the friends
    credibility: Share = 0.9  # assumption: at the start
    # outside it the source step is not added
    niche: tuple[Category, ...] = ("staple", "interest", "limited", "content")
    # strangers the platform shows a post to at first. assumption: a large city's worth at most
    public_pool: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    # more strangers for each click on the post. source: 1-6 % of those who are shown a note click on it
    # (agency guides 2024-25), so that a post grows for good from 17-100 on; assumption: ten times that
    public_pool_growth: Annotated[float, Field(ge=0, le=1000)] = 0.0
    charm: Factor = 1.0  # assumption: multiplies the source step


class Distributors(Frozen):
    """Members who sell for a commission from the start (云集 / 微店), or lead a pick-up group (团长)."""

    share: Share = 0.0  # of all members
    second_level_share: Share = 0.5  # assumption: of them, those recruited by another of them
    posts_per_day: Annotated[float, Field(ge=0, le=6)] = 0.5  # assumption: effort at the start, and its cap
    expectation_fen_per_week: Fen = 5_000  # assumption: earnings that keep the effort as it is
    effort_step: Share = 0.25  # assumption: weekly change of effort
    dormant_below_per_day: PerDay = 0.05  # assumption


class Roles(Frozen):
    """Who starts as a KOL or a distributor."""

    kols: tuple[KolTier, ...] = Field(default=(), max_length=100)
    distributors: Distributors = Distributors()
