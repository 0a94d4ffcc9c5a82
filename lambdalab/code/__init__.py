"""Running a learner's real handler in simulated time.

What runs real code is loaded when the first of it is run: a modelled handler does without.
"""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..source import CodeProblem, check
    from .python import PythonCode
    from .runtime import perform

LAZY = {
    "CodeProblem": "..source",
    "check": "..source",
    "PythonCode": ".python",
    "perform": ".runtime",
}

__all__ = ["CodeProblem", "PythonCode", "check", "cpu", "perform", "simulated"]


def __getattr__(name: str) -> Any:
    """Load a module when a name of it is first used."""
    if name not in LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(LAZY[name], __name__), name)


def cpu(seconds: float) -> None:
    """Spend CPU inside a handler.

    Parameters
    ----------
    seconds : float
        Time of one full vCPU; with less than 1,769 MB it takes longer.

    Raises
    ------
    RuntimeError
        Outside of a handler.
    """
    from .runtime import cpu as spend

    spend(seconds)


def simulated(
    limit: float | None = None, late: dict[str, Any] | None = None
) -> AbstractContextManager[Any]:
    """Let the clock, files, dice and threads of real handlers be simulated inside of `with`.

    Parameters
    ----------
    limit : float, optional
        Seconds of real time after which code that makes no step counts as an endless loop.
    late : dict, optional
        What else is put in place, by the library that has to be there first.
    """
    from .simulation import simulated as begin

    return begin(late=late) if limit is None else begin(limit, late)
