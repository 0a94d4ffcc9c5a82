"""What Python keeps for the whole program and each environment must have for itself.

`os.environ`, the process id, and settings that a handler may change for everybody: the ones
that can be are kept per process, the rest is put back when the run ends.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from .current import here

if TYPE_CHECKING:
    from .patches import Patches
    from .process import PythonProcess

PID = 8  # of the runtime
SIGNALS = {  # what Lambda, which is written in Go, calls them
    2: "interrupt",
    6: "aborted",
    9: "killed",
    11: "segmentation fault",
    15: "terminated",
}

_getpid, _getppid = os.getpid, getattr(os, "getppid", os.getpid)
_kill = os.kill
_signal, _getsignal = signal.signal, signal.getsignal
_putenv, _unsetenv = os.putenv, os.unsetenv


def variables(process: PythonProcess) -> dict[Any, Any]:
    """Make what `os.environ` holds in a new process, in the form that `os` keeps it in."""
    place = process.place
    texts = {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{place.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": place.function,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(place.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": place.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": place.initialization_type,
        "AWS_LAMBDA_LOG_GROUP_NAME": place.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": place.log_stream,
        "AWS_LAMBDA_RUNTIME_API": "169.254.100.1:9001",
        "AWS_ACCESS_KEY_ID": "ASIAEXAMPLEEXAMPLE00",
        "AWS_SECRET_ACCESS_KEY": "example-secret-access-key",
        "AWS_SESSION_TOKEN": "example-session-token",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": place.handler,
        "TZ": ":UTC",
        "LANG": "en_US.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
        "/var/task:/var/task/lib:/opt/lib",
        "PYTHONPATH": "/var/runtime",
        **place.variables,
    }
    if place.initialization_type == "snap-start":  # it has no log stream yet in Init
        del texts["AWS_LAMBDA_LOG_GROUP_NAME"], texts["AWS_LAMBDA_LOG_STREAM_NAME"]
    key, value = os.environ.encodekey, os.environ.encodevalue
    return {key(name): value(text) for name, text in texts.items()}


class _Data:
    """The dict inside os.environ: another one in each process."""

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        process = here.process
        if owner is None:
            return self
        return vars(owner)["_data"] if process is None else process.environ

    def __set__(self, owner: Any, value: Any) -> None:
        vars(owner)["_data"] = value


def _for_c(original: Callable[..., None]) -> Callable[..., None]:
    """Keep a handler's variables from the C library, which has one set for the program."""

    def change(*args: Any) -> None:
        if here.process is None:
            original(*args)

    return change


def getpid() -> int:
    """Give the number of this process."""
    return _getpid() if here.process is None else PID


def getppid() -> int:
    """Give the number of the parent of this process."""
    return _getppid() if here.process is None else 1


def kill(pid: int, number: int, /) -> None:
    """Send a signal: a handler can only hit its own process, and that ends it."""
    process = here.process
    if process is None:
        _kill(pid, number)
    elif pid not in (PID, 0, -1):
        raise ProcessLookupError(3, "No such process")
    elif number:
        _end_by(process, int(number))


def _end_by(process: PythonProcess, number: int) -> NoReturn:
    """End the process by a signal, under the name that Lambda's log has for it."""
    process.exit(-number, SIGNALS.get(number, f"signal {number}"))


def leave(status: int) -> NoReturn:
    """End the process at once, as os._exit."""
    process = here.process
    if process is not None:
        process.exit(int(status) & 0xFF)
    _leave(status)


def abort() -> NoReturn:
    """End the process by a signal, as os.abort."""
    process = here.process
    if process is not None:
        _end_by(process, int(signal.SIGABRT))
    _abort()


_leave, _abort = os._exit, os.abort


def listen(number: int, handler: Any) -> Any:
    """Take a signal handler, as signal.signal; in a handler no signal ever comes."""
    process = here.process
    if process is None:
        return _signal(number, handler)
    before = process.signals.get(number, signal.SIG_DFL)
    process.signals[number] = handler
    return before


def listener(number: int) -> Any:
    """Tell what a signal would do, as signal.getsignal."""
    process = here.process
    return _getsignal(number) if process is None else process.signals.get(number, signal.SIG_DFL)


def register(function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
    """Take a function for the end of the program; a handler's process never gets there."""
    return function if here.process is not None else _register(function, *args, **named)


_register = atexit.register


def _cpus(name: str) -> tuple[str, Callable[[], int | None]]:
    original = getattr(os, name)

    def count() -> int | None:
        """Count the processors: Lambda shows two at least, and one for each 1,769 MB."""
        process = here.process
        return original() if process is None else max(2, -(-process.place.memory // 1_769))

    return name, count


_COUNTS = dict(_cpus(name) for name in ("cpu_count", "process_cpu_count") if hasattr(os, name))


def install(patches: Patches) -> None:
    """Put all of it in place."""
    for name, count in _COUNTS.items():
        patches.set(os, name, count, everywhere=True)
    patches.set(atexit, "register", register)
    patches.set(os._Environ, "_data", _Data())
    patches.set(os, "putenv", _for_c(_putenv))
    patches.set(os, "unsetenv", _for_c(_unsetenv))
    patches.set(os, "getpid", getpid, everywhere=True)
    patches.set(os, "kill", kill, everywhere=True)
    patches.set(os, "_exit", leave, everywhere=True)
    patches.set(os, "abort", abort, everywhere=True)
    patches.set(signal, "signal", listen)
    patches.set(signal, "getsignal", listener)
    if hasattr(os, "getppid"):
        patches.set(os, "getppid", getppid, everywhere=True)
    for module, name in (
        (logging, "raiseExceptions"),
        (logging, "lastResort"),
        (warnings, "showwarning"),
        (warnings, "formatwarning"),
        (sys, "excepthook"),
        (sys, "argv"),
    ):
        patches.set(module, name, getattr(module, name))  # unchanged now, and put back later
    for kept in (sys.path, logging._levelToName, logging._nameToLevel):
        _put_back(patches, kept)
    # Whether a handler's warnings are shown must not depend on how the notebook was started.
    changed: Callable[[], None] = warnings._filters_mutated  # type: ignore[attr-defined]
    patches.finally_do(changed)
    patches.set(warnings, "filters", list(_WARNINGS))
    changed()


_WARNINGS = (  # as in a Python that was started without options
    ("default", None, DeprecationWarning, "__main__", 0),
    ("ignore", None, DeprecationWarning, None, 0),
    ("ignore", None, PendingDeprecationWarning, None, 0),
    ("ignore", None, ImportWarning, None, 0),
    ("ignore", None, ResourceWarning, None, 0),
)


def _put_back(patches: Patches, kept: Any) -> None:
    before = kept.copy()

    def back() -> None:
        if kept != before:
            kept.clear()
            (kept.update if isinstance(kept, dict) else kept.extend)(before)

    patches.finally_do(back)
