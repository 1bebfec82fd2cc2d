"""How members decide, share, tire and judge: the parameters of the probit and of talk.

Defaults marked "prototype" come from the region in which a prototype met F2, F4, F5 and F10
together (base, price coefficient, rho, homophily, source step, incentive, opening cost); the rest
carry their own source or the word "assumption".
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.settings.fields import (
    Frozen,
    Hours,
    LoadEach,
    Prob,
    Share,
    Sigma,
    Utility,
    Weight,
)
from sim.settings.problems import RuleError

Trigger = Literal["paid", "received", "liked"]
ShareChannel = Literal["private", "chat", "moments"]


class CategoryUtility(Frozen):
    """One probit term for each category of product."""

    staple: Utility = 0.0
    interest: Utility = 0.0
    limited: Utility = 0.0
    content: Utility = 0.0


class BaseUtility(Frozen):
    """What it takes to want a thing of each category at its reference price, told by nobody."""

    staple: Utility = -2.60  # prototype
    interest: Utility = -2.70  # assumption
    limited: Utility = -2.60  # assumption
    content: Utility = -3.00  # with F4


class SourceStep(Frozen):
    """What it adds to hear of a product over a channel, for a fully credible source."""

    private: Utility = 0.35  # prototype
    chat: Utility = 0.20  # assumption: weaker than a personal message (F7: per message the personal one wins)
    moments: Utility = 0.15  # assumption
    kol_post: Utility = 0.30  # assumption
    public: Utility = 0.0  # assumption: a stranger's post on the platform is like own browsing
    push: Utility = 0.0  # normalisation: the shop's own word adds nothing
    browse: Utility = 0.0  # normalisation
    reminder: Utility = 0.5  # assumption: who asked to be reminded has half decided
    own_need: Utility = 0.1  # with F28: the consumable has run out, and the habit is a weak one


class ResponsePoint(Frozen):
    """One point of a response table: at argument `at`, the probability `prob`."""

    at: Annotated[float, Field(ge=0, le=1_000_000)]
    prob: Prob


class ResponseTable(Frozen):
    """A piecewise linear table, flat outside its points."""

    points: tuple[ResponsePoint, ...] = Field(min_length=1, max_length=64)

    @model_validator(mode="after")
    def _ascending(self) -> ResponseTable:
        places = [point.at for point in self.points]
        if places != sorted(set(places)):
            raise RuleError(
                "points must ascend strictly in `at`",
                "points 的 at 必须严格递增",
                "points",
            )
        return self


def _table(*pairs: tuple[float, float]) -> ResponseTable:
    return ResponseTable(points=tuple(ResponsePoint(at=at, prob=prob) for at, prob in pairs))


class Response(Frozen):
    """What others do, as seen: a table in probability units that enters U as its normal quantile.

    argument: what the table is read at. `constant`: 0; `adopters`: distinct adopters heard from;
    `neighbour_weight`: summed weight of adopting neighbours heard from (each 1/degree); `tie`: the
    tie strength of the sender; `population_share`: adopters ÷ members.
    """

    argument: Literal["adopters", "constant", "neighbour_weight", "tie", "population_share"] = "adopters"
    # with F15, and F17 (the first counts, further ones hardly): +0.28, +0.32 SD
    low_effort: ResponseTable = _table((0, 0.5), (1, 0.610), (2, 0.626))
    # with F9 (Centola 2010: the second signal counts most): nothing, +1.8, +2.3 SD
    high_effort: ResponseTable = _table((0, 0.309), (1, 0.309), (2, 0.903), (3, 0.964))


class RouteEffort(Frozen):
    """What each way to buy costs in effort."""

    buy_alone: Utility = 0.0  # normalisation
    open_group: Utility = 0.15  # prototype: opening cost
    join_group: Utility = 0.05  # assumption: less than opening
    join_listed: Utility = 0.05  # assumption: a group of strangers on the open list is as easy to join
    flash: Utility = 0.10  # assumption: being there in time
    community: Utility = 0.10  # assumption: fetching it at the pick-up point


class Deciding(Frozen):
    """The probit over routes (MODEL section 4)."""

    base: BaseUtility = BaseUtility()
    taste_persistence: Share = 0.90  # rho; prototype (F5 wants 0.85 and above)
    homophily: Share = 0.10  # h; with F1 and F4
    source_step: SourceStep = SourceStep()
    # assumption: from a stranger's to the closest tie; F19: strong ties are individually more influential
    tie_slope: Utility = 0.30
    # assumption: what is left of a source's step when its message is disclosed advertising
    advertising_share: Share = 0.5
    # with F4: what is left of it when the sender is paid for it; receivers wonder why they are told (form:
    # Verlegh et al. 2013)
    rewarded_share: Share = 0.1
    incentive: Utility = 0.10  # with F4: a personal reward for buying through this link
    response: Response = Response()
    quality_weight: Weight = 0.60  # assumption: from worst to best rating seen
    # with F27: times depth of discount squared, for products of unknown quality (form: Cao, Hui, Xu 2017)
    unknown_quality_penalty: Weight = 2.75
    urgency: Utility = 0.15  # assumption: at the last moment of the window
    # with F11 (Cui et al. 2019): all stock shown as claimed, at a neutral rating and the reference price
    scarcity: Utility = 0.20
    route_taste_sigma: Sigma = 0.20  # assumption: personal liking for a way to buy
    effort: RouteEffort = RouteEffort()
    fill_prior: Prob = 0.70  # assumption: believed chance that a group fills before any is seen; near F2
    # assumption: how many seen groups the prior is worth; with a million nobody learns
    fill_prior_groups: Annotated[float, Field(ge=0, le=1_000_000)] = 10.0
    consider_margin: Utility = 0.8  # assumption: who falls short by no more than this looks closer (click)
    fatigue_weight: Weight = 0.20  # assumption: at personal tolerance
    reference_adaptation: Share = 0.25  # assumption: weight of the price just paid in the new reference price
    # assumption: extra units of a consumable at half price, on average
    stockpile_units: Annotated[float, Field(ge=0, le=100)] = 1.0


class ChannelLiking(Frozen):
    """Relative liking of the channels to share over, in logits."""

    private: Utility = 0.0  # normalisation
    chat: Utility = -0.4  # assumption
    moments: Utility = -1.0  # assumption


class Sharing(Frozen):
    """Who passes it on, how, and to whom."""

    triggers: tuple[Trigger, ...] = ("paid", "received", "liked")
    channels: tuple[ShareChannel, ...] = ("private", "chat", "moments")
    intercept: Utility = -7.0  # with F6 and F12: most people share nothing
    bought: Utility = 4.0  # with F7: who has it has more to tell
    waiting_group: Utility = 8.0  # with F2: a member of an unfinished group wants it filled
    reward_jump: Utility = 0.8  # assumption; F22: any reward counts, its size hardly
    reward_slope: Utility = 0.05  # assumption: per e-fold of yuan
    satisfaction: Utility = 1.0  # assumption: per unit of satisfaction
    # assumption: readers who fall short of buying by no more than this may pass it on
    liked_margin: Utility = 0.3
    social_cost: Weight = 0.5  # assumption: of selling to friends for a reward, at full privacy trait
    liking: ChannelLiking = ChannelLiking()
    # prototype: 6 private invitations; null: all friends. assumption: more than anybody has, at most
    private_limit: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = 6
    tie_weight: Utility = 1.0  # assumption: preference for close friends, in logs of tie strength
    reward_tie_shift: Utility = 0.8  # assumption; F22: rewards work mainly on weak ties
    # with F8 (hubs are not more persuasive per contact): of the guessed taste of the recipient
    guess_weight: Utility = 0.10
    guess_noise_sigma: Sigma = 1.0  # assumption: the guess is as much noise as taste
    chats_limit: Annotated[int, Field(strict=True, ge=1, le=500)] = 2  # prototype: 2 chats an opener
    credibility_wear: Share = 0.03  # assumption: lost with each paid promotion sent
    credibility_half_life_hours: Hours = 720.0  # assumption: heals slowly


class Staleness(Frozen):
    """Hours after which an unread item is past reading."""

    private: Hours = 72.0  # assumption
    chat: Hours = 24.0  # assumption: chats scroll away
    moments: Hours = 24.0  # assumption
    kol_post: Hours = 48.0  # assumption
    public: Hours = 24.0  # assumption
    push: Hours = 48.0  # assumption


class Fatigue(Frozen):
    """Promotional load: each item read adds, time heals, value content heals faster."""

    per_item: LoadEach = 1.0  # normalisation
    # with F32 (Localytics 2017): a push interrupts, an item in a chat is passed over
    per_push: LoadEach = 7.0
    half_life_hours: Hours = 48.0  # assumption
    value_item_heals: LoadEach = 3.0  # assumption
    slows_sessions: Share = 0.3  # assumption: share of sessions lost at personal tolerance
    # assumption: leaves the chat at this multiple of the tolerance, mutes at 1
    leave_at: Annotated[float, Field(ge=0, le=1000)] = 2.0
    chat_dies_below: Share = 0.10  # assumption: fewer listeners than this and nobody answers (死群)


class AfterSales(Frozen):
    """Satisfaction, reviews and returns."""

    satisfaction_sigma: Sigma = 0.20  # assumption: luck of the single parcel
    # with F28 (Byers et al. 2012): for each SD by which one would not have bought at the reference price
    price_won_fit: Weight = 0.4
    review_prob: Prob = 0.10  # assumption
    dissatisfied_return_prob: Prob = 0.30  # assumption: added chance of return for the fully dissatisfied
    return_delay_days: Annotated[float, Field(gt=0, le=60)] = 2.0  # assumption: mean


class Behaviour(Frozen):
    """Everything about how members behave that is not a trait of their segment."""

    deciding: Deciding = Deciding()
    sharing: Sharing = Sharing()
    staleness: Staleness = Staleness()
    fatigue: Fatigue = Fatigue()
    after_sales: AfterSales = AfterSales()
