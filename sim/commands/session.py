"""How a command talks to whoever called it: language, tables or JSON, and what goes where."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import rich.text
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from sim.errors import ShapanError
from sim.hidden import visible
from sim.settings.problems import Lang, ScenarioError, ScenarioWarning, Text

WIDTH_MAX = 100
"""assumption: tables read best on lines of at most so many columns."""

_SHOWN_NOTES = 4  # assumption: a scaled scenario has dozens, which would push the figures off the screen


@dataclass
class Session:
    """The switches every command has.

    Attributes:
        lang: of what people read.
        json: one JSON document on standard output in place of text.
        quiet: no text but errors.
        verbose: logs and tracebacks on standard error.
    """

    lang: Lang
    json: bool = False
    quiet: bool = False
    verbose: bool = False

    @property
    def console(self) -> Console:
        """Where text for people goes."""
        return _console(stderr=False)

    @property
    def err(self) -> Console:
        """Where progress goes, so that output can be piped."""
        return _console(stderr=True)

    def text(self, en: str, zh: str) -> str:
        """The text in the chosen language."""
        return zh if self.lang == "zh" else en

    def say(self, line: str) -> None:
        """A line for people."""
        if not (self.quiet or self.json):
            click.echo(visible(line))

    def say_aside(self, line: str) -> None:
        """A line for people that is no result: on standard error, beside JSON too."""
        if not self.quiet:
            click.echo(visible(line), err=True)

    def say_notes(self, notes: Sequence[Text]) -> None:
        """The first few notes, and how many more there are."""
        for note in notes[:_SHOWN_NOTES]:
            self.say(f"{self.text('Note: ', '说明：')}{note.get(self.lang)}")
        more = len(notes) - _SHOWN_NOTES
        if more > 0:
            self.say(
                self.text(f"... and {more} more notes (--json has all)", f"……另有 {more} 条说明（见 --json）")
            )

    def say_fallback(self, engine: str, reason: Text | None) -> None:
        """Which engine ran, if it is not the one people expect, and why."""
        if reason is not None:
            note, ran = self.text("Note: ", "说明："), self.text("engine", "引擎")
            self.say(f"{note}{ran} {engine}: {reason.get(self.lang)}")

    def print_json(self, data: Any) -> None:
        """The one JSON document of a command."""
        click.echo(visible(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)))

    def fail(self, error: ShapanError) -> None:
        """Say what went wrong: a line for each problem on standard error, and a JSON document if asked."""
        scenario_error = error if isinstance(error, ScenarioError) else None
        click.echo(visible(f"{self.text('Error: ', '错误：')}{error.render(self.lang)}"), err=True)
        if self.json:
            problems = [
                {
                    "file": problem.file,
                    "line": problem.line or None,
                    "path": problem.path,
                    "variant": problem.variant,
                    "message_en": problem.message("en"),
                    "message_zh": problem.message("zh"),
                }
                for problem in (scenario_error.problems if scenario_error else ())
            ]
            self.print_json(
                {
                    "error": {
                        "exit_code": error.exit_code,
                        "kind": type(error).__name__,
                        "message": error.text.en,
                        "message_en": error.text.en,
                        "message_zh": error.text.zh,
                        "problems": problems,
                    }
                }
            )


def language(environment: Mapping[str, str] | None = None) -> Lang:
    """The language of the user's environment: Chinese where it says so, else English."""
    variables = os.environ if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return "zh" if variables[name].lower().startswith("zh") else "en"
    return "en"


def warning_data(warning: ScenarioWarning) -> dict[str, Any]:
    """A warning as JSON."""
    return {
        "code": warning.code,
        "file": warning.file,
        "line": warning.line or None,
        "path": warning.path,
        "message_en": warning.message("en"),
        "message_zh": warning.message("zh"),
        "law": warning.law,
    }


def warning_line(warning: ScenarioWarning, session: Session) -> str:
    """A warning as one line, with where it comes from."""
    where = f"{warning.file}:{warning.line}" if warning.line else warning.file
    law = f" [{warning.law}]" if warning.law else ""
    return ": ".join(part for part in (where, warning.path, f"{warning.message(session.lang)}{law}") if part)


class PlainConsole(Console):
    """A console that prints what it is given, letter by letter: names are a user's, and none is a command.

    It knows no markup (`[bold]`) and no emoji codes (`:smile:`); what cannot be seen is written out.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render_str(self, text: str, **options: Any) -> rich.text.Text:
        """Make a text of letters, while there is still room to be given to all of them."""
        return super().render_str(visible(text), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render it, and see to each piece."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


def _console(*, stderr: bool) -> Console:
    console = PlainConsole(stderr=stderr)
    console.width = min(console.width, WIDTH_MAX)
    return console
