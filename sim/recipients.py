"""Whom a sharer would tell first: scores of friends, for both engines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import streams
from sim.compiled import compiled
from sim.decisions import recipient_score
from sim.people import lasting_taste
from sim.streams import Integer, gumbel, normal


@compiled
def friend_score(
    seed: Integer,
    sharer: Integer,
    product_address: Integer,
    cause: Integer,
    friend: Integer,
    tie: float,
    community: Integer,
    homophily: float,
    tie_weight: float,
    reward_shift: float,
    rewarded: bool,
    guess_weight: float,
    guess_sigma: float,
) -> float:
    """A friend's score; the guess of a friend's taste is taste plus lasting error."""
    guess = lasting_taste(seed, homophily, community, friend, product_address)
    guess += guess_sigma * normal(seed, streams.GUESS, sharer, friend, product_address)
    noise = gumbel(seed, streams.SHARE_RECIPIENT, sharer, friend, cause)
    return recipient_score(tie, tie_weight, reward_shift, rewarded, guess, guess_weight, noise)


@compiled
def recipient_scores(
    seed: Integer,
    sharer: Integer,
    product_address: Integer,
    cause: Integer,
    friends: NDArray[np.int32],
    ties: NDArray[np.float64],
    community: NDArray[np.int32],
    homophily: float,
    tie_weight: float,
    reward_shift: float,
    rewarded: bool,
    guess_weight: float,
    guess_sigma: float,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` with each friend's score."""
    for place in range(len(friends)):
        friend = np.int64(friends[place])
        out[place] = friend_score(
            seed,
            sharer,
            product_address,
            cause,
            friend,
            ties[place],
            community[friend],
            homophily,
            tie_weight,
            reward_shift,
            rewarded,
            guess_weight,
            guess_sigma,
        )


def best_friends(scores: NDArray[np.float64], friends: NDArray[np.int32], limit: int | None) -> list[int]:
    """The friends with the highest scores, ascending in number; all of them without a limit."""
    if limit is None or len(friends) <= limit:
        return [int(friend) for friend in friends]
    best = np.argsort(-scores, kind="stable")[:limit]
    return sorted(int(friend) for friend in friends[best])
