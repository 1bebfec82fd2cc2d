"""The `shapan` command: options, and what it exits with.

Heavy modules are imported by the command that needs them, so that help is there at once.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from sim import __version__
from sim.commands.group import ShapanGroup
from sim.commands.group import session_of as _session
from sim.commands.options import (
    ENGINES,
    PROGRESS_STYLES,
    SEED_MAX,
    calibration_options,
    community_options,
    graph_options,
    record_options,
    session_options,
)

F = TypeVar("F", bound=Callable[..., Any])


@click.group(
    cls=ShapanGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="shapan")
@session_options
def cli() -> None:
    """Shapan 沙盘: rehearse community-commerce campaigns before they are launched.

    Exit codes: 0 done, 1 a comparison of verify fails, 2 invalid input, 3 run failed, 130 cancelled
    (by Ctrl-C, or by SIGTERM).
    """


@cli.command()
@click.argument("scenario")
@click.option("--variant", metavar="NAME", help="Run this variant of the scenario.")
@calibration_options
@community_options
@record_options
@session_options
@click.pass_context
def run(ctx: click.Context, /, **given: Any) -> None:
    """Run SCENARIO (a YAML file, or the id of a shipped one) and show what it gives."""
    from sim.commands.one_run import RunOptions
    from sim.commands.run import run_command

    run_command(_session(ctx), RunOptions(**given))


@cli.command()
@click.argument("designs", nargs=-1, required=True, metavar="A B ...")
@click.option("--variants", is_flag=True, help="Compare one scenario with all its variants.")
@click.option(
    "--by",
    metavar="METRIC",
    help="What the verdict is on; by default the settled incremental margin, incremental.margin_fen.",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 10_000),
    help="Run each with so many seeds; by default 20, or 40 for a verdict on a share or ratio.",
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), help="How many processes; by default one for each processor."
)
@click.option("--calibration", metavar="ID|FILE", help="Under this one only; by default under all that ship.")
@click.option("--calibrations", is_flag=True, help="Show the figures under each calibration.")
@community_options
@session_options
@click.pass_context
def compare(ctx: click.Context, /, **given: Any) -> None:
    """Compare scenarios, each FILE or FILE:VARIANT, with the first, on the same luck.

    It opens with a verdict, of the two designs under all calibrations that ship: clear, likely, or not to be
    told apart, with the seeds it would take.
    """
    from sim.commands.compare import CompareOptions, compare_command

    compare_command(_session(ctx), CompareOptions(**given))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Where its runs are kept; goes on if begun."
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), help="How many processes; by default one for each processor."
)
@click.option("--csv", is_flag=True, help="Write the table as CSV too.")
@click.option("--retry-failed", is_flag=True, help="Make runs again that have failed.")
@click.option("--dry-run", is_flag=True, help="Check the file and say how many runs there will be.")
@click.option(
    "--progress", type=click.Choice(PROGRESS_STYLES), default="auto", show_default=True, help="As for run."
)
@session_options
@click.pass_context
def sweep(ctx: click.Context, /, **given: Any) -> None:
    """Run the grid of designs and seeds in the sweep FILE on all processors.

    Stopped at any moment, the same command goes on where it was.
    """
    from sim.commands.sweep import SweepOptions, sweep_command

    sweep_command(_session(ctx), SweepOptions(**given))


@cli.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--member", metavar="N|NAME", help="Why did this one buy, or not? Its number, or its name in the file."
)
@click.option("--group", type=click.IntRange(0), help="Why did this group fill, or fail?")
@click.option("--order", type=click.IntRange(0), help="Who stands behind this order?")
@click.option(
    "--graph",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Where the graph is now, if it has been moved.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A file of keys that --keys of run has written: the member may be named as in the file.",
)
@click.option("--rules", metavar="PACKAGE.MODULE:NAME", help="The rules it was run with, as for run.")
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def explain(ctx: click.Context, /, **given: Any) -> None:
    """Explain one thing in the results in DIR, by running them again and watching."""
    from sim.commands.explain import ExplainOptions, explain_command

    explain_command(_session(ctx), ExplainOptions(**given))


@cli.command()
@click.argument("scenario", required=False)
@click.option("--inspect", is_flag=True, help="Only say how the graph's files are read; needs no SCENARIO.")
@click.option("--variant", metavar="NAME", help="The community of this variant.")
@graph_options
@click.option("--seed", type=click.IntRange(0, SEED_MAX), help="The luck; by default the scenario's.")
@click.option("--members", type=click.IntRange(2, 20_000_000), help="How many, as for run.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Set a value by hand, as for run.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to; the suffix decides: .shapan-graph (loads at once), .graphml, .gexf, or .csv, .tsv, .txt.",
)
@click.option("--force", is_flag=True, help="Replace the file.")
@session_options
@click.pass_context
def network(ctx: click.Context, /, **given: Any) -> None:
    """Make the community of SCENARIO with its chats, and save it for `run --graph FILE`.

    With --inspect it only says how a file is read: `shapan network --inspect --graph FILE`, or FILE in place
    of SCENARIO.
    """
    from sim.commands.network import NetworkOptions, network_command

    network_command(_session(ctx), NetworkOptions(**given))


@cli.command()
@click.option("--engine", type=click.Choice(ENGINES), help="Which engine is tested; the judge is mesa.")
@click.option(
    "--scenario", multiple=True, metavar="FILE", help="Test on this scenario, not on generated ones."
)
@click.option("--members", type=click.IntRange(2, 20_000_000), help="Scale each --scenario to so many.")
@click.option("--mechanic", metavar="PACKAGE.MODULE:CLASS", help="Test your own mechanic.")
@click.option("--settings", metavar="JSON", default="{}", help="Of that mechanic, beside the defaults.")
@click.option("--inert", metavar="JSON", help="Settings with which it must have no effect.")
@click.option(
    "--count", type=click.IntRange(1, 100_000), default=40, show_default=True, help="Generated scenarios."
)
@click.option("--seed", type=click.IntRange(0, SEED_MAX), default=1, show_default=True, help="Which ones.")
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write the verdicts as JSON.")
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def conform(ctx: click.Context, /, **given: Any) -> None:
    """Put an engine, or a mechanic of your own, to the conformance suite.

    Exit code 3 when a check fails.
    """
    from sim.commands.conform import ConformOptions, conform_command

    conform_command(_session(ctx), ConformOptions(**given))


@cli.command()
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def prepare(ctx: click.Context, progress: Any) -> None:
    """Compile the engine ahead, so that no first run waits for it; done already, this ends at once."""
    from sim.commands.engine import ready_engine

    ready_engine(_session(ctx), progress)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it there.")
@click.option("--check", is_flag=True, help="Write nothing: does FILE say what the code gives?")
@session_options
@click.pass_context
def odd(ctx: click.Context, out: Path | None, *, check: bool) -> None:
    """Print the model's ODD document, its tables as the code gives them.

    Exit code 3 when --check finds that FILE does not say the same.
    """
    from sim.commands.odd import odd_command

    odd_command(_session(ctx), out, check=check)


@cli.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it there.")
@click.option("--check", is_flag=True, help="Write nothing: does FILE say what the code gives?")
@session_options
@click.pass_context
def outcomes(ctx: click.Context, out: Path | None, *, check: bool) -> None:
    """Print every measure: unit, meaning, denominator. Exit code 3 as for odd."""
    from sim.commands.outcomes import outcomes_command

    outcomes_command(_session(ctx), out, check=check)


@cli.command()
@click.option("--only", multiple=True, metavar="CHECK", help="Make this check only, e.g. bass; repeatable.")
@click.option("--quick", is_flag=True, help="A tenth of the runs: finds only what is badly wrong.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the real graphs are; by default $SHAPAN_DATA.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the table as Markdown.")
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def verify(ctx: click.Context, /, **given: Any) -> None:
    """Hold the textbook models by settings alone to other programs and to mathematics.

    Exit code 1 when a comparison fails, 3 when none could be made. The extra `bench` brings NDlib and
    CyNetDiff; what is missing is skipped.
    """
    from sim.commands.verify import VerifyOptions, verify_command

    verify_command(_session(ctx), VerifyOptions(**given))


@cli.command()
@click.option("--only", multiple=True, metavar="FACT", help="This fact only, e.g. F6; repeatable.")
@click.option("--ablate", is_flag=True, help="Also with each of a fact's mechanisms switched off.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="In place of each fact's own number.")
@click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE", help="Laid over every scenario; repeatable."
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; by default one a processor.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the report into DIR.")
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def facts(ctx: click.Context, /, **given: Any) -> None:
    """Hold the model to the published facts.

    Results are kept by model and scenario, so a second run is quick. Exit code 3 when a fact with a star is
    not met by the shipped defaults.
    """
    from sim.commands.facts import FactsOptions, facts_command

    facts_command(_session(ctx), FactsOptions(**given))


@cli.command()
@click.argument("folder", metavar="DATA_FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--members",
    type=click.IntRange(500, 100_000),
    default=2000,
    show_default=True,
    help="Of each simulated community.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; by default one a processor.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as Markdown.")
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def beibei(ctx: click.Context, /, **given: Any) -> None:
    """Fit a shop to BeiBei's group buys on one split of the data, and check it on the other.

    DATA_FOLDER holds beibei_tune.txt.gz, beibei_test.txt.gz and beibei_invalid.txt.gz.
    """
    from sim.commands.beibei import BeibeiOptions, beibei_command

    beibei_command(_session(ctx), BeibeiOptions(**given))


@cli.command()
@click.argument("file")
@session_options
@click.pass_context
def validate(ctx: click.Context, file: str) -> None:
    """Check the scenario FILE and all its variants, and show what a planner should know."""
    from sim.commands.scenarios import validate_command

    validate_command(_session(ctx), file)


@cli.command()
@click.option("--override", is_flag=True, help="Of files that extend another, and of variants.")
@session_options
@click.pass_context
def schema(ctx: click.Context, *, override: bool) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.commands.scenarios import schema_command

    schema_command(_session(ctx), override=override)


@cli.command()
@session_options
@click.pass_context
def scenarios(ctx: click.Context) -> None:
    """List the scenarios that ship."""
    from sim.commands.scenarios import scenarios_command

    scenarios_command(_session(ctx))


@cli.command()
@click.option("--table", is_flag=True, help="Measure how far results move between and around them.")
@click.option("--members", type=click.IntRange(2, 20_000_000), default=2_000, show_default=True)
@click.option("--seeds", type=click.IntRange(1, 1_000), default=20, show_default=True)
@click.option(
    "--points",
    type=click.IntRange(0, 1_000),
    default=32,
    show_default=True,
    help="How many points of what is left open, of those there are.",
)
@click.option("--scenario", "only", multiple=True, metavar="ID", help="Only of this scenario; repeatable.")
@click.option("--workers", type=click.IntRange(1, 1024), help="As for sweep.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the table as Markdown.")
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def calibrations(ctx: click.Context, /, **given: Any) -> None:
    """List the calibrations that ship, or tell in a table how far they move the shipped scenarios."""
    from sim.commands.calibrations import CalibrationsOptions, calibrations_command

    calibrations_command(_session(ctx), CalibrationsOptions(**given))


@cli.command()
@click.option("--points", type=click.IntRange(60, 4096), default=200, show_default=True, help="Of the prior.")
@click.option("--truths", type=click.IntRange(5, 1000), default=40, show_default=True, help="To recover.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; by default one a processor.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the page as Markdown.")
@click.option(
    "--open", "open_file", type=click.Path(path_type=Path), metavar="FILE", help="Admissible points."
)
@click.option("--progress", type=click.Choice(PROGRESS_STYLES), default="auto", help="As for run.")
@session_options
@click.pass_context
def identify(ctx: click.Context, /, **given: Any) -> None:
    """Say which parameters of behaviour the published facts pin down: simulate, and recover.

    What has been measured is kept by model and facts: stopped work goes on where it was.
    """
    from sim.commands.identify import IdentifyOptions, identify_command

    identify_command(_session(ctx), IdentifyOptions(**given))


@cli.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="Port on this machine."
)
@click.option("--browser/--no-browser", default=False, help="Open the page in a browser.")
@session_options
@click.pass_context
def app(ctx: click.Context, *, port: int, browser: bool) -> None:
    """Start the web page, on this machine only."""
    from sim.commands.app import app_command

    app_command(_session(ctx), port, browser=browser)


def main() -> None:
    """Entry point of `shapan` and of `python -m sim`."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shall not end a run
    cli(prog_name="shapan")


def _terminated(number: int, frame: FrameType | None) -> None:
    """A request to end is handled as Ctrl-C is: nothing half-written stays."""
    raise KeyboardInterrupt
