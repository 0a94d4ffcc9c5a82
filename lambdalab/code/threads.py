"""Threads of a handler, as tasks of its process on the simulated clock.

Of Python's own library only the lowest layer is replaced (a lock, the start and the end of a
thread); Event, Condition, Semaphore, Timer, Queue and ThreadPoolExecutor are built on it.
A new thread runs at once, until it waits; then the one that started it goes on. Threads change
places only where one waits.
"""

from __future__ import annotations

import _thread
import _threading_local
import queue
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import errors
from .current import Killed, here
from .locks import Lock, LockOfEach, rlock, simple_queue
from .watch import Stopped

if TYPE_CHECKING:
    from .patches import Patches
    from .process import PythonProcess

MOST = 1_024  # threads of an environment, as on Lambda

_get_ident, _get_native_id = _thread.get_ident, getattr(_thread, "get_native_id", None)
_Thread = threading.Thread
_start, _join, _is_alive = _Thread.start, _Thread.join, _Thread.is_alive
_current_thread, _main_thread = threading.current_thread, threading.main_thread
_enumerate, _active_count = threading.enumerate, threading.active_count
_start_new_thread = _thread.start_new_thread
_counter: Callable[[], int] = threading._counter  # type: ignore[attr-defined]


def get_ident() -> int:
    """Give the number of the running thread."""
    process = here.process
    return _get_ident() if process is None else process.task.number + 1


def get_native_id() -> int:
    """Give the system's number of the running thread."""
    process = here.process
    if process is None:
        assert _get_native_id is not None
        return int(_get_native_id())
    return process.task.number + 1


def start(thread: Any) -> None:
    """Start a thread, as Thread.start."""
    process = here.process
    if process is None:
        _start(thread)
        return
    if not thread._initialized:
        raise RuntimeError("thread.__init__() not called")
    if thread._started.is_set():
        raise RuntimeError("threads can only be started once")
    if len(process.tasks.all) >= MOST:
        raise RuntimeError("can't start new thread")

    def work() -> None:
        _run(process, thread)

    task = process.tasks.new(lambda: process.live(work), thread)
    thread._simulated, thread._ident, thread._native_id = task, task.number + 1, task.number + 1
    thread._started.set()
    process.give_way_to(task)


def _run(process: PythonProcess, thread: Any) -> None:
    """Run a thread to its end."""
    try:
        thread.run()
    except (Killed, Stopped):
        raise
    except SystemExit:
        pass
    except BaseException as error:
        if process.interrupted_by(error):
            process.interrupt()
        kind, message, trace, line = errors.describe(error, process)
        last = f"{kind}: {message}" if message else kind
        head = f"Exception in thread {thread.name}:\nTraceback (most recent call last):\n"
        process.log(f"{head}{''.join(trace)}{last}\n", line)
    if not process.dead:
        process.tasks.end()


def join(thread: Any, timeout: float | None = None) -> None:
    """Wait for the end of a thread, as Thread.join."""
    process, task = here.process, getattr(thread, "_simulated", None)
    if process is None or (task is None and not thread._initialized):
        if task is None:
            _join(thread, timeout)
        return
    if task is None:
        raise RuntimeError("cannot join thread before it is started")
    if task is process.task:
        raise RuntimeError("cannot join current thread")
    if task in process.tasks.all:
        task.joining.append(process.task)
        process.sleep_for(None if timeout is None else max(timeout, 0))
        if process.task in task.joining:
            task.joining.remove(process.task)


def is_alive(thread: Any) -> bool:
    """Tell whether a thread is running, as Thread.is_alive."""
    task = getattr(thread, "_simulated", None)
    if task is None:
        return bool(_is_alive(thread))
    return here.process is not None and task in here.process.tasks.all


def current_thread() -> Any:
    """Give the running thread."""
    process = here.process
    if process is None:
        return _current_thread()
    return process.task.thread or main_thread()


def main_thread() -> Any:
    """Give the thread that the handler runs in."""
    process = here.process
    if process is None:
        return _main_thread()
    first = process.tasks.first
    if first.thread is None:
        first.thread = thread = _Thread(name="MainThread", daemon=False)
        thread._simulated, thread._ident = first, 1  # type: ignore[attr-defined]
        thread._started.set()  # type: ignore[attr-defined]
    return first.thread


def enumerate_() -> list[Any]:
    """List the threads that are running."""
    process = here.process
    if process is None:
        return _enumerate()
    main_thread()
    return [task.thread for task in process.tasks.all]


def active_count() -> int:
    """Count the threads that are running."""
    process = here.process
    return _active_count() if process is None else len(process.tasks.all)


def start_new_thread(function: Callable[..., object], args: Any, kwargs: Any = None) -> int:
    """Start a thread, as the module _thread does."""
    if here.process is None:
        return _start_new_thread(function, args, kwargs or {})
    thread = _Thread(target=function, args=args, kwargs=kwargs)
    thread.start()
    return thread.ident or 0


def _count(name: str, original: Callable[[], int], first: int) -> Callable[[], int]:
    """Make a counter for names begin anew in each process."""

    def count() -> int:
        process = here.process
        if process is None:
            return original()
        process.counters[name] = process.counters.get(name, first - 1) + 1
        return process.counters[name]

    return count


def install(patches: Patches) -> None:
    """Put the threads of environments in place."""
    functions: dict[str, Any] = {
        "Lock": Lock,
        "RLock": rlock,
        "get_ident": get_ident,
        "current_thread": current_thread,
        "main_thread": main_thread,
        "enumerate": enumerate_,
        "active_count": active_count,
    }
    if _get_native_id is not None:
        functions["get_native_id"] = get_native_id
    for name, function in functions.items():
        patches.set(threading, name, function, everywhere=True)
    patches.set(threading, "_allocate_lock", Lock)
    patches.set(threading, "_counter", _count("thread", _counter, 1))
    patches.set(threading, "local", _threading_local.local)
    for name in ("get_ident", "allocate_lock", "start_new_thread"):
        if name == "allocate_lock":
            patches.set(_thread, name, Lock)
        else:
            patches.set(_thread, name, {"get_ident": get_ident}.get(name, start_new_thread))
    for name, method in (("start", start), ("join", join), ("is_alive", is_alive)):
        patches.set(_Thread, name, method)
    patches.set(queue, "SimpleQueue", simple_queue, everywhere=True)
    patches.adopt_one("_threading_local")
    patches.when_imported("concurrent.futures.thread", _install_pool)


def _install_pool(patches: Patches) -> None:
    pool = sys.modules["concurrent.futures.thread"]
    lock = getattr(pool, "_global_shutdown_lock", None)
    if lock is not None:
        patches.set(pool, "_global_shutdown_lock", LockOfEach(lock))
    executor: Any = vars(pool)["ThreadPoolExecutor"]
    count = _count("pool", executor._counter, 0)
    patches.set(executor, "_counter", staticmethod(count))
    patches.finally_do(_forget_workers)


def _forget_workers() -> None:
    """Keep Python from waiting, when it ends, for threads that were never real."""
    queues = vars(sys.modules["concurrent.futures.thread"])["_threads_queues"]
    for thread in [thread for thread in queues if hasattr(thread, "_simulated")]:
        queues.pop(thread, None)
