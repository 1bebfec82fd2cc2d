"""What the parts of this engine see of each other: the community, and any member of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.engine.decision import Decision, RouteTerms
from sim.engine.meter import Meter
from sim.engine.standing import Standing
from sim.events import EventTable
from sim.mechanics.registry import MechanicSet
from sim.mechanics.world import Desk, Message, Order, Reading, Talk, World


class Promoter(Protocol):
    """How a member passes things on when a mechanic asks for it."""

    def promoted(self, product: int, offer: int, cause: int, only_chats: bool) -> None:
        """A distributor's post."""

    def seeded(self, product: int, cause: int) -> None:
        """A seed who passes it on like a buyer."""


class Person(Protocol):
    """A member, as desk and talk see one."""

    number: int
    inbox: list[Message]
    wakes: bool
    sharer: Promoter

    @property
    def fatigue(self) -> float:
        """Promotional load now."""

    @property
    def tolerance(self) -> float:
        """Promotional load at which the member has had enough."""

    def standing(self, product: int) -> Standing:
        """Where the member stands with a product."""

    def reference_fen(self, product: int) -> float:
        """What the member thinks one unit should cost."""

    def wake_up(self, cause: int) -> None:
        """A session that was on the agenda."""

    def session(self, luck: float) -> None:
        """Look at the inbox."""

    def read(self, message: Message) -> None:
        """An exposure."""

    def can_afford(self, amount_fen: int) -> bool:
        """Whether the wallet allows it."""

    def note_placed(self, order: Order) -> None:
        """An order was placed."""

    def note_paid(self, order: Order) -> None:
        """An order was paid."""

    def note_ended(self, order: Order) -> None:
        """An order was cancelled unpaid, or its goods went back."""

    def note_refunded(self, order: Order) -> None:
        """A paid order was refunded before it was served."""

    def note_due(self, product: int, due_s: int, cause: int) -> None:
        """A consumable will run out."""

    def after_paying(self, order: Order) -> None:
        """What one does after paying."""

    def after_delivery(self, order: Order) -> None:
        """What one does when the parcel is there."""


class OrderDesk(Desk, Protocol):
    """Where members order."""

    def place(self, reading: Reading, weighed: RouteTerms) -> Order | None:
        """Place an order, or None."""


class Conversation(Talk, Protocol):
    """What members ask of the talk around them."""

    dead: list[bool]

    def show_to_strangers(self, message: Message, number: int, address: int, source: int) -> None:
        """The platform shows a post to people at random."""

    def post(self, message: Message, source: int) -> None:
        """Put a message before a chat."""

    def wake(self, member: int, from_s: int) -> None:
        """See to it that a member has a session."""

    def readable(self, message: Message, now_s: int) -> bool:
        """Whether an unread item is not past reading."""

    def reading_order(self, message: Message, member: int) -> tuple[int, int, int, int]:
        """What is read first."""

    def clicked(self, message: Message, member: int) -> None:
        """A member looked closer."""

    def has_left(self, member: int, chat: int) -> bool:
        """Whether the member has left a chat for good."""

    def mute_pushes(self, member: int) -> None:
        """The member mutes the operator."""

    def leave_or_mute(self, member: int, chat: int, leave: bool) -> None:
        """The member stops listening in a chat."""


class Community(World, Protocol):
    """The running community, as this engine's parts see it."""

    summed_rate: NDArray[np.float64]
    response_tables: dict[bool, tuple[NDArray[np.float64], NDArray[np.float64]]]
    value_posts_per_day: list[float]
    watch: frozenset[int]
    on_decision: Callable[[Decision], None]
    mechanics: MechanicSet
    desk: OrderDesk
    talk: Conversation
    members: Sequence[Person]
    meter: Meter

    def table(self) -> EventTable:
        """What has happened so far."""

    def tie(self, member: int, other: int) -> float:
        """Strength of the tie between two members."""

    def credibility(self, member: int) -> float:
        """How far a sender is believed now."""

    def wear_credibility(self, member: int) -> None:
        """Paid promotion was sent."""

    def calendar_utility(self, product: int) -> float:
        """What the calendar adds to the liking of a product now."""

    def chat_step(self, chat: int) -> float:
        """What the kind of a chat adds to its source step."""
