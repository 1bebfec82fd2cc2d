"""Numbers as people type and paste them: `10,000`, `1万`, `￥23.9`, `12％`, `3人`, `8点、20点`.

What cannot be told for certain is asked, never guessed: `1,28` is no 128, and `0.12` in a field of percents
may be 12% or 0.12%.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sim.text import Text


@dataclass(frozen=True)
class Unit:
    """What the number of a field counts.

    Attributes:
        name: put after a number in messages.
        words: what may be typed after a number, in small letters.
        factor: how much of what the scenario counts one of it is.
        before: whether the name goes before the number.
    """

    name: Text
    words: tuple[str, ...]
    factor: Decimal = Decimal(1)
    before: bool = False

    def amount(self, shown: str) -> Text:
        """A number with the unit: `3 people`, `3 人`."""
        if self.before:
            minus, digits = shown[: shown.startswith("-")], shown.removeprefix("-")
            return Text(f"{minus}{self.name.en}{digits}", f"{shown} {self.name.zh}")
        if self.name.en == "%":
            return Text(f"{shown}%", f"{shown}%")
        return Text(f"{shown} {self.name.en}".strip(), f"{shown} {self.name.zh}".strip())


UNITS: dict[str, Unit] = {
    "yuan": Unit(
        Text("¥", "元"),
        ("¥", "元", "圆", "块", "块钱", "元整", "yuan", "rmb", "cny"),
        Decimal(100),
        before=True,
    ),
    "percent": Unit(Text("%", "%"), ("%", "percent", "per cent"), Decimal("0.01")),
    "people": Unit(Text("people", "人"), ("人", "名", "位", "个", "个人", "people", "person", "members")),
    "days": Unit(Text("days", "天"), ("天", "日", "days", "day", "d")),
    "hours": Unit(Text("hours", "小时"), ("小时", "个小时", "时", "钟头", "hours", "hour", "hrs", "hr", "h")),
    "clock": Unit(Text("o'clock", "点"), ("点", "时", "点钟", "点整", "o'clock", "h")),
    "pieces": Unit(Text("items", "件"), ("件", "个", "份", "只", "items", "item", "pcs", "pieces", "units")),
    "times": Unit(Text("times", "次"), ("次", "回", "times", "x")),
    "coupons": Unit(Text("coupons", "张"), ("张", "coupons", "coupon")),
    "posts": Unit(Text("posts", "篇"), ("条", "篇", "个", "posts", "post")),
    "stars": Unit(Text("stars", "星"), ("星", "分", "stars", "star")),
    "orders": Unit(Text("orders", "单"), ("单", "件", "次", "orders", "order")),
    "none": Unit(Text("", ""), ()),
}

_LARGE = {
    "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip
"""How much words for large numbers mean; source for w: how 万 is written in Chinese chats."""

_DIGITS = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?"
_GROUPED = r"[1-9]\d{0,2}(?P<mark>[,' ])\d{3}(?:(?P=mark)\d{3})*(?:\.\d*)?"
_ANY_UNIT = sorted({word for unit in UNITS.values() for word in unit.words}, key=len, reverse=True)
_ALTERNATIVES = "|".join(re.escape(word) for word in [*sorted(_LARGE, key=len, reverse=True), *_ANY_UNIT])
_CELL = re.compile(rf"(?P<sign>[-+]?)(?P<number>{_GROUPED}|{_DIGITS}) ?(?P<rest>.*)")
_CLOCK = re.compile(r"(\d{1,2}) ?(?::|点|时) ?(\d{1,2}|半) ?分?")
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-", "负": "-", "’": "'", "‘": "'"})
_MOST = Decimal(10) ** 30  # assumption: beyond any limit of a scenario, and small enough to be printed


class CellError(ValueError):
    """What is written cannot be understood for certain; `text` says what is expected."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def number_in(written: str, unit: Unit) -> int | float:
    """The number in a field, in what the scenario counts: `￥23.9` is 2390, `12%` is 0.12.

    Raises:
        CellError: it is none, has a unit of something else, or may mean two things.
    """
    return _scaled(_tidy(written), written.strip(), unit)


def numbers_in(written: str, unit: Unit) -> list[int | float]:
    """The numbers in a field of several, parted by `、`, commas, semicolons or spaces.

    Raises:
        CellError: see `number_in`; thousands may not be set apart here.
    """
    tidy = _tidy(written)
    tidy = re.sub(rf"(?<=\d) (?=(?:{_ALTERNATIVES})(?![a-z]))", "", tidy)  # a number and its unit
    parts = [part for part in re.split(r"[,;、 ]+", tidy) if part]
    for part in parts:
        if re.match(r"0\d\d", part):
            raise CellError(
                Text(
                    f"write numbers without thousands separators here, as in 8, 20; got {quoted(written)}",
                    f"这里的数字不要加千位分隔符，如 8、20；实际为 {quoted(written)}",
                )
            )
    return [_scaled(part, part, unit) for part in parts]


def _tidy(written: str) -> str:
    """Without what only looks different: full-width signs, special spaces, kinds of minus."""
    plain = unicodedata.normalize("NFKC", written[:200].translate(_MINUS)).translate(_MINUS).lower()
    return " ".join(plain.split())


def _scaled(tidy: str, written: str, unit: Unit) -> int | float:
    if unit is UNITS["clock"] and (time := _CLOCK.fullmatch(tidy)):
        minutes = 30 if time[2] == "半" else int(time[2])
        if minutes < 60:
            return _as_number(Decimal(time[1]) + Decimal(minutes) / 60)
    sign, bare = ("-", tidy[1:]) if tidy.startswith("-") else ("", tidy)
    in_front = re.match(r"(¥|rmb|cny) ?", bare)
    tidy = sign + (bare[in_front.end() :] if in_front else bare)
    match = _CELL.fullmatch(tidy)
    if match is None:
        raise _no_number(written, unit)
    try:
        number = Decimal(re.sub(r"[,' ]", "", match["number"]))
    except InvalidOperation:
        raise _no_number(written, unit) from None
    rest, large = match["rest"], 1
    for word in sorted(_LARGE, key=len, reverse=True):
        after = rest.removeprefix(word)
        if after != rest and not (word.isascii() and re.match("[a-z]", after)):
            rest, large = after.strip(), _LARGE[word]
            break
    words = [rest] if rest else []
    if in_front:
        words.append("¥")
    if rest and rest not in _ANY_UNIT:
        raise _no_number(written, unit)
    for word in words:
        if word not in unit.words:
            raise _other_unit(written, unit)
    number *= large * (-1 if match["sign"] == "-" else 1)
    if abs(number) > _MOST:
        raise CellError(Text("is too large a number", "数字太大"))
    if unit is UNITS["percent"] and not words and 0 < abs(number) < 1:
        share, other = f"{number.normalize() * 100:f}", f"{number:f}"
        share = share.rstrip("0").rstrip(".") if "." in share else share
        raise CellError(
            Text(
                f"is {share}% or {other}% meant? Write the % sign; got {quoted(written)}",
                f"是 {share}% 还是 {other}%？请写上 % 号；实际为 {quoted(written)}",
            )
        )
    scaled = number * unit.factor
    if unit is UNITS["yuan"] and scaled != scaled.to_integral_value():
        raise CellError(
            Text(
                f"must have at most two decimals, got {quoted(written)}",
                f"最多两位小数，实际为 {quoted(written)}",
            )
        )
    return _as_number(scaled)


def _as_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else round(float(number), 12)


def _no_number(written: str, unit: Unit) -> CellError:
    if re.search(r"\d[,' ]\d", _tidy(written)):
        return CellError(
            Text(
                f"must be a number; separators go between groups of three, as in 12,800; "
                f"got {quoted(written)}",
                f"应为数字；千位分隔符每三位一个，如 12,800；实际为 {quoted(written)}",
            )
        )
    example = unit.amount("12")
    return CellError(
        Text(
            f"must be a number, such as {example.en}, got {quoted(written)}",
            f"应为数字，如 {example.zh}，实际为 {quoted(written)}",
        )
    )


def _other_unit(written: str, unit: Unit) -> CellError:
    if not unit.words:
        return CellError(
            Text(
                f"must be a number without a unit, got {quoted(written)}",
                f"应为不带单位的数字，实际为 {quoted(written)}",
            )
        )
    return CellError(
        Text(
            f"must be written as in {unit.amount('12').en}, got {quoted(written)}",
            f"单位应为“{unit.name.zh}”，实际为 {quoted(written)}",
        )
    )


def quoted(written: str) -> str:
    """What was typed, as a message repeats it."""
    return f'"{written if len(written) <= 40 else written[:37] + "..."}"'
