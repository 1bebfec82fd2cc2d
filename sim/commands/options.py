"""Options that several commands have, and what they allow. Imports nothing heavy: help is there at once."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from sim.commands.group import session_of
from sim.network.reading import FORMATS, LINK_BY, GraphFormat, LinkBy, Reading

F = TypeVar("F", bound=Callable[..., Any])

SEED_MAX = 2**32 - 1
ENGINES = ("auto", "fast", "mesa")
EVENTS = ("auto", "full", "outcomes")
PROGRESS_STYLES = ("auto", "bar", "lines", "off")


@dataclass(frozen=True)
class GraphAsked:
    """The files of a graph, how they are to be read, and where the keys of its members are to be written."""

    paths: tuple[Path, ...] = ()
    reading: Reading = field(default_factory=Reading)
    keys: Path | None = None

    @property
    def flags(self) -> list[str]:
        """The options by which something is said beside the files, as they are written."""
        said = self.reading.plain() | ({} if self.keys is None else {"keys": self.keys})
        named = {"format": "graph-format", "columns": "column", "link_by": "link-by"}
        named |= {} if self.reading.directed in (None, True) else {"directed": "undirected"}
        return [f"--{named.get(name, name)}" for name in said]


def _columns(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    columns = {}
    for text in given:
        what, equals, name = text.partition("=")
        if not (what.strip() and equals and name.strip()):
            raise click.BadParameter(f"must be FIELD=COLUMN, got {text!r}")
        columns[what.strip()] = name.strip()
    return columns


def graph_options(command: Callable[..., None]) -> Callable[..., None]:
    """Files of a graph and how to read them, wherever a graph is taken; the command gets a `GraphAsked`."""

    @functools.wraps(command)
    def asked(
        *args: Any,
        graph: tuple[Path, ...],
        graph_format: GraphFormat | None,
        directed: bool | None,
        columns: dict[str, str],
        link_by: LinkBy | None,
        sheet: str | None,
        keys: Path | None,
        **given: Any,
    ) -> None:
        reading = Reading(graph_format, directed, columns, link_by, sheet)
        command(*args, graph=GraphAsked(graph, reading, keys), **given)

    options = (
        click.option(
            "--graph",
            type=click.Path(path_type=Path),
            multiple=True,
            help="A social graph: a list of pairs, a table of orders (several files count as one), a file of "
            "another graph program, or what `shapan network` has written.",
        ),
        click.option(
            "--graph-format",
            type=click.Choice(FORMATS),
            help="How to read it; by default as it is named, begins and looks.",
        ),
        click.option(
            "--directed/--undirected",
            default=None,
            help="A line says who follows whom, or who are friends; by default as the file says.",
        ),
        click.option(
            "--column",
            "columns",
            multiple=True,
            metavar="FIELD=COLUMN",
            callback=_columns,
            help="Which column of a table is what, e.g. customer=Buyer; by default found by name.",
        ),
        click.option(
            "--link-by",
            type=click.Choice(LINK_BY),
            help="In a table of orders, who know each other: those with the same one of these.",
        ),
        click.option("--sheet", metavar="NAME", help="Of a workbook; by default the first."),
        click.option(
            "--keys",
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Write which key stands for which person, readable by you alone; else nothing says so.",
        ),
    )
    for option in reversed(options):
        asked = option(asked)
    return asked


def community_options(command: Callable[..., None]) -> Callable[..., None]:
    """What makes the community and the luck, the same for `run` and `compare`."""
    command = graph_options(command)
    options = (
        click.option("--seed", type=click.IntRange(0, SEED_MAX), help="The luck; by default the scenario's."),
        click.option(
            "--members",
            type=click.IntRange(2, 20_000_000),
            help="Scale a generated community, or cut a loaded one, to so many.",
        ),
        click.option(
            "--engine",
            type=click.Choice(ENGINES),
            default="auto",
            show_default=True,
            help="What runs it: fast, or mesa, the readable one; auto is fast wherever that can.",
        ),
        click.option(
            "--events",
            type=click.Choice(EVENTS),
            default="auto",
            show_default=True,
            help="Record every message, or only count them; auto is full up to 200,000 members.",
        ),
        click.option(
            "--rules",
            metavar="PACKAGE.MODULE:NAME",
            help="Your own Python rules, an OwnRules (sim/play.py); they run on mesa.",
        ),
        click.option(
            "--set",
            "sets",
            multiple=True,
            metavar="PATH=VALUE",
            help="Set a value by hand, e.g. mechanics.pintuan.group_size=3.",
        ),
        click.option(
            "--out", type=click.Path(path_type=Path), metavar="DIR", help="Write results into a folder."
        ),
        click.option("--force", is_flag=True, help="Replace results that are in the folder."),
        click.option(
            "--no-twin",
            "twin",
            is_flag=True,
            flag_value=False,
            default=True,
            help="Do not run the same without the campaign.",
        ),
        click.option(
            "--progress",
            type=click.Choice(PROGRESS_STYLES),
            default="auto",
            show_default=True,
            help="On standard error: a bar, or lines of JSON.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def calibration_options(command: F) -> F:
    """How people behave where the scenario does not say, for `run`."""
    options = (
        click.option(
            "--calibration",
            metavar="ID|FILE",
            help="Other defaults of behaviour; `shapan calibrations` lists those that ship.",
        ),
        click.option("--calibrations", is_flag=True, help="With each calibration that ships, and the range."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def record_options(command: F) -> F:
    """What `run` makes and keeps beside the run itself."""
    options = (
        click.option(
            "--keep-twin",
            is_flag=True,
            help="Write the events of the same without the campaign too: twin_events.parquet, with --out.",
        ),
        click.option(
            "--interval-seeds",
            type=click.IntRange(0, 1000),
            help="Run it again with so many other seeds, to tell how much is luck; 0: none. By default 19 up "
            "to 4,700 members, 9 up to 10,000.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _switch(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value:
            setattr(session_of(ctx), name, value)
            if name == "verbose":
                logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
                logging.getLogger("sim").setLevel(logging.INFO)

    return callback


def session_options(command: F) -> F:
    """The switches every command has; they go into the `Session`."""
    given: dict[str, Any] = {"expose_value": False, "is_eager": True}
    options = (
        click.option(
            "--json", is_flag=True, callback=_switch("json"), help="Print JSON for machines.", **given
        ),
        click.option(
            "--quiet", is_flag=True, callback=_switch("quiet"), help="Print nothing but errors.", **given
        ),
        click.option(
            "--verbose", is_flag=True, callback=_switch("verbose"), help="Log, and show tracebacks.", **given
        ),
        click.option(
            "--lang",
            type=click.Choice(["zh", "en"]),
            callback=_switch("lang"),
            help="Language; by default that of the environment.",
            **given,
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
