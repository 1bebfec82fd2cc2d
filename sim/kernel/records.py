"""What a compiled run keeps in memory: one kind of record each, and how to get at them.

`WORLD` is the one record that is handed around, by its address `w`; its fields named like a kind of record
are the addresses of the arrays of them. Arrays that grow have `<name>_used` and `<name>_room`, what
a step may need of them as `step_<name>`, and those whose places are used again `<name>_free`, the first of a
chain (-1: none). An index of -1 means none.
"""

from __future__ import annotations

import numpy as np

from sim.events import COLUMNS
from sim.kernel.views import array_at, number_at, number_of, prefetch_of, put_at, record_at, record_of

RESPONSE_POINTS = 64
"""Most points of a response table."""


def _fields(**types: str) -> list[tuple[str, str]]:
    """Field descriptions from one string of names for each type."""
    return [(name, type_) for type_, names in types.items() for name in names.split()]


GROWING = ("message", "item", "entry", "order", "note", "group", "sparse", "heard", "request", "row")
"""Arrays that get more room as they fill."""

WORLD = np.dtype(
    _fields(
        i8="seed now_s horizon_s clock_s hours members products segments offers running_off "
        # what the arrays are
        "settings member segment product tier standing coverage calendar calendar_product summed_rate "
        "product_address popularity "
        # the graph
        "friend_start friend_target friend_tie follow_start follow_target "
        "chat chat_member chat_silent member_chat_start member_chat member_chat_left "
        "audience_start audience "
        # growing arrays
        + " ".join(f"{name} {name}_used {name}_room {name}_free step_{name}" for name in GROWING)
        + " "
        # standings: one for each member and product, or (sparse) found by a table
        "dense standing_keys standing_values standing_mask "
        # names that have been used: of reminders asked for
        "asked asked_mask asked_used "
        # the queue
        "bucket buckets bucket_s first_bucket_s at_bucket later heap heap_used "
        "visit visit_bucket session_phase browse_phase "
        # mechanics by moment: places of `moment` where each moment's list of offers starts
        "offer moment moment_start "
        # by member, 1 where credibility is not simply whole
        "doubted "
        # what is being read
        "fresh reader reading readings "
        # scratch
        "chosen scores routes discounts unconfirmed request_at "
        # where messages are counted and not recorded (period_s above 0): counts of the running period, and
        # the places of those that are not 0
        "period_s period_end_s counts counted counted_used "
        # the marketing budget, where there is one (budgeted is 1), less what is spent or set aside
        "budgeted budget_left_fen "
        # whether to go on, see `sim.kernel.stopping`; told_by: int64 by channel
        "stop told told_by told_least told_a_day rows_taken rows_least rows_a_day rows_most",
    ),
    align=True,
)

SETTINGS = np.dtype(
    [
        *_fields(
            f8="taste_persistence homophily tie_slope advertising_share rewarded_share incentive "
            "quality_weight unknown_quality_penalty urgency scarcity route_taste_sigma "
            "effort_buy_alone effort_open_group effort_join_group effort_join_listed effort_flash "
            "effort_community fill_prior fill_prior_groups consider_margin fatigue_weight "
            "reference_adaptation stockpile_units intercept bought waiting_group reward_jump "
            "reward_slope satisfaction liked_margin social_cost tie_weight reward_tie_shift "
            "guess_weight guess_noise_sigma credibility_wear credibility_half_life_s per_item "
            "per_push half_life_s value_item_heals slows_sessions leave_at chat_dies_below "
            "satisfaction_sigma price_won_fit review_prob dissatisfied_return_prob return_delay_days "
            "payment_prob payment_mean_s auto_receive_days refund_window_days posts_per_day "
            "effort_step dormant_below_per_day low_heard high_heard",
            i8="on_payment timeout_s oversell_guard platform_fee_ppm expectation_fen_per_week response "
            "on_paid on_received on_liked private_limit chats_limit low_points high_points calendar_entries "
            "stacks_coupon stacks_leader_discount stacks_flash stacks_group stacks_community "
            "waits_for_final",
        ),
        ("source_step", "f8", (10,)),
        ("base", "f8", (4,)),
        ("liking", "f8", (3,)),  # of private, chat, moments; `shares_by` says which are used, in order
        ("shares_by", "i8", (3,)),
        ("stale_s", "f8", (6,)),  # by priority of reading
        ("low_z", "f8", (RESPONSE_POINTS,)),  # the tables at 0, 1, 2, ... as normal quantiles
        ("high_z", "f8", (RESPONSE_POINTS,)),
        ("low_at", "f8", (RESPONSE_POINTS,)),
        ("low_prob", "f8", (RESPONSE_POINTS,)),
        ("high_at", "f8", (RESPONSE_POINTS,)),
        ("high_prob", "f8", (RESPONSE_POINTS,)),
    ],
    align=True,
)

ROUTES = 8
"""Places for the routes there are; the record is then three lines of a cache long."""

MEMBER = np.dtype(
    [
        # what every session looks at comes first
        *_fields(
            f8="fatigue tolerance sessions_per_hour value_posts",
            i4="fatigue_s inbox orders_placed orders_paid",
            i2="tier seen channels read_day acted_day",
            i1="segment role wakes muted_pushes old_customer routes_drawn",
        ),
        *_fields(
            f8="price_coefficient trust conformity sharing credibility",
            i8="spent_fen",
            i4="credibility_s registered_s community spent_month",
        ),
        ("route_taste", "f8", (ROUTES,)),
    ],
    align=True,
)
"""A member: lasting traits, and what changes. registered_s: `NOT_YET` before the first order;
routes_drawn: bits of the routes whose taste has been drawn; seen, channels, read_day,
acted_day: of `sim.kernel.counts`."""

NOT_YET = 2**31 - 1

SEGMENT = np.dtype(
    [
        *_fields(f8="browse_per_hour privacy", i8="attention wallet_fen"),
        ("utility", "f8", (4,)),
    ],
    align=True,
)

PRODUCT = np.dtype(
    _fields(
        f8="reference_fen quality known_share shareability utility repurchase_days delivery_days return_prob",
        i8="address list_price_fen cost_fen postage_fen carriage_fen stock limited category high_effort "
        "resellable rating_sum ratings adopters",
    ),
    align=True,
)
"""A product. stock counts where limited is 1; repurchase_days: negative if bought once."""

TIER = np.dtype(
    _fields(f8="credibility charm growth", i8="public_pool fits_0 fits_1 fits_2 fits_3"), align=True
)

CALENDAR = np.dtype(_fields(f8="from_day to_day utility", i8="all_products"), align=True)

CHAT = np.dtype(_fields(f8="step", i8="first", i4="size listening", i1="dead"), align=True)
"""A chat. first: its first place in `chat_member`; size: of the start; listening: who has not muted it."""

HEARD_HERE = 2
"""Adopters heard from that stand with the standing; more are chained. It is one line of a cache long."""

STANDING = np.dtype(
    [
        *_fields(
            f8="reference_fen taste",
            i8="due_s",
            i4="heard heard_friends heard_first pending ordered bought waiting",
            i2="channels",
            i1="known adopted",
        ),
        ("heard_from", "i4", (HEARD_HERE,)),
    ],
    align=True,
)
"""Where a member stands with a product. known: 0 until first looked at; waiting: a group, or -1; channels:
a bit for each in which the member has read of it, where that is counted."""

HEARD = np.dtype(_fields(i4="sender next"), align=True)

MESSAGE = np.dtype(
    _fields(
        f8="step charm",
        i8="cause time_s",
        i4="sender product group chat",
        i2="offer",
        i1="channel adopted promotional advertising rewarded",
    ),
    align=True,
)

ITEM = np.dtype(_fields(f8="tie", i8="key", i4="message next"), align=True)
"""A message in an inbox. tie: to the sender, or -1 where it is not known yet; key: see `sim.fast.talk`."""

ENTRY = np.dtype(_fields(i8="time_s tie cause", i4="who a b next", i2="offer action", i1="phase"), align=True)
"""Something due; a and b are for the action."""

VISIT = np.dtype(_fields(i4="time_s k next unused"), align=True)
"""A member's next session, or look at the shop: the k-th of its block."""

PLACE = np.dtype(_fields(i8="time_phase tie", i4="entry"), align=True)
"""A place in the heap of what is due soon."""

ORDER = np.dtype(
    _fields(
        f8="expected_quality wanted satisfaction",
        i8="cause price_fen postage_fen refunded_fen subsidy_fen placed_s paid_s received_s quantity",
        i4="member product group source notes next",
        i2="offer",
        i1="route channel from_list confirmed closed past_stock first_order first_purchase",
    ),
    align=True,
)
"""An order; its number is its index. next: the next in its group, or in its leader's day."""

NOTE = np.dtype(
    _fields(i8="amount_fen time_s", i4="who next", i2="offer", i1="what level settled bonus"), align=True
)
"""Something a mechanic remembers of an order or a member, in a chain."""

GROUP = np.dtype(
    _fields(
        i8="cause leader_paid_s deadline_s reward_fen",
        i4="product leader restarts new seats first last earlier later reward_seats reward_open reward_order",
        i2="offer",
        i1="open succeeded",
    ),
    align=True,
)
"""A group; its number is its index. first, last: its orders; earlier, later: neighbours on the open list.
reward_fen: what the leader has; reward_seats: how many of its orders, from the first, count for it, and
reward_open, of how many it is not known yet whether they stay; reward_order: the leader's, -1 without one."""

OFFER = np.dtype(
    _fields(
        i8="address start_s end_s own bought products products_n",
        i2="type",
    ),
    align=True,
)
"""A mechanic: what all have. own: address of its own record; bought: of int32[members], or 0;
products: of int64[products_n], those it covers in its order."""

COVERAGE = np.dtype(
    _fields(
        i8="price_fen quota left rate_0_ppm rate_1_ppm rate_2_ppm",
        i4="list_first list_last",
        i1="covered limited sold_out rates",
    ),
    align=True,
)
"""What an offer says of a product: place offer x products + product. left: of the quota, where limited;
rates: how many levels a product's own commission rates have."""

ROUTE = np.dtype(
    _fields(
        f8="effort belief urgency scarcity utility price_term",
        i8="price_fen paid_fen discount_fen limit_units",
        i4="group",
        i2="offer",
        i1="route leader_discount tried",
    ),
    align=True,
)
"""A way to buy; price_fen: offered, paid_fen: after discounts."""

REQUEST = np.dtype(
    _fields(f8="step", i8="cause amount", i4="who what a b", i2="offer", i1="kind flag"), align=True
)

ROW = np.dtype([(name, "i8" if name == "value" else type_) for name, type_ in COLUMNS.items()], align=True)

world_at = record_at(WORLD)
settings_of = record_of(WORLD, "settings", SETTINGS)
member_of = record_of(WORLD, "member", MEMBER)
prefetch_member = prefetch_of(WORLD, "member", MEMBER, MEMBER.itemsize)
prefetch_inbox = prefetch_of(WORLD, "member", MEMBER, 1)
segment_of = record_of(WORLD, "segment", SEGMENT)
product_of = record_of(WORLD, "product", PRODUCT)
tier_of = record_of(WORLD, "tier", TIER)
calendar_of = record_of(WORLD, "calendar", CALENDAR)
message_of = record_of(WORLD, "message", MESSAGE)
item_of = record_of(WORLD, "item", ITEM)
entry_of = record_of(WORLD, "entry", ENTRY)
visit_of = record_of(WORLD, "visit", VISIT)
place_of = record_of(WORLD, "heap", PLACE)
order_of = record_of(WORLD, "order", ORDER)
note_of = record_of(WORLD, "note", NOTE)
group_of = record_of(WORLD, "group", GROUP)
offer_of = record_of(WORLD, "offer", OFFER)
coverage_of = record_of(WORLD, "coverage", COVERAGE)
chat_of = record_of(WORLD, "chat", CHAT)
heard_of = record_of(WORLD, "heard", HEARD)
route_of = record_of(WORLD, "routes", ROUTE)
request_of = record_of(WORLD, "request", REQUEST)
row_of = record_of(WORLD, "row", ROW)

int8_at, put_int8 = number_at(np.int8), put_at(np.int8)
int32_at, put_int32 = number_at(np.int32), put_at(np.int32)
int64_at, put_int64 = number_at(np.int64), put_at(np.int64)
float64_at, put_float64 = number_at(np.float64), put_at(np.float64)
int32_array, int64_array, float64_array = array_at(np.int32), array_at(np.int64), array_at(np.float64)

friend_start_of = number_of(WORLD, "friend_start", np.int64)
friend_target_of = number_of(WORLD, "friend_target", np.int32)
friend_tie_of = number_of(WORLD, "friend_tie", np.float64)
