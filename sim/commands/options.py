"""Options that several commands have, and what they allow. Imports nothing heavy: help is there at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

SEED_MAX = 2**32 - 1
GRAPH_FORMATS = (
    "edges", "matrix", "groups", "orders", "invites",
    "graphml", "gexf", "gml", "pajek", "json", "mtx", "shapan",
)  # fmt: skip
ENGINES = ("auto", "fast", "mesa")
EVENTS = ("auto", "full", "outcomes")
PROGRESS_STYLES = ("auto", "bar", "lines", "off")


def community_options(command: F) -> F:
    """What makes the community and the luck, the same for `run` and `compare`."""
    options = (
        click.option(
            "--graph",
            type=click.Path(path_type=Path),
            multiple=True,
            help="A social graph: edge list, matrix, GraphML, GEXF, GML, Pajek, JSON, Matrix Market, orders "
            "(several files count as one), or what `shapan network` has written.",
        ),
        click.option(
            "--graph-format",
            type=click.Choice(GRAPH_FORMATS),
            help="How to read it; by default by how it begins and is named, edge list if in doubt.",
        ),
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
