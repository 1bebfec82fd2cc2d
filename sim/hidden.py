"""Characters that cannot be seen: they clear a terminal, hide what follows or turn a text around."""

from __future__ import annotations

import re

_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
_LINES_AND_ORDER = r"\u2028-\u202e\u2066-\u2069"  # other line ends; embeddings, overrides and isolates
_NO_WIDTH = r"\u061c\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff"  # joiners belong to scripts and emoji
_HALVES = r"\ud800-\udfff"  # what stands in a file name for a byte that is no text

_NOWHERE = re.compile(f"[{_CONTROL}{_LINES_AND_ORDER}]")
_NOT_IN_NAMES = re.compile(f"[\\t\\n{_CONTROL}{_LINES_AND_ORDER}{_NO_WIDTH}]")
_NOT_PRINTED = re.compile(f"[{_CONTROL}{_LINES_AND_ORDER}{_NO_WIDTH}{_HALVES}]")


def hidden_character(text: str, *, name: bool) -> str | None:
    """Return the first character that may not stand in a text, as `U+001B`; None if there is none.

    Args:
        text: What a user has written.
        name: Whether it names something, and is to be on one line.
    """
    found = (_NOT_IN_NAMES if name else _NOWHERE).search(text)
    return None if found is None else f"U+{ord(found[0]):04X}"


def visible(text: str) -> str:
    """Return a text with what cannot be seen written out, escaped as in JSON; tabs and line feeds stay."""
    return _NOT_PRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
