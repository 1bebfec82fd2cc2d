"""Who buys at which price, against the probit: one person tells everybody once, nothing else is social."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr

from sim.errors import RunError
from sim.events import Kind
from sim.network.csr import Floats
from sim.settings.problems import Text
from sim.verification.finding import Finding
from sim.verification.graphs import star
from sim.verification.references import Tick
from sim.verification.statistics import shares
from sim.verification.textbook import PRODUCT, from_members, played, response, textbook

MODEL = Text("price response", "价格响应")

REFERENCE_FEN = 10_000
PRICES_FEN = (12_000, 10_000, 8_000, 6_500, 5_000, 3_500, 2_000)
ASKED = 20_000  # members at each price
BASE, COEFFICIENT = (
    -1.0,
    0.95,
)  # assumption: shares from an eighth to two thirds; the coefficient is the default's
SIGMA = 0.5  # assumption: more spread than the default, to be seen
OTHER_COEFFICIENT = 1.05 * COEFFICIENT
"""The coefficient that is to be told apart."""


def check(share: float, tick: Tick) -> Iterator[Finding]:
    """With one coefficient for all, and with one of everybody's own; share: of the members asked."""
    asked = round(ASKED * share)
    for place, sigma in enumerate((0.0, SIGMA)):
        begun = 0.5 * place
        bought = buyers(asked, sigma, lambda done, begun=begun: tick(begun + 0.5 * done))  # type: ignore[misc]
        yield compared(bought, asked, sigma)


def buyers(asked: int, sigma: float, tick: Tick) -> list[int]:
    """How many buy at each price, each time with other luck."""
    graph = star(asked)
    bought = []
    for number, price_fen in enumerate(PRICES_FEN):
        scenario = textbook(
            "independent-cascade",
            graph,
            from_members([0])
            | response("constant", (0, 0.5))  # its quantile is 0
            | {
                "behaviour.deciding.base.staple": BASE,
                "population.segments.everyone.price_coefficient": COEFFICIENT,
                "population.segments.everyone.price_coefficient_sigma": sigma,
                f"products.{PRODUCT}.list_price_fen": price_fen,
                f"products.{PRODUCT}.reference_price_fen": REFERENCE_FEN,
            },
        )
        table = played(scenario, graph, seed=len(PRICES_FEN) * (sigma > 0.0) + number)
        readers = table.rows(Kind.READ)["actor"]
        if len(readers) != asked or len(np.unique(readers)) != asked:
            raise RunError(
                f"{len(readers)} readings of {asked} members: not one each",
                f"{asked} 名成员有 {len(readers)} 次阅读：不是每人一次",
            )
        bought.append(len(table.rows(Kind.ORDER_PAID)["actor"]))
        tick((number + 1) / len(PRICES_FEN))
    return bought


def chances(coefficient: float, sigma: float) -> Floats:
    """Phi(base + c ln(reference / price)) at each price, averaged over c lognormal with that mean."""
    return np.array([_chance(coefficient * np.log(REFERENCE_FEN / price), sigma) for price in PRICES_FEN])


def _chance(term: float, sigma: float) -> float:
    if sigma == 0.0:
        return float(ndtr(BASE + term))

    def at(z: float) -> float:
        own = np.exp(sigma * z - 0.5 * sigma * sigma)
        return float(ndtr(BASE + term * own) * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi))

    return float(quad(at, -12.0, 12.0, epsabs=1e-10)[0])


def compared(bought: Sequence[int], asked: int, sigma: float) -> Finding:
    """Buyers at each price against their chances, by chi-square."""
    probs = chances(COEFFICIENT, sigma)
    statistic, p, power = shares(bought, asked, probs, chances(OTHER_COEFFICIENT, sigma))
    away = float(np.abs(np.asarray(bought) / asked - probs).max())
    return Finding(
        MODEL,
        Text("probit, coefficients spread (integrated)", "probit，系数因人而异（数值积分）")
        if sigma
        else Text("probit, one coefficient", "probit，同一系数"),
        Text(
            f"chi-square, {len(bought)} prices, {asked:,} members each",
            f"卡方检验，{len(bought)} 个价格，每个 {asked:,} 人",
        ),
        Text(
            f"X² = {statistic:.2f}, df {len(bought)}; largest error {away:.4f}",
            f"X² = {statistic:.2f}，自由度 {len(bought)}；最大误差 {away:.4f}",
        ),
        p=p,
        power=power,
        detects=Text("a coefficient larger by 5 %", "系数大 5 %"),
    )
