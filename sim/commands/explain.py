"""`shapan explain`: the reasons behind one member, group or order."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.commands.graphs import read_keys
from sim.commands.names import CHANNELS, KINDS, REASONS, ROLES, ROUTES
from sim.commands.progress import ProgressStyle, reporting
from sim.commands.session import Session
from sim.errors import InputError
from sim.events import Kind
from sim.explain import (
    GroupStory,
    Happening,
    MemberStory,
    OrderStory,
    explain_group,
    explain_member,
    explain_order,
    turning_points,
)
from sim.network.reading import Reading
from sim.own_rules import load_own_rules
from sim.results import MEMBERS, SavedRun, read_results
from sim.run import GraphFiles, read_files
from sim.units import yuan

if TYPE_CHECKING:
    from sim.engine.decision import Decision

_SHOWN_DECISIONS = 12  # assumption: more than these fit no screen; --json has all
_SHOWN_READERS = 15  # assumption: likewise
_SHOWN_ROUTES = 4  # assumption: what fits beside each other in 80 columns

_SHOWN_ALIKE = 5  # assumption: of members that are called alike, so many show what is meant
_NUMBER = "number:"

_TERMS = {
    "base": ("need for it", "需求"),
    "taste": ("own taste", "偏好"),
    "price": ("price", "价格"),
    "source": ("who says it", "信息来源"),
    "response": ("what others do", "他人行为"),
    "quality": ("quality believed", "品质印象"),
    "pressure": ("time and scarcity", "时间与稀缺"),
    "route_taste": ("taste for this way", "方式偏好"),
    "incentive": ("personal benefit", "个人好处"),
    "effort": ("effort", "费事"),
    "fatigue": ("fatigue", "疲劳"),
    "belief": ("belief it fills", "成团信心"),
}


@dataclass(frozen=True)
class ExplainOptions:
    """What `shapan explain` was told; see its help."""

    folder: Path
    member: str | None
    group: int | None
    order: int | None
    graph: tuple[Path, ...]
    keys: Path | None
    rules: str | None
    progress: ProgressStyle


def explain_command(session: Session, options: ExplainOptions) -> None:
    """Explain one thing in a folder of results.

    Raises:
        ShapanError: see `sim.explain`.
    """
    asked = [name for name in ("member", "group", "order") if getattr(options, name) is not None]
    if len(asked) != 1:
        raise InputError(
            "explain: name one of --member N, --group N and --order N",
            "explain：请在 --member N、--group N 与 --order N 中选一个",
        )
    if options.keys is not None and options.member is None:
        raise InputError("--keys: goes with --member", "--keys：须与 --member 同用")
    saved = read_results(options.folder)
    if options.order is not None:
        story: MemberStory | GroupStory | OrderStory = explain_order(saved, options.order)
    else:
        files, own = _graph(saved, options.graph), load_own_rules(options.rules)
        with reporting(session, options.progress) as report:
            passed: Callable[[float], None] | None = None
            if report is not None:
                told = report
                passed = lambda share: told(session.text("running it again", "重新运行"), share)  # noqa: E731
            if options.member is not None:
                member = _member(saved, options.member, options.keys)
                story = explain_member(saved, member, files=files, own=own, progress=passed)
            else:
                story = explain_group(saved, options.group or 0, files=files, own=own, progress=passed)
    if session.json:
        session.print_json({asked[0]: plain(story)})
    elif not session.quiet:
        teller = _Teller(session, saved)
        if isinstance(story, MemberStory):
            teller.member(story)
        elif isinstance(story, GroupStory):
            teller.group(story)
        else:
            teller.order(story)


def plain(value: Any) -> Any:
    """A story as data for JSON: codes by name, in lower case."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _member(saved: SavedRun, asked: str, keys: Path | None) -> int:
    """The number of the member that is asked for: its number, its label, or its name in a file of keys.

    A text that means different members in these ways is refused: `number:12` is always the number.

    Raises:
        InputError: there is none, or it may be several.
    """
    text, labels, last = asked.strip(), saved.labels or (), saved.table.header.members - 1
    by_number = text.removeprefix(_NUMBER)
    number = int(by_number[:18]) if by_number.isascii() and by_number.isdigit() else -1
    names = {text} if keys is None else {text, read_keys(keys).get(text, text)}
    found = {member for member, label in enumerate(labels) if label in names}
    if not found and number >= 0:
        return number
    if 0 <= number <= last and by_number == text:
        found.add(number)
    if len(found) == 1:
        return found.pop()
    if found:
        shown = sorted(found)[:_SHOWN_ALIKE]
        called = [f"{_NUMBER}{one} ({labels[one]})" for one in shown]
        more = ("", "") if len(found) <= _SHOWN_ALIKE else (", ...", "……")
        raise InputError(
            f"--member: this may be {len(found)} members; name one as {', '.join(called)}{more[0]}",
            f"--member：这可能指 {len(found)} 名成员；请指明其一：{'、'.join(called)}{more[1]}",
        )
    hint = ("", "") if labels else (", and this run has no names", "，且此次运行没有名称")
    raise InputError(
        f"--member: there is nobody of this name; give a number, 0 to {last}, or a label as "
        f"in {MEMBERS}{hint[0]}",
        f"--member：没有叫这个名字的成员；请给出 0 至 {last} 的编号，或 {MEMBERS} 中的名称{hint[1]}",
    )


def _graph(saved: SavedRun, moved: tuple[Path, ...]) -> GraphFiles | None:
    paths = moved or tuple(Path(path) for path in saved.manifest["graph_files"])
    missing = [path for path in paths if not os.path.exists(path)]  # a Path raises where it may not look
    if missing and not moved:
        raise InputError(
            f"{missing[0]}: the graph of this run is no longer there; say where with --graph",
            f"{missing[0]}: 这次运行所用的图已不在；请用 --graph 指明位置",
        )
    return read_files(paths, Reading(**saved.manifest["graph_reading"])) if paths else None


class _Teller:
    """Tells stories on the screen."""

    def __init__(self, session: Session, saved: SavedRun) -> None:
        self.session = session
        self.labels = saved.labels
        self.start = datetime.fromisoformat(saved.table.header.start)
        self.products = {
            product.id: session.text(product.name_en, product.name_zh) or product.id
            for product in saved.table.header.products
        }
        self.catalogue = [product.id for product in saved.table.header.products]

    def member(self, story: MemberStory) -> None:
        """Who it is, what it weighed, why it acted, what came of it."""
        t, say = self.session.text, self.session.say
        role = t(*ROLES[story.role])
        who = self.name(story.member)
        say(
            t(
                f"Member {who}: {role}, segment {story.segment}, "
                f"friends {story.friends}, chats {story.chats}.",
                f"成员 {who}：{role}，人群 {story.segment}，{story.friends} 位好友，{story.chats} 个群。",
            )
        )
        acted = sum(decision.chosen is not None for decision in story.decisions)
        say(
            t(
                f"Read {story.reads} times, thought {len(story.decisions)} times, acted {acted} times.",
                f"阅读 {story.reads} 次，考虑 {len(story.decisions)} 次，行动 {acted} 次。",
            )
        )
        if not story.decisions:
            say(
                t(
                    "It never had to decide, so there is nothing to explain.",
                    "从未需要决定，因此没有可解释的。",
                )
            )
        points = turning_points(story.decisions)
        for decision in points[:_SHOWN_DECISIONS]:
            say("")
            self.decision(decision)
        if len(points) > _SHOWN_DECISIONS:
            say(
                t(
                    f"... and {len(points) - _SHOWN_DECISIONS} more (--json)",
                    f"……另有 {len(points) - _SHOWN_DECISIONS} 次（--json）",
                )
            )
        for order in story.orders:
            say("")
            self.order(order)

    def decision(self, decision: Decision) -> None:
        """One decision, term by term, the ways to buy beside each other."""
        t = self.session.text
        message = decision.message
        sender = (
            ""
            if message.sender < 0
            else t(f" from {self.name(message.sender)}", f"，来自 {self.name(message.sender)}")
        )
        product = self.products[self.catalogue[decision.product]]
        what = (
            t("acted", "行动")
            if decision.chosen
            else t("did not act; this was the closest", "未行动；这次最接近")
        )
        channel = t(*CHANNELS[message.channel])
        self.session.say(f"{self.when(decision.time_s)}  {product}  ({channel}{sender}): {what}")
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("")
        routes = decision.routes[:_SHOWN_ROUTES]
        for route in routes:
            chosen = decision.chosen is route or decision.chosen == route
            name = t(*ROUTES[route.offered.route])
            group = "" if route.offered.group < 0 else f" {route.offered.group}"
            mark = "* " if chosen else ""
            table.add_column(f"{mark}{name}{group}\n{yuan(route.price_fen)}", justify="right")
        for term, (en, zh) in _TERMS.items():
            if any(route.terms.get(term) for route in routes):
                # adding 0.0 makes a negative zero a plain one
                cells = [f"{route.terms.get(term, 0.0) + 0.0:+.2f}" for route in routes]
                table.add_row("  " + t(en, zh), *cells)
        total = Text(t("utility (acts above 0)", "效用（大于 0 则行动）"), style="bold")
        table.add_row(total, *(Text(f"{route.utility:+.2f}", style="bold") for route in routes))
        self.session.console.print(table)

    def group(self, story: GroupStory) -> None:
        """Seats, who was told, who read, what they thought."""
        t, say = self.session.text, self.session.say
        ended = "–" if story.ended_s is None else self.when(story.ended_s)
        fate = t("succeeded", "成团") if story.succeeded else t("failed", "失败")
        if story.ended_s is None:
            fate = t("undecided", "未决")
        product = self.products[story.product]
        why = "" if story.reason is None else f" ({t(*REASONS[story.reason])})"
        say(
            t(
                f"Group {story.group} ({story.offer}, {product}): {fate}{why}.",
                f"团 {story.group}（{story.offer}，{product}）：{fate}{why}。",
            )
        )
        say(
            t(
                f"Opened {self.when(story.opened_s)}, ended {ended}. Needed {story.needed} people; "
                f"{len(story.seats)} paid a seat.",
                f"开团 {self.when(story.opened_s)}，结束 {ended}。"
                f"需 {story.needed} 人，{len(story.seats)} 人付款。",
            )
        )
        for seat in story.seats:
            origin = (
                ""
                if seat.source < 0
                else t(f", invited by {self.name(seat.source)}", f"，由 {self.name(seat.source)} 邀请")
            )
            say(f"  {self.when(seat.time_s)}  {t('member', '成员')} {self.name(seat.actor)}{origin}")
        read = [reader for reader in story.readers if reader.reads]
        open_to = [reader for reader in story.readers if reader.join is not None]
        wanted = [reader for reader in open_to if reader.join is not None and reader.join.utility > 0]
        say(
            t(
                f"Told: {story.told} people in {len(story.sends)} messages; {len(read)} read them. "
                f"In all, {len(open_to)} thought of joining, {len(wanted)} found it worth it.",
                f"告知 {story.told} 人（{len(story.sends)} 条消息），{len(read)} 人阅读。"
                f"共 {len(open_to)} 人考虑参团，{len(wanted)} 人认为值得。",
            )
        )
        if story.mean_terms:
            say(
                t("What those who did not join thought of joining, on average:", "未参团者对参团的平均看法：")
            )
            for term, mean in sorted(story.mean_terms.items(), key=lambda item: item[1]):
                if abs(mean) >= 0.005:
                    say(f"  {mean:+.2f}  {t(*_TERMS.get(term, (term, term)))}")
        if story.readers:
            self.readers(story)

    def readers(self, story: GroupStory) -> None:
        """The readers of a group, the keenest first."""
        t = self.session.text
        table = Table(box=None, pad_edge=False, header_style="bold")
        for en, zh in (
            ("member", "成员"),
            ("reads", "阅读"),
            ("utility of joining", "参团效用"),
            ("then", "结果"),
        ):
            table.add_column(t(en, zh), justify="right" if en != "then" else "left")
        keenest = sorted(story.readers, key=lambda one: -1e9 if one.join is None else -one.join.utility)
        keenest.sort(key=lambda one: one.join is None)
        for reader in keenest[:_SHOWN_READERS]:
            if reader.joined:
                then = t("joined", "已参团")
            elif reader.decision is None:
                then = t("had bought already, or was waiting", "已购买或等待中")
            elif reader.decision.chosen is None:
                then = t("nothing", "无行动")
            else:
                then = t(*ROUTES[reader.decision.chosen.offered.route])
            worth = "–" if reader.join is None else f"{reader.join.utility:+.2f}"
            table.add_row(Text(self.name(reader.member)), str(reader.reads), worth, "  " + then)
        self.session.console.print(table)
        if len(keenest) > _SHOWN_READERS:
            more = len(keenest) - _SHOWN_READERS
            self.session.say(t(f"... and {more} more (--json)", f"……另有 {more} 人（--json）"))

    def order(self, story: OrderStory) -> None:
        """What came of an order, and the chain of people behind it."""
        t, say = self.session.text, self.session.say
        group = "" if story.group < 0 else t(f", group {story.group}", f"，团 {story.group}")
        product = self.products[story.product]
        route = t(*ROUTES[story.route])
        say(
            t(
                f"Order {story.order}: member {self.name(story.member)}, {product}, {route}{group}.",
                f"订单 {story.order}：成员 {self.name(story.member)}，{product}，{route}{group}。",
            )
        )
        for row in story.happenings:
            if row.kind not in (Kind.STOCK, Kind.QUOTA):
                say(f"  {self.when(row.time_s)}  {self.happening(row)}")
        say(t("Who stands behind it, back to the one who started it:", "背后的人，直到最初发起者："))
        for step, link in enumerate(story.chain):
            act = link.act
            channel = (
                ""
                if act.channel is None
                else t(f", {CHANNELS[act.channel][0]}", f"，{CHANNELS[act.channel][1]}")
            )
            source = (
                ""
                if act.source < 0
                else t(f", from {self.name(act.source)}", f"，来自 {self.name(act.source)}")
            )
            say(
                f"  {'  ' * step}{t('member', '成员')} {self.name(link.member)}: {t(*KINDS[act.kind])} "
                f"{self.when(act.time_s)}{channel}{source}"
            )

    def happening(self, row: Happening) -> str:
        """One row in words."""
        parts = [self.session.text(*KINDS[row.kind])]
        if row.amount_fen:
            parts.append(yuan(row.amount_fen))
        if row.reason:
            parts.append(f"({self.session.text(*REASONS[row.reason])})")
        return " ".join(parts)

    def name(self, member: int) -> str:
        """The number of a member, with what it is called where that is something else."""
        label = str(member) if self.labels is None else self.labels[member]
        return label if label == str(member) else f"{member} ({label})"

    def when(self, time_s: int) -> str:
        """Local time."""
        return f"{self.start + timedelta(seconds=time_s):%Y-%m-%d %H:%M}"
