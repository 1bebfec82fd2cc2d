"""The same campaign in a smaller or larger community: what is counted for the whole shop follows its size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.errors import InputError
from sim.mechanics.kol_seeding import KolSeedingConfig
from sim.scenario.model import Scenario
from sim.scenario.shape import shape_of
from sim.scenario.sizes import Size, size_of
from sim.settings.community import KolTier
from sim.settings.problems import Text
from sim.units import plain_number, yuan

MIN_MEMBERS, MAX_MEMBERS = 2, 20_000_000
"""The range of `population.members`."""

LABELS = {
    "members": Text("members", "成员数"),
    "budget_fen": Text("marketing budget", "营销预算"),
    "stock": Text("stock", "库存"),
    "quota": Text("quota", "活动库存"),
    "total": Text("how many in all", "总量"),
    "bots": Text("units that scripts try for", "脚本抢购件数"),
    "throughput_per_second": Text("orders a second the server takes", "系统每秒可接单"),
    "budget_people": Text("messages at most", "推送人次上限"),
    "prizes_fen": Text("ranking prizes", "榜单奖金"),
    "count": Text("people hired or seeded", "达人或种草人数"),
    "person_share": Text("part of a fee and a sample that each takes", "每人折算的费用与样品"),
    "followers_share": Text("followers of each, as a share of all members", "每人粉丝占全体成员的比例"),
    "public_pool": Text("strangers a post is shown to at first", "笔记首轮推荐人数"),
}
"""What the numbers that follow a community's size are called."""


@dataclass(frozen=True)
class Change:
    """A number that was scaled.

    Attributes:
        path: where it stands, dotted, ids for list items.
        of: the name of the product, mechanic or tier it belongs to; empty for the scenario's own.
        before: as it was written for people.
        after: as it is now.
    """

    path: str
    of: Text
    before: str
    after: str

    def note(self, *, with_path: bool = True) -> Text:
        """The change as a line; with_path: with the place in the scenario, for a terminal."""
        label = LABELS[self.path.rpartition(".")[2]]
        place = (f" ({self.path})", f"（{self.path}）") if with_path else ("", "")
        owner = (f"{self.of.en}: " if self.of.en else "", f"{self.of.zh}：" if self.of.zh else "")
        return Text(
            f"{owner[0]}{label.en}{place[0]}: {self.before} -> {self.after}",
            f"{owner[1]}{label.zh}{place[1]}：{self.before} → {self.after}",
        )


def scaled(
    scenario: Scenario, members: int, *, loaded_graph: bool = False
) -> tuple[Scenario, tuple[Change, ...]]:
    """Return the scenario for `members` people, and what was scaled with them.

    What is counted for the whole shop (`sim.scenario.sizes`) follows in proportion: stock, quotas, budgets,
    ranking prizes, the server's throughput, what scripts buy. Whole numbers are rounded half up, and at
    least 1 where they were. Of opinion leaders there are as many as the proportion says, at least one; what
    is rounded is made good by `person_share`, the part of a fee and a sample that each takes, and all of
    them together have the same share of the members as followers. So cost and reach follow exactly. What is
    a share or counted for each person, order or leader stays as it is.

    Args:
        scenario: A valid scenario.
        members: How many people there shall be.
        loaded_graph: The network comes from a file: then only the number of members is set.

    Raises:
        InputError: The number of members is out of range.
    """
    if not MIN_MEMBERS <= members <= MAX_MEMBERS:
        raise InputError(
            f"members: must be {MIN_MEMBERS:,} to {MAX_MEMBERS:,}, got {members:,}",
            f"members：应为 {MIN_MEMBERS:,} 至 {MAX_MEMBERS:,}，实际为 {members:,}",
        )
    before = scenario.population.members
    population = scenario.population.model_copy(update={"members": members})
    resized = scenario.model_copy(update={"population": population})
    if members == before or loaded_graph:
        return resized, ()
    scaling = _Scaling(members, before, scenario.roles.kols)
    scaling.note("population.members", Text("", ""), before, members)
    after = scaling.part(resized, "", Text("", ""))
    assert isinstance(after, Scenario)
    return after, tuple(scaling.changes)


class _Scaling:
    """Scales the parts of one scenario, and notes what has changed."""

    def __init__(self, members: int, before: int, tiers: tuple[KolTier, ...]) -> None:
        """members, before: sizes of the community; tiers: as they were."""
        self.members, self.before = members, before
        self.tiers = {tier.id: tier for tier in tiers}
        self.changes: list[Change] = []

    def note(self, path: str, of: Text, value: Any, after: Any) -> None:
        """Note a change, if it is one."""
        if value != after:
            field = path.rpartition(".")[2]
            self.changes.append(Change(path, of, _shown(field, value), _shown(field, after)))

    def part(self, part: BaseModel, path: str, of: Text) -> BaseModel:
        """A part of the scenario with its own numbers, and those of its parts, scaled."""
        update: dict[str, Any] = {}
        if isinstance(part, KolTier):
            update = self._tier(part)
        elif isinstance(part, KolSeedingConfig):
            update = self._seeding(part)
        for name in type(part).model_fields:
            value = getattr(part, name)
            if size_of(type(part), name) is Size.SHOP and value is not None:
                update[name] = (
                    tuple(map(self._number, value)) if isinstance(value, tuple) else self._number(value)
                )
            elif isinstance(value, BaseModel):
                update[name] = self.part(value, f"{path}{name}.", of)
            elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
                update[name] = tuple(self._item(one, f"{path}{name}.") for one in value)
        for name, after in update.items():
            update[name] = _within(type(part), name, after, f"{path}{name}")
        for name, after in update.items():
            if name in LABELS:
                self.note(f"{path}{name}", of, getattr(part, name), after)
        return part.model_copy(update=update)

    def _item(self, part: BaseModel, path: str) -> BaseModel:
        id_ = getattr(part, "id", "")
        name = getattr(part, "name", None)
        of = Text(getattr(name, "en", "") or id_, getattr(name, "zh", "") or id_)
        return self.part(part, f"{path}{id_}.", of)

    def _number(self, value: float) -> float:
        if isinstance(value, int):
            return max(min(1, value), (2 * value * self.members + self.before) // (2 * self.before))
        return value * self.members / self.before

    def _heads(self, count: int, person_share: float, least: int = 1) -> tuple[int, float]:
        """How many whole people there are, and what part of one each stands for."""
        exact = count * person_share * self.members / self.before
        heads = max(least, math.floor(exact + 0.5))
        return heads, exact / heads

    def _tier(self, tier: KolTier) -> dict[str, Any]:
        if not tier.count:
            return {}
        # not so few that each would have more followers than there are members
        least = max(1, math.ceil(tier.count * tier.followers_share - 1e-9))
        count, person_share = self._heads(tier.count, tier.person_share, least)
        pool = tier.public_pool * tier.count * self.members / (self.before * count)
        update = {
            "count": count,
            "person_share": person_share,
            "public_pool": max(min(1, tier.public_pool), math.floor(pool + 0.5)),
        }
        if count != tier.count:
            update["followers_share"] = min(1.0, tier.followers_share * tier.count / count)
        return update

    def _seeding(self, seeding: KolSeedingConfig) -> dict[str, Any]:
        if seeding.count is None or seeding.choose == "members":
            return {}
        if seeding.choose != "kols":
            count, person_share = self._heads(seeding.count, seeding.person_share)
            return {"count": count, "person_share": person_share}
        left, heads = seeding.count, 0
        for id_ in dict.fromkeys(seeding.tiers or self.tiers):
            tier = self.tiers[id_]
            taken = min(left, tier.count)
            if taken:
                there_are = self._tier(tier)["count"]
                heads += max(1, math.floor(there_are * taken / tier.count + 0.5))
                left -= taken
        return {"count": max(1, heads)}


def _within(model: type[BaseModel], name: str, value: Any, path: str) -> Any:
    """The value, or the least that is allowed if it is less.

    Raises:
        InputError: it is more than is allowed.
    """
    shape = shape_of(model).child(name)
    limits = (shape.child(0) if isinstance(value, tuple) else shape).limits()
    if limits is None:
        return value
    values = value if isinstance(value, tuple) else (value,)
    if limits.high is not None and max(values) > limits.high:
        most = _shown(name, limits.high)
        raise InputError(
            f"members: so many would make {path} {_shown(name, max(values))}; at most {most} is allowed",
            f"members：人数过多，{path} 会变为 {_shown(name, max(values))}；最多允许 {most}",
        )
    least = limits.low if limits.low is not None else min(values)
    kept = tuple(max(one, type(one)(least)) for one in values)
    return kept if isinstance(value, tuple) else kept[0]


def _shown(field: str, value: Any) -> str:
    """A number as people read it."""
    if isinstance(value, tuple):
        return ", ".join(_shown(field, one) for one in value)
    if field.endswith("_fen"):
        return yuan(value)
    return f"{value:,}" if isinstance(value, int) else plain_number(value, 4)
