"""The runtime process of one environment: tasks that take turns, and the steps they make.

The learner's code runs in tasks: one for the handler, one for each thread that it starts. The
task that runs now is the first of `ready`; a task leaves the list when it has to wait. What a
turn brings is left in `step`, what was printed before it in `output`.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from functools import cached_property
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from lambdalab.code import neighbours, runtime, simulation
from lambdalab.code.chance import Chance
from lambdalab.code.current import Killed, here, line_in
from lambdalab.code.storage import View
from lambdalab.code.suspend import Coroutine
from lambdalab.code.watch import Stopped
from lambdalab.engine.steps import Compute, Exit, Invocation, Place, Step, Stuck, Wait, Write
from lambdalab.engine.units import DAY

if TYPE_CHECKING:
    from lambdalab.code.python import PythonCode

WRITES = 1_000  # between two other steps; the rest is joined to the last one
STUCK_LINES = 100  # what is kept of the output of a loop without end
FLOOD = 1 << 26  # characters in one turn: taken for a loop without end
LOOKS = 1_000  # at the clock in one turn: after that, looking spends time
LEAST_LOOK = 100  # us
FAULTS = 10  # of killed code, before it is left alone


class Task:
    """A line of execution inside a process."""

    __slots__ = ("coroutine", "line", "number", "thread", "wake")

    def __init__(self, number: int, body: Callable[[], None], thread: Any = None) -> None:
        self.number = number
        self.coroutine = Coroutine(body)
        self.thread = thread
        self.wake: int | None = None
        self.line = 0


class PythonProcess:
    """Runs the module once, then one event at a time."""

    def __init__(self, code: PythonCode, place: Place) -> None:
        self.code = code
        self.place = place
        self.filename = code.filename
        self.memory_used = place.memory_baseline
        self.computed = 0  # us of CPU so far
        self.invocation = Invocation("", "", 0, "")
        self.step: Step | None = None
        self.answer: object = None  # of the engine, to the last step
        self.line = 0  # the last one known to be reached
        self.returning = 0  # the line of the return that the handler has reached
        self.dead = False  # killed by the engine
        self.ended = False  # by itself
        self.interrupted = False
        self.output: list[tuple[int, list[str]]] = []
        self.pending: deque[Step] = deque()  # steps already made, not yet handed out
        self.modules: dict[str, ModuleType] = {}  # the function's own, on sys.modules in a turn
        self.own: list[ModuleType] = []  # more of them, which have no name there
        self.libraries: list[str] = []  # imported, but not yet looked through
        self.importing = 0  # how many imports of libraries are under way
        self.stdout: Any = None  # what the code has put in place of sys.stdout and sys.stderr
        self.stderr: Any = None
        self.simulation = simulation.current()
        self.simulation.processes.append(self)
        self.watch = self.simulation.watch
        self.signals: dict[int, Any] = {}
        self.loggers: dict[tuple[Any, str], Any] = {}
        self.record_factory: Callable[..., Any] | None = None
        self.builtins = runtime.builtins_for(self)
        self.task = Task(0, lambda: runtime.serve(self))
        self.tasks = [self.task]
        self.ready: deque[Task] = deque()
        self.sleeping: list[Task] = []
        self._looks = 0
        self._looks_since = 0
        self._written = 0
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
        self.ready.append(self.tasks[0])
        return self._go_on()

    def invoke(self, invocation: Invocation) -> Step:
        """Hand an event to the handler and run it up to its first step."""
        self.invocation = invocation
        if self.sleeping:
            self._wake()  # what is overdue comes first
        self.ready.append(self.tasks[0])
        return self._go_on()

    def resume(self, answer: object = None) -> Step:
        """Go on after a step that has been carried out."""
        if self.pending:
            return self.pending.popleft()
        self.answer = answer
        return self._go_on()

    def kill(self) -> None:
        """Stop the code where it stands; nothing after that line runs."""
        self.dead = True
        self.pending.clear()

    def _go_on(self) -> Step:
        """Let tasks take turns until there is a step."""
        if self.dead or self.ended:
            raise RuntimeError(f"the process in {self.place.environment} has ended")
        before, watch = here.process, self.watch
        here.process = self
        self.step = None
        self._written = 0
        outside = self._arrive()
        try:
            watch.enter(self)
            if self.sleeping:
                self._wake()
            while True:
                try:
                    self._take_turns()
                    watch.leave()
                    break
                except Stopped:  # too late: the code has already yielded
                    continue
        finally:
            if watch.inside:
                watch.leave()
            self._depart(outside)
            here.process = before
        if self.interrupted:
            raise KeyboardInterrupt
        if self.output:
            self._hand_out()
            return self.pending.popleft()
        return self.step

    def _take_turns(self) -> None:
        """Run tasks until one has left a step; where all of them wait, that is the step."""
        while self.step is None:
            if not self.ready:
                self.step = self._nothing_to_do()
                return
            self.task = self.ready[0]
            self.task.coroutine.resume()

    def _wake(self) -> None:
        """Make tasks ready whose time has come, the earliest first."""
        now = self.place.now()
        due = [task for task in self.sleeping if task.wake is not None and task.wake <= now]
        for task in sorted(due, key=lambda task: (task.wake, task.number)):
            self.sleeping.remove(task)
            self.ready.append(task)

    def _nothing_to_do(self) -> Step:
        """Wait for the task that wakes first; if none ever does, the timeout will come."""
        if not self.sleeping:
            return Wait(DAY, self.task.line)
        first = min(self.sleeping, key=lambda task: (task.wake, task.number))
        return Wait((first.wake or 0) - self.place.now(), first.line)

    def _hand_out(self) -> None:
        """Turn what was printed, and the step after it, into steps to be handed out."""
        for line, parts in self.output:
            self.pending.append(Write("".join(parts), line))
        self.output = []
        assert self.step is not None
        self.pending.append(self.step)

    def _arrive(self) -> tuple[Any, Any, dict[str, ModuleType]]:
        """Put in place what this process has of the things there is one of in the program."""
        modules = sys.modules
        hidden: dict[str, ModuleType] = {}
        for top in self.code.package.tops:
            if top in modules:  # the notebook has a module of the same name
                inside = top + "."
                for name in [name for name in modules if name == top or name.startswith(inside)]:
                    hidden[name] = modules.pop(name)
        if self.modules:
            modules.update(self.modules)
        outside = sys.stdout, sys.stderr, hidden
        if self.stdout is not None:
            sys.stdout, sys.stderr = self.stdout, self.stderr
        return outside

    def _depart(self, outside: tuple[Any, Any, dict[str, ModuleType]]) -> None:
        """Take it away again, and remember it."""
        modules = sys.modules
        for name in list(self.modules):
            module = modules.pop(name, None)
            if module is None:
                del self.modules[name]  # its import failed
            else:
                self.modules[name] = module
        stdout, stderr, hidden = outside
        if hidden:
            modules.update(hidden)
        if sys.stdout is not stdout or sys.stderr is not stderr:
            self.stdout, self.stderr = sys.stdout, sys.stderr
            sys.stdout, sys.stderr = stdout, stderr
        else:
            self.stdout = None

    def bury(self) -> None:
        """Unwind killed code; nothing it still does has any effect."""
        for task in self.tasks:
            self.task = task
            self.watch.enter(self)
            try:
                task.coroutine.throw(Killed)
            except Killed:
                pass
            finally:
                self.watch.leave()
        for module in (*self.own, *self.modules.values()):
            vars(module).clear()  # its __del__ methods run now, while the process is dead

    # The code's side: called while a task runs.

    def next(self, step: Step) -> None:
        """End what the runtime was doing with a step, and wait for the next event."""
        self.step = step
        self.ready.popleft()
        self.pause()

    def reached(self, frame: FrameType | None = None) -> int:
        """Find the line of the learner's file that the running task has reached."""
        self.task.line = self.line = line_in(self.filename, frame or sys._getframe(1))
        return self.line

    def pause(self) -> None:
        """Leave the running task; it goes on when it is the first of `ready` again."""
        self.task.coroutine.suspend()
        self.refuse_the_dead()

    def perform(self, step: Step) -> object:
        """Have the engine carry out a step, and give its answer."""
        self.refuse_the_dead()
        self.step = step
        self._looks = 0
        self.pause()
        return self.answer

    def wait(self, us: int) -> None:
        """Let simulated time pass for the running task."""
        if us <= 0:
            self.look()
            return
        self._looks = 0
        self.sleep_until(self.place.now() + us)

    def sleep_until(self, wake: int | None) -> None:
        """Take the running task from `ready`, until then at the latest, or until it is woken."""
        self.refuse_the_dead()
        self.reached(sys._getframe(1))
        task = self.ready.popleft()
        task.wake = wake
        if wake is not None:
            self.sleeping.append(task)
        self.pause()

    def compute(self, us: int) -> None:
        """Spend CPU."""
        self.computed += us
        self.perform(Compute(us, self.reached(sys._getframe(1))))

    def look(self) -> int:
        """Look at the clock.

        Code that looks again and again waits for the clock to move, which it never does while
        nothing is spent. So after many looks each one spends CPU: first a little, then in
        proportion to the time already spent, so that the loop overshoots by at most 2%.
        """
        now = self.place.now()
        if self._looks == 0:
            self._looks_since = now
        self._looks += 1
        if self._looks <= LOOKS or self.dead:
            return now
        looks = self._looks
        self.compute(max(LEAST_LOOK, (now - self._looks_since) // 64))
        self._looks = looks
        return self.place.now()

    def print(self, text: str, frame: FrameType | None = None) -> None:
        """Take text for the log."""
        if self.dead or not text:
            return
        line = line_in(self.filename, frame or sys._getframe(1))
        self._written += len(text)
        if self._written > FLOOD:
            self.stuck(line)
        output = self.output
        if output:
            last, parts = output[-1]
            # A line that was begun is finished first, whoever goes on with it.
            if last == line or len(output) >= WRITES or not parts[-1].endswith("\n"):
                parts.append(text)
                return
        output.append((line, [text]))

    def log(self, text: str, line: int) -> None:
        """Write a message of the runtime's own to the log."""
        if self.dead:
            return
        if self.output and not self.output[-1][1][-1].endswith("\n"):
            self.output[-1][1].append("\n")
        self.output.append((line, [text]))

    def stuck(self, line: int) -> None:
        """Give up on the code: it would go on for ever."""
        left, kept = STUCK_LINES, []
        for at, parts in self.output:
            lines = "".join(parts).splitlines(True)[:left]
            left -= len(lines)
            if lines:
                kept.append((at, lines))
        self.output = kept
        self._leave_for_good(Stuck(line))

    def exit(self, status: int) -> None:
        """End the process at once."""
        self.refuse_the_dead()
        self._leave_for_good(Exit(status, self.reached(sys._getframe(1))))

    def stop(self, step: Step) -> None:
        """End the runtime itself, with a last step."""
        self.refuse_the_dead()
        self._leave_for_good(step)

    def interrupt(self) -> None:
        """Leave the code for good, because the learner has pressed a key."""
        self.interrupted = True
        self._leave_for_good(Exit(130))

    def refuse_the_dead(self) -> None:
        """Let killed code that is being unwound do nothing more."""
        if self.dead:
            self._faults += 1
            if self._faults > FAULTS:  # it catches everything, again and again
                self._leave_for_good(Exit(0))
            raise Killed

    def _leave_for_good(self, step: Step) -> None:
        self.step = step
        self.ended = True
        while True:
            self.task.coroutine.suspend()
