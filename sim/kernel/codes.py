"""Numbers of what compiled code tells apart: channels as plain integers, actions, arguments.

numba takes some 75 microseconds to make out the type of an enum's member, so it gets integers.
"""

from __future__ import annotations

from sim.events import Channel

# what an entry of the agenda does; below FIRST_TIMER it is the engine's, from there on a mechanic's
PAY, TIME_OUT, ARRIVE, RECEIVE, RETURN, REVIEW, READ, LOOK_IN, FINAL = range(1, 10)

PRIVATE, CHAT, MOMENTS, KOL_POST, PUBLIC, PUSH = (
    int(Channel.PRIVATE),
    int(Channel.CHAT),
    int(Channel.MOMENTS),
    int(Channel.KOL_POST),
    int(Channel.PUBLIC),
    int(Channel.PUSH),
)

# where a response table is read
CONSTANT, ADOPTERS, NEIGHBOUR_WEIGHT, TIE, POPULATION_SHARE = range(5)
RESPONSE_ARGUMENTS = {
    "constant": CONSTANT,
    "adopters": ADOPTERS,
    "neighbour_weight": NEIGHBOUR_WEIGHT,
    "tie": TIE,
    "population_share": POPULATION_SHARE,
}
