"""Bass diffusion, well mixed, against its solution and, event by event, against its Markov chain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import stats
from scipy.integrate import solve_ivp

from sim.events import Kind
from sim.network.csr import Floats
from sim.settings.problems import Text
from sim.units import DAY
from sim.verification.finding import STRICTEST_LEVEL, Finding
from sim.verification.graphs import of_edges
from sim.verification.references import Tick
from sim.verification.statistics import POWER_TRIALS
from sim.verification.textbook import played, response, textbook

MODEL = Text("Bass", "巴斯扩散")

P, Q = 0.01, 0.2  # innovation and imitation a day, made up (scenarios/base/bass.yaml)
BROWSE_PER_DAY, DAYS = 0.5, 60  # as there
MEMBERS, RUNS = 10_000, 4
FEWEST = 50  # adopters, or members left, of all runs together from which shares are near normal. assumption
CHAIN_SHARE = 0.95  # of the members' adoptions are looked at, far fewer than there are at the end
OTHER_Q = 1.05 * Q
"""The difference that is to be detected."""


def adoption_days(members: int, runs: int, q: float, tick: Tick) -> Floats:
    """When members adopt, in days, ascending: float64[runs, members], infinite for those who do not."""
    nobody = of_edges(members, [(0, 1)])
    prob = response("population_share", (0, P / BROWSE_PER_DAY), (1, (P + q) / BROWSE_PER_DAY))
    scenario = textbook(
        "bass",
        nobody,
        prob | {"population.segments.everyone.browse_per_day": BROWSE_PER_DAY, "run.horizon_days": DAYS},
    )
    days = np.full((runs, members), np.inf)
    for run in range(runs):
        times_s = played(scenario, nobody, run).rows(Kind.ORDER_PAID)["time_s"]
        # the table has whole seconds: where in the second it was is anybody's guess
        within_s = stats.uniform.rvs(size=len(times_s), random_state=run)
        days[run, : len(times_s)] = np.sort(times_s + within_s) / DAY
        tick((run + 1) / runs)
    return days


def check(share: float, tick: Tick) -> Iterator[Finding]:
    """Both comparisons on the same runs; share: of the members of a full verification."""
    members = round(MEMBERS * share)
    days = adoption_days(members, RUNS, Q, tick)
    yield against_solution(days)
    yield against_chain(days)


def solution(q: float, members: int) -> tuple[Floats, Floats]:
    """The share of adopters at the end of each day (Bass 1969), and its deviation among so many members.

    The deviation is that of the linear noise approximation (van Kampen 1981, chapter 10) to the birth process
    with rate (p + q F)(1 - F): dv/dt = 2 (q - p - 2 q F) v + (p + q F)(1 - F) / members.
    """
    days = np.arange(DAYS + 1.0)

    def share(at: Floats | float) -> Floats:
        decay = np.exp(-(P + q) * np.asarray(at))
        return np.asarray((1.0 - decay) / (1.0 + q / P * decay))

    def slope(at: float, v: Floats) -> Floats:
        f = share(at)
        return np.asarray(2.0 * (q - P - 2.0 * q * f) * v + (P + q * f) * (1.0 - f) / members)

    solved = solve_ivp(slope, (0.0, float(DAYS)), [0.0], t_eval=days, rtol=1e-8, atol=1e-14)
    return share(days), np.sqrt(solved.y[0])


def against_solution(days: Floats) -> Finding:
    """The largest distance of the mean share from the solution on any day, within its Monte-Carlo error.

    p is that of the day whose distance is rarest, times the number of days (Bonferroni).
    """
    runs, members = days.shape
    share = (days[:, :, None] <= np.arange(DAYS + 1.0)).mean(axis=(0, 1))
    expected, deviation = solution(Q, members)
    looked_at = np.minimum(expected, 1.0 - expected) * runs * members >= FEWEST
    count = int(looked_at.sum())
    error = deviation[looked_at] / np.sqrt(runs)
    away = np.abs(share - expected)[looked_at]
    limit = stats.norm.isf(STRICTEST_LEVEL / count / 2.0)
    other = np.abs(solution(OTHER_Q, members)[0] - expected)[looked_at]
    at = int(away.argmax())
    numbers = f"max |F − F*| = {away[at]:.4f}"
    return Finding(
        MODEL,
        Text("analytic solution", "解析解"),
        Text(
            f"largest error over {count} days, {runs} runs of {members:,}",
            f"{count} 天中的最大误差，{runs} 次运行，每次 {members:,} 人",
        ),
        Text(
            f"{numbers} (bound {limit * error[at]:.4f} there)",
            f"{numbers}（该日界限 {limit * error[at]:.4f}）",
        ),
        p=float(min(1.0, count * 2.0 * stats.norm.sf(away / error).min())),
        power=float(stats.norm.cdf(other / error - limit).max()),
        detects=Text("q larger by 5 %", "q 大 5 %"),
    )


def waits(days: Floats, q: float) -> Floats:
    """Time between adoptions, each times the rate at which the chain then has adoptions.

    In Bass's chain the k-th waits at rate (p + q k/n)(n - k), so these are independent exponentials of mean
    1, whatever came before (the time-rescaling theorem; Brown et al. 2002). Only the first `CHAIN_SHARE` are
    taken, a number fixed beforehand, so that the end of the run does not choose them.
    """
    members = days.shape[1]
    adopted = np.arange(int(CHAIN_SHARE * members))
    rate = (P + q * adopted / members) * (members - adopted)
    gaps = np.diff(days[:, : len(adopted)], axis=1, prepend=0.0)
    return np.asarray((gaps * rate).ravel())


def against_chain(days: Floats) -> Finding:
    """Rescaled waits against the exponential distribution, by Kolmogorov and Smirnov's test."""
    scaled = waits(days, Q)
    found = stats.kstest(scaled, "expon")
    runs, members = days.shape
    adopted = np.arange(int(CHAIN_SHARE * members)) / members
    faster = np.tile((P + Q * adopted) / (P + OTHER_Q * adopted), runs)
    rejected = [
        stats.kstest(stats.expon.rvs(size=len(scaled), random_state=trial) * faster, "expon").pvalue
        <= STRICTEST_LEVEL
        for trial in range(POWER_TRIALS)
    ]
    return Finding(
        MODEL,
        Text("its Markov chain", "其马尔可夫链"),
        Text(
            f"Kolmogorov–Smirnov, {len(scaled):,} rescaled waits",
            f"Kolmogorov–Smirnov 检验，{len(scaled):,} 个重标度间隔",
        ),
        Text(
            f"D = {found.statistic:.4f}; mean {scaled.mean():.4f}",
            f"D = {found.statistic:.4f}；均值 {scaled.mean():.4f}",
        ),
        p=float(found.pvalue),
        power=float(np.mean(rejected)),
        detects=Text("q larger by 5 %", "q 大 5 %"),
    )
