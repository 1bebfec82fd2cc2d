"""The errors Shapan raises, in both languages, each with the exit code the command line gives it."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path

from sim.text import Lang, Text

_MOST_KNOWN = 40  # assumption: how many known names a message lists

_SYSTEM_ZH = {
    errno.EACCES: "没有权限",
    errno.EEXIST: "已存在",
    errno.EISDIR: "是文件夹",
    errno.ELOOP: "链接互相指向",
    errno.ENAMETOOLONG: "名称过长",
    errno.ENOENT: "文件或文件夹不存在",
    errno.ENOSPC: "磁盘已满",
    errno.ENOTDIR: "上级不是文件夹",
    errno.EPERM: "不允许此操作",
    errno.EROFS: "磁盘只读",
}
"""What the system says of a file, in Chinese; other words of it stay as they are."""


class ShapanError(Exception):
    """Base of every error a user can act on; its message says what, where and what is allowed.

    Args:
        en: The message in English.
        zh: The same in Chinese.

    Attributes:
        exit_code: what the `shapan` command exits with when this error ends it.
        text: the message in both languages; `str()` of the error is the English one.
    """

    exit_code = 1

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en, zh)  # both: this is what an error is made of again in another process
        self.text = Text(en, zh)

    def __str__(self) -> str:
        return self.text.en

    def render(self, lang: Lang = "en") -> str:
        """Return the message in `lang`."""
        return self.text.get(lang)


class InputError(ShapanError):
    """A scenario, a graph, an option or an output folder is not usable."""

    exit_code = 2


class RunError(ShapanError):
    """A valid input could not be run to its end."""

    exit_code = 3


class Cancelled(ShapanError):  # noqa: N818 - not a fault: the user asked for it
    """The user stopped the run."""

    exit_code = 130


def reason(error: BaseException) -> Text:
    """Return what an error says, in both languages as far as it has them."""
    text = getattr(error, "text", None)
    if isinstance(text, Text):
        return text
    if isinstance(error, OSError) and error.strerror:
        return Text(error.strerror, _SYSTEM_ZH.get(error.errno or 0, error.strerror))
    said = str(error) or type(error).__name__
    return Text(said, said)


def named_reason(error: BaseException) -> Text:
    """Return `reason` after the name of the error's type: of one that nobody has foreseen."""
    text, kind = reason(error), type(error).__name__
    return Text(f"{kind}: {text.en}", f"{kind}: {text.zh}")


def cannot_write(path: Path, error: BaseException) -> InputError:
    """Return the error of a file or folder that cannot be written."""
    why = reason(error)
    return InputError(f"{path}: cannot be written: {why.en}", f"{path}: 无法写入：{why.zh}")


def cannot_read(path: Path, error: BaseException) -> InputError:
    """Return the error of a file or folder that cannot be read."""
    why = reason(error)
    return InputError(f"{path}: cannot be read: {why.en}", f"{path}: 无法读取：{why.zh}")


def unknown_name(what: Text, name: str, known: Iterable[str]) -> InputError:
    """Return the error of a name that nothing has, with those there are."""
    names = list(known)
    listed = ", ".join(names[:_MOST_KNOWN]) + (", ..." if len(names) > _MOST_KNOWN else "")
    return InputError(
        f"there is no {what.en} {name!r}; known: {listed}", f"没有{what.zh} {name!r}；可用：{listed}"
    )


def out_of_memory() -> RunError:
    """Return the error of a machine that is too small."""
    return RunError("not enough memory; try fewer members", "内存不足；请减少成员数")


def unexpected(error: BaseException) -> RunError:
    """Return the error of a fault that nobody has foreseen."""
    why = named_reason(error)
    return RunError(f"unexpected {why.en}", f"意外错误 {why.zh}")
