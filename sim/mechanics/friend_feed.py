"""Friend feed 好友动态 (拼小圈): the platform shows a member's friends what the member has got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sim import streams
from sim.mechanics.base import Mechanic, MechanicConfig
from sim.mechanics.world import Phase
from sim.settings.fields import Share
from sim.streams import mix, mix3, uniform

if TYPE_CHECKING:
    from sim.mechanics.world import Order, World

SHOW, OPT_OUT = 7901, 7902  # name the causes made here


class FriendFeedConfig(MechanicConfig):
    """Settings of a friend feed: passive broadcast (Aral and Walker 2011)."""

    type: Literal["friend_feed"] = "friend_feed"
    opt_out_share: Share = 0.0  # of members, who have switched it off for what they buy


class FriendFeed(Mechanic):
    """A friend feed at work."""

    config: FriendFeedConfig

    def paid(self, world: World, order: Order) -> None:
        """Show a paid order, a second later."""
        if order.product in self.products:
            self._later(world, order.member, order.product, order.cause, order)

    def seeded(self, world: World, member: int, product: int, cause: int) -> None:
        """Show what a seed has been given, a second later."""
        if product in self.products:
            self._later(world, member, product, cause, None)

    def _later(self, world: World, member: int, product: int, cause: int, order: Order | None) -> None:
        if not self.open_at(world.now_s):
            return
        luck = uniform(world.seed, streams.SHARE, member, 0, mix(OPT_OUT, self.address))
        if luck < self.config.opt_out_share:
            return
        show = mix3(SHOW, self.address, cause)
        world.agenda.at(
            world.now_s + 1, Phase.INCENTIVE, member, show, world.announce, member, product, show, order
        )
