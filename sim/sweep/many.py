"""Many runs over the processors of this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from sim.cold_start import prepare_engine
from sim.errors import InputError, RunError
from sim.run import GraphFiles
from sim.scenario.model import Scenario
from sim.scenario.scaling import scaled
from sim.settings.problems import RuleError
from sim.sweep.identity import Packed, job, packed
from sim.sweep.job import Job, Outcome, Setup
from sim.sweep.outputs import needs_twin, output_of
from sim.sweep.pool import Ended, Work, pool, usable_processors
from sim.sweep.store import Store
from sim.sweep.workshop import Workshop

Progress = Callable[[int, int], None]
"""Called at the start and whenever runs are finished with how many are done, and of how many; may raise
`Cancelled`."""

_CHUNK_SECONDS = 0.5  # assumption: what a kill costs each process; the price of sending is far below
_CHUNK_MOST = 256  # assumption: runs sent together, however short they are


def run_many(
    runs: Iterable[tuple[Scenario, int]],
    *,
    outputs: Sequence[str],
    files: GraphFiles | None = None,
    members: int | None = None,
    engine: str = "auto",
    events: str | None = None,
    rules: str | None = None,
    run_limit_seconds: float | None = None,
    workers: int | None = None,
    store: Store | None = None,
    retry_failed: bool = False,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Run scenarios with seeds, such as `itertools.product(scenarios, seeds)`.

    A run gives what `sim.run.prepare` and `sim.run.run` give for the scenario with that seed. Runs of one
    seed that have the same community are made next to each other, and share it; so it is with the
    no-campaign twin.

    Args:
        runs: scenario and seed of each.
        outputs: what to measure, see `sim.sweep.outputs.output_of`; with increments, each campaign is
            measured against its no-campaign twin.
        files: see `sim.run.prepare`.
        members: see `sim.run.prepare`.
        engine: see `sim.play.play`.
        events: likewise; by default messages are only counted unless an output needs them.
        rules: place of the user's own Python rules, see `sim.own_rules`. What they do is not known, so no
            store can keep what they give.
        run_limit_seconds: after which a run fails; None: never. It does not make another run of it.
        workers: how many processes, by default one a processor; with one, runs are made in this process,
            and a run that ends its process ends everything.
        store: keeps what is finished; what it has already is not made again.
        retry_failed: make those again that the store has as failed.
        progress: called with the numbers of runs that are done, kept ones included, and of all.

    Returns:
        One outcome for each run, in the order of `runs` whatever the number of workers; a run that failed,
        or ended its process, has an `error` and no values.

    Raises:
        InputError: there is no such output, `members` is out of range, there are no such rules, or the store
            cannot be written to, or was given with rules.
        RunError: no process can be started. What the store has is kept.
        Cancelled: `progress` raised it. What the store has is kept.
    """
    if workers is not None and workers < 1:
        raise InputError(
            f"workers: must be at least 1, got {workers}", f"workers：至少为 1，实际为 {workers}"
        )
    try:
        wanted = tuple(output_of(name) for name in outputs)
    except RuleError as error:
        raise InputError(f"outputs: {error.text.en}", f"outputs：{error.text.zh}") from error
    if rules is not None and store is not None:
        raise InputError(
            "runs with own rules cannot be kept: nobody knows when the rules change",
            "使用自编规则的运行不能保留：无从得知规则是否改动",
        )
    setup = Setup(wanted, files, None if files is None else members, engine, events, rules, run_limit_seconds)
    jobs = _jobs(runs, setup, members)
    kept = {} if store is None else store.finished()
    ids = dict.fromkeys(one.run_id for one in jobs)
    done = {
        run_id: kept[run_id]
        for run_id in ids
        if run_id in kept and not (retry_failed and kept[run_id].error is not None)
    }
    missing = _in_working_order(one for one in jobs if one.run_id not in done)
    if progress is not None:
        progress(len(done), len(ids))
    for outcomes in _made(missing, workers or usable_processors(), setup):
        if store is not None:
            store.keep(outcomes)
        done.update((outcome.run_id, outcome) for outcome in outcomes)
        if progress is not None:
            progress(len(done), len(ids))
    return tuple(done[one.run_id] for one in jobs)


def _jobs(runs: Iterable[tuple[Scenario, int]], setup: Setup, members: int | None) -> list[Job]:
    """The runs as jobs, in their order; what depends on the scenario alone is done once for each object."""
    known: dict[int, tuple[Scenario, Packed]] = {}  # with the scenario, so that its id() stays its own
    twin = needs_twin(setup.outputs)
    jobs = []
    for scenario, seed in runs:
        if id(scenario) not in known:
            if setup.files is not None:
                here, _ = scaled(scenario, members or setup.files.graph.n, loaded_graph=True)
            else:
                here = scenario if members is None else scaled(scenario, members)[0]
            known[id(scenario)] = scenario, packed(here, twin=twin)
        jobs.append(job(known[id(scenario)][1], seed, setup))
    return jobs


def _in_working_order(jobs: Iterable[Job]) -> list[Job]:
    """Each run once, those that share a community, and then a twin, next to each other."""
    once = list({one.run_id: one for one in jobs}.values())
    turns: dict[tuple[object, ...], int] = {}
    for one in once:
        for key in _shared(one):
            turns.setdefault(key, len(turns))
    return sorted(once, key=lambda one: [turns[key] for key in _shared(one)])


def _shared(one: Job) -> tuple[tuple[object, ...], ...]:
    """What runs can have in common, from the most to the least of it."""
    return (one.seed,), (one.seed, one.community), (one.seed, one.community, one.twin)


def _made(jobs: Sequence[Job], workers: int, setup: Setup) -> Iterator[Sequence[Outcome]]:
    """Make the runs in chunks that take about `_CHUNK_SECONDS`, and give each when it is finished."""
    if not jobs:
        return
    waiting = deque(jobs)
    here = workers == 1
    workers = min(workers, len(jobs))
    ahead = 1 if here else 2 * workers  # a process that is ready finds the next chunk waiting
    size = 1
    if not here:
        prepare_engine()  # so that not every process has to
    with pool(workers, partial(_begin, setup), here=here) as working:
        while waiting or working.under_way:
            while waiting and working.under_way < ahead:
                fair = max(1, min(size, len(waiting) // ahead))  # in the end nobody shall wait for one
                working.submit([waiting.popleft() for _ in range(fair)])
            for chunk, outcomes in working.finished():
                if isinstance(outcomes, Ended):
                    yield [_ended(one, outcomes) for one in chunk]
                    continue
                seconds = sum(outcome.seconds for outcome in outcomes) / len(outcomes)
                size = max(1, min(_CHUNK_MOST, int(_CHUNK_SECONDS / max(seconds, 1e-6))))
                yield outcomes


def _begin(setup: Setup) -> Work[Job, Outcome]:
    return Workshop(setup).outcomes


def _ended(one: Job, ended: Ended) -> Outcome:
    why = (ended.how.en, ended.how.zh)
    return Outcome(one.run_id, {}, f"{RunError.__name__}: {why[0]}", None, 0.0, why)
