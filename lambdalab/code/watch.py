"""Stopping code that would run for ever, after a limit in real time.

A thread looks now and then whether the same turn of learner's code is still running. A *turn*
is what happens between two steps; it has a number, and `inside` holds the number of the turn
that runs now, or 0. If a turn lasts too long, the thread sends the exception `Stopped` into the
thread that runs it.

No `except` of the learner can swallow it, because the exception never gets so far: Python makes
the instance when it raises it (3.12 and later) or when the first handler is about to be entered
(3.11), and making the instance suspends the code for good. The engine then gets the step
`Stuck`, which can only become the modelled timeout.

It cannot hit anybody else either. The thread first says that it will fire (`fired`), then looks
at `inside` once more, then sends. The code that leaves a turn first sets `inside` to 0, then
looks at `fired`. Whichever comes first, at least one of the two sees the other: either nothing
is sent, or the leaving side knows, waits at the gate until it is sent, and takes it back. If it
arrives in between, it does so in the few lines that leave the turn, which expect it.
"""

from __future__ import annotations

import _thread
import ctypes
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING

from lambdalab.code.current import here

if TYPE_CHECKING:
    from lambdalab.code.process import PythonProcess

LIMIT = 2.0  # seconds of real time for one turn
LOOKS = 20  # how often the thread looks within that time

_allocate_lock = _thread.allocate_lock
_monotonic = time.monotonic


class Stopped(BaseException):
    """Ends the turn that it is raised in, by never coming into being there."""

    def __init__(self) -> None:
        process = here.process
        if process is not None and process.task.coroutine.running:
            process.stuck(process.watch.line)


class Watch:
    """The thread that looks, and the numbers it looks at."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.inside = 0
        self.fired = False
        self.line = 0  # where the code was stuck
        self._turns = 0
        self._process: PythonProcess | None = None
        self._gate = _allocate_lock()
        self._running = _allocate_lock()
        self._thread = _thread.get_ident()

    def start(self) -> None:
        """Begin to look."""
        self._running.acquire()
        _thread.start_new_thread(self._look, ())

    def stop(self) -> None:
        """Stop looking; nothing is sent after this."""
        self._running.release()

    def enter(self, process: PythonProcess) -> None:
        """Begin a turn."""
        self._process = process
        self._turns += 1
        self.inside = self._turns

    def leave(self) -> None:
        """End a turn; nothing sent during it arrives after this."""
        self.inside = 0
        if self.fired:
            with self._gate:
                _send(self._thread, None)
                self.fired = False

    def rest(self) -> None:
        """Stop counting inside a turn, while Python itself is busy (it imports a library)."""
        # What was sent before may still arrive, and rightly: we are inside the code.
        self.inside = 0

    def go_on(self) -> None:
        """Count again from here."""
        self._turns += 1
        self.inside = self._turns

    def _look(self) -> None:
        turn = since = 0.0
        stack: list[FrameType] | None = None
        while not self._running.acquire(timeout=min(self.limit / LOOKS, 0.1)):
            now = _monotonic()
            if self.inside == 0 or self.inside != turn:
                turn, since, stack = self.inside, now, None
                continue
            stack = self._common(stack)
            if now - since >= self.limit:
                self._fire(turn, stack)
                since = now - self.limit / 2  # and again, should C code have dropped it
        self._running.release()

    def _fire(self, turn: float, stack: list[FrameType]) -> None:
        with self._gate:
            self.line = max(stack[-1].f_code.co_firstlineno, 1) if stack else 0
            self.fired = True
            if self.inside == turn:
                _send(self._thread, Stopped)

    def _common(self, before: list[FrameType] | None) -> list[FrameType]:
        """Keep the functions of the learner that were running every time we looked.

        The last of them is the one that loops. The functions that it calls come and go, and
        which of them runs at the limit is chance.
        """
        process = self._process
        frame = sys._current_frames().get(self._thread)
        stack: list[FrameType] = []
        while frame is not None and process is not None:
            code = frame.f_code
            # Python 3.12 and later have no frames for comprehensions.
            named = code.co_name == "<module>" or not code.co_name.startswith("<")
            if named and code.co_filename == process.filename:
                stack.append(frame)
            frame = frame.f_back
        stack.reverse()
        if before is None:
            return stack
        return [old for old, new in zip(before, stack, strict=False) if old is new]


def _send(thread: int, error: type[BaseException] | None) -> None:
    """Raise an exception in another thread as soon as it runs Python code, or take it back."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(error) if error else None
    )
