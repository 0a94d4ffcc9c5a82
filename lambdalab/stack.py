"""The resources that a learner names: frozen values, each equal only to itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from math import ceil, isfinite
from pathlib import Path
from typing import Any, ClassVar, Self

from .engine.consequences import CONSEQUENCES
from .engine.rules import (
    ALIAS_WEIGHT,
    ASYNC_AGE_RANGE,
    ASYNC_RETRIES_RANGE,
    AUTOSCALE_TARGET,
    CLIENT_CONTEXT,
    CPU_SHARE,
    DEST_TYPES,
    DLQ_TYPES,
    EXTENSION_CRASH,
    EXTENSION_MAX,
    LIMIT_ENV_VARS,
    LIMIT_IMAGE,
    LIMIT_LAYERS,
    LIMIT_MEMORY,
    LIMIT_TIMEOUT,
    LIMIT_TMP,
    LIMIT_ZIP,
    LOG_JSON,
    LOG_LEVELS,
    PROVISIONED_TARGET,
    RESERVED,
    SNAPSTART,
    SNAPSTART_EXCLUSIVE,
    Rule,
)
from .mistakes import LabError

PYTHONS = tuple(f"python3.{minor}" for minor in range(6, 16))
OTHERS = ("nodejs20.x", "nodejs22.x", "nodejs24.x", "ruby3.3", "ruby3.4")
COMPILED = ("java17", "java21", "java25", "dotnet8", "dotnet10")
RUNTIMES = (*PYTHONS, *OTHERS, *COMPILED)  # those that are not Python run modelled code only

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
    memory_used: Seconds | None = None  # MB


def work(
    wait: Seconds = 0,
    cpu: Seconds = 0,
    init: Seconds = 0,
    fails: Fails = False,
    returns: Any = None,
    memory_used: Seconds | None = None,
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
    memory_used : float or Distribution, optional
        Megabytes that an invocation needs.

    Examples
    --------
    >>> work(wait=0.5).wait
    0.5
    """
    for name, value in (("wait", wait), ("cpu", cpu), ("init", init)):
        if not isinstance(value, Distribution) and not (is_number(value) and value >= 0):
            raise LabError(
                f"{name}={value!r} is not a length of time.",
                "seconds, 0 or more, or a distribution such as lab.exponential(mean)",
                f"{name}=0.5",
            )
    if not (isinstance(fails, bool) or callable(fails) or (is_number(fails) and 0 <= fails <= 1)):
        raise LabError(
            f"fails={fails!r} does not say when it fails.",
            "True, False, a probability from 0 to 1, or a predicate of the event",
            "fails=0.1",
        )
    if not isinstance(memory_used, Distribution | None) and not (
        is_number(memory_used) and memory_used > 0
    ):
        raise LabError(
            f"memory_used={memory_used!r} is no size.",
            "megabytes, more than 0, or a distribution such as lab.uniform(100, 200)",
            "memory_used=200",
        )
    _check_json("returns", returns)
    return Work(wait, cpu, init, fails, returns, memory_used)


# Functions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Extension:
    """A program that runs beside the handler, in each environment."""

    name: str
    init: float = 0
    after: float = 0
    shutdown: float = 0
    internal: bool = False
    crashes: str = ""


def extension(
    name: str,
    *,
    init: float = 0,
    after: float = 0,
    shutdown: float = 0,
    internal: bool = False,
    crashes: str = "",
) -> Extension:
    """Model a Lambda extension; a name alone, as in `extensions=("agent",)`, takes no time.

    Parameters
    ----------
    name : str
        Its name.
    init : float
        Seconds that it takes in Init, before the runtime starts. Extensions start side by side.
    after : float
        Seconds that it goes on after each response. The environment stays busy so long.
    shutdown : float
        Seconds that it would take in Shutdown, whose budget is limited.
    internal : bool
        It runs inside the runtime's process, and not in one of its own.
    crashes : str
        "init" or "invoke": it ends there, and the Init or the invocation fails with it.

    Examples
    --------
    >>> handler(extensions=[extension("agent", after=0.5)]).extensions[0].after
    0.5
    """
    for what, value in (("init", init), ("after", after), ("shutdown", shutdown)):
        _check_init(what, value)
    if crashes not in ("", "init", "invoke"):
        raise LabError(
            f"crashes={crashes!r} is not known.",
            '"init", "invoke" or ""',
            f'lab.extension({name!r}, crashes="init")',
            EXTENSION_CRASH,
        )
    return Extension(name, init, after, shutdown, internal, crashes)


@dataclass(frozen=True, eq=False)
class Function:
    """A Lambda function as a value: its code and its settings."""

    code: Work | str | Path
    name: str | None = None
    handler: str = ""
    memory: int = 128
    timeout: int = 3
    reserved_concurrency: int | None = None
    runtime: str = "python3.14"
    architecture: str = "x86_64"
    ephemeral_storage: int = 512
    environment: dict[str, str] = field(default_factory=dict)
    init: float = 0
    maximum_retry_attempts: int = 2
    maximum_event_age: int = 21600
    dead_letter: Target | None = None
    on_success: Target | None = None
    on_failure: Target | None = None
    snap_start: bool = False
    package_type: str = "zip"
    package_size: float | None = None
    vpc: bool = False
    layers: tuple[Any, ...] = ()
    extensions: tuple[Extension | str, ...] = ()
    log_format: str = "text"
    application_log_level: str = "INFO"
    system_log_level: str = "INFO"
    chosen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse settings that do not go together."""
        _check_function_name(self.name)
        _check_together(self)

    @property
    def unzipped(self) -> float:
        """Megabytes of the package with its layers, unzipped."""
        layers = (layer[1] for layer in self.layers if not isinstance(layer, str))
        return sum(layers, self.package_size or 0)

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
            name, handler = (changes.get(key, getattr(self, key)) for key in ("name", "handler"))
            changes["code"] = _code(changes["code"], name, handler)
        return replace(self, chosen=tuple(dict.fromkeys((*self.chosen, *settings))), **changes)

    def publish(self, **changes: Any) -> Published:
        """Publish a version: a target of its own, with environments of its own.

        Examples
        --------
        >>> handler(wait=1, name="nap").publish(memory=512)
        published('nap', memory=512)
        """
        scope = CONSEQUENCES["async.config.scope"]
        for name, rule in (("reserved_concurrency", RESERVED), ("dead_letter", scope)):
            if name in changes:
                raise LabError(
                    f"{name} cannot be set on a version.",
                    "the function, for all its versions together",
                    f"fn.with_({name}={changes[name]!r}).publish()",
                    rule,
                )
        return Published(self, self.with_(**changes) if changes else self)

    def alias(
        self,
        name: str,
        version: Published | None = None,
        weights: dict[Published, float] | None = None,
        provisioned_concurrency: int = 0,
    ) -> Alias:
        """Give a version a name, and keep environments ready behind it if asked to.

        Parameters
        ----------
        name : str
            Of the alias.
        version : Published, optional
            Which version; a new one by default.
        weights : dict of Published to float, optional
            One further version and its share of the requests, 0 to 1.
        provisioned_concurrency : int
            Environments to keep ready.
        """
        main = version or self.publish()
        return Alias(self, name, main, weights or {}, provisioned_concurrency)

    def __repr__(self) -> str:
        settings = "".join(f", {name}={getattr(self, name)!r}" for name in self.chosen)
        return f"function({self.name or 'unnamed'!r}{settings})"


@dataclass(frozen=True, eq=False)
class Published:
    """A published version of a function; its number is counted in each run."""

    function: Function
    settings: Function

    def alias(self, name: str, provisioned_concurrency: int = 0) -> Alias:
        """Give this version a name."""
        return self.function.alias(name, self, None, provisioned_concurrency)

    def with_(self, **changes: Any) -> Published:
        """Publish another version, with some settings changed."""
        return Published(self.function, self.settings.with_(**changes))

    def __repr__(self) -> str:
        return repr(self.settings).replace("function(", "published(", 1)


@dataclass(frozen=True, eq=False)
class Alias:
    """A name for a version of a function."""

    function: Function
    name: str
    version: Published
    weights: dict[Published, float]
    provisioned_concurrency: int
    scaling: AutoScaling | None = None

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse."""
        _check_units("provisioned_concurrency", self.provisioned_concurrency)
        _check_alias_name(self.name)
        if not isinstance(self.weights, dict):
            raise LabError(
                f"weights={self.weights!r} is no dict.",
                "one further version and its share",
                "weights={new: 0.1}",
                ALIAS_WEIGHT,
            )
        _check_versions(self.function, [self.version, *self.weights], self.weights)
        if self.provisioned_concurrency and self.version.settings.snap_start:
            raise LabError(
                f"the version behind {self.name!r} has snap_start and provisioned concurrency.",
                "one of them on a version",
                f"fn.publish(snap_start=False).alias({self.name!r}, provisioned_concurrency=...)",
                SNAPSTART_EXCLUSIVE,
            )

    def with_(self, **changes: Any) -> Alias:
        """Make a copy with some settings changed."""
        if "weights" in changes:
            changes["weights"] = changes["weights"] or {}
        return replace(self, **changes)

    def auto_scaled(
        self,
        minimum: int,
        maximum: int,
        target: float | None = None,
        schedule: Iterable[tuple[float, dict[str, int]]] = (),
    ) -> Alias:
        """Let Application Auto Scaling look after the provisioned concurrency.

        Parameters
        ----------
        minimum, maximum : int
            Environments to keep ready at least and at most.
        target : float, optional
            The share of them that is to be busy, 0.1 to 0.9; without it only the schedule counts.
        schedule : iterable of (float, dict)
            When, in seconds, there is another `minimum` or `maximum`.

        Returns
        -------
        Alias
            A copy that is scaled.

        Notes
        -----
        It starts with the alias's own `provisioned_concurrency`. From 0 it never grows by a
        target: without provisioned environments there is nothing to measure.

        Examples
        --------
        >>> live = handler("nap").alias("live", provisioned_concurrency=5)
        >>> live.auto_scaled(5, 50, target=0.7, schedule=[(600, {"minimum": 20})]).scaling.target
        70
        """
        return replace(self, scaling=_scaling(minimum, maximum, target, schedule))

    def __repr__(self) -> str:
        return f"alias({self.function.name or 'unnamed'!r}, {self.name!r})"


@dataclass(frozen=True, slots=True)
class AutoScaling:
    """Between which numbers provisioned concurrency is scaled, by which target, and when."""

    minimum: int
    maximum: int
    target: int  # percent, or 0
    schedule: tuple[tuple[float, int, int], ...]  # seconds, minimum, maximum


def _scaling(
    minimum: int,
    maximum: int,
    target: float | None,
    schedule: Iterable[tuple[float, dict[str, int]]],
) -> AutoScaling:
    """Check how provisioned concurrency is to be scaled."""
    low, high, _ = AUTOSCALE_TARGET.value
    percent = 0 if target is None else round(target * 100) if is_number(target) else -1
    if target is not None and not low <= percent <= high:
        raise LabError(
            f"target={target!r} is no share that can be aimed at.",
            f"{low / 100} to {high / 100}, or None to scale by a schedule alone",
            "target=0.7",
            AUTOSCALE_TARGET,
        )
    steps = []
    for at, changed in [(0, {"minimum": minimum, "maximum": maximum}), *schedule]:
        limits = {"minimum": minimum, "maximum": maximum} | changed
        for name, value in limits.items():
            _check_units(name, value)
        minimum, maximum = limits["minimum"], limits["maximum"]
        if len(limits) > len(("minimum", "maximum")) or minimum > maximum:
            raise LabError(
                f"{changed!r} cannot be limits of a number of environments.",
                "a minimum and a maximum that is not below it",
                '(600, {"minimum": 5, "maximum": 50})',
            )
        steps.append((at, minimum, maximum))
    (_, first_minimum, first_maximum), *rest = steps
    return AutoScaling(first_minimum, first_maximum, percent, tuple(rest))


@dataclass(frozen=True, eq=False)
class EventDoor:
    """The event door of a function: events are accepted at once and run later."""

    target: Function | Published | Alias | str

    def __repr__(self) -> str:
        return f"event({self.target!r})"


def event(target: Function | Published | Alias | str) -> EventDoor:
    """Open the event door of a function (asynchronous invocation).

    Inside a handler, for `lab.call`, its name is enough.

    Examples
    --------
    >>> event(handler(wait=1, name="nap"))
    event(function('nap'))
    """
    if not isinstance(target, Function | Published | Alias | str):
        raise LabError(
            f"{target!r} has no event door.",
            "a function, a version or an alias",
            "lab.event(greet)",
        )
    return EventDoor(target)


@dataclass(frozen=True, eq=False)
class DryRunDoor:
    """A way to ask whether a function could be called; nothing runs."""

    target: Function | Published | Alias

    def __repr__(self) -> str:
        return f"dry_run({self.target!r})"


def dry_run(target: Function | Published | Alias) -> DryRunDoor:
    """Ask whether a function could be called: it is answered with 204, and nothing runs.

    Examples
    --------
    >>> dry_run(handler(wait=1, name="nap"))
    dry_run(function('nap'))
    """
    if not isinstance(target, Function | Published | Alias):
        raise LabError(
            f"{target!r} cannot be called.",
            "a function, a version or an alias",
            "lab.dry_run(greet)",
        )
    return DryRunDoor(target)


@dataclass(frozen=True, eq=False)
class Payload:
    """What is sent to a function, with what its caller sends beside it."""

    value: Any
    client_context: Any = None


def payload(value: Any, client_context: Any = None) -> Payload:
    """Send something beside the payload of a call.

    Parameters
    ----------
    value
        The payload: anything that JSON can hold.
    client_context : dict, optional
        What a synchronous call hands the function as `context.client_context`: `client`, `custom`
        and `env`. Events do not carry it.

    Examples
    --------
    >>> payload({"n": 1}, client_context={"custom": {"page": "start"}}).value
    {'n': 1}
    """
    if client_context is not None:
        try:
            size = 4 * ceil(len(json.dumps(client_context, allow_nan=False).encode()) / 3)
        except (TypeError, ValueError):
            size = None
        known = size is not None and isinstance(client_context, dict)
        if not known or size > CLIENT_CONTEXT.value:
            shown = f"has {size:,} bytes in base64" if known else "is no dict that JSON can hold"
            raise LabError(
                f"the client context {shown}.",
                f"a dict of at most {CLIENT_CONTEXT.value:,} bytes in base64",
                'client_context={"custom": {"page": "start"}}',
                CLIENT_CONTEXT,
            )
    return Payload(value, client_context)


@dataclass(frozen=True, eq=False)
class Wire:
    """A function, version or alias that a source feeds, with the settings of that wire."""

    function: Function | Published | Alias
    settings: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Resource:
    """Something beside functions that a run has: a queue, a stream, a topic, a front door."""

    name: str
    wires: tuple[Wire, ...] = ()
    chosen: tuple[str, ...] = ()  # the settings that the learner gave
    origin: object = field(default_factory=object)  # the same in all copies with other wires

    kind: ClassVar[str] = ""

    def to(self, function: Function | Published | Alias, **settings: Any) -> Self:
        """Return the resource with one more wire: what arrives there is handed to a function."""
        if not isinstance(function, Function | Published | Alias):
            raise LabError(
                f"{self!r} cannot feed {function!r}.",
                "a function, a version or an alias",
                f"{self.kind}.to(fn)",
            )
        wire = Wire(function, self.check_wire(function, settings))
        return replace(self, wires=(*self.wires, wire))

    def with_(self, **changes: Any) -> Self:
        """Make a copy with some settings changed; the copy keeps the name."""
        own = [one.name for one in fields(self) if one.name not in ("wires", "chosen", "origin")]
        for name in changes:
            if name not in own:
                raise LabError(
                    f"{self!r} has no setting {name!r}.",
                    f"{', '.join(own)}; settings of a wire are given to .to(fn, ...)",
                    f'{self.kind}.with_(name="other")',
                )
        chosen = tuple(dict.fromkeys((*self.chosen, *(x for x in changes if x != "name"))))
        return replace(self, chosen=chosen, origin=object(), **changes)

    def check_wire(
        self,
        function: Function | Published | Alias,  # noqa: ARG002  (kinds that feed functions do)
        settings: dict[str, Any],  # noqa: ARG002
    ) -> dict[str, Any]:
        """Check the settings of a new wire; return them with what AWS leaves at its default."""
        raise LabError(
            f"a {self.kind} cannot feed a function.",
            "a queue, a stream, a table, a topic, a bus, a bucket, a schedule or a front door",
            "lab.queue().to(fn)",
        )

    def __repr__(self) -> str:
        return f"{self.kind}({self.name!r})"


Target = Resource | Function | str


class Deleted:
    """The change that deletes a function."""

    def __repr__(self) -> str:
        return "deleted"


deleted = Deleted()


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
        `handler` as "module.function" (for text and files "handler"; for a folder or a zip
        "lambda_function.lambda_handler"), `memory` in MB (128), `timeout` in whole seconds (3),
        `reserved_concurrency` in requests at once (none), `runtime` ("python3.14"), `architecture`
        ("x86_64", or "arm64", which costs less), `ephemeral_storage` of /tmp in MB (512),
        `environment` as a dict of text, `init` in further seconds of Init (0),
        `maximum_retry_attempts` (2) and `maximum_event_age` in seconds (21,600) of events,
        `dead_letter`, `on_success` and `on_failure` (none), `snap_start` for its published versions
        (False), `package_type` ("zip", or "image"), `package_size` in MB, unzipped (not told),
        `vpc` (False), `layers` as names or as pairs of a name and its MB, `extensions` as names or
        as `lab.extension(...)`, `log_format` ("text", or "json"), and for JSON logs
        `application_log_level` and `system_log_level` ("INFO").

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
    code = _code(code, name, settings.get("handler", ""))
    return Function(code, name, chosen=tuple(settings), **settings)


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
    memory = settings.get("memory", CPU_SHARE.value)
    if isinstance(model.wait, Distribution) or isinstance(model.cpu, Distribution):
        timeout = 900
    else:
        share = min(1, memory / CPU_SHARE.value) if is_number(memory) and memory > 0 else 1
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


def _code(code: Any, name: str | None, handler: str) -> Work | str | Path:
    """Tell source text from a path; text is checked at once, a path must lead somewhere."""
    if isinstance(code, Work):
        return code
    text = code if isinstance(code, str) and not LINES.search(code) else ""
    if text.endswith(PATHS) or "/" in text:
        code = Path(text)
    if isinstance(code, str):
        _check_source(code, name or "function", handler)
        return code
    if isinstance(code, Path) and code.exists():
        return code
    if callable(code):
        raise LabError(
            f"{getattr(code, '__name__', 'this')!r} is a Python object, not source text.",
            "a %%lambda cell, source text, the path of a file, folder or zip, or lab.work(...)",
            "put the whole module into a cell that begins with %%lambda",
        )
    raise LabError(
        f"there is no code at {str(code)!r}.",
        "source text, the path of a file, folder or zip, or lab.work(...)",
        'lab.function("handlers/greet.py")',
    )


PATHS = (".py", ".zip")
LINES = re.compile(r"\n|^def ")  # what no path has


def _check_source(source: str, name: str, handler: str) -> None:
    """Refuse text that is no Python or has no handler, and point at the learner's own line."""
    from .source import CodeProblem, check

    try:
        check(source, f"{name}.py", handler or "handler")
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


def is_number(value: object) -> bool:
    """Say whether a value is a number that can be counted with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _check_handler(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise LabError(f"{name}={value!r} is no text.", "a text", f'{name}="app.handler"')


def _between(rule: Rule, unit: str) -> Callable[[str, Any], None]:
    low, high = rule.value

    def check(name: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            nearest = min(max(round(value), low), high) if is_number(value) else low
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
    if not is_number(value) or value < 0:
        raise LabError(
            f"{name}={value!r} is not a length of time.", "seconds, 0 or more", f"{name}=0.4"
        )


def _check_units(name: str, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise LabError(
            f"{name}={value!r} is not a number of environments.",
            "a whole number, 0 or more",
            f"{name}=5",
            PROVISIONED_TARGET,
        )


def _check_json(name: str, value: Any) -> None:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise LabError(
            f"{name}={value!r} is not JSON: {error}.",
            "dicts with text keys, lists, texts, numbers, true, false and null (None)",
            f'{name}={{"ok": True}}',
        ) from None


def _check_function_name(name: Any) -> None:
    if name is not None and not (isinstance(name, str) and re.fullmatch(r"[\w-]{1,64}", name)):
        raise LabError(
            f"{name!r} cannot be the name of a function.",
            "1 to 64 letters, digits, hyphens and underscores",
            'name="greet"',
        )


def _check_alias_name(name: Any) -> None:
    if not isinstance(name, str) or not re.fullmatch(r"(?!\d+$)[\w-]{1,128}", name):
        raise LabError(
            f"{name!r} cannot be the name of an alias.",
            "1 to 128 letters, digits, hyphens and underscores, and not digits alone",
            'fn.alias("live")',
        )


def _check_versions(
    function: Function, versions: list[Published], weights: dict[Published, float]
) -> None:
    for version in versions:
        if not isinstance(version, Published) or version.function is not function:
            raise LabError(
                f"{version!r} is no version of {function!r}.",
                "versions that this function has published",
                "version = fn.publish(); fn.alias('live', version)",
            )
    if len(weights) > 1 or not all(is_number(w) and 0 <= w <= 1 for w in weights.values()):
        raise LabError(
            f"the weights {list(weights.values())} cannot be used.",
            "one further version with a weight from 0 to 1",
            "weights={new: 0.1}",
            ALIAS_WEIGHT,
        )


def _check_runtime(name: str, value: Any) -> None:
    if value not in RUNTIMES:
        raise LabError(
            f"{name}={value!r} is not modelled.", ", ".join(RUNTIMES), 'runtime="python3.14"'
        )


def _check_flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise LabError(f"{name}={value!r} is neither yes nor no.", "True or False", f"{name}=True")


def _one_of(words: tuple[str, ...], rule: Rule | None = None) -> Callable[[str, Any], None]:
    def check(name: str, value: Any) -> None:
        if value not in words:
            allowed = ", ".join(map(repr, words))
            raise LabError(f"{name}={value!r} is not known.", allowed, f'{name}="{words[0]}"', rule)

    return check


def _check_size(name: str, value: Any) -> None:
    if value is not None and not (is_number(value) and value >= 0):
        allowed = "megabytes, 0 or more, or None"
        raise LabError(f"{name}={value!r} is not a size.", allowed, f"{name}=40", LIMIT_ZIP)


def _check_layers(name: str, value: Any) -> None:
    most = LIMIT_LAYERS.value
    fine = isinstance(value, list | tuple) and len(value) <= most
    if not fine or not all(isinstance(x, str) or _is_layer(x) for x in value):
        raise LabError(
            f"{name}={value!r} cannot be used.",
            f"at most {most}, each a name or a pair of a name and its megabytes",
            f'{name}=["shared", ("numpy", 60)]',
            LIMIT_LAYERS,
        )


def _is_layer(value: Any) -> bool:
    named = isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str)
    return named and is_number(value[1]) and value[1] >= 0


def _check_extensions(name: str, value: Any) -> None:
    most = EXTENSION_MAX.value
    fine = isinstance(value, list | tuple) and len(value) <= most
    if not fine or not all(isinstance(x, str | Extension) for x in value):
        raise LabError(
            f"{name}={value!r} cannot be used.",
            f"at most {most}, each a name or a lab.extension(...)",
            f'{name}=["agent"]',
            EXTENSION_MAX,
        )


def _check_together(function: Function) -> None:
    """Refuse settings that AWS allows one by one, but not together."""
    image, runtime = function.package_type == "image", function.runtime
    most, rule = (LIMIT_IMAGE.value, LIMIT_IMAGE) if image else (LIMIT_ZIP.value, LIMIT_ZIP)
    if function.unzipped > most:
        raise LabError(
            f"the package and its layers have {function.unzipped:,g} MB.",
            f"at most {most:,} MB for a package of type {function.package_type!r}",
            "fewer libraries" if image else 'package_type="image", which may have 10,240 MB',
            rule,
        )
    if image and function.layers:
        raise LabError(
            "an image has no layers of this kind.", "layers with a zip", "layers=()", LIMIT_LAYERS
        )
    if runtime not in PYTHONS and not isinstance(function.code, Work):
        raise LabError(
            f"runtime={runtime!r} cannot run this code.",
            f"Python for real handlers, and {', '.join((*OTHERS, *COMPILED))} for modelled ones",
            f'lab.handler(wait=0.1, runtime="{runtime}")',
        )
    levels = {"application_log_level", "system_log_level"} & set(function.chosen)
    if levels and function.log_format != "json":
        raise LabError(
            f"{', '.join(sorted(levels))} needs JSON logs.",
            'log levels with log_format="json"',
            'log_format="json"',
            LOG_LEVELS,
        )
    if function.snap_start and (wrong := _against_snap_start(function)):
        raise LabError(
            f"snap_start does not go with {wrong}.",
            "Java 11, Python 3.12, .NET 8 or later, as a zip, with 512 MB of /tmp",
            "snap_start=False" if image else 'runtime="python3.14", ephemeral_storage=512',
            SNAPSTART,
        )


def _against_snap_start(function: Function) -> str:
    """Name the setting that SnapStart does not support, or ""."""
    if function.package_type == "image":
        return "a container image"
    if function.ephemeral_storage > LIMIT_TMP.value[0]:
        return f"ephemeral_storage={function.ephemeral_storage}"
    for language, first in SNAPSTART.value.items():
        number = function.runtime.removeprefix(language)
        if number != function.runtime and int(number) >= first:
            return ""
    return f"runtime={function.runtime!r}"


def _check_architecture(name: str, value: Any) -> None:
    if value not in ARCHITECTURES:
        raise LabError(
            f"{name}={value!r} is not known.",
            " or ".join(map(repr, ARCHITECTURES)),
            f'{name}="arm64"',
        )


def _check_target(name: str, value: Any) -> None:
    kinds = TARGETS[name]
    known = isinstance(value, Resource) and value.kind in kinds
    if isinstance(value, Function) and "function" in kinds:
        known = True
    if value is not None and not known and not isinstance(value, str):
        raise LabError(
            f"{name}={value!r} cannot be written to.",
            f"the name of a queue, or a {', '.join(kinds)}",
            f'{name}="failed"',
            DEST_TYPES if name != "dead_letter" else DLQ_TYPES,
        )


ARCHITECTURES = ("x86_64", "arm64")
APPLICATION_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

TARGETS = {
    "dead_letter": ("queue", "topic"),
    "on_success": ("queue", "topic", "function", "bus"),
    "on_failure": ("queue", "topic", "function", "bus", "bucket"),
}

CHECKS: dict[str, Callable[[str, Any], None]] = {
    "handler": _check_handler,
    "memory": _between(LIMIT_MEMORY, "MB"),
    "timeout": _between(LIMIT_TIMEOUT, "seconds"),
    "reserved_concurrency": _check_reserved,
    "runtime": _check_runtime,
    "architecture": _check_architecture,
    "ephemeral_storage": _between(LIMIT_TMP, "MB"),
    "environment": _check_environment,
    "init": _check_init,
    "maximum_retry_attempts": _between(ASYNC_RETRIES_RANGE, "retries"),
    "maximum_event_age": _between(ASYNC_AGE_RANGE, "seconds"),
    "dead_letter": _check_target,
    "on_success": _check_target,
    "on_failure": _check_target,
    "snap_start": _check_flag,
    "package_type": _one_of(("zip", "image")),
    "package_size": _check_size,
    "vpc": _check_flag,
    "layers": _check_layers,
    "extensions": _check_extensions,
    "log_format": _one_of(("text", "json"), LOG_JSON),
    "application_log_level": _one_of(APPLICATION_LEVELS, LOG_LEVELS),
    "system_log_level": _one_of(LOG_LEVELS.value, LOG_LEVELS),
}
