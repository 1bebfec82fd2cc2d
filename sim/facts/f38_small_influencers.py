"""F38: small influencers earn more with each follower; engagement falls with size, then flattens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.events import Channel, Kind
from sim.facts.estimate import Band, Estimate, estimate, pooled, quotient
from sim.facts.fact import Arm, Fact, Mechanism, Row, Sample, Trial
from sim.settings.problems import Text

_TIERS: dict[str, tuple[float, int]] = {  # share of all members who follow; how many influencers
    "nano": (0.002, 80),
    "micro": (0.02, 16),
    "mid": (0.1, 4),
    "macro": (0.4, 1),
}
"""assumption: sizes 1 : 10 : 50 : 200, as 2,000 to 400,000 followers in the source; about equal reach."""


def _seeded(followers_share: float, count: int) -> Arm:
    tier = {"id": "tier", "count": count, "choose": "random", "followers_share": followers_share}
    seeding = {"id": "seeding", "type": "kol_seeding", "posts": 1}
    return Arm(("followers", "on-its-own"), {"roles": {"kols": [tier]}, "mechanics": [seeding]})


def _count(arm: str, trial: Trial) -> Row:
    view = trial.view
    by_post = view.column(Kind.ORDER_PAID, "channel") == Channel.KOL_POST
    return {
        "followers": float(view.total(Kind.SEND, "value")),
        "revenue_fen": float(view.column(Kind.ORDER_PAID, "amount_fen")[by_post].sum()),
        "orders": float(by_post.sum()),
        "engaged": view.count(Kind.CONSIDER),
    }


def _per_follower(samples: Sequence[Sample], arm: str, name: str) -> float:
    return quotient(pooled(samples, arm, name), pooled(samples, arm, "followers"))


def _revenue_ratio(samples: Sequence[Sample]) -> float:
    nano, macro = (_per_follower(samples, arm, "revenue_fen") for arm in ("nano", "macro"))
    return quotient(nano, macro)


def _engagement(arm: str) -> Callable[[Sequence[Sample]], float]:
    return lambda samples: _per_follower(samples, arm, "engaged")


def _fall(larger: str, smaller: str) -> Callable[[Sequence[Sample]], float]:
    """Engagement of a larger size ÷ that of a smaller one."""
    return lambda samples: quotient(_engagement(larger)(samples), _engagement(smaller)(samples))


def _flattening(samples: Sequence[Sample]) -> float:
    return _fall("macro", "mid")(samples) - _fall("micro", "nano")(samples)


def _conclude(samples: list[Sample]) -> tuple[Estimate, ...]:
    orders = int(pooled(samples, "macro", "orders"))
    return (
        estimate("revenue a follower, nano ÷ macro", samples, _revenue_ratio, Band(3, 8), "x", orders),
        estimate("engagement, micro ÷ nano", samples, _fall("micro", "nano"), Band(None, 0.9), "x"),
        estimate("flattens: macro ÷ mid, less micro ÷ nano", samples, _flattening, Band(0.05, None)),
        *(estimate(f"engagement, {arm}", samples, _engagement(arm), unit="%") for arm in _TIERS),
    )


FACT = Fact(
    id="F38",
    star=False,
    title=Text(
        "revenue a follower: nano 5.4 times macro; engagement 4.6 %, 2.3 %, 1.6 % as they grow",
        "每粉丝收入：素人为头部的 5.4 倍；互动率随体量 4.6%、2.3%、1.6%",
    ),
    source="Beichert et al. 2024, J. Marketing; HypeAuditor 2021",
    status="W",
    claim=Text(
        "one post each, equal reach: revenue of the posts ÷ people they are put before, nano ÷ macro 3-8; "
        "closer looks ÷ people put before fall with size, less and less",
        "每人一帖、触达人数相当：带货收入÷触达人数，素人÷头部 3-8；点击÷触达人数随体量下降且趋缓",
    ),
    arms={arm: _seeded(share, count) for arm, (share, count) in _TIERS.items()},
    seeds=8,
    count=_count,
    conclude=_conclude,
    mechanisms=(
        Mechanism("closer friends persuade", {"behaviour.deciding.tie_slope": 0.0}),
        Mechanism("selling wears credibility", {"behaviour.sharing.credibility_wear": 0.0}),
    ),
)
