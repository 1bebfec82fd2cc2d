"""What click finds wrong with a command line, said in both languages.

click has its messages in English only, and no others can be put in their place. They are few; each is known
by its form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO, Any

import click

from sim.commands.session import Session, language
from sim.errors import InputError
from sim.text import Lang

_KINDS = {"File": "文件", "Directory": "文件夹", "Path": "路径"}
_NUMBERS = {"integer": "整数", "float": "数", "integer range": "整数", "float range": "数"}

_MESSAGES: tuple[tuple[str, str], ...] = (
    (r"No such option:? '?(?P<name>[^']+?)'?\.?(?P<hint> .*)?", "没有选项 {name}{hint}"),
    (r"No such command '(?P<name>.+?)'\.(?P<hint> .*)?", "没有命令 {name}{hint}"),
    (r"Missing command\.", "缺少命令"),
    (r"Missing argument '(?P<name>.+?)'\.(?P<hint> .*)?", "缺少参数 {name}{hint}"),
    (r"Missing option (?P<name>'.+?')\.(?P<hint> .*)?", "缺少选项 {name}{hint}"),
    (r"Option '(?P<name>.+)' requires an argument\.", "选项 {name} 需要一个值"),
    (r"Option '(?P<name>.+)' requires (?P<n>\d+) arguments\.", "选项 {name} 需要 {n} 个值"),
    (r"Option '(?P<name>.+)' does not take a value\.", "选项 {name} 不带值"),
    (r"Argument '(?P<name>.+)' takes (?P<n>\d+) values\.", "参数 {name} 需要 {n} 个值"),
    (r"Got unexpected extra arguments? \((?P<name>.+)\)", "多余的参数：{name}"),
    (r"Invalid value for (?P<name>.+?): (?P<rest>.*)", "{name} 的值不对：{rest}"),
    (r"(?P<value>.+) is not in the range (?P<range>.+)\.", "{value} 不在范围 {range} 内"),
    (r"(?P<value>'.*') is not a valid (?P<number>integer|float)(?: range)?\.", "{value} 不是{number}"),
    (r"(?P<value>'.*') is not a valid boolean\..*", "{value} 不是是非值"),
    (r"(?P<value>'.*') is not one of (?P<names>.+)\.", "{value} 不是以下之一：{names}"),
    (r"(?P<value>'.*') is not (?P<names>'.+')\.", "{value} 不是 {names}"),
    (r"(?P<kind>File|Directory|Path) (?P<value>'.*') does not exist\.", "{kind} {value} 不存在"),
    (r"(?P<kind>File|Directory|Path) (?P<value>'.*') is a file\.", "{value} 是文件，应为{kind}"),
    (r"(?P<kind>File|Directory|Path) (?P<value>'.*') is a directory\.", "{value} 是文件夹，应为{kind}"),
    (r"(?P<kind>File|Directory|Path) (?P<value>'.*') is not readable\.", "{kind} {value} 无法读取"),
    (r"(?P<kind>File|Directory|Path) (?P<value>'.*') is not writable\.", "{kind} {value} 无法写入"),
    (r"\(?Did you mean(?: one of:)? (?P<names>'.+')\?\)?", "是否想写 {names}？"),
    (r"Choose from:\s+(?P<names>.+)", "可选：{names}"),
)
"""Forms of click's messages, and what they say in Chinese. What follows a message is one of them too."""


class SaidUsageError(click.UsageError):
    """A usage error that says itself in the language that was asked for.

    Args:
        error: what click has found.
        args: the whole command line: what stands behind the fault in it was not read yet.
    """

    def __init__(self, error: click.UsageError, args: Sequence[str]) -> None:
        super().__init__(error.format_message(), error.ctx)
        self._session = Session(_language(args), json="--json" in args)

    def show(self, file: IO[Any] | None = None) -> None:
        """Print usage, where help is, and what is wrong; and a JSON document if asked."""
        if self.ctx is not None:
            usage, command = self.ctx.get_usage(), self.ctx.command_path
            if self._session.lang == "zh":
                usage = usage.replace("Usage: ", "用法：", 1)
            click.echo(usage, err=True)
            hint = self._session.text(f"Try '{command} --help' for help.", f"帮助：{command} --help")
            click.echo(f"{hint}\n", err=True)
        self._session.fail(InputError(self.message, in_chinese(self.message)))


def in_chinese(message: str) -> str:
    """A message of click in Chinese; one that is not known stays as it is."""
    for form, chinese in _MESSAGES:
        if match := re.fullmatch(form, message, re.DOTALL):
            return chinese.format(**{name: _part(name, part) for name, part in match.groupdict("").items()})
    return message


def _part(name: str, part: str) -> str:
    if name == "kind":
        return _KINDS[part]
    if name == "number":
        return _NUMBERS[part]
    if name == "hint" and part:
        return f"；{in_chinese(part.strip())}"
    return in_chinese(part) if name == "rest" else " ".join(part.split())


def _language(args: Sequence[str]) -> Lang:
    asked: Lang = language()
    for arg, following in zip(args, (*args[1:], ""), strict=True):
        given = following if arg == "--lang" else arg.removeprefix("--lang=") if "=" in arg else ""
        if given in ("zh", "en"):
            asked = "zh" if given == "zh" else "en"
    return asked
