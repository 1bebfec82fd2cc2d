"""What mechanics ask of the engine: done right after the moment that asked, first come first served.

So a mechanic's compiled form needs to know nothing of the engine, and no moment happens inside another.
"""

from __future__ import annotations

from sim.compiled import internal
from sim.kernel.records import request_of, world_at

CONFIRM = 1  # an order will be served: a: order, b: given back of its price, amount: arrival or -1
REFUND = 2  # a paid, unconfirmed order gets its money back: a: order, b: reason
PAID = 3  # what follows a payment when the mechanics are through with it: a: order
PROMOTE = 4  # a distributor tells others: who, what: product, flag: in chats only
KOL_POST = 5  # a seed posts: who, what: product, step, flag: advertising, a: adopted
SHARE = 6  # a seed passes it on like a buyer: who, what: product
DELIVER = 7  # a message goes to those on the list `chosen`: a: message, b: how many
ANNOUNCE = 8  # friends are shown what somebody has got: who, what: product, a: order or -1


@internal
def _asked(w: int, kind: int) -> int:
    world = world_at(w, 0)
    number = world.request_used
    world.request_used += 1
    request_of(w, number).kind = kind
    return number


@internal
def ask_confirm(w: int, order: int, arrives_s: int, given_back_fen: int) -> None:
    """Have an order served, to arrive at a time (-1: after the product's delivery time)."""
    request = request_of(w, _asked(w, CONFIRM))
    request.a, request.cause, request.amount = order, arrives_s, given_back_fen


@internal
def ask_refund(w: int, order: int, reason: int) -> None:
    """Have a paid, unconfirmed order refunded."""
    request = request_of(w, _asked(w, REFUND))
    request.a, request.b = order, reason


@internal
def ask_after_payment(w: int, order: int) -> None:
    """Have a payment followed up."""
    request_of(w, _asked(w, PAID)).a = order


@internal
def ask_promote(w: int, member: int, product: int, offer: int, cause: int, only_chats: bool) -> None:
    """Have a distributor tell others, for the commission."""
    request = request_of(w, _asked(w, PROMOTE))
    request.who, request.what, request.offer, request.cause = member, product, offer, cause
    request.flag = only_chats


@internal
def ask_kol_post(
    w: int, member: int, product: int, offer: int, cause: int, step: float, advertising: bool, adopted: bool
) -> None:
    """Have a seed post to followers, friends and the public pool."""
    request = request_of(w, _asked(w, KOL_POST))
    request.who, request.what, request.offer, request.cause = member, product, offer, cause
    request.step, request.flag, request.a = step, advertising, adopted


@internal
def ask_share(w: int, member: int, product: int, cause: int) -> None:
    """Have a seed pass it on like anybody who has bought."""
    request = request_of(w, _asked(w, SHARE))
    request.who, request.what, request.cause = member, product, cause


@internal
def ask_deliver(w: int, message: int, count: int) -> None:
    """Have a message put before the first so many members on the list `chosen`."""
    request = request_of(w, _asked(w, DELIVER))
    request.a, request.b = message, count


@internal
def ask_announce(w: int, member: int, product: int, cause: int, order: int) -> None:
    """Have a member's friends shown what the member has got, by order or (-1) as a gift."""
    request = request_of(w, _asked(w, ANNOUNCE))
    request.who, request.what, request.cause, request.a = member, product, cause, order
