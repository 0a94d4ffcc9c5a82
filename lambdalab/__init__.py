"""See what really happens behind AWS Lambda: `import lambdalab as lab`.

Write a handler in a `%%lambda` cell, send it requests with `lab.run(...)`, and ask the run what
happened: `run.step()`, `run.tell()`, `run.why(...)`, `run.logs()`, `run.table("invocations")`.
Time is simulated and every run is the same for the same seed. Nothing is sent anywhere.
"""

from .code import cpu
from .distributions import choice, exponential, lognormal, uniform
from .mistakes import LabError
from .run import Failure, Response, Run, run
from .stack import (
    Function,
    bucket,
    bus,
    deleted,
    denied,
    event,
    function,
    handler,
    queue,
    topic,
    work,
)
from .traffic import burst, poisson, ramp, replay, steady


def load_ipython_extension(shell: object) -> None:
    """Make `%%lambda` known to a notebook: `%load_ext lambdalab`."""
    from .magic import load_ipython_extension as load

    load(shell)  # type: ignore[arg-type]


__version__ = "0.1.0"

__all__ = [
    "Failure",
    "Function",
    "LabError",
    "Response",
    "Run",
    "bucket",
    "burst",
    "bus",
    "choice",
    "cpu",
    "deleted",
    "denied",
    "event",
    "exponential",
    "function",
    "handler",
    "lognormal",
    "poisson",
    "queue",
    "ramp",
    "replay",
    "run",
    "steady",
    "topic",
    "uniform",
    "work",
]
