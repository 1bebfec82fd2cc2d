"""Addressed luck: every draw is a pure function of (seed, stream, who, what, cause).

Nothing is consumed, so nothing depends on the order in which draws are made, and a rule that is turned
off leaves everybody else's luck as it was. The generator is Philox4x32-10 of Random123 (Salmon, Moraes,
Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): key = (seed, stream), counter =
(who, what, low and high word of cause).

Addresses:
    seed: 0 to 2**32 - 1, or `FORCED_LOW` or `FORCED_HIGH`.
    stream: one of the names below; 10,000 and above are free for a user's own mechanics.
    who, what: identifiers, taken modulo 2**32 (so -1, for nobody or nothing, is 0xFFFFFFFF).
    cause: any 64-bit integer; `mix`, `mix3` and `mix4` name a cause that has several parts.

All functions are compiled scalars: call them from Python or from other compiled functions, with Python
or NumPy integers that fit 64 bits with a sign. The value depends on the numbers alone, not on their types;
but numba takes some 75 microseconds to make out the type of an enum's member, so give its `int`.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from sim.compiled import compiled

Integer: TypeAlias = int | np.integer[Any]

# Stream names. The numbers are part of the model: never change or reuse one.
# Sessions and browsing.
SESSION_COUNT = 1  # how many sessions a member has in an hour
SESSION_TIME = 2  # when in the hour a session is
SESSION_MARK = 3  # whether the tired look after all
BROWSE_COUNT = 4  # how often a member browses on a day
BROWSE_TIME = 5  # when in the day a browsing is
BROWSE_ITEM = 7  # which item is looked at in a browsing
MENTION = 8  # whether a mention in a chat is noticed or made
# Decisions.
TASTE_COMMUNITY = 20  # a community's shared liking of a product
TASTE_OWN = 21  # a member's own lasting liking of a product
TASTE_NOISE = 22  # the passing part of one decision
ROUTE_TASTE = 23  # a member's lasting liking of a route (alone, open, join, wait)
PAYMENT = 24  # whether an order is paid
PAYMENT_DELAY = 25  # how long until an order is paid
GUESS = 26  # a member's error about a group's chance of success
TIE_BREAK = 27  # order among events or choices that are otherwise equal
OPEN_LIST = 28  # which of the open groups on the list is seen
EFFORT = 29  # how far a member goes for a task or a threshold
# Sharing.
SHARE = 40  # whether something is shared
SHARE_CHANNEL = 41  # through which channel
SHARE_RECIPIENT = 42  # with which of the neighbours
SHARE_CHAT = 43  # into which chat
MUTE = 44  # whether a member mutes a sender or a chat
# After the purchase.
DELIVERY_DELAY = 60  # how long a delivery takes
SATISFACTION = 61  # how content a buyer is with what came
REVIEW = 62  # whether and how a buyer reviews
RETURN = 63  # whether an order is sent back
REPURCHASE = 64  # whether and when a buyer comes back
# Members.
SEGMENT = 80  # which segment a member belongs to
TRAIT_PRICE = 81  # sensitivity to price
TRAIT_ACTIVITY = 82  # sessions per day
TRAIT_TRUST = 83  # weight given to what others say
TRAIT_CONFORMITY = 84  # weight given to how many others bought
TRAIT_SHARING = 85  # readiness to share
TRAIT_TOLERANCE = 87  # patience with messages before fatigue
ROLE = 90  # who takes a role that the scenario does not name
CUT = 91  # which part of a loaded graph is kept
RECRUIT = 92  # who joins a distributor's team
# Reach and platform.
KOL_AUDIENCE = 111  # who follows an opinion leader
PUBLIC_POOL = 112  # who arrives from public traffic
COUPON = 113  # who gets or finds a coupon
REWARD = 114  # size of a random reward
QUEUE = 115  # place in a flash sale's queue
BOT = 116  # what scripted buyers do
# Network.
NETWORK_DEGREE = 130  # how many ties a member has
NETWORK_COMMUNITY = 131  # which communities a member belongs to
NETWORK_EDGE = 132  # who is tied to whom
NETWORK_TIE = 134  # strength of a tie
NETWORK_FOLLOW = 135  # who follows whom
CHAT_LAYOUT = 136  # who is in which chat
CHAT_SIZE = 137  # how large a chat is

# Arguments pass through int64 on their way to uint64: -1 wraps compiled and uncompiled alike.
# Typed constants: numba would turn uint64 combined with a plain int into a signed or float value.
_WORD = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_12 = np.uint64(12)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FINAL_1 = np.uint64(0xBF58476D1CE4E5B9)
_FINAL_2 = np.uint64(0x94D049BB133111EB)
_1 = np.uint64(1)
_27 = np.uint64(27)
_30 = np.uint64(30)
_31 = np.uint64(31)

FORCED_LOW, FORCED_HIGH = -1, -2
"""In place of a seed: every uniform draw is the smallest, or the largest, there is (to test extremes)."""

POISSON_MEAN_MAX = 700.0
"""Largest mean `poisson_quantile` takes; above it exp(-mean) leaves the range of doubles."""

NORMAL_QUANTILE_MAX = 38.5
"""What `normal_quantile` gives for 1 and above; the least positive double's quantile is -38.47."""


@compiled
def philox4x32(
    c0: Integer, c1: Integer, c2: Integer, c3: Integer, k0: Integer, k1: Integer
) -> tuple[Integer, Integer, Integer, Integer]:
    """Return the four 32-bit words of Philox4x32-10 for a counter and a key of 32-bit words."""
    x0 = np.uint64(np.int64(c0)) & _WORD
    x1 = np.uint64(np.int64(c1)) & _WORD
    x2 = np.uint64(np.int64(c2)) & _WORD
    x3 = np.uint64(np.int64(c3)) & _WORD
    key0 = np.uint64(np.int64(k0)) & _WORD
    key1 = np.uint64(np.int64(k1)) & _WORD
    for _ in range(10):
        product0 = _MULTIPLIER_0 * x0
        product1 = _MULTIPLIER_1 * x2
        x0 = (product1 >> _32) ^ x1 ^ key0
        x1 = product1 & _WORD
        x2 = (product0 >> _32) ^ x3 ^ key1
        x3 = product0 & _WORD
        key0 = (key0 + _WEYL_0) & _WORD
        key1 = (key1 + _WEYL_1) & _WORD
    return x0, x1, x2, x3


@compiled
def unit_interval(high: Integer, low: Integer) -> float:
    """Map two 32-bit words to the open interval (0, 1): the middle of one of 2**52 equal cells.

    52 bits, not 53: with 53 the middle of the last cell is no double and would round to 1.
    """
    cell = ((np.uint64(high) << _32) | np.uint64(low)) >> _12
    return (np.float64(cell) + 0.5) * 2.0**-52


@compiled
def uniform(seed: Integer, stream: Integer, who: Integer, what: Integer, cause: Integer) -> float:
    """Return the uniform draw in the open interval (0, 1) at an address."""
    if seed < 0:
        return unit_interval(0, 0) if seed == FORCED_LOW else unit_interval(_WORD, _WORD)
    wide = np.uint64(np.int64(cause))
    high, low, _, _ = philox4x32(who, what, wide & _WORD, wide >> _32, seed, stream)
    return unit_interval(high, low)


@compiled
def four_uniforms(
    seed: Integer, stream: Integer, who: Integer, what: Integer
) -> tuple[float, float, float, float]:
    """Return four draws of 32 bits each at one address: for many small choices in a row."""
    if seed < 0:
        forced = 2.0**-33 if seed == FORCED_LOW else 1.0 - 2.0**-33
        return forced, forced, forced, forced
    a, b, c, d = philox4x32(who, what, 0, 0, seed, stream)
    return (
        (np.float64(a) + 0.5) * 2.0**-32,
        (np.float64(b) + 0.5) * 2.0**-32,
        (np.float64(c) + 0.5) * 2.0**-32,
        (np.float64(d) + 0.5) * 2.0**-32,
    )


@compiled
def branch(seed: Integer, base: float, name: Integer) -> float:
    """Return a uniform draw made of another one and a name: many cheap draws from one address.

    splitmix64's scrambling of the base's 52 bits and the name (Steele, Lea and Flood, OOPSLA 2014).
    """
    if seed < 0:
        return base
    cell = np.uint64(np.int64(base * 2.0**52))
    wide = _finalise(_finalise(cell + _GOLDEN) ^ np.uint64(np.int64(name)))
    return unit_interval(wide >> _32, wide & _WORD)


@compiled
def normal(seed: Integer, stream: Integer, who: Integer, what: Integer, cause: Integer) -> float:
    """Return the standard normal draw at an address: the quantile of its uniform draw."""
    return normal_quantile(uniform(seed, stream, who, what, cause))


@compiled
def exponential(seed: Integer, stream: Integer, who: Integer, what: Integer, cause: Integer) -> float:
    """Return the exponential draw of mean 1 at an address; it falls as the uniform draw rises."""
    return -math.log(uniform(seed, stream, who, what, cause))


@compiled
def gumbel(seed: Integer, stream: Integer, who: Integer, what: Integer, cause: Integer) -> float:
    """Return the standard Gumbel draw at an address; it rises with the uniform draw."""
    return -math.log(-math.log(uniform(seed, stream, who, what, cause)))


@compiled
def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function at x."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@compiled
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of p.

    Algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988), about 1 part in 10**16. At 0 and
    below it gives -NORMAL_QUANTILE_MAX, at 1 and above +NORMAL_QUANTILE_MAX.
    """
    if p <= 0.0:
        return -NORMAL_QUANTILE_MAX
    if p >= 1.0:
        return NORMAL_QUANTILE_MAX
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = 2.5090809287301226727e3
        top = top * r + 3.3430575583588128105e4
        top = top * r + 6.7265770927008700853e4
        top = top * r + 4.5921953931549871457e4
        top = top * r + 1.3731693765509461125e4
        top = top * r + 1.9715909503065514427e3
        top = top * r + 1.3314166789178437745e2
        top = top * r + 3.3871328727963666080e0
        bottom = 5.2264952788528545610e3
        bottom = bottom * r + 2.8729085735721942674e4
        bottom = bottom * r + 3.9307895800092710610e4
        bottom = bottom * r + 2.1213794301586595867e4
        bottom = bottom * r + 5.3941960214247511077e3
        bottom = bottom * r + 6.8718700749205790830e2
        bottom = bottom * r + 4.2313330701600911252e1
        bottom = bottom * r + 1.0
        return q * top / bottom
    r = math.sqrt(-math.log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        top = 7.74545014278341407640e-4
        top = top * r + 2.27238449892691845833e-2
        top = top * r + 2.41780725177450611770e-1
        top = top * r + 1.27045825245236838258e0
        top = top * r + 3.64784832476320460504e0
        top = top * r + 5.76949722146069140550e0
        top = top * r + 4.63033784615654529590e0
        top = top * r + 1.42343711074968357734e0
        bottom = 1.05075007164441684324e-9
        bottom = bottom * r + 5.47593808499534494600e-4
        bottom = bottom * r + 1.51986665636164571966e-2
        bottom = bottom * r + 1.48103976427480074590e-1
        bottom = bottom * r + 6.89767334985100004550e-1
        bottom = bottom * r + 1.67638483018380384940e0
        bottom = bottom * r + 2.05319162663775882187e0
        bottom = bottom * r + 1.0
    else:
        r -= 5.0
        top = 2.01033439929228813265e-7
        top = top * r + 2.71155556874348757815e-5
        top = top * r + 1.24266094738807843860e-3
        top = top * r + 2.65321895265761230930e-2
        top = top * r + 2.96560571828504891230e-1
        top = top * r + 1.78482653991729133580e0
        top = top * r + 5.46378491116411436990e0
        top = top * r + 6.65790464350110377720e0
        bottom = 2.04426310338993978564e-15
        bottom = bottom * r + 1.42151175831644588870e-7
        bottom = bottom * r + 1.84631831751005468180e-5
        bottom = bottom * r + 7.86869131145613259100e-4
        bottom = bottom * r + 1.48753612908506148525e-2
        bottom = bottom * r + 1.36929880922735805310e-1
        bottom = bottom * r + 5.99832206555887937690e-1
        bottom = bottom * r + 1.0
    return -top / bottom if q < 0.0 else top / bottom


@compiled
def poisson_quantile(u: float, mean: float) -> int:
    """Return the least k with P(Poisson(mean) <= k) >= u, for u in (0, 1), by summation.

    For one u it never falls as the mean rises, so a higher rate only adds events.

    Raises:
        ValueError: the mean is negative, not a number, or above POISSON_MEAN_MAX.
    """
    if not 0.0 <= mean <= POISSON_MEAN_MAX:
        raise ValueError("mean of a Poisson draw must be within 0 and 700; split a larger one")
    if u <= 1.0 - mean:
        return 0  # as exp(-mean) is at least that
    count = 0
    term = math.exp(-mean)
    total = term
    while total < u:
        count += 1
        term *= mean / count
        if count > mean and total + term == total:
            break  # rounding keeps the sum below a u next to 1
        total += term
    return count


@compiled
def _finalise(z: Integer) -> np.uint64:
    """Return splitmix64's bijective scrambling of 64 bits (Steele, Lea and Flood, OOPSLA 2014)."""
    wide = np.uint64(z)
    wide = (wide ^ (wide >> _30)) * _FINAL_1
    wide = (wide ^ (wide >> _27)) * _FINAL_2
    return wide ^ (wide >> _31)


@compiled
def mix(a: Integer, b: Integer) -> int:
    """Return one non-negative 63-bit name for the ordered pair of integers (a, b).

    It names a cause; it is no source of luck: draw at the address it makes.
    """
    first = _finalise(np.uint64(np.int64(a)) + _GOLDEN)
    return int(np.int64(_finalise((first ^ np.uint64(np.int64(b))) + _GOLDEN) >> _1))


@compiled
def mix3(a: Integer, b: Integer, c: Integer) -> int:
    """Return one non-negative 63-bit name for an ordered triple of integers."""
    return mix(mix(a, b), c)


@compiled
def mix4(a: Integer, b: Integer, c: Integer, d: Integer) -> int:
    """Return one non-negative 63-bit name for four integers in order."""
    return mix(mix(mix(a, b), c), d)


def address_of(id_: str) -> int:
    """Return a non-negative 63-bit name made of an id, the same on every machine; not compiled.

    Luck hangs on the ids of products and mechanics, not on their places in a list.
    """
    address = 0
    for byte in id_.encode():
        address = mix(address, byte)
    return address
