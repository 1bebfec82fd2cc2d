"""The errors Shapan raises, each with the exit code the command line gives it."""

from __future__ import annotations


class ShapanError(Exception):
    """Base of every error a user can act on; its message says what, where and what is allowed.

    Attributes:
        exit_code: what the `shapan` command exits with when this error ends it.
    """

    exit_code = 1


class InputError(ShapanError):
    """A scenario, a graph, an option or an output folder is not usable."""

    exit_code = 2


class RunError(ShapanError):
    """A valid input could not be run to its end."""

    exit_code = 3


class Cancelled(ShapanError):  # noqa: N818 - not a fault: the user asked for it
    """The user stopped the run."""

    exit_code = 130
