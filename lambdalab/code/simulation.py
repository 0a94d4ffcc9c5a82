"""What surrounds a run of real handlers: everything is put in place, and all of it taken away."""

from __future__ import annotations

import _thread
import importlib
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from lambdalab.code.current import Killed, here
from lambdalab.code.patches import Patches
from lambdalab.code.storage import Storage
from lambdalab.code.watch import LIMIT, Watch

if TYPE_CHECKING:
    from lambdalab.code.process import PythonProcess

PARTS = (
    "clock",
    "output",
    "neighbours",
    "logs",
    "chance",
    "imports",
    "files",
    "descriptors",
)  # the modules that put something in place
LAST_WORDS = 0.2  # seconds of real time for killed code to unwind

_left_alone: list[
    PythonProcess
] = []  # killed code that can't be unwound; collecting it would run it


class Simulation:
    """The processes of a run, and what guards them."""

    def __init__(self, limit: float) -> None:
        self.processes: list[PythonProcess] = []
        self.watch = Watch(limit)
        self._folder = f"{tempfile.gettempdir()}/lambdalab-{os.getpid()}-{os.urandom(4).hex()}"
        self._storages: list[Storage] = []
        self.imported: set[tuple[str, tuple[str, ...]]] = set()  # what has been looked through

    def storage(self, limit: int) -> Storage:
        """Make the /tmp of an environment."""
        self._storages.append(Storage(f"{self._folder}-{len(self._storages)}", limit))
        return self._storages[-1]

    def adopt(self, library: str) -> None:
        """Have a library that a handler has imported see the simulation."""
        _patches.adopt(library)

    def close(self) -> None:
        """Let go of every process, without letting its code do anything."""
        self.watch.limit = min(self.watch.limit, LAST_WORDS)
        before, interrupted = here.process, False
        try:
            for process in self.processes:
                process.dead, process.interrupted = True, False
                here.process = process
                process.bury()
                if not all(task.coroutine.over for task in process.tasks):
                    _left_alone.append(process)
                interrupted |= process.interrupted
        finally:
            here.process = before
            self.processes.clear()
            for storage in self._storages:
                storage.remove()
        if interrupted:
            raise KeyboardInterrupt


class _Place(threading.local):
    simulation: Simulation | None = None


_place = _Place()


def current() -> Simulation:
    """Give the simulation that this thread is in."""
    if _place.simulation is None:
        raise RuntimeError("real handlers run inside of `with lambdalab.code.simulated():` only")
    return _place.simulation


@contextmanager
def simulated(limit: float = LIMIT) -> Iterator[Simulation]:
    """Surround a run; `limit` is the real time that code may take between two steps."""
    if _place.simulation is not None:
        yield _place.simulation
        return
    simulation = _place.simulation = Simulation(limit)
    _install()
    simulation.watch.start()
    restore_key = _listen_for_the_key()
    try:
        yield simulation
    finally:
        try:
            simulation.close()
        finally:
            restore_key()
            simulation.watch.stop()
            _uninstall()
            _place.simulation = None


# Runs in two threads of one program share what is put in place.
_lock = _thread.allocate_lock()
_users = 0
_patches = Patches()


def _install() -> None:
    global _users
    with _lock:
        _users += 1
        if _users > 1:
            return
        try:
            for part in PARTS:
                importlib.import_module(f"lambdalab.code.{part}").install(_patches)
            for library in ("threading", "queue", "sched", "timeit"):
                _patches.adopt_one(library)
        except BaseException:
            _users = 0
            _patches.undo()
            raise


def _uninstall() -> None:
    global _users, _patches
    with _lock:
        _users -= 1
        if _users == 0:
            _patches.undo()
            _patches = Patches()


def _listen_for_the_key() -> Any:
    """Have Ctrl-C, or Jupyter's stop button, leave a handler at once.

    KeyboardInterrupt raised in the handler could be caught there and made a function error.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        return lambda: None

    def pressed(number: int, frame: FrameType | None) -> None:
        process = here.process
        if process is not None and process.task.coroutine.running:
            process.interrupt()
        before(number, frame)

    signal.signal(signal.SIGINT, pressed)
    return lambda: signal.signal(signal.SIGINT, before)


__all__ = ["Killed", "Simulation", "current", "simulated"]
