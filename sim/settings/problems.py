"""What is wrong (or legally doubtful) in a scenario file, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sim.errors import InputError
from sim.text import Lang as Lang
from sim.text import Text as Text
from sim.units import plain_number

Place = tuple[str | int, ...]
"""Keys and list positions from the root of a scenario to a value."""

MAX_SHOWN = 50  # assumption: more lines than this help nobody
MAX_VALUE_CHARS = 60  # assumption: one line of a terminal with room for the message
MAX_FEW = 3  # assumption: how many items of a wrong list or mapping a message shows
MAX_KNOWN = 12  # assumption: how many known names a message lists


class _NoValue:
    """Type of `NO_VALUE`."""

    def __repr__(self) -> str:
        return "NO_VALUE"

    def __reduce__(self) -> str:
        return "NO_VALUE"  # there is one of it, in every process


NO_VALUE = _NoValue()
"""Stands for "there is no value to show", because None is a value (YAML's null)."""


class RuleError(ValueError):
    """A rule over several fields is broken; raise it in a pydantic model validator.

    Args:
        en: What is wrong and what is allowed, in English.
        zh: The same in Chinese.
        fields: Dotted paths (ids for list items) of the fields that the rule reads, relative to the validated
            model. The problem is shown at the first one. Name all of them: only then can the rule be reported
            while *other* fields are wrong.
    """

    def __init__(self, en: str, zh: str, *fields: str) -> None:
        super().__init__(en, zh, *fields)
        self.text = Text(en, zh)
        self.fields = fields

    def __str__(self) -> str:
        return self.text.en


class BrokenRulesError(ValueError):
    """Several broken rules found by one validator."""

    def __init__(self, errors: Iterable[RuleError]) -> None:
        self.errors = tuple(errors)
        super().__init__(self.errors)

    def __str__(self) -> str:
        return "; ".join(str(error) for error in self.errors)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a number may be, for messages that speak of it in another unit; None: no limit on that side.

    Attributes:
        low: the least.
        high: the most.
        above: it must be more than this.
        below: it must be less than this.
        whole: whether it has no decimals.
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a scenario.

    Attributes:
        file: The file that the value came from, as shown to the user.
        line: Its line, from 1; 0 where there is none (a file that cannot be read, a value set by hand).
        path: The place in the scenario, like `mechanics[id=pintuan].group_size`; "" for the whole file.
        text: What is allowed.
        value: What was given, or NO_VALUE.
        variant: The variant in which it is wrong, if it is right without one.
        limits: What `text` says, if it says what a number may be.
    """

    file: str
    line: int
    path: str
    text: Text
    value: object = NO_VALUE
    variant: str | None = None
    limits: Limits | None = None

    @property
    def dotted(self) -> str:
        """The path as `sets` takes it: `mechanics.pintuan.group_size`."""
        return dotted(self.path)

    def message(self, lang: Lang = "en") -> str:
        """Return what is allowed and what was given, in `lang`."""
        text = self.text.get(lang)
        if self.value is NO_VALUE:
            return text
        given = shown(self.value)
        return f"{text}，实际为 {given}" if lang == "zh" else f"{text}, got {given}"

    def render(self, lang: Lang = "en") -> str:
        """Return one line: `file:line: path: message`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        path = f"{self.path} " if self.path and self.variant else self.path
        if self.variant:
            path += f"(变体 {self.variant})" if lang == "zh" else f"(variant {self.variant})"
        return ": ".join(part for part in (where, path, self.message(lang)) if part)


class ScenarioError(InputError):
    """A scenario is not valid; carries every problem found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem], unlisted: int = 0) -> None:
        self.problems = tuple(problems)
        self.unlisted = unlisted
        """How many further problems were counted but not described."""
        super().__init__(self.render("en"), self.render("zh"))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.unlisted)

    def render(self, lang: Lang = "en") -> str:
        """Return one line a problem, at most `MAX_SHOWN` of them, and how many more there are."""
        lines = [problem.render(lang) for problem in self.problems[:MAX_SHOWN]]
        more = len(self.problems) - len(lines) + self.unlisted
        if more:
            lines.append(f"……另有 {more} 个问题" if lang == "zh" else f"... and {more} more problems")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class ScenarioWarning:
    """Something about a valid scenario that a planner should know before launch (not legal advice).

    Attributes:
        code: Stable name of the warning, kebab-case.
        path: Dotted path of the value it is about, with ids for list items; "" for the whole scenario.
        message_zh: What and why, in Chinese.
        message_en: The same in English.
        law: The rule it rests on, "" if it is not a legal one.
        file: Where that value came from; filled in when a scenario is loaded.
        line: Its line, from 1; 0 where there is none.
    """

    code: str
    path: str
    message_zh: str
    message_en: str
    law: str = ""
    file: str = ""
    line: int = 0

    def message(self, lang: Lang = "en") -> str:
        """Return what and why, in `lang`."""
        return self.message_zh if lang == "zh" else self.message_en


def dotted(path: str) -> str:
    """Return `mechanics[id=pintuan].rates[0]` as `mechanics.pintuan.rates.0`."""
    return re.sub(r"\[(?:id=)?([^\]]*)\]", r".\1", path).lstrip(".")


def shown(value: object) -> str:
    """Return a value as a message shows it: as YAML would write it, and short."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return f"{{{_few(value)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{_few([shown(item) for item in value[: MAX_FEW + 1]])}]"
    if isinstance(value, str):
        return json.dumps(_cut(value), ensure_ascii=False)
    if isinstance(value, int) and abs(value) > 10**MAX_VALUE_CHARS:
        return "a very large number"  # also keeps clear of Python's limit on printing integers
    if isinstance(value, float) and "e" in str(value):
        return _cut(plain_number(value, 17))
    return _cut(str(value))


def nearest(name: str, known: Iterable[str]) -> Text:
    """Return "did you mean ...?", or the list of known names if none is near.

    A name that goes on where this one ends (`reach`: `reach_share`) is nearer than one that looks alike.
    """
    names = [str(k) for k in known]
    begun = [one for one in names if name and one.startswith((f"{name}_", f"{name}-", f"{name}."))]
    close = begun[:MAX_FEW] or get_close_matches(name[:MAX_VALUE_CHARS], names, n=1, cutoff=0.6)
    if close:
        en, zh = " or ".join(f"`{one}`" for one in close), "、".join(f"`{one}`" for one in close)
        return Text(f"did you mean {en}?", f"是否想写 {zh}？")
    if not names:
        return Text("none are known here", "此处没有可用的名称")
    listed = ", ".join(names[:MAX_KNOWN]) + (", ..." if len(names) > MAX_KNOWN else "")
    return Text(f"known: {listed}", f"可用：{listed}")


def _few(names: Iterable[object]) -> str:
    listed = [_cut(str(name), MAX_VALUE_CHARS // MAX_FEW) for name in names]
    return ", ".join(listed[:MAX_FEW]) + (", ..." if len(listed) > MAX_FEW else "")


def _cut(text: str, limit: int = MAX_VALUE_CHARS) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."
