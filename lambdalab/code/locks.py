"""Locks between the tasks of a process, and what is built on them in C and not in Python."""

from __future__ import annotations

import _thread
import queue
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from .current import here

if TYPE_CHECKING:
    from .tasks import Task

_allocate_lock = _thread.allocate_lock
_RLock, _PyRLock = threading.RLock, threading._PyRLock  # type: ignore[attr-defined]
_SimpleQueue = queue.SimpleQueue


class Lock:
    """A lock between tasks; who waits longest gets it first."""

    def __new__(cls) -> Any:
        """Make a lock: a real one outside of a handler."""
        return _allocate_lock() if here.process is None else object.__new__(cls)

    def __init__(self) -> None:
        self._locked = False
        self._waiting: deque[Task] = deque()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock, or wait for it."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        process = here.process
        if not self._locked or process is None:
            self._locked = True
            return True
        if not blocking or timeout == 0:
            return False
        task = process.task
        self._waiting.append(task)
        process.sleep_for(None if timeout < 0 else timeout)
        if task in self._waiting:  # the time ran out
            self._waiting.remove(task)
            return False
        return True  # it was handed over

    __enter__ = acquire

    def release(self) -> None:
        """Give the lock back, to the first who waits for it."""
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        if self._waiting and here.process is not None:
            here.process.tasks.awaken(self._waiting.popleft())
        else:
            self._locked = False

    def __exit__(self, *error: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self.__init__()  # type: ignore[misc]

    def locked(self) -> bool:
        """Tell whether somebody has the lock."""
        return self._locked

    def __repr__(self) -> str:
        return f"<{'locked' if self._locked else 'unlocked'} lock>"


def rlock() -> Any:
    """Make a lock that its owner may take again."""
    return _RLock() if here.process is None else _PyRLock()


def simple_queue() -> Any:
    """Make a queue without a limit."""
    if here.process is None:
        return _SimpleQueue()
    return queue._PySimpleQueue()  # type: ignore[attr-defined]


class LockOfEach:
    """Stands for a lock that a library made for the whole program."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def _lock(self) -> Any:
        process = here.process
        if process is None:
            return self._original
        if process.library_lock is None:
            process.library_lock = Lock()
        return process.library_lock

    def __enter__(self) -> Any:
        return self._lock().__enter__()

    def __exit__(self, *error: object) -> None:
        self._lock().__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock(), name)
