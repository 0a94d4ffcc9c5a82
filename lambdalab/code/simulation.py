"""What surrounds a run of real handlers: everything is put in place, and all of it taken away."""

from __future__ import annotations

import _thread
import contextlib
import importlib
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

from .current import here
from .patches import Patches
from .storage import Storage
from .suspend import Coroutine
from .watch import LIMIT, Watch

if TYPE_CHECKING:
    from .process import PythonProcess

# The modules that put something in place.
PARTS = (
    "clock",
    "output",
    "tracebacks",
    "neighbours",
    "logs",
    "chance",
    "imports",
    "files",
    "folders",
    "descriptors",
    "threads",
    "refused",
)
COPIES = ("threading", "queue", "sched", "timeit")  # libraries that have copied a clock
DEPTH = 980  # calls inside of one another that the runtime has room for
LAST_WORDS = 0.2  # seconds of real time for killed code to unwind

_left_alone: list[PythonProcess] = []  # it catches everything; to collect it would run it


class Simulation:
    """The processes of a run, and what guards them; nothing is done before there is one."""

    def __init__(self, limit: float, late: dict[str, Any] | None = None) -> None:
        self.watch = Watch(limit)
        self._late = late or {}
        self.imported: set[tuple[str, tuple[str, ...]]] = set()  # libraries that were looked at
        self._processes: list[PythonProcess] = []
        self._storages: list[Storage] = []
        self._folder = ""
        self._next: Coroutine | None = None
        self._beginner: Coroutine | None = None
        self._undo = contextlib.ExitStack()
        self._there = False  # everything is in place
        self.pressed = False  # Ctrl-C, or the stop button
        self._limit = 0  # of calls inside of one another, or 0

    def enlist(self, process: PythonProcess) -> None:
        """Take in a process; the first one has everything put in place."""
        if not self._processes:
            self._folder = f"{tempfile.gettempdir()}/lambdalab-{os.getpid()}-{os.urandom(4).hex()}"
            self.put_in_place()
        self._processes.append(process)

    def put_in_place(self) -> None:
        """Put everything in place, for the first time or again."""
        with contextlib.ExitStack() as undo:
            _lock.acquire()
            undo.callback(_lock.release)
            _install(self._late)
            undo.callback(_patches.undo)
            for library, _ in self.imported:
                _patches.adopt(library)
            self.watch.start()
            undo.callback(self.watch.stop)
            self.pressed = False
            undo.callback(_listen_for_the_key(self))
            undo.callback(_step_aside())
            undo.callback(sys.setrecursionlimit, sys.getrecursionlimit())
            if self._limit:
                sys.setrecursionlimit(self._limit)
            self._undo = undo.pop_all()
        self._there = True

    def take_away(self) -> None:
        """Take everything away; the processes stay as they are."""
        if self._there:
            self._there, self._limit = False, sys.getrecursionlimit()
            self._undo.close()

    def go_on(self) -> None:
        """Put everything in place again, if there are processes."""
        if self._processes:
            self.put_in_place()

    def close(self) -> None:
        """Let go of every process, and take everything away."""
        if self._processes and not self._there:
            self.put_in_place()
        try:
            if self._processes:
                self._bury()
        finally:
            self.take_away()

    def _bury(self) -> None:
        self.watch.limit = min(self.watch.limit, LAST_WORDS)
        before, interrupted = here.process, False
        try:
            for process in self._processes:
                process.dead, process.interrupted = True, False
                here.process = process
                process.bury()
                if not process.buried:
                    _left_alone.append(process)
                interrupted |= process.interrupted
        finally:
            here.process = before
            self._end_beginner()
            self._processes.clear()
            for storage in self._storages:
                storage.remove()
        if interrupted:
            raise KeyboardInterrupt

    def storage(self, limit: int) -> Storage:
        """Make the /tmp of an environment."""
        self._storages.append(Storage(f"{self._folder}-{len(self._storages)}", limit))
        return self._storages[-1]

    def adopt(self, library: str) -> None:
        """Have a library that a handler has imported see the simulation."""
        _patches.adopt(library)

    def begin(self, coroutine: Coroutine) -> None:
        """Enter a function for the first time.

        Where it is entered decides how deep it may recurse. So that is always done from the
        same depth.
        """
        if self._beginner is None:
            self._beginner = Coroutine(self._begin)
        self._next = coroutine
        self._beginner.resume()

    def _begin(self) -> None:
        sys.setrecursionlimit(sys.getrecursionlimit() + DEPTH - _depth_left())
        while self._next is not None and self._beginner is not None:
            self._next.resume()
            self._beginner.suspend()

    def _end_beginner(self) -> None:
        """Let its stack end, which would otherwise hold the whole run in memory for good."""
        self._next = None
        if self._beginner is not None:
            self._beginner.resume()
            self._beginner = None


def _depth_left() -> int:
    """Count how many more calls can be inside of one another here."""
    deepest = 0

    def deeper(depth: int) -> None:
        nonlocal deepest
        deepest = depth
        deeper(depth + 1)

    with contextlib.suppress(RecursionError):
        deeper(1)
    return deepest


class _Surrounding(threading.local):
    simulation: Simulation | None = None


_surrounding = _Surrounding()


def is_surrounded() -> bool:
    """Tell whether this thread is in a simulation."""
    return _surrounding.simulation is not None


def current() -> Simulation:
    """Give the simulation that this thread is in."""
    if _surrounding.simulation is None:
        raise RuntimeError("real handlers run inside of `with lambdalab.code.simulated():` only")
    return _surrounding.simulation


@contextlib.contextmanager
def simulated(limit: float = LIMIT, late: dict[str, Any] | None = None) -> Iterator[Simulation]:
    """Surround a run; `limit` is the real time that code may take between two steps."""
    if _surrounding.simulation is not None:
        yield _surrounding.simulation
        return
    simulation = _surrounding.simulation = Simulation(limit, late)
    try:
        yield simulation
    finally:
        _surrounding.simulation = None
        simulation.close()


@contextlib.contextmanager
def inside(simulation: Simulation) -> Iterator[None]:
    """Go on with a simulation that was left before; at the end it is left again, not closed."""
    if _surrounding.simulation is not None:
        raise RuntimeError("a run cannot go on inside of another one")
    _surrounding.simulation = simulation
    try:
        simulation.go_on()
        yield
    finally:
        _surrounding.simulation = None
        simulation.take_away()


# What is put in place is there for the whole program. So a run in another thread waits.
_lock = _thread.allocate_lock()
_patches = Patches()


def _install(late: dict[str, Any]) -> None:
    global _patches
    _patches = Patches()
    try:
        for part in PARTS:
            importlib.import_module(f"{__package__}.{part}").install(_patches)
        _patches.when_imported("asyncio", lambda patches: _loops().install(patches))
        for library, install in late.items():
            _patches.when_imported(library, install)
        for library in COPIES:
            _patches.adopt_one(library)
    except BaseException:
        _patches.undo()
        raise


def _loops() -> Any:
    return importlib.import_module(f"{__package__}.loops")


def _step_aside() -> Callable[[], None]:
    """Put aside the loop of asyncio that a notebook's cell runs in."""
    return _loops().step_aside() if "asyncio" in sys.modules else lambda: None


def _listen_for_the_key(simulation: Simulation) -> Callable[[], object]:
    """Have Ctrl-C, or Jupyter's stop button, leave a handler at once.

    KeyboardInterrupt raised in the handler could be caught there and made a function error.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        return lambda: None

    def pressed(number: int, frame: FrameType | None) -> None:
        process, simulation.pressed = here.process, True
        if process is not None and process.watch.inside and process.task.coroutine.running:
            process.interrupt()
        before(number, frame)

    signal.signal(signal.SIGINT, pressed)
    return lambda: signal.signal(signal.SIGINT, before)
