"""Every decision formula, once: compiled scalars that the agents call and the fast engine compiles.

All are pure; no draw is made here except through arguments. Terms of utility are in standard
deviations of taste (probit). Only `math` functions that agree between Python and compiled code are
used.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled


@compiled
def taste_z(homophily: float, community_z: float, own_z: float) -> float:
    """Lasting taste of a member for a product: sqrt(h)·community + sqrt(1-h)·own, marginally N(0, 1)."""
    return math.sqrt(homophily) * community_z + math.sqrt(1.0 - homophily) * own_z


@compiled
def mixed_taste(persistence: float, lasting_z: float, passing_z: float) -> float:
    """Taste at one exposure: sqrt(rho)·z + sqrt(1-rho)·e."""
    return math.sqrt(persistence) * lasting_z + math.sqrt(1.0 - persistence) * passing_z


@compiled
def price_term(coefficient: float, reference_fen: float, price_fen: float) -> float:
    """price_coefficient · ln(reference price / price)."""
    return coefficient * math.log(reference_fen / max(1.0, price_fen))


@compiled
def source_term(
    step: float, charm: float, trust: float, credibility: float, tie: float, tie_slope: float, kept: float
) -> float:
    """What the source adds: step·charm·trust·credibility·kept + slope·tie.

    tie: strength 0-1, counted from the middle for ties (0 for strangers adds nothing);
    kept: share of the step that is left when the message is disclosed advertising or its sender is paid
    for it, else 1.
    """
    own = step * charm * trust * credibility * kept
    if tie > 0.0:
        own += tie_slope * (tie - 0.5)
    return own


@compiled
def response_term(z: float, zero_z: float, conformity: float) -> float:
    """Normal quantile of the response table's probability; conformity scales its lift over that at 0."""
    return zero_z + conformity * (z - zero_z)


@compiled
def believed_quality(quality: float, known_share: float, rating_sum: int, ratings: int) -> float:
    """Quality as seen (0-1): what is known of it, and the ratings, against a neutral 0.5.

    The prior is worth 5 ratings (assumption).
    """
    prior = known_share * quality + (1.0 - known_share) * 0.5
    seen = 0.25 * (rating_sum - ratings)  # ratings 1-5 on the scale 0-1
    return (5.0 * prior + seen) / (5.0 + ratings)


@compiled
def quality_term(
    weight: float,
    believed: float,
    penalty: float,
    known_share: float,
    ratings: int,
    reference_fen: float,
    price_fen: float,
) -> float:
    """Believed quality, less the suspicion that a deep discount raises where quality is unknown.

    Convex in the depth of the discount (form: Cao, Hui and Xu 2017); ratings take the doubt away.
    """
    depth = max(0.0, 1.0 - price_fen / reference_fen)
    unknown = (1.0 - known_share) * 5.0 / (5.0 + ratings)
    return weight * (believed - 0.5) - penalty * unknown * depth * depth


@compiled
def pressure_term(
    urgency_weight: float,
    urgency: float,
    scarcity_weight: float,
    claimed: float,
    believed: float,
    reference_fen: float,
    price_fen: float,
) -> float:
    """Pressure of time, and of the stock shown as claimed.

    Urgency grows with the square of the time gone (assumption). What others have claimed speaks for the
    product as far as nothing else explains it: more with a good rating (1 at the neutral belief 0.5), less
    under a deep discount (signs: Cui, Zhang and Bassamboo 2019, F11; bilinear form: assumption).
    """
    full_price = min(1.0, price_fen / reference_fen)
    return urgency_weight * urgency * urgency + scarcity_weight * claimed * 2.0 * believed * full_price


@compiled
def fill_belief(
    prior: float, prior_groups: float, succeeded: int, failed: int, seats_missing: int, seats_needed: int
) -> float:
    """Chance, as believed, that a group fills: the public fill rate, nearer to 1 as seats fill.

    A group that needs nobody more is certain; one with all other seats open has the public rate.
    """
    weight = prior_groups + succeeded + failed  # 0 where nothing is known but the prior
    rate = (prior * prior_groups + succeeded) / weight if weight > 0.0 else prior
    if seats_missing <= 0:
        return 1.0
    return math.exp(math.log(max(rate, 1e-6)) * seats_missing / max(1, seats_needed - 1))


@compiled
def belief_term(belief: float) -> float:
    """Log of the believed chance that it comes to something: the discount of expected utility."""
    return math.log(max(belief, 1e-6)) if belief < 1.0 else 0.0


@compiled
def route_utility(
    base: float,
    taste: float,
    price: float,
    source: float,
    response: float,
    quality: float,
    pressure: float,
    route_taste: float,
    incentive: float,
    effort: float,
    fatigue: float,
    belief: float,
) -> float:
    """U of one way to buy: the sum of its signed terms, in this order."""
    likes = base + taste + price + source + response + quality
    return likes + pressure + route_taste + incentive + effort + fatigue + belief


@compiled
def table_value(places: NDArray[np.float64], probs: NDArray[np.float64], at: float) -> float:
    """Piecewise linear table, flat outside its points. places ascend."""
    last = len(places) - 1
    if at <= places[0]:
        return float(probs[0])
    for index in range(last):
        if at < places[index + 1]:
            part = (at - places[index]) / (places[index + 1] - places[index])
            return float(probs[index] + part * (probs[index + 1] - probs[index]))
    return float(probs[last])


@compiled
def share_prob(
    intercept: float,
    trait: float,
    shareability: float,
    waiting: float,
    own_part: float,
    satisfaction: float,
    reward_fen: int,
    reward_jump: float,
    reward_slope: float,
    social_cost: float,
    privacy: float,
    fatigue: float,
) -> float:
    """Chance that somebody passes it on: a logistic in motive, trait and reward, less the social cost.

    Any reward is a jump, its size hardly counts (Ryu and Feick 2007, F22); a reward makes it selling,
    which costs with friends. Who waits with others in a group leaves it to them in part (diffusion of
    responsibility, Darley and Latané 1968; halves: assumption).
    """
    x = intercept + trait + shareability + waiting * (0.5 + 0.5 * own_part) + satisfaction - fatigue
    if reward_fen > 0:
        x += reward_jump + reward_slope * math.log(1.0 + reward_fen / 100.0) - social_cost * privacy
    if x > 36.0:
        return 1.0
    return 1.0 / (1.0 + math.exp(-x))


@compiled
def recipient_score(
    tie: float,
    tie_weight: float,
    reward_shift: float,
    rewarded: bool,
    guess: float,
    guess_weight: float,
    noise: float,
) -> float:
    """How much a sharer wants to tell one friend: closeness, guessed taste, addressed noise.

    A reward shifts the choice to weaker ties (F22).
    """
    weight = tie_weight - (reward_shift if rewarded else 0.0)
    return weight * math.log(max(tie, 1e-6)) + guess_weight * guess + noise


@compiled
def decayed(value: float, elapsed_s: float, half_life_s: float) -> float:
    """Exponential decay; a half-life of 0 forgets at once."""
    if value == 0.0 or elapsed_s <= 0.0:
        return value
    if half_life_s <= 0.0:
        return 0.0
    return value * math.exp(-0.6931471805599453 * elapsed_s / half_life_s)


@compiled
def rested(fatigue: float, elapsed_s: float, half_life_s: float, healed_per_day: float) -> float:
    """Fatigue after a while: it decays, and value content read in the chats takes more off."""
    return max(0.0, decayed(fatigue, elapsed_s, half_life_s) - healed_per_day * elapsed_s / 86400.0)


@compiled
def healed_credibility(credibility: float, elapsed_s: float, half_life_s: float) -> float:
    """Credibility returns to 1 with a half-life."""
    return 1.0 - decayed(1.0 - credibility, elapsed_s, half_life_s)


@compiled
def session_factor(fatigue: float, tolerance: float, slows: float) -> float:
    """Share of sessions left under fatigue: 1 - slows · fatigue/tolerance, at most slowed by `slows`."""
    return 1.0 - slows * min(1.0, fatigue / tolerance)


@compiled
def wanted_for_itself(utility: float, price: float) -> float:
    """How far a buyer whom a low price won over falls short of buying at the reference price; 0 for others.

    utility: U of the way to buy; price: its price term.
    """
    return min(0.0, utility - max(0.0, price))


@compiled
def satisfaction_with(quality: float, expected: float, luck: float, fit: float, wanted: float) -> float:
    """Quality less what was expected, plus the luck of the parcel, less for those whom the price won over.

    About -1 to 1. fit: weight of `wanted_for_itself` (Byers et al. 2012, F28: buyers of deals rate lower).
    """
    return max(-1.0, min(1.0, quality - expected + luck + fit * wanted))


@compiled
def rating_of(quality: float, satisfaction: float) -> int:
    """Stars, 1 to 5, from what came and how it compares. assumption: linear, thresholds even."""
    stars = 1.0 + 4.0 * quality + 2.0 * satisfaction
    return int(max(1.0, min(5.0, math.floor(stars + 0.5))))


@compiled
def return_prob(base: float, satisfaction: float, dissatisfied: float) -> float:
    """Chance of sending it back: the product's own, and more for the dissatisfied."""
    return min(1.0, base + dissatisfied * max(0.0, -satisfaction))


@compiled
def adapted_reference(reference_fen: float, paid_fen: float, weight: float) -> float:
    """Reference price after paying a price (exponential smoothing)."""
    return (1.0 - weight) * reference_fen + weight * paid_fen


@compiled
def stockpile_mean(units_at_half: float, reference_fen: float, price_fen: float) -> float:
    """Mean of extra units of a consumable, in proportion to the discount's depth."""
    return units_at_half * 2.0 * max(0.0, 1.0 - price_fen / reference_fen)


@compiled
def extra_unit_fen(price_fen: int, extra_units: int, saved_fen: int) -> float:
    """What each unit more really costs where the order saves by them: price - saved / units more, at least 0.

    With it `stockpile_mean` says whether they are wanted: whoever is short of a coupon's threshold takes
    what is missing as if it were offered at this price (form: assumption).
    """
    return max(0.0, price_fen - saved_fen / extra_units)


@compiled
def next_effort(effort: float, earned_fen: int, expected_fen: int, step: float) -> float:
    """A distributor's posts a day after a week: up when earnings meet the expectation, down when not.

    At most 6 posts a day (assumption).
    """
    if earned_fen >= expected_fen:
        return min(6.0, effort * (1.0 + step))
    return effort * (1.0 - step)
