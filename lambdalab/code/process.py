"""The runtime process of one environment, between the engine and the code.

The engine's side calls `init`, `invoke`, `resume` and `kill`; each lets the code run until it
has left something in `step`. The code's side is called by what stands in for Python's functions.
"""

from __future__ import annotations

import math
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from ..engine.steps import Answer, Await, Call, Compute, Exit, Invocation, Place, Step, Stuck, Wait
from ..engine.units import DAY
from ..engine.world import Kept
from . import neighbours, runtime, simulation
from .chance import Chance
from .clock import Looks
from .current import Killed, here, line_in
from .imports import Modules
from .kept import kept
from .output import Output, Streams
from .storage import View
from .tasks import Task, Tasks
from .watch import Stopped

if TYPE_CHECKING:
    from .python import PythonCode

STUCK_LINES = 100  # what is kept of the output of a loop without end
FLOOD = 1 << 26  # characters in one turn: taken for a loop without end
FAULTS = 10  # of killed code, before it is left alone
INTERRUPTED = 130  # the exit status of a program that was ended by a key


class PythonProcess:
    """Runs the module once, then one event at a time."""

    def __init__(self, code: PythonCode, place: Place) -> None:
        self.code = code
        self.place = place
        self.filename = code.filename
        self.memory_used = place.memory_baseline
        self.invocation = Invocation("", "", 0, "")
        self.step: Step | None = None  # what the code has come to
        self.asked: list[tuple[Call, Task]] = []  # who waits for an answer
        self.dead = False  # killed by the engine
        self.ended = False  # by itself
        self.interrupted = False  # by a key
        self.line = 0  # the last one known to be reached
        self.left_by_init: dict[str, str] = {}  # what the globals held then
        self.returning = 0  # the line of the return that the handler has reached
        self.computed = 0  # us of CPU so far
        self.tasks = Tasks(self._serve)
        self.task = self.tasks.first  # the one that runs, or ran last
        self.output = Output()
        self.streams = Streams()
        self.looks = Looks()
        self.modules = Modules(code.package.tops)
        self.simulation = simulation.current()
        self.simulation.enlist(self)
        self.watch = self.simulation.watch
        self.builtins = runtime.builtins_for(self)
        self.signals: dict[int, Any] = {}
        self.loggers: dict[tuple[Any, str], Any] = {}
        self.record_factory: Callable[..., Any] | None = None  # of `logging`
        self.counters: dict[str, int] = {}  # for names of threads
        self.library_lock: Any = None
        self.loop: Any = None  # of asyncio, for those who ask for one
        self.loops: list[Any] = []
        self._pending: deque[Step] = deque()  # already made, not yet handed out
        self._faults = 0

    @cached_property
    def environ(self) -> dict[Any, Any]:
        """What os.environ holds."""
        return neighbours.variables(self)

    @cached_property
    def chance(self) -> Chance:
        """Where its randomness comes from."""
        return Chance(self)

    @cached_property
    def files(self) -> View:
        """What it sees of the file system."""
        return View(self)

    # The engine's side.

    def init(self) -> Step:
        """Run the module's own code up to its first step."""
        if self.place.initialization_type == "snap-start":
            _ = self.chance  # Python seeds its generators when it starts, and so in the snapshot
        self.tasks.ready.append(self.tasks.first)
        return self._go_on()

    def invoke(self, invocation: Invocation) -> Step:
        """Hand an event to the handler and run it up to its first step."""
        self.invocation = invocation
        tasks = self.tasks
        if tasks.sleeping:
            tasks.awaken_due(self.place.now())  # what is overdue comes first
        tasks.ready.append(tasks.first)
        return self._go_on()

    def resume(self) -> Step:
        """Go on after a step that has been carried out, or is under way."""
        if self._pending:
            return self._pending.popleft()
        return self._go_on()

    def take(self, call: Call, answer: Answer) -> None:
        """Take the answer to what was asked; the task that asked is ready then."""
        call.answer = answer
        for number, (asked, task) in enumerate(self.asked):
            if asked is call:
                del self.asked[number]
                self.tasks.awaken(task)
                return

    def kill(self) -> None:
        """Stop the code where it stands; nothing after that line runs."""
        self.dead = True
        self._pending.clear()

    def plain(self) -> None:
        """Say that invocations differ."""

    def put_back(self, draw: float) -> None:
        """Take no draw back: none is made ahead."""

    def kept(self) -> Kept:
        """Tell what it and its /tmp hold besides what Init made."""
        return kept(self)

    def bury(self) -> None:
        """Unwind killed code; nothing that it still does has any effect."""
        for task in self.tasks.all:
            self.task = task
            self.watch.next_turn(self)
            with suppress(Killed):
                task.coroutine.throw(Killed)
            self.watch.inside = 0
        for loop in self.loops:
            loop.bury()
        # What its modules hold may have methods `__del__`: they are called now, and here.
        self.task = self.tasks.new(lambda: self.live(self.modules.clear), None)
        self.watch.next_turn(self)
        self.task.coroutine.resume()
        self.watch.inside = 0

    @property
    def buried(self) -> bool:
        """Tell whether nothing of its code is left on a stack."""
        return all(task.coroutine.over for task in self.tasks.all)

    def _go_on(self) -> Step:
        """Let tasks take turns until there is a step."""
        if self.dead or self.ended:
            raise RuntimeError(f"the process in {self.place.environment} has ended")
        before, watch = here.process, self.watch
        self.step = None
        hidden = self.modules.enter()
        outside = self.streams.enter()
        here.process = self
        watch.next_turn(self)
        try:
            if self.tasks.sleeping:
                self.tasks.awaken_due(self.place.now())
            self._take_turns()
        finally:
            here.process = before
            self.streams.leave(outside)
            self.modules.leave(hidden)
        if self.interrupted:
            raise KeyboardInterrupt
        assert self.step is not None
        if not self.output.chunks:
            return self.step
        self._pending.extend(self.output.steps())
        self._pending.append(self.step)
        return self._pending.popleft()

    def _take_turns(self) -> None:
        """Run tasks until one has left a step; where all of them wait, that is the step."""
        ready = self.tasks.ready
        while self.step is None:
            if not ready:
                self.step = self._nothing_to_do()
                return
            self.task = task = ready[0]
            if task.begun:
                task.coroutine.resume()
            else:
                task.begun = True
                self.simulation.begin(task.coroutine)

    def _nothing_to_do(self) -> Step:
        """Wait for the task that wakes first; if none ever does, the timeout will come."""
        task = self.tasks.next_to_wake()
        if task is None or task.wake is None:
            return Await(self.asked[0][0].line) if self.asked else Wait(DAY, self.task.line)
        return Wait(task.wake - self.place.now(), task.line or self.tasks.first.line)

    def _serve(self) -> None:
        self.live(lambda: runtime.serve(self))

    # The code's side: all of this is called while a task runs.

    def live(self, work: Callable[[], None]) -> None:
        """Run a task from its beginning to its end."""
        try:
            self.watch.enter()
            with suppress(Killed):
                work()
            self.watch.leave()
        except Stopped:  # it gets this far on Python 3.11 only
            self.stuck()

    def next(self, step: Step) -> None:
        """End what the runtime was doing with a step, and wait for the next event."""
        self.step = step
        self.tasks.ready.popleft()
        self.pause()

    def pause(self) -> None:
        """Leave the running task; it goes on when it is the first of those ready again."""
        watch = self.watch
        watch.leave()
        try:
            self.task.suspend()
        finally:
            watch.enter()
        if self.dead:
            self.refuse_the_dead()

    def perform(self, step: Step, patience: int | None = None) -> Answer | None:
        """Have the engine carry out a step; while a call is under way, other tasks go on.

        With patience, in microseconds, there is no answer if it takes longer.
        """
        self.refuse_the_dead()
        self.step = step
        self.looks.number = 0
        if not isinstance(step, Call):
            self.pause()
            return None
        waiting = step, self.task
        self.asked.append(waiting)
        end = None if patience is None else self.place.now() + patience
        # A timeout that comes first needs no alarm: a run would show that it is waited for.
        self.tasks.sleep(end if end and end < self.invocation.deadline else None)
        self.pause()
        if waiting in self.asked:
            self.asked.remove(waiting)
        return step.answer

    def compute(self, us: int) -> None:
        """Spend CPU."""
        self.computed += us
        self.perform(Compute(us, self.reached(sys._getframe(1))))

    def wait(self, us: int) -> None:
        """Let simulated time pass for the running task."""
        if us > 0:
            self._sleep(self.place.now() + us)
        else:
            self.look()

    def sleep_for(self, seconds: float | None) -> None:
        """Have the running task wait so long, or until it is woken; None: only that."""
        if seconds is None:
            self._sleep(None)
        else:
            self._sleep(self.place.now() + math.ceil(round(seconds * 1_000_000, 3)))

    def _sleep(self, wake: int | None) -> None:
        self.refuse_the_dead()
        self.reached(sys._getframe(2))
        self.looks.number = 0
        self.tasks.sleep(wake)
        self.pause()

    def give_way_to(self, task: Task) -> None:
        """Let another task run now; the running one follows when that one waits."""
        self.tasks.ready.appendleft(task)
        self.pause()

    def wall(self, at: int) -> int:
        """Turn a time of the run into microseconds since 1970."""
        return self.place.starts + at

    def look(self) -> int:
        """Look at the clock; see `Looks`."""
        now = self.place.now()
        price = self.looks.price(now)
        if not price or self.dead:
            return now
        looks = self.looks.number
        self.compute(price)
        self.looks.number = looks
        return self.place.now()

    def reached(self, frame: FrameType | None) -> int:
        """Note the line of the learner's file that the running task has reached."""
        self.task.line = self.line = line_in(self.filename, frame)
        return self.line

    def print(self, text: str, frame: FrameType | None = None) -> None:
        """Take text for the log."""
        if self.dead or not text:
            return
        line = line_in(self.filename, frame or sys._getframe(1))
        if self.output.add(text, line) > FLOOD:
            self.stuck(line)

    def log(self, text: str, line: int) -> None:
        """Take a message of the runtime itself for the log."""
        if not self.dead:
            self.output.add_message(text, line)

    def stuck(self, line: int | None = None) -> NoReturn:
        """Give up on the code: it would go on for ever."""
        self.output.keep(STUCK_LINES)
        self._leave_for_good(Stuck(self.watch.line if line is None else line))

    def stop(self, step: Step) -> NoReturn:
        """End the process, with a last step."""
        self.refuse_the_dead()
        self._leave_for_good(step)

    def exit(self, status: int, signal: str = "") -> NoReturn:
        """End the process at once, wherever the code stands."""
        self.stop(Exit(status, self.reached(sys._getframe(1)), signal=signal))

    def interrupted_by(self, error: object) -> bool:
        """Tell whether code ends by a key that was pressed, not by an error of its own."""
        pressed = isinstance(error, KeyboardInterrupt) and self.simulation.pressed
        return pressed and not self.dead

    def interrupt(self) -> NoReturn:
        """Leave the code for good, because the learner has pressed a key."""
        self.interrupted = True
        self._leave_for_good(Exit(INTERRUPTED))

    def refuse_the_dead(self) -> None:
        """Let killed code that is being unwound do nothing more."""
        if self.dead:
            self._faults += 1
            if self._faults > FAULTS:  # it catches everything, again and again
                self._leave_for_good(Exit(0))
            raise Killed

    def _leave_for_good(self, step: Step) -> NoReturn:
        self.watch.leave_for_good()
        self.step = step
        self.ended = True
        try:
            while True:
                self.task.suspend()
        finally:  # it is being buried
            self.watch.enter()
