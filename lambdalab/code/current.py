"""Which process's code is running in this thread right now.

Everything that lambdalab puts in place of a function of Python asks this first. Outside of a
handler, and in every other thread of the notebook, the answer is None and the original acts.
"""

from __future__ import annotations

import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .process import PythonProcess


class Here(threading.local):
    """What this thread is doing."""

    process: PythonProcess | None = None


here = Here()


class Killed(BaseException):
    """Raised at every turn in code whose process has been killed, so that it can do nothing."""


class NotSimulated(RuntimeError):
    """The handler asked for something that lambdalab does not offer."""


def line_in(filename: str, frame: FrameType | None) -> int:
    """Find the line of the learner's own file that was reached, or 0."""
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno or 0
        frame = frame.f_back
    return 0


def is_ours(filename: str) -> bool:
    """Tell whether a file is part of the runtime."""
    return filename.startswith(_FOLDER)


_FOLDER = __file__.removesuffix("current.py")
