"""The tasks of a process, and whose turn it is.

The learner's code runs in tasks: one for the handler, one for each thread that it starts. The
task that runs is the first of `ready`; a task leaves that list itself when it has to wait.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from .suspend import Coroutine


class Task:
    """A line of execution inside a process."""

    __slots__ = ("begun", "coroutine", "joining", "line", "loop", "number", "thread", "wake")

    def __init__(self, number: int, body: Callable[[], None], thread: Any = None) -> None:
        self.number = number
        self.coroutine = Coroutine(body)
        self.begun = False
        self.thread = thread  # the object that stands for it in `threading`
        self.joining: list[Task] = []  # who waits for its end
        self.loop: Any = None  # of asyncio, if it runs one
        self.wake: int | None = None
        self.line = 0  # of the learner's file, where it waits

    def suspend(self) -> None:
        """Leave it; to be called inside of it only."""
        if self.loop is None:
            self.coroutine.suspend()
            return
        self.loop.leave()
        self.coroutine.suspend()
        self.loop.enter()


class Tasks:
    """All tasks of a process."""

    def __init__(self, first: Callable[[], None]) -> None:
        self.first = Task(0, first)
        self.all = [self.first]
        self.ready: deque[Task] = deque()
        self.sleeping: list[Task] = []
        self._numbers = 0

    def new(self, body: Callable[[], None], thread: Any) -> Task:
        """Make a task that is not yet ready."""
        self._numbers += 1
        self.all.append(Task(self._numbers, body, thread))
        return self.all[-1]

    def sleep(self, wake: int | None) -> None:
        """Have the running task wait until then at the latest; None: until it is woken."""
        task = self.ready.popleft()
        task.wake = wake
        if wake is not None:
            self.sleeping.append(task)

    def awaken(self, task: Task) -> None:
        """Make a task ready."""
        if task.wake is not None:
            self.sleeping.remove(task)
            task.wake = None
        self.ready.append(task)

    def awaken_due(self, now: int) -> None:
        """Make the tasks ready whose time has come, the earliest first."""
        due = [task for task in self.sleeping if _wake(task) <= now]
        for task in sorted(due, key=_order):
            self.awaken(task)

    def next_to_wake(self) -> Task | None:
        """Tell which sleeping task is the first to wake by itself."""
        return min(self.sleeping, key=_order) if self.sleeping else None

    def end(self) -> None:
        """End the running task."""
        task = self.ready.popleft()
        self.all.remove(task)
        for joining in task.joining:
            self.awaken(joining)
        task.joining.clear()


def _wake(task: Task) -> int:
    return task.wake or 0


def _order(task: Task) -> tuple[int, int]:
    return task.wake or 0, task.number
