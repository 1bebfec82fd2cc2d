"""Progress on standard error: a bar for people, lines of JSON for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import click
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
)

from sim.commands.session import Session
from sim.commands.time_left import TimeLeft, about
from sim.run import Progress as Report

ProgressStyle = Literal["auto", "bar", "lines", "off"]
PROGRESS_STYLES: tuple[ProgressStyle, ...] = ("auto", "bar", "lines", "off")

_LINE_SECONDS = 0.2  # assumption: five lines a second are enough to draw a smooth bar
_NAMES = {
    "campaign": ("campaign", "活动"),
    "twin": ("no campaign", "无活动对照"),
    "other seeds": ("other seeds", "其他种子"),
    "sweep": ("runs", "运行"),
    "compare": ("runs", "运行"),
    "facts": ("facts", "事实"),
    "data": ("data", "数据"),
    "fit": ("fit", "拟合"),
    "calibrations": ("runs", "运行"),
    "identify": ("points", "参数点"),
    "open": ("admissible points", "可行点"),
    "engine": ("preparing the engine", "准备引擎"),
}


@contextmanager
def reporting(session: Session, style: ProgressStyle) -> Iterator[Report | None]:
    """Something to report progress to while the body runs; None if nobody wants it.

    `auto` is a bar where standard error is a terminal and the session is not quiet. `lines` are
    `{"stage": ..., "share": ...}`, at most five a second, with `left_seconds` as soon as that can be told.
    """
    if style == "auto":
        style = "bar" if sys.stderr.isatty() and not session.quiet else "off"
    if style == "off":
        yield None
    elif style == "lines":
        yield _lines()
    else:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
        )
        with Progress(*columns, console=session.err, transient=True) as progress:
            tasks: dict[str, int] = {}
            left = TimeLeft(time.monotonic)

            def bar(stage: str, share: float) -> None:
                if stage not in tasks:
                    tasks[stage] = progress.add_task(
                        session.text(*_NAMES.get(stage, (stage, stage))), total=1.0, left=""
                    )
                seconds = left.seconds(stage, share)
                told = "" if seconds is None else about(seconds).get(session.lang)
                progress.update(progress.task_ids[tasks[stage]], completed=share, left=told)

            yield bar


def _lines() -> Report:
    last: tuple[str, float] = ("", 0.0)
    left = TimeLeft(time.monotonic)

    def line(stage: str, share: float) -> None:
        nonlocal last
        now, seconds = time.monotonic(), left.seconds(stage, share)
        if stage != last[0] or share >= 1.0 or now - last[1] >= _LINE_SECONDS:
            last = (stage, now)
            told = {} if seconds is None else {"left_seconds": round(seconds, 1)}
            click.echo(json.dumps({"stage": stage, "share": round(share, 4), **told}), err=True)

    return line
