"""Tracebacks that a handler, or Python itself, prints: with the learner's source lines."""

from __future__ import annotations

import linecache
import sys
from typing import TYPE_CHECKING, Any

from . import errors
from .current import here

if TYPE_CHECKING:
    from .patches import Patches

_getlines = linecache.getlines


def getlines(filename: str, module_globals: Any = None) -> list[str]:
    """Give the lines of a file: of the function's own, if a handler asks for them.

    Two functions may have files of the same name, and none of them is where it says.
    """
    process = here.process
    if process is not None:
        lines = process.code.lines(filename)
        if lines:
            return lines
    return _getlines(filename, module_globals)


def unraisable(args: Any) -> None:
    """Write an error that Python could not raise, such as one in `__del__`."""
    process = here.process
    if process is None:
        _before(args)
    elif args.exc_value is not None and not process.dead:
        kind, message, trace, line = errors.describe(args.exc_value, process)
        name = getattr(args.object, "__qualname__", type(args.object).__name__)
        head = f"Exception ignored in: {name}\nTraceback (most recent call last):\n"
        last = f"{kind}: {message}" if message else kind
        process.log(f"{head}{''.join(trace)}{last}\n", line)


_before: Any = sys.__unraisablehook__


def install(patches: Patches) -> None:
    """Put the lines of functions in place."""
    global _before
    _before = sys.unraisablehook
    patches.set(linecache, "getlines", getlines, everywhere=True)
    patches.set(sys, "unraisablehook", unraisable)
