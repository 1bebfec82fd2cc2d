"""Tells the stories of members, groups and orders on the screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim.commands.names import CHANNELS, KINDS, REASONS, ROLES, ROUTES
from sim.commands.session import Session
from sim.events import Channel, Kind
from sim.explain import GroupStory, MemberStory, Reader, turning_points
from sim.metrics.seats import Way
from sim.order_story import Happening, OrderStory, Seat
from sim.results import SavedRun
from sim.units import yuan

if TYPE_CHECKING:
    from sim.engine.decision import Decision
    from sim.mechanics.world import Message

_SHOWN_DECISIONS = 12  # assumption: more than these fit no screen; --json has all
_SHOWN_READERS = 15  # assumption: likewise
_SHOWN_ROUTES = 4  # assumption: what fits beside each other in 80 columns

_OF_A_LEVEL = (
    Kind.COMMISSION_ACCRUED,
    Kind.COMMISSION_REVERSED,
    Kind.COMMISSION_PAID,
    Kind.COMMISSION_CLAWED,
    Kind.COMMISSION_LOST,
    Kind.COMMISSION_COLLECTED,
)
"""Kinds whose `value` is a level."""

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


class Teller:
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
        sender = "" if message.sender < 0 else self.sender(message)
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

    def sender(self, message: Message) -> str:
        """Who sent what was read; of a reminder, on whose message it was asked for."""
        who = self.name(message.sender)
        if message.channel is Channel.REMINDER:
            return self.session.text(f", asked for after reading {who}", f"，读了 {who} 的消息后预约")
        return self.session.text(f" from {who}", f"，来自 {who}")

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
            who = t(f"member {self.name(seat.member)}: ", f"成员 {self.name(seat.member)}：")
            say(f"  {self.when(seat.time_s)}  {who}{self.seat(seat)}")
        open_to = [reader for reader in story.readers if reader.join is not None]
        wanted = [reader for reader in open_to if reader.join is not None and reader.join.utility > 0]
        say(
            t(
                f"{self.told(story)} In all, {len(open_to)} thought of joining, "
                f"{len(wanted)} found it worth it.",
                f"{self.told(story)}共 {len(open_to)} 人考虑参团，{len(wanted)} 人认为值得。",
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

    def told(self, story: GroupStory) -> str:
        """How many were sent to about a group, as far as rows tell: of several messages they add up."""
        sent, put = len(story.sends), story.recipients
        read = sum(reader.reads > 0 for reader in story.readers)
        if not sent:
            return self.session.text("Nobody was told of it.", "没有人被告知。")
        if sent == 1:
            return self.session.text(
                f"Told: {put} people, in 1 message; {read} of them read it.",
                f"告知 {put} 人（1 条消息），其中 {read} 人阅读。",
            )
        return self.session.text(
            f"Told: {put} recipients of {sent} messages; {read} people read of it.",
            f"告知 {put} 人次（{sent} 条消息），{read} 人阅读。",
        )

    def seat(self, seat: Seat) -> str:
        """How a seat came about."""
        t = self.session.text
        moved = seat.wanted >= 0
        shut = t(f"group {seat.wanted} could not take them", f"团 {seat.wanted} 已无法加入")
        if seat.way is Way.INVITED:
            # what it was ordered on may have been about something else
            later = "" if seat.sender == seat.inviter else self.joined_on(seat)
            inviter = self.name(seat.inviter)
            return t(f"invited by {inviter}", f"由 {inviter} 邀请") + later
        en, zh = self.after(seat)
        if seat.way is Way.OPENED:
            return t(f"opened it {en}", f"{zh}开团") + (t(f", as {shut}", f"（{shut}）") if moved else "")
        if seat.way is Way.MOVED:
            return t(f"moved here by the shop, as {shut}; ordered {en}", f"{shut}，由系统转入；{zh}下单")
        return t(f"found it on the list of open groups {en}", f"{zh}从可参团列表中找到")

    def joined_on(self, seat: Seat) -> str:
        """On what somebody joined who had been invited by somebody else."""
        en, zh = self.after(seat)
        return self.session.text(f", joined {en}", f"，{zh}参团")

    def after(self, seat: Seat) -> tuple[str, str]:
        """On reading what a seat was ordered, in both languages."""
        if seat.sender >= 0 and seat.channel is not Channel.REMINDER:
            who = self.name(seat.sender)
            return f"after reading {who}", f"读了 {who} 的消息后"
        if seat.channel in (Channel.PUSH, Channel.REMINDER):
            en, zh = CHANNELS[seat.channel]
            return f"after a {en}", f"看到{zh}后"
        en, zh = ("", "") if seat.channel is None else CHANNELS[seat.channel]
        return f"on their own ({en})" if en else "on their own", f"自行（{zh}）" if zh else "自行"

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
            then = self.then(story, reader)
            worth = "–" if reader.join is None else f"{reader.join.utility:+.2f}"
            table.add_row(Text(self.name(reader.member)), str(reader.reads), worth, "  " + then)
        self.session.console.print(table)
        if len(keenest) > _SHOWN_READERS:
            more = len(keenest) - _SHOWN_READERS
            self.session.say(t(f"... and {more} more (--json)", f"……另有 {more} 人（--json）"))

    def then(self, story: GroupStory, reader: Reader) -> str:
        """What came of the time when a reader was closest to joining."""
        t = self.session.text
        if reader.joined:
            return t("joined", "已参团")
        if reader.decision is None:
            return t("had bought already, or was waiting", "已购买或等待中")
        if reader.decision.chosen is None:
            return t("nothing", "无行动")
        chosen = reader.decision.chosen.offered
        if chosen.group == story.group:
            return t("ordered a seat and got none", "已下单，未入团")
        return t(*ROUTES[chosen.route]) + ("" if chosen.group < 0 else f" {chosen.group}")

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
                what = self.happening(row, story.member)
                if row.kind is Kind.GROUP_JOINED and story.seat is not None:
                    how = self.seat(story.seat)
                    what += t(f": {how}", f"：{how}")
                say(f"  {self.when(row.time_s)}  {what}")
        say(t("Who stands behind it, back to the one who started it:", "背后的人，直到最初发起者："))
        for step, link in enumerate(story.chain):
            who = t(f"member {self.name(link.member)}: ", f"成员 {self.name(link.member)}：")
            done = [self.act(link.act)]
            if link.sent is not None and link.sent != link.act:
                done.append(self.act(link.sent, of_source=False))
            say("  " + "  " * step + who + t("; ", "；").join(done))

    def act(self, row: Happening, *, of_source: bool = True) -> str:
        """What somebody in a chain did; of_source: and whose message they had read."""
        t = self.session.text
        parts = [f"{t(*KINDS[row.kind])} {self.when(row.time_s)}"]
        if row.channel is not None:
            parts.append(t(*CHANNELS[row.channel]))
        if row.kind is Kind.SEND and row.group >= 0:
            parts.append(t(f"about group {row.group}", f"关于团 {row.group}"))
        if of_source and row.source >= 0:
            who = self.name(row.source)
            parts.append(t(f"after reading {who}", f"此前读了 {who} 的消息"))
        return t(", ", "，").join(parts)

    def happening(self, row: Happening, buyer: int) -> str:
        """One row of an order in words, with whom it is about where that need not be the buyer."""
        t = self.session.text
        parts = [t(*KINDS[row.kind])]
        if row.amount_fen:
            parts.append(yuan(row.amount_fen))
        if row.reason:
            parts.append(f"({t(*REASONS[row.reason])})")
        about = [" ".join(parts)]
        if row.actor not in (-1, buyer) or row.kind in _OF_A_LEVEL:
            about.append(f"{t('member', '成员')} {self.name(row.actor)}")
        if row.kind in _OF_A_LEVEL:
            about.append(t(f"level {row.value}", f"第 {row.value} 级"))
        if row.kind is Kind.RECRUITED and row.source >= 0:
            about.append(t(f"under member {self.name(row.source)}", f"上级为成员 {self.name(row.source)}"))
        return t(", ", "，").join(about)

    def name(self, member: int) -> str:
        """The number of a member, with what it is called where that is something else."""
        label = str(member) if self.labels is None else self.labels[member]
        return label if label == str(member) else f"{member} ({label})"

    def when(self, time_s: int) -> str:
        """Local time."""
        return f"{self.start + timedelta(seconds=time_s):%Y-%m-%d %H:%M}"
