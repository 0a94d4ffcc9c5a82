"""Stopping code that would run for ever, after a limit in real time.

What counts is the processor time of the thread, where the system tells it: a busy machine or a
slow disk must not make a loop look endless.

A thread looks now and then whether the same turn of learner's code is still running. A *turn* is
what happens between two steps. While code of the turn runs, `inside` holds its number, else 0.
If a turn lasts too long, the thread sends the exception `Stopped` into the thread that runs it.

No `except` of the learner can swallow it. From Python 3.12 on the instance is made when the
exception is raised, and making it suspends the code for good: the exception never comes into
being. Python 3.11 makes it when a handler is about to be entered, and must not be left in the
middle of that (it would take the next RecursionError for a fatal one). There the code is left a
moment later, at the first instruction of that handler, which is traced for this purpose.
Either way the engine gets the step `Stuck`, which can only become the modelled timeout.

It cannot hit anybody else either. The thread first says that it will send (`sending`), then looks
at `inside` once more, then sends; if it finds another number, it takes its word back. Code that
leaves first sets `inside` to 0, then looks at `sending`. Whichever comes first, one of the two
sees the other: either nothing is sent, or the code that leaves waits, still in its own place,
for what is on its way. When the engine's code runs again, nothing is on its way any more.
"""

from __future__ import annotations

import _thread
import ctypes
import sys
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from .current import here, is_ours

if TYPE_CHECKING:
    from .process import PythonProcess

LIMIT = 2.0  # seconds of real time for one turn
LOOKS = 20  # how often the thread looks within that time

_allocate_lock = _thread.allocate_lock
_monotonic, _clock_gettime = time.monotonic, getattr(time, "clock_gettime", None)


class Stopped(BaseException):
    """Ends the turn that it is raised in."""

    def __init__(self) -> None:
        process = here.process
        if process is None or not process.task.coroutine.running:
            return
        if sys.version_info >= (3, 12):
            process.stuck()
        handler = sys._getframe(1)
        if not _in_runtime(handler):
            _stop_at_next_instruction(process, handler)


def _in_runtime(frame: FrameType | None) -> bool:
    """Tell whether an exception has left the learner's code already."""
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame is None


def _stop_at_next_instruction(process: PythonProcess, frame: FrameType) -> None:
    before = sys.gettrace()

    def stop(*event: object) -> None:
        sys.settrace(before)
        frame.f_trace = None
        sys.call_tracing(process.stuck, ())  # or nothing could be traced until it is buried

    frame.f_trace, frame.f_trace_opcodes = stop, True
    sys.settrace(stop)


class Watch:
    """The thread that looks, and the numbers it looks at."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.turn = 0
        self.inside = 0
        self.sending = False
        self.line = 0  # where the code was stuck
        self.thread = _thread.get_ident()
        self._process: PythonProcess | None = None
        self._running = _allocate_lock()
        self._clock: Callable[[], float] = _monotonic

    def start(self) -> None:
        """Begin to look."""
        self._clock = _clock_of(self.thread)
        self._running = running = _allocate_lock()  # an earlier thread may not have ended yet
        running.acquire()
        _thread.start_new_thread(self._look, (running,))

    def stop(self) -> None:
        """Stop looking; nothing is sent after this."""
        self._running.release()

    # The engine's side.

    def next_turn(self, process: PythonProcess) -> None:
        """Begin a turn."""
        self._process = process
        self.turn += 1

    # The code's side.

    def enter(self) -> None:
        """Say that the code runs."""
        self.inside = self.turn

    def leave(self) -> None:
        """Say that the code stops running for now; nothing arrives after this."""
        self.inside = 0
        while self.sending:  # what arrives here does so rightly, and we never go on
            if not self._firing:
                _send(self.thread, Stopped)  # again, should C code have dropped it

    def leave_for_good(self) -> None:
        """Say that the code will not run again; nothing arrives after this."""
        self.inside = 0
        while self._firing:
            pass
        if self.sending:
            _take_back(self.thread)
            self.sending = False

    # The thread.

    _firing = False

    def _look(self, running: _thread.LockType) -> None:
        turn, since = 0, 0.0
        stack: list[FrameType] | None = None
        while not running.acquire(timeout=min(self.limit / LOOKS, 0.1)):
            now = self._clock()
            if self.inside == 0 or self.inside != turn:
                turn, since, stack = self.inside, now, None
                continue
            stack = self._common(stack)
            if now - since >= self.limit:
                self.line = max(stack[-1].f_code.co_firstlineno, 1) if stack else 0
                self.fire(turn)
                since = now  # and once more, should C code have dropped it
        running.release()

    def fire(self, turn: int) -> None:
        """Stop the code, if it is still in that turn."""
        self._firing = self.sending = True
        if self.inside == turn:
            _send(self.thread, Stopped)
        else:
            self.sending = False
        self._firing = False

    def _common(self, before: list[FrameType] | None) -> list[FrameType]:
        """Keep the functions of the learner that were running every time we looked.

        The last of them is the one that loops. The functions that it calls come and go, and
        which of them runs at the limit is chance.
        """
        process = self._process
        frame = sys._current_frames().get(self.thread)
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


def _clock_of(thread: int) -> Callable[[], float]:
    """Give the clock that a thread is measured by."""
    if hasattr(time, "pthread_getcpuclockid") and _clock_gettime is not None:
        return partial(_clock_gettime, time.pthread_getcpuclockid(thread))
    return _monotonic


def _send(thread: int, error: type[BaseException]) -> None:
    """Raise an exception in a thread as soon as it runs Python code, instead of one on its way."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


class _Taken(BaseException):
    """Arrives instead of what was sent."""


def _take_back(thread: int) -> None:
    """Let nothing arrive that was sent to the running thread.

    Python can take it back itself, but goes on to look for it at each call from then on; and while
    a profiler counts calls, Python 3.11 never gets past that look.
    """
    try:
        _send(thread, _Taken)
        while True:
            pass
    except _Taken:
        pass
