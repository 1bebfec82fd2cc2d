"""From YAML text to plain values that know their file and line.

YAML 1.2 as ruamel.yaml's pure-Python parser reads it (the C one can crash on deep nesting). The tree is built
here from the stream of events, so that size, depth, anchors, aliases, tags and duplicate keys are dealt with
before anything is built: an alias bomb never unfolds.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from sim.errors import reason
from sim.hidden import hidden_character
from sim.settings.problems import NO_VALUE, Problem, ScenarioError, Text

MAX_BYTES = 1_000_000  # requirement: at most 1 MB
MAX_DEPTH = 30  # requirement
MAX_VALUES = 20_000  # assumption: twenty times a rich scenario; keeps refusing a full-size file to seconds

Scalar = str | int | float | bool | None
_NAMES = re.compile(r"(^|\.)(id|name(\.\w+)?)$")
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place it came from.

    Attributes:
        value: A scalar, a mapping of nodes or a list of nodes.
        file: The file as shown to the user.
        line: Line from 1: of the key for a value in a mapping, of the item for one in a list. 0 if none.
    """

    value: Scalar | dict[str, Node] | list[Node]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: its root mapping, and the problems after which reading could go on."""

    root: Node
    problems: tuple[Problem, ...]


def read_source(path: Path, shown_as: str) -> Source:
    """Read a YAML file.

    Args:
        path: The file.
        shown_as: How messages name it.

    Raises:
        ScenarioError: It cannot be read, is not UTF-8 YAML, is too big or too deep, or is not one mapping.
    """

    def refuse(en: str, zh: str) -> ScenarioError:
        return ScenarioError([Problem(shown_as, 0, "", Text(en, zh))])

    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refuse("is a directory, not a scenario file", "是文件夹，不是场景文件")
        if not stat.S_ISREG(status.st_mode):
            raise refuse("is not a regular file", "不是普通文件")
        if status.st_size > MAX_BYTES:
            raise refuse(
                f"must be at most {MAX_BYTES} bytes, has {status.st_size}",
                f"不得超过 {MAX_BYTES} 字节，实际为 {status.st_size} 字节",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise refuse("no such file", "文件不存在") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = reason(error)
        raise refuse(f"cannot be read: {why.en}", f"无法读取：{why.zh}") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        text_ = Text("is not UTF-8 text", "不是 UTF-8 文本")
        raise ScenarioError([Problem(shown_as, line, "", text_)]) from None
    return parse_source(text, shown_as)


def parse_source(text: str, shown_as: str) -> Source:
    """Parse YAML text; see `read_source`."""
    if len(text) > MAX_BYTES:
        limit = Text(f"must be at most {MAX_BYTES} bytes", f"不得超过 {MAX_BYTES} 字节")
        raise ScenarioError([Problem(shown_as, 0, "", limit)])
    builder = _Builder(text, shown_as)
    try:
        root = builder.document()
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise builder.stopped(line, "holds a character that YAML forbids", "含有 YAML 不允许的字符") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(part) for part in (error.context, error.problem) if part)
        line = mark.line + 1 if mark else 0
        raise builder.stopped(line, f"is not valid YAML: {what}", f"不是有效的 YAML：{what}") from None
    except (YAMLError, ValueError, IndexError, AttributeError, NotImplementedError) as error:
        # ruamel.yaml raises plain exceptions on some malformed directives and escapes
        raise builder.stopped(0, f"is not valid YAML: {error}", f"不是有效的 YAML：{error}") from None
    return Source(root, tuple(builder.problems))


def parse_value(text: str) -> object:
    """Parse one YAML value given by hand, such as the `3` of `--set run.seed=3`.

    Raises:
        ScenarioError: The text is not valid YAML.
    """
    source = parse_source(f"value: {text}\n" if "\n" not in text else f"value:\n{text}\n", "--set")
    root = plain(source.root)
    if source.problems or not isinstance(root, dict) or list(root) != ["value"]:
        wrong = Text("is not one YAML value", "不是一个 YAML 值")
        raise ScenarioError(source.problems or [Problem("--set", 0, "", wrong, text)])
    return root["value"]


def plain(node: Node) -> Any:
    """Return a node as plain dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def node_of(value: object, file: str, line: int) -> Node:
    """Return plain data as a node whose every part came from `file`, `line`.

    Raises:
        TypeError: It holds something that YAML cannot.
    """
    if isinstance(value, dict):
        return Node({str(key): node_of(item, file, line) for key, item in value.items()}, file, line)
    if isinstance(value, (list, tuple)):
        return Node([node_of(item, file, line) for item in value], file, line)
    if value is None or isinstance(value, (str, bool, int, float)):
        return Node(value, file, line)
    raise TypeError(f"no YAML value: {type(value).__name__}")


def is_name(path: str) -> bool:
    """Return whether what stands at a path names something: it is to be on one line."""
    return _NAMES.search(path) is not None


def refused(character: str) -> Text:
    """Return the rule against a character such as `U+001B`."""
    return Text(f"holds a character that cannot be seen ({character})", f"含有不可见字符（{character}）")


class _Builder:
    """Builds the tree of one document from the parser's events."""

    def __init__(self, text: str, file: str) -> None:
        yaml = YAML(typ="safe", pure=True)
        self.events: Iterator[Any] = yaml.parse(text)
        # A second, empty loader: a `%YAML 1.1` line must not change how scalars are read
        scalars = YAML(typ="safe", pure=True)
        self.resolver = scalars.resolver
        self.constructor = scalars.constructor
        self.file = file
        self.values = 0
        self.problems: list[Problem] = []

    def document(self) -> Node:
        """Return the root mapping of the only document."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self.stopped(_line(event), "holds a second YAML document", "含有第二个 YAML 文档")
                if event.version not in (None, (1, 2)):
                    raise self.stopped(_line(event), "must be YAML 1.2", "必须是 YAML 1.2")
                event = next(self.events)
                root = self.value(event, _line(event), "", 1)
            elif isinstance(event, StreamEndEvent):
                break
        if root is None or root.value is None:
            raise self.stopped(0, "is empty", "是空文件")
        if not isinstance(root.value, dict):
            raise self.stopped(root.line, "must be a mapping (`key: value`)", "必须是映射（`键: 值`）")
        return root

    def value(self, event: Any, line: int, path: str, depth: int) -> Node:
        """Return the value that starts with `event`; `line` is where messages place it."""
        self.values += 1
        if self.values > MAX_VALUES:
            raise self.stopped(line, f"holds more than {MAX_VALUES} values", f"含有超过 {MAX_VALUES} 个值")
        if isinstance(event, AliasEvent):
            self.problem(line, path, "aliases (*name) are refused", "不允许别名（*name）")
            return Node(None, self.file, line)
        if event.anchor is not None:
            self.problem(line, path, "anchors (&name) are refused", "不允许锚点（&name）")
        if event.tag is not None:
            self.problem(line, path, "tags (!name) are refused", "不允许标签（!name）")
        if isinstance(event, ScalarEvent):
            return Node(self.scalar(event, line, path), self.file, line)
        if depth > MAX_DEPTH:
            raise self.stopped(line, f"is nested deeper than {MAX_DEPTH} levels", f"嵌套超过 {MAX_DEPTH} 层")
        if isinstance(event, SequenceStartEvent):
            return Node(self.items(path, depth), self.file, line)
        assert isinstance(event, MappingStartEvent)
        return Node(self.entries(path, depth), self.file, line)

    def items(self, path: str, depth: int) -> list[Node]:
        """Return the items of a list, up to its end."""
        items: list[Node] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            items.append(self.value(event, _line(event), f"{path}[{len(items)}]", depth + 1))
        return items

    def entries(self, path: str, depth: int) -> dict[str, Node]:
        """Return the entries of a mapping, up to its end; of equal keys the first one."""
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            line = _line(event)
            if not isinstance(event, ScalarEvent):
                raise self.stopped(line, "has a key that is not plain text", "含有不是文本的键")
            if event.anchor is not None or event.tag is not None:
                self.problem(line, path, "anchors and tags are refused", "不允许锚点和标签")
            key = self.text(event.value, line, path, name=True)
            at = f"{path}.{key}" if path else key
            item = self.value(next(self.events), line, at, depth + 1)
            if key in entries:
                first = entries[key].line
                zh = f"重复的键，首次出现在第 {first} 行"
                self.problem(line, at, f"duplicate key, first on line {first}", zh)
            else:
                entries[key] = item
        return entries

    def scalar(self, event: ScalarEvent, line: int, path: str) -> Scalar:
        """Return a scalar by the core schema of YAML 1.2; dates stay text."""
        tag = str(self.resolver.resolve(ScalarNode, event.value, event.implicit))
        if tag in _CORE_TAGS:
            try:
                value: Scalar = self.constructor.construct_object(ScalarNode(tag, event.value))
            except ValueError:  # Python refuses integers of thousands of digits
                self.problem(line, path, "is not a number", "不是数字", event.value)
                value = None
            return value
        return self.text(event.value, line, path, name=is_name(path))

    def text(self, value: str, line: int, path: str, *, name: bool) -> str:
        """Return text that people can see and UTF-8 hold; an escape can write half of a surrogate pair."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.problem(line, path, "is not valid Unicode text", "不是有效的 Unicode 文本")
            return "?"
        if hidden := hidden_character(value, name=name):
            rule = refused(hidden)
            self.problem(line, path, rule.en, rule.zh)
            return "?"
        return value

    def problem(self, line: int, path: str, en: str, zh: str, value: object = NO_VALUE) -> None:
        """Note a problem and go on."""
        self.problems.append(Problem(self.file, line, path, Text(en, zh), value))

    def stopped(self, line: int, en: str, zh: str) -> ScenarioError:
        """Return the error of a problem that ends the reading, with those noted before."""
        return ScenarioError([*self.problems, Problem(self.file, line, "", Text(en, zh))])


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
