"""A kind of chat, as small as the layout needs it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    kind: str
    size_mean: float
    memberships_per_member: float
