"""See what really happens behind AWS Lambda: `import lambdalab as lab`.

Write a handler in a `%%lambda` cell, send it requests with `lab.run(...)`, and ask the run what
happened: `run.step()`, `run.tell()`, `run.why(...)`, `run.logs()`, `run.table("invocations")`.
Time is simulated and every run is the same for the same seed. Nothing is sent anywhere.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .code import cpu
from .code.calls import CallFailed, ConnectionLost, ConnectionRefused, call, database, effect
from .distributions import choice, exponential, lognormal, uniform
from .faults import crash, denied, duplicate, outage
from .mistakes import LabError
from .run import MEASURED, Failure, Response, Run, load_run, run
from .sources.doors import api, caller, function_url, load_balancer, request
from .sources.pushes import bucket, bus, bus_event, schedule, topic
from .sources.pushes import object as object  # not in __all__: a star import keeps Python's own
from .sources.queues import message, queue
from .sources.streams import record, stream, table
from .stack import (
    Function,
    deleted,
    dry_run,
    event,
    extension,
    function,
    handler,
    payload,
    work,
)
from .summary import Summary
from .traffic import burst, poisson, ramp, replay, steady

if TYPE_CHECKING:
    from .live import account
    from .parcelwing import gameday
    from .studies import Reports, Sweep, reports, sweep
    from .teaching import (
        check,
        facts,
        glossary,
        goal,
        hint,
        lesson,
        predict,
        progress,
        recall,
        solution,
    )
    from .templates import load
    from .widgets.sandbox import sandbox as sandbox

# What is loaded when it is first used: a sandbox needs anywidget, a sweep pandas.
LATER = {
    "account": "live",
    "gameday": "parcelwing",
    "load": "templates",
    "sandbox": "widgets.sandbox",
    **dict.fromkeys(("Reports", "Sweep", "reports", "sweep"), "studies"),
    **dict.fromkeys(("check", "facts", "glossary", "goal", "hint"), "teaching"),
    **dict.fromkeys(("lesson", "predict", "progress", "recall", "solution"), "teaching"),
}


def __getattr__(name: str) -> Any:
    """Load a name that is not always needed."""
    if name not in LATER:
        raise AttributeError(f"module 'lambdalab' has no attribute {name!r}")
    return getattr(import_module(f".{LATER[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "sandbox"})


def load_ipython_extension(shell: Any) -> None:
    """Make `%%lambda` known to a notebook: `%load_ext lambdalab`."""
    from .magic import load_ipython_extension as load

    load(shell)


__version__ = "0.1.0"

__all__ = [
    "MEASURED",
    "CallFailed",
    "ConnectionLost",
    "ConnectionRefused",
    "Failure",
    "Function",
    "LabError",
    "Reports",
    "Response",
    "Run",
    "Summary",
    "Sweep",
    "account",
    "api",
    "bucket",
    "burst",
    "bus",
    "bus_event",
    "call",
    "caller",
    "check",
    "choice",
    "cpu",
    "crash",
    "database",
    "deleted",
    "denied",
    "dry_run",
    "duplicate",
    "effect",
    "event",
    "exponential",
    "extension",
    "facts",
    "function",
    "function_url",
    "gameday",
    "glossary",
    "goal",
    "handler",
    "hint",
    "lesson",
    "load",
    "load_balancer",
    "load_run",
    "lognormal",
    "message",
    "outage",
    "payload",
    "poisson",
    "predict",
    "progress",
    "queue",
    "ramp",
    "recall",
    "record",
    "replay",
    "reports",
    "request",
    "run",
    "schedule",
    "solution",
    "steady",
    "stream",
    "sweep",
    "table",
    "topic",
    "uniform",
    "work",
]
