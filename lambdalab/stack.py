"""The resources that a learner names: frozen values, each equal only to itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Any

from .engine.rules import LIMIT_ENV_VARS, LIMIT_MEMORY, LIMIT_TIMEOUT, LIMIT_TMP, RESERVED, Rule
from .mistakes import LabError

FULL_VCPU_MB = 1769

# Modelled work ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Distribution:
    """Seconds that differ from one draw to the next; `at(u)` is the inverse of its distribution."""

    name: str
    at: Callable[[float], float]

    def __repr__(self) -> str:
        return self.name


Seconds = float | Distribution
Fails = bool | float | Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Work:
    """A modelled handler: how long it waits and computes, whether it fails, what it returns."""

    wait: Seconds = 0.0
    cpu: Seconds = 0.0
    init: Seconds = 0.0
    fails: Fails = False
    returns: Any = None
    memory_used: int | None = None


def work(
    wait: Seconds = 0,
    cpu: Seconds = 0,
    init: Seconds = 0,
    fails: Fails = False,
    returns: Any = None,
    memory_used: int | None = None,
) -> Work:
    """Model a handler instead of writing one.

    Parameters
    ----------
    wait : float or Distribution
        Seconds of waiting in each invocation; no CPU is used.
    cpu : float or Distribution
        Seconds of one full vCPU in each invocation; below 1,769 MB they take longer.
    init : float or Distribution
        Seconds that the module's own code takes in Init.
    fails : bool, float or callable
        True, a probability, or a predicate of the event.
    returns
        What the handler returns; anything that JSON can hold.
    memory_used : int, optional
        Megabytes that it needs.

    Examples
    --------
    >>> work(wait=0.5).wait
    0.5
    """
    for name, value in (("wait", wait), ("cpu", cpu), ("init", init)):
        if not isinstance(value, Distribution) and not (_number(value) and value >= 0):
            raise LabError(
                f"{name}={value!r} is not a length of time.",
                "seconds, 0 or more, or a distribution such as lab.exponential(mean)",
                f"{name}=0.5",
            )
    return Work(wait, cpu, init, fails, returns, memory_used)


# Functions --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Function:
    """A Lambda function as a value: its code and its settings."""

    code: Work | str | Path
    name: str | None = None
    memory: int = 128
    timeout: int = 3
    reserved_concurrency: int | None = None
    runtime: str = "python3.14"
    ephemeral_storage: int = 512
    environment: dict[str, str] = field(default_factory=dict)
    init: float = 0
    chosen: tuple[str, ...] = ()

    def with_(self, **changes: Any) -> Function:
        """Make a copy with some settings changed; the copy keeps the name.

        Examples
        --------
        >>> handler(wait=1).with_(memory=512).memory
        512
        """
        settings = {k: v for k, v in changes.items() if k not in ("code", "name")}
        _check(settings)
        if "code" in changes:
            changes["code"] = _code(changes["code"], changes.get("name", self.name))
        return replace(self, chosen=tuple(dict.fromkeys((*self.chosen, *settings))), **changes)

    def __repr__(self) -> str:
        settings = "".join(f", {name}={getattr(self, name)!r}" for name in self.chosen)
        return f"function({self.name or 'unnamed'!r}{settings})"


def function(
    code: Work | str | Path,
    *,
    name: str | None = None,
    **settings: Any,
) -> Function:
    """Make a Lambda function.

    Parameters
    ----------
    code : str, Path or Work
        Source text with a function called `handler`, the path of a file, folder or zip, or
        `lab.work(...)`.
    name : str, optional
        Its name; unnamed ones of a run are called function, function-2, ...
    **settings
        `memory` in MB (128), `timeout` in whole seconds (3), `reserved_concurrency` in requests
        at once (none), `runtime` ("python3.14"), `ephemeral_storage` of /tmp in MB (512),
        `environment` as a dict of text, `init` in further seconds of Init (0).

    Raises
    ------
    LabError
        If AWS would refuse the settings.

    Examples
    --------
    >>> function("def handler(event, context): return 1", name="one", memory=512)
    function('one', memory=512)
    """
    _check(settings)
    return Function(_code(code, name), name, chosen=tuple(settings), **settings)


def handler(name: str | None = None, **work_and_settings: Any) -> Function:
    """Make a stock function for a small experiment: a modelled handler with a full vCPU.

    Parameters
    ----------
    name : str, optional
        Its name.
    **work_and_settings
        What `lab.work` takes and what `lab.function` takes. Unless given, memory is 1,769 MB,
        Init takes no time, and the timeout is min(900, max(3, ceil(2 x work))) seconds (900 for
        distributions).

    Examples
    --------
    >>> handler(wait=10).timeout
    20
    """
    modelled = ("wait", "cpu", "init", "fails", "returns", "memory_used")
    model = work(**{k: v for k, v in work_and_settings.items() if k in modelled})
    settings = {k: v for k, v in work_and_settings.items() if k not in modelled}
    memory = settings.get("memory", FULL_VCPU_MB)
    if isinstance(model.wait, Distribution) or isinstance(model.cpu, Distribution):
        timeout = 900
    else:
        share = min(1, memory / FULL_VCPU_MB) if _number(memory) and memory > 0 else 1
        timeout = min(900, max(3, ceil(2 * (model.wait + model.cpu / share))))
    made = function(model, name=name, **({"memory": memory, "timeout": timeout} | settings))
    return replace(made, chosen=tuple(settings))


# What AWS allows --------------------------------------------------------------------------------


def _check(settings: dict[str, Any]) -> None:
    """Refuse what AWS would refuse."""
    for name, value in settings.items():
        if name not in CHECKS:
            raise LabError(
                f"a function has no setting {name!r}.",
                ", ".join(CHECKS),
                f"one of these, for example memory=512 instead of {name}=...",
            )
        CHECKS[name](name, value)


def _code(code: Any, name: str | None) -> Work | str | Path:
    """Tell source text from a path; text is checked at once, a path must lead somewhere."""
    if isinstance(code, Work):
        return code
    if isinstance(code, str) and "\n" not in code and (code.endswith(PATHS) or "/" in code):
        code = Path(code)
    if isinstance(code, str):
        _check_source(code, name or "function")
        return code
    if isinstance(code, Path) and code.exists():
        return code
    raise LabError(
        f"there is no code at {str(code)!r}.",
        "source text, the path of a file, folder or zip, or lab.work(...)",
        'lab.function("handlers/greet.py")',
    )


PATHS = (".py", ".zip")


def _check_source(source: str, name: str) -> None:
    """Refuse text that is no Python or has no handler, and point at the learner's own line."""
    from .source import CodeProblem, check

    try:
        check(source, f"{name}.py")
    except CodeProblem as problem:
        shown = f"{name}: {problem.message}"
        if problem.line:
            label = f"  line {problem.line}:  "
            shown += f"\n{label}{problem.text}"
            if problem.offset:
                shown += f"\n{' ' * (len(label) + problem.offset - 1)}^"
        raise LabError(
            shown,
            "Python source that defines a function called handler",
            "def handler(event, context): ...",
        ) from None


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _between(rule: Rule, unit: str) -> Callable[[str, Any], None]:
    low, high = rule.value

    def check(name: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            nearest = min(max(round(value), low), high) if _number(value) else low
            raise LabError(
                f"{name}={value!r} is not allowed.",
                f"{low:,} to {high:,} {unit}, whole",
                f"{name}={nearest}",
                rule,
            )

    return check


def _check_reserved(name: str, value: Any) -> None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise LabError(
            f"{name}={value!r} is not a number of requests.",
            "a whole number, 0 or more, or None for no reservation",
            f"{name}=1",
            RESERVED,
        )


def _check_environment(name: str, value: Any) -> None:
    if not isinstance(value, dict) or not all(
        isinstance(k, str) and isinstance(v, str) for k, v in value.items()
    ):
        raise LabError(
            f"{name}={value!r} is not a dict of text.",
            "names and texts",
            'environment={"STAGE": "test"}',
        )
    size = sum(len(k.encode()) + len(v.encode()) for k, v in value.items())
    if size > LIMIT_ENV_VARS.value:
        raise LabError(
            f"{name} has {size:,} bytes.",
            f"at most {LIMIT_ENV_VARS.value:,} bytes in all",
            "keep large values in a file or a parameter store",
            LIMIT_ENV_VARS,
        )


def _check_init(name: str, value: Any) -> None:
    if not _number(value) or value < 0:
        raise LabError(
            f"{name}={value!r} is not a length of time.", "seconds, 0 or more", f"{name}=0.4"
        )


def _check_runtime(name: str, value: Any) -> None:
    if not isinstance(value, str) or not value.startswith("python3."):
        raise LabError(
            f"{name}={value!r} is not modelled.", "a Python runtime", 'runtime="python3.14"'
        )


CHECKS: dict[str, Callable[[str, Any], None]] = {
    "memory": _between(LIMIT_MEMORY, "MB"),
    "timeout": _between(LIMIT_TIMEOUT, "seconds"),
    "reserved_concurrency": _check_reserved,
    "runtime": _check_runtime,
    "ephemeral_storage": _between(LIMIT_TMP, "MB"),
    "environment": _check_environment,
    "init": _check_init,
}
