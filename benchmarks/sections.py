"""What is measured and shown: one function a section, each gives its Markdown."""

from __future__ import annotations

from importlib.util import find_spec

from benchmarks.bench import Bench, Measured, of, ratios, spread, table
from benchmarks.comparing import AGAINST
from benchmarks.tables import KINDS

DAYS = 30  # of the campaign
SMALL = 2_000  # members of a small run
THOROUGH = 200_000  # members up to which a measurement of the fast engine takes a moment, and is repeated

NDLIB_MAX, MESA_CASCADE_MAX = 100_000, 100_000  # at a million they take minutes, and some 10 GB


def networks(bench: Bench) -> str:
    """Making the community of the staple group-buy, chats included."""
    sizes = (10_000, 100_000, 1_000_000, 5_000_000) if bench.full else (10_000, 100_000)
    lines = []
    for members in sizes:
        taken = [bench.network(members) for _ in range(bench.repeats if members <= THOROUGH else 1)]
        lines.append(
            [
                f"{members:,}", f"{taken[0]['friendships']:,}",
                of(taken, "seconds"), spread([one["seconds"] / members * 1e6 for one in taken]),
                of(taken, "save_seconds"), of(taken, "file_mib"), of(taken, "peak_mib"),
            ]
        )  # fmt: skip
    titles = ("members", "friendships", "s", "µs a member", "saving, s", "file, MiB", "peak, MiB")
    return f"Making the network\n\n{table(titles, lines)}"


def engines(bench: Bench) -> str:
    """The fast engine against the own Mesa engine, which write the same table."""
    lines = []
    for members in (2_000, 10_000, 100_000) if bench.full else (2_000, 10_000):
        community = str(bench.community(members))
        fast: list[Measured] = []
        mesa: list[Measured] = []
        for seed in range(1, (1 if members > 10_000 else bench.repeats) + 1):
            for taken, engine in ((fast, "fast"), (mesa, "mesa")):
                taken.append(
                    bench.measured(
                        "campaign", members=members, days=DAYS, path=community, engine=engine, events="full",
                        seed=seed,
                    )
                )  # fmt: skip
        lines.append(
            [
                f"{members:,}", of(fast, "events"), of(fast, "run_seconds"), of(mesa, "run_seconds"),
                ratios(fast, mesa, "run_seconds"),
                of(fast, "build_seconds"), of(mesa, "build_seconds"), ratios(fast, mesa, "cpu_seconds"),
                _same(fast, mesa),
            ]
        )  # fmt: skip
    titles = (
        "members", "events", "fast, s", "Mesa, s", "Mesa ÷ fast", "fast, building, s", "Mesa, building, s",
        "Mesa ÷ fast with building, CPU", "same table",
    )  # fmt: skip
    about = f"The staple group-buy, {DAYS} days, populated model to table, by both engines"
    return f"{about}\n\n{table(titles, lines)}"


def _same(fast: list[Measured], mesa: list[Measured]) -> str:
    if fast[0]["sha256"] is None:
        return "not compared"
    return "yes" if all(a["sha256"] == b["sha256"] for a, b in zip(fast, mesa, strict=True)) else "NO"


def cascades(bench: Bench) -> str:
    """Independent Cascade by settings, against programs made for it."""
    programs = ["Shapan, outcomes", "Shapan, full", "plain Mesa"]
    programs += [name for name in ("CyNetDiff", "NDlib") if find_spec(name.lower()) is not None]
    most = {"NDlib": NDLIB_MAX, "plain Mesa": MESA_CASCADE_MAX}
    lines = []
    for members in (10_000, 100_000, 1_000_000) if bench.full else (10_000, 100_000):
        path = str(bench.folder / f"attachment-{members}.shapan-graph")
        bench.measured("attachment-graph", members=members, path=path, seed=1)
        here = [name for name in programs if members <= most.get(name, members)]
        taken: dict[str, list[Measured]] = {name: [] for name in here}
        for seed in range(1, bench.repeats + 1):
            for name in here:
                taken[name].append(bench.measured("cascade", program=name, path=path, seed=seed))
        for name in here:
            against = "–"
            if "CyNetDiff" in taken and name != "CyNetDiff":
                against = ratios(taken["CyNetDiff"], taken[name], "run_seconds")
            lines.append(
                [
                    f"{members:,}", name, of(taken[name], "run_seconds", 1e-3),
                    of(taken[name], "build_seconds", 1e-3), against, of(taken[name], "reached"),
                    of(taken[name], "peak_mib"),
                ]
            )  # fmt: skip
    titles = ("members", "program", "run, ms", "building, ms", "run ÷ CyNetDiff's", "reached", "peak, MiB")
    about = (
        "Independent Cascade on a Barabási-Albert graph (m = 5), p = 0.05, from the ten members with most "
        "friends.\nCPU time. Run: from a populated model to the event table, or to the set of those reached; "
        "building: from the graph's arrays to that model."
    )
    return f"{about}\n\n{table(titles, lines)}"


def growth(bench: Bench) -> str:
    """The same campaign in ever larger communities."""
    sizes = (10_000, 100_000, 1_000_000, 5_000_000) if bench.full else (10_000, 100_000)
    lines = []
    for members in sizes:
        community = str(bench.community(members))
        for events in ("full", "outcomes"):
            if events == "full" and members > 1_000_000:
                continue  # some 200 million rows
            taken = [
                bench.measured(
                    "campaign", members=members, days=DAYS, path=community, engine="fast", events=events,
                    seed=seed,
                )
                for seed in range(1, (bench.repeats if members <= THOROUGH else 1) + 1)
            ]  # fmt: skip
            lines.append(
                [
                    f"{members:,}", events, of(taken, "load_seconds"), of(taken, "build_seconds"),
                    of(taken, "run_seconds"), of(taken, "cpu_seconds"), of(taken, "events"),
                    spread([one["cpu_seconds"] / one["events"] * 1e9 for one in taken]),
                    spread([(one["peak_mib"] - one["before_mib"]) * 2**20 / members for one in taken]),
                    of(taken, "peak_mib"), of(taken, "reach_share", 0.01),
                ]
            )  # fmt: skip
    titles = (
        "members", "events", "loading, s", "building, s", "run, s", "both, CPU s", "rows of the full table",
        "CPU ns a row", "bytes a member", "peak, MiB", "reached, %",
    )  # fmt: skip
    return (
        f"The staple group-buy, {DAYS} days, fast engine, in a saved community (mapped and checked: "
        f"loading)\n\n{table(titles, lines)}"
    )


def many_small_runs(bench: Bench) -> str:
    """Runs a second: the engine alone, and what is around it."""
    community = str(bench.community(SMALL))
    runs = 500 if bench.full else 100
    ways = ("engine", "play", "sweep", "sweep, new graphs", "sweep, 2 processes")
    taken: dict[str, list[Measured]] = {how: [] for how in ways}
    for _ in range(bench.repeats):
        for how in ways:
            taken[how].append(
                bench.measured("small-runs", members=SMALL, days=DAYS, path=community, how=how, runs=runs)
            )
    lines = []
    for how in ways:
        more = [
            1e3 * (mine["each_cpu_seconds"] - alone["each_cpu_seconds"])
            for mine, alone in zip(taken[how], taken["engine"], strict=True)
        ]
        lines.append(
            [
                how, spread([1.0 / one["each_seconds"] for one in taken[how]]),
                spread([1.0 / one["each_cpu_seconds"] for one in taken[how]]),
                of(taken[how], "each_cpu_seconds", 1e-3), "–" if how == "engine" else spread(more),
                of(taken[how], "start_seconds"),
            ]
        )  # fmt: skip
    titles = (
        "what makes the runs", "runs a second", "runs a CPU second", "CPU ms a run",
        "CPU ms more than the engine", "once, s",
    )  # fmt: skip
    return f"Runs of {SMALL:,} members, {DAYS} days, without twins\n\n{table(titles, lines)}"


def comparisons(bench: Bench) -> str:
    """Two designs under all calibrations as a user waits for them, in one process and in two."""
    members, seeds = 10_000, 20
    bench.commanded("compare", AGAINST, AGAINST, "--members", "300", "--seeds", "1", "--quiet")  # compiles
    taken: dict[int | None, list[Measured]] = {1: [], None: []}
    for _ in range(bench.repeats if bench.full else 1):
        for workers, mine in taken.items():
            mine.append(bench.measured("comparison", members=members, seeds=seeds, workers=workers))
    lines = [
        [
            str(workers or "all"), f"{mine[0]['runs']}", of(mine, "first_eta_seconds"), of(mine, "seconds"),
            ratios(taken[1], mine, "seconds"), of(mine, "cpu_seconds"), of(mine, "peak_mib"),
        ]
        for workers, mine in taken.items()
    ]  # fmt: skip
    titles = (
        "processes", "runs", "s to the first ETA", "s in all", "÷ one process", "CPU s",
        "largest process, peak MiB",
    )  # fmt: skip
    about = f"`shapan compare` of two designs, {members:,} members, {seeds} seeds, all calibrations"
    return f"{about}\n\n{table(titles, lines)}"


def start_up(bench: Bench) -> str:
    """The command line as a user waits for it."""
    out = str(bench.folder / "results")
    shipped = ("run", "staple-group-buy", "--out", out, "--force", "--quiet")
    small = (*shipped, "--members", str(SMALL))
    lines = []
    cache = bench.folder / "cache" if bench.full else None
    first = bench.commanded(*small, cache=cache)  # compiles, or makes sure that nothing is left to compile
    if bench.full:
        lines.append(
            [
                f"`shapan run staple-group-buy --members {SMALL}`, the first after an installation",
                of([first], "process_seconds"), of([first], "cpu_seconds"),
            ]
        )  # fmt: skip
    for what, words in {
        "`shapan --version`": ("--version",),
        f"`shapan run staple-group-buy --members {SMALL}`, with its twin": small,
        "`shapan run staple-group-buy` as shipped (10,000 members), with its twin": shipped,
    }.items():
        taken = [bench.commanded(*words, cache=cache) for _ in range(bench.repeats)]
        lines.append([what, of(taken, "process_seconds"), of(taken, "cpu_seconds")])
    return f"Start-up: a command from start to end\n\n{table(('command', 's', 'CPU, s'), lines)}"


def page(bench: Bench) -> str:
    """A comparison as the page makes it, to its first look; wanted: 90 s at 10,000 on two processors."""
    lines = []
    for members in (SMALL, 10_000):
        taken = [
            bench.measured("page-job", members=members, days=DAYS, repeats=20)
            for _ in range(bench.repeats if members <= SMALL else 1)
        ]
        lines.append(
            [
                f"{members:,}", of(taken, "workers"), of(taken, "load_seconds"),
                of(taken, "eta_told_seconds"), of(taken, "eta_seconds"), of(taken, "first_seconds"),
                of(taken, "seconds"), of(taken, "cpu_seconds"),
            ]
        )  # fmt: skip
    titles = (
        "members", "workers", "engines loaded, s", "estimate told after, s", "estimated, s", "first pair, s",
        "all, s", "CPU, s, loading too",
    )  # fmt: skip
    about = f"The page: two designs of {DAYS} days with their twin, all calibrations, 20 seeds"
    return f"{about}\n\n{table(titles, lines)}"


def tables(bench: Bench) -> str:
    """Reading a user's tables and graph files; wanted: a million rows within 10 CPU seconds and 1 GiB."""
    lines = []
    for rows in (100_000, 1_000_000):
        for kind in KINDS:
            taken = [
                bench.measured("read-table", rows=rows, kind=kind)
                for _ in range(bench.repeats if bench.full else 1)
            ]
            lines.append(
                [
                    kind, f"{rows:,}", of(taken, "file_mib"), of(taken, "cpu_seconds"),
                    spread([one["cpu_seconds"] / rows * 1e6 for one in taken]),
                    of(taken, "links"), of(taken, "peak_mib"),
                ]
            )  # fmt: skip
    titles = (
        "table or graph file",
        "rows or edges",
        "file, MiB",
        "CPU, s",
        "CPU µs a row",
        "links",
        "peak, MiB",
    )
    return f"Reading tables and graph files\n\n{table(titles, lines)}"
