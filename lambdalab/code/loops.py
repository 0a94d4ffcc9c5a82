"""asyncio on the simulated clock: where a loop would wait for the system, its task sleeps."""

from __future__ import annotations

import asyncio
import sys
from asyncio import events
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .current import here

if TYPE_CHECKING:
    from .patches import Patches
    from .tasks import Task

_swap_current_task: Any = getattr(asyncio.tasks, "_swap_current_task", None)


class Loop(asyncio.BaseEventLoop):
    """An event loop that has timers and callbacks, and nothing else to wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Selector()
        self._clock_resolution = 1e-6
        self._named = 0
        if here.process is not None:
            here.process.loops.append(self)

    def bury(self) -> None:
        """Have it count as closed, as nobody can close it any more."""
        self._closed = True

    def time(self) -> float:
        """Give the time of the loop's timers."""
        process = here.process
        return 0.0 if process is None else process.place.now() / 1_000_000

    def run_forever(self) -> None:
        """Run until stop() is called."""
        process = here.process
        assert process is not None
        task = process.task
        before = task.loop
        task.loop = aside = Aside(before)
        try:
            super().run_forever()
        finally:
            if task.loop is aside:
                task.loop = before

    def create_task(self, coro: Any, **named: Any) -> Any:
        """Begin a task; its name counts within the loop."""
        if named.get("name") is None:
            self._named += 1
            named["name"] = f"Task-{self._named}"
        return super().create_task(coro, **named)

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        self._selector.wake()


class _Selector:
    """Waits for nothing but time, and for being woken by another thread of the process."""

    def __init__(self) -> None:
        self._task: Task | None = None
        self._woken = False

    def select(self, timeout: float | None) -> list[Any]:
        process = here.process
        assert process is not None
        if timeout is not None and timeout <= 0:
            process.look()  # a loop that never waits is waiting for the clock
        elif not self._woken:
            self._task = process.task
            process.sleep_for(None if timeout is None else timeout)
            self._task = None
        self._woken = False
        return []

    def wake(self) -> None:
        if self._task is not None and here.process is not None:
            here.process.tasks.awaken(self._task)
            self._task = None
        else:
            self._woken = True


class Aside:
    """What asyncio keeps per thread of the system, put aside while other tasks run."""

    def __init__(self, outer: Any) -> None:
        self._outer = outer
        self._outside = sys.get_asyncgen_hooks()
        self._inside: tuple[Any, Any, Any] = (None, None, None)

    def leave(self) -> None:
        """Take it away."""
        loop = events._get_running_loop()
        task = asyncio.current_task(loop) if _swap_current_task and loop else None
        if task is not None:
            _swap_current_task(loop, None)
        self._inside = loop, task, sys.get_asyncgen_hooks()
        events._set_running_loop(None)
        sys.set_asyncgen_hooks(*self._outside)

    def enter(self) -> None:
        """Put it back."""
        loop, task, hooks = self._inside
        events._set_running_loop(loop)
        if task is not None:
            _swap_current_task(loop, task)
        sys.set_asyncgen_hooks(*hooks)


class Policy(asyncio.AbstractEventLoopPolicy):
    """Gives handlers loops of ours, and everybody else what they had."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def get_event_loop(self) -> Any:
        """Give the loop of the process."""
        process = here.process
        if process is None:
            return self._original.get_event_loop()
        if process.loop is None:
            process.loop = Loop()
        return process.loop

    def set_event_loop(self, loop: Any) -> None:
        """Set the loop of the process."""
        process = here.process
        if process is None:
            self._original.set_event_loop(loop)
        else:
            process.loop = loop

    def new_event_loop(self) -> Any:
        """Make a loop."""
        return self._original.new_event_loop() if here.process is None else Loop()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def install(patches: Patches) -> None:
    """Put the loops of environments in place."""
    policy = events._event_loop_policy  # type: ignore[attr-defined]
    if policy is None:
        events._init_event_loop_policy()  # type: ignore[attr-defined]
        policy = events._event_loop_policy  # type: ignore[attr-defined]
    patches.set(events, "_event_loop_policy", Policy(policy))  # type: ignore[abstract]


def step_aside() -> Callable[[], None]:
    """Put aside the loop that a notebook's cell runs in, until the run is over."""
    aside = Aside(None)
    aside.leave()
    return aside.enter
