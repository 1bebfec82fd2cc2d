"""The group of all commands: where errors become words in the user's language, and exit codes."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from sim.errors import Cancelled, ShapanError, out_of_memory, unexpected


class ShapanGroup(click.Group):
    """The one place where errors become exit codes: 0, 2 invalid input, 3 run failed, 130 cancelled."""

    _args: tuple[str, ...] = ()

    def main(self, args: Sequence[str] | None = None, *others: Any, **more: Any) -> Any:
        """Keep the command line: one that cannot be read shall still be answered in its language."""
        self._args = tuple(sys.argv[1:] if args is None else args)
        return super().main(list(self._args), *others, **more)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read the options of the group."""
        with self._said():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; say what went wrong in one line and exit with the error's code."""
        try:
            with self._said():
                return super().invoke(ctx)
        except ShapanError as error:
            self._end(ctx, error)
        except KeyboardInterrupt as error:
            self._end(ctx, Cancelled("cancelled", "已取消"), error)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except MemoryError as error:
            self._end(ctx, out_of_memory(), error)
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # the reader of our output has left; click ends quietly
            self._end(ctx, unexpected(error), error)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            from sim.commands.usage import SaidUsageError

            raise SaidUsageError(error, self._args) from error

    def _end(self, ctx: click.Context, error: ShapanError, cause: BaseException | None = None) -> None:
        session = session_of(ctx)
        if session.verbose and not isinstance(error, Cancelled):
            logging.getLogger(__name__).error("traceback", exc_info=cause or error)
        session.fail(error)
        ctx.exit(error.exit_code)


def session_of(ctx: click.Context) -> Any:
    """The `Session` of a command line; one with the environment's language if none was made yet."""
    from sim.commands.session import Session, language

    root = ctx.find_root()
    if root.obj is None:
        root.obj = Session(language())
    return root.obj
