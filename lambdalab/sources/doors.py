"""Front doors, and clients in front of them: API Gateway, load balancers, function URLs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from ..engine.rules import HTTP_TIMEOUT, REST_TIMEOUT, SDK_TIMEOUT, Rule
from ..engine.units import SECOND
from ..mistakes import LabError
from ..stack import Alias, EventDoor, Function, Published, Resource

Feedable = Function | Published | Alias
TIMEOUTS: dict[str, Rule] = {"rest": REST_TIMEOUT, "http": HTTP_TIMEOUT}
RETRIES = ("none", "once", "legacy", "standard")
Values = Mapping[str, "str | list[str]"]

# What a client sends ----------------------------------------------------------------------------


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request, as a client sends it to a front door."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...]
    body: str | bytes | None

    def json(self) -> str:
        """Write it as the log keeps it."""
        body = self.body
        binary = isinstance(body, bytes)
        size = len(body) if isinstance(body, bytes) else len((body or "").encode())
        text = base64.b64encode(body).decode() if isinstance(body, bytes) else body
        document = {
            "method": self.method,
            "path": self.path,
            "headers": self.headers,
            "query": self.query,
            "body": text,
            "binary": binary,
            "bytes": size,
        }
        return json.dumps(document)


def request(
    method: str = "GET",
    path: str = "/",
    headers: Values | None = None,
    query: Values | None = None,
    body: Any = None,
) -> HttpRequest:
    """Write an HTTP request for a front door.

    Parameters
    ----------
    method : str
        GET, POST, ...
    path : str
        It begins with a slash; a query may follow a question mark.
    headers, query : dict of str to str, or to a list of them
        A list stands for a name that is repeated.
    body
        Text or bytes as they are; anything else is sent as JSON.

    Returns
    -------
    HttpRequest
        A payload for `lab.run(lab.api(fn), at=[(0, lab.request("GET", "/trees"))])`.

    Examples
    --------
    >>> request("POST", "/trees?unit=kg", body={"kg": 42}).query
    (('unit', 'kg'),)
    """
    if not (isinstance(method, str) and isinstance(path, str) and path.startswith("/")):
        raise LabError(
            f"{method!r} {path!r} is no HTTP request.",
            "a method and a path that begins with a slash",
            'lab.request("GET", "/trees/17")',
        )
    path, _, rest = path.partition("?")
    pairs = [tuple(pair.partition("=")[::2]) for pair in rest.split("&") if pair]
    named = _pairs("headers", headers)
    if body is not None and not any(name.lower() == "content-type" for name, _ in named):
        plain = isinstance(body, str | bytes)
        kind = "application/octet-stream" if isinstance(body, bytes) else "text/plain"
        named.append(("content-type", kind if plain else "application/json"))
    if body is not None and not isinstance(body, str | bytes):
        body = _json(body)
    query_pairs = (*((str(k), str(v)) for k, v in pairs), *_pairs("query", query))
    return HttpRequest(method.upper(), path, tuple(named), query_pairs, body)


def _pairs(name: str, given: Values | None) -> list[tuple[str, str]]:
    """Take names with several values apart."""
    if not isinstance(given, dict | None):
        raise LabError(f"{name}={given!r} are none.", "a dict", f'{name}={{"unit": "kg"}}')
    found = []
    for key, value in (given or {}).items():
        values = value if isinstance(value, list) else [value]
        if not isinstance(key, str) or not all(isinstance(v, str) for v in values):
            raise LabError(
                f"{name}={{{key!r}: {value!r}}} is not text.",
                "text, or a list of texts for what is repeated",
                f'{name}={{"{key}": "{value}"}}',
            )
        found += [(key, v) for v in values]
    return found


def _json(body: Any) -> str:
    try:
        return json.dumps(body, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise LabError(
            f"the body {body!r} is not JSON: {error}.", "text, bytes, or what JSON can hold", "{}"
        ) from None


@dataclass(frozen=True)
class Route:
    """A method and a path of an API that lead to its function: POST /orders/{id}."""

    method: str  # or ANY
    path: str  # or $default, of an HTTP API: whatever no other route takes

    @classmethod
    def read(cls, text: Any) -> Route:
        """Read a route."""
        method, _, path = str(text).partition(" ")
        if text == "$default":
            return cls("ANY", text)
        if not (method.isupper() and path.startswith("/")):
            raise LabError(f"routes={text!r}", "methods and paths", 'routes=["POST /orders/{id}"]')
        return cls(method, path)

    @property
    def literal(self) -> bool:
        """Say whether a client can ask for it as it is written."""
        return "{" not in self.path and self.path != "$default"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Give the parameters of a path that the route takes; None if it does not take it."""
        if self.method not in (method, "ANY"):
            return None
        if self.path == "$default":
            return {}
        parts = re.split(r"{([^}]*)}", self.path)  # text, name, text, name, ...
        form = re.escape(parts[0])
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            form += ("(.+)" if name.endswith("+") else "([^/]+)") + re.escape(text)
        found = re.fullmatch(form, path)
        names = (name.rstrip("+") for name in parts[1::2])
        return dict(zip(names, found.groups(), strict=True)) if found else None


# Front doors ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class FrontDoor(Resource):
    """What calls a function for an HTTP client."""

    def check_wire(
        self,
        function: Feedable,  # noqa: ARG002  (other kinds look at it)
        settings: dict[str, Any],
    ) -> dict[str, Any]:
        """Refuse a second function, and settings."""
        routes = settings.get("routes", ()) if isinstance(self, Api) else ()
        if routes and not self.wires:
            return {"routes": tuple(Route.read(route) for route in routes)}
        if self.wires or settings:
            given = f"a second function behind {self!r}" if self.wires else f"{settings}"
            raise LabError(
                f"{given} is not modelled.",
                f"one function behind each {self.kind}, for all paths",
                f'a second one: lab.{self.kind}(fn, name="second")',
            )
        return settings


@dataclass(frozen=True, eq=False, repr=False)
class Api(FrontDoor):
    """An API of Amazon API Gateway."""

    type: str = "rest"  # or http
    timeout: float | None = None  # seconds
    timeout_quota: float | None = None  # seconds

    kind: ClassVar[str] = "api"

    def __post_init__(self) -> None:
        """Refuse what API Gateway would refuse."""
        if self.type not in TIMEOUTS:
            raise LabError(f"kind={self.type!r} is not known.", "'rest' or 'http'", 'kind="http"')
        rule = TIMEOUTS[self.type]
        low, high = (us / SECOND for us in rule.value)
        if self.timeout_quota is not None:
            high = self._quota(high)
        if self.timeout is not None and not (_number(self.timeout) and low <= self.timeout <= high):
            more = self.type == "rest" and _number(self.timeout) and self.timeout > high
            raise LabError(
                f"timeout={self.timeout!r} is not allowed for {self.type} APIs.",
                f"{low:g} to {high:g} seconds; for REST APIs timeout_quota raises the limit, "
                "as a quota request does",
                f"timeout={high:g}"
                + (
                    f", or timeout={self.timeout:g}, timeout_quota={self.timeout:g}" if more else ""
                ),
                rule,
            )

    def _quota(self, high: float) -> float:
        if self.type != "rest" or not _number(self.timeout_quota):
            raise LabError(
                f"timeout_quota={self.timeout_quota!r} is not allowed for {self.type} APIs.",
                "seconds, for Regional and private REST APIs",
                "lab.api(fn, timeout=60, timeout_quota=60)",
                REST_TIMEOUT,
            )
        return max(high, self.timeout_quota or 0)

    def with_(self, **changes: Any) -> Self:
        """Make a copy with some settings changed; the copy keeps the name."""
        if "kind" in changes:
            changes["type"] = changes.pop("kind")
        return super().with_(**changes)

    def route(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Find the route of a request and its parameters: the most literal of those that match."""
        routes = self.wires[0].settings.get("routes", ()) if self.wires else ()
        found = [(r, p) for r in routes if (p := r.match(method, path)) is not None]
        return min(found, key=lambda match: _vagueness(match[0]), default=None)

    @property
    def timeout_us(self) -> int:
        """How long it waits for its function, in microseconds."""
        most: int = TIMEOUTS[self.type].value[1]
        return most if self.timeout is None else round(self.timeout * SECOND)


def _vagueness(route: Route) -> tuple[bool, bool, int, bool]:
    """Order routes: API Gateway prefers a full match to one with parameters, and that to {x+}."""
    return (
        route.path == "$default",
        "+}" in route.path,
        route.path.count("{"),
        route.method == "ANY",
    )


@dataclass(frozen=True, eq=False, repr=False)
class LoadBalancer(FrontDoor):
    """An Application Load Balancer with a function as its target."""

    multi_value_headers: bool = False

    kind: ClassVar[str] = "load_balancer"


@dataclass(frozen=True, eq=False, repr=False)
class FunctionUrl(FrontDoor):
    """A function URL."""

    kind: ClassVar[str] = "function_url"


def api(
    function: Feedable | str = "api",
    kind: str = "rest",
    timeout: float | None = None,
    *,
    timeout_quota: float | None = None,
    name: str | None = None,
) -> Api:
    """Put an API of Amazon API Gateway in front of a function.

    Parameters
    ----------
    function : Function, version, alias or str
        What it calls, for every path and method; or its own name, and `.to(fn)` follows.
    kind : str
        "rest" or "http".
    timeout : float, optional
        Seconds that it waits for the function: 29 at most for REST APIs, 30 for HTTP APIs.
    timeout_quota : float, optional
        Seconds to which a quota request has raised the limit of a Regional REST API.
    name : str, optional
        Its name; "api" by default.

    Notes
    -----
    `lab.api("shop").to(fn, routes=["POST /orders", "GET /orders/{id}"])` names the routes that lead
    to the function, so that its events hold `resource` and `pathParameters` as these say. Without
    routes every method and path leads to it.

    Raises
    ------
    LabError
        If API Gateway would refuse the settings.

    Examples
    --------
    >>> api("shop", kind="http")
    api('shop')
    """
    given: dict[str, Any] = {"type": kind, "timeout": timeout, "timeout_quota": timeout_quota}
    made = Api(_name(Api, function, name), chosen=_chosen(given), **given)
    return made if isinstance(function, str) else made.to(function)


def load_balancer(
    function: Feedable | str = "load_balancer",
    *,
    multi_value_headers: bool = False,
    name: str | None = None,
) -> LoadBalancer:
    """Put an Application Load Balancer in front of a function.

    Parameters
    ----------
    function : Function, version, alias or str
        Its target; or its own name, and `.to(fn)` follows.
    multi_value_headers : bool
        Whether repeated headers and query keys reach the function as lists.
    name : str, optional
        Its name; "load_balancer" by default.

    Examples
    --------
    >>> load_balancer("front")
    load_balancer('front')
    """
    given: dict[str, Any] = {"multi_value_headers": multi_value_headers}
    made = LoadBalancer(_name(LoadBalancer, function, name), chosen=_chosen(given), **given)
    return made if isinstance(function, str) else made.to(function)


def function_url(
    function: Feedable | str = "function_url", *, name: str | None = None
) -> FunctionUrl:
    """Give a function a URL of its own.

    Examples
    --------
    >>> function_url("site")
    function_url('site')
    """
    made = FunctionUrl(_name(FunctionUrl, function, name))
    return made if isinstance(function, str) else made.to(function)


def _name(kind: type[FrontDoor], function: Feedable | str, name: str | None) -> str:
    """Name a door: as it was asked for, or after its kind."""
    return name or (function if isinstance(function, str) else kind.kind)


def _chosen(settings: dict[str, Any]) -> tuple[str, ...]:
    """Name the settings that are not left at their default."""
    return tuple(name for name, value in settings.items() if value not in (None, False, "rest"))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# Clients ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, repr=False)
class Caller(Resource):
    """Clients in front of a function or a front door, which may try again."""

    target: Feedable | EventDoor | FrontDoor | None = None
    retries: str = "none"
    read_timeout: float | None = None  # seconds

    kind: ClassVar[str] = "caller"

    def __post_init__(self) -> None:
        """Refuse what no client does."""
        if not isinstance(self.target, Function | Published | Alias | EventDoor | FrontDoor):
            raise LabError(
                f"{self.target!r} cannot be called by a client.",
                "a function, a version, an alias, an event door or a front door",
                "lab.caller(lab.api(fn))",
            )
        if self.retries not in RETRIES:
            raise LabError(
                f"retries={self.retries!r} is not known.",
                ", ".join(map(repr, RETRIES)),
                'retries="legacy"',
            )
        if self.read_timeout is not None and not (
            _number(self.read_timeout) and self.read_timeout > 0
        ):
            raise LabError(
                f"read_timeout={self.read_timeout!r} is not a length of time.",
                "seconds, above 0",
                "read_timeout=60",
                SDK_TIMEOUT,
            )

    @property
    def read_timeout_us(self) -> int:
        """How long a client waits for an answer, in microseconds."""
        default: int = SDK_TIMEOUT.value
        return default if self.read_timeout is None else round(self.read_timeout * SECOND)


def caller(
    door: Feedable | EventDoor | FrontDoor,
    retries: str = "none",
    read_timeout: float | None = None,
    *,
    name: str | None = None,
) -> Caller:
    """Put clients in front of a function or a front door that try again as an SDK does.

    Parameters
    ----------
    door : Function, version, alias, event door or front door
        What they call.
    retries : str
        "none", "once" (one more try, at once), "legacy" (boto3's default: five tries) or
        "standard" (three tries, and a budget for retries that all requests of this caller share).
        The waits between tries are as long as they can be.
    read_timeout : float, optional
        Seconds that a client waits for an answer: 60 by default, as boto3 does.
    name : str, optional
        Its name.

    Raises
    ------
    LabError
        If no client does so.

    Examples
    --------
    >>> caller(function_url("site"), retries="legacy")
    caller('caller-of-site')
    """
    target = door.target if isinstance(door, EventDoor) else door
    known = getattr(target, "name", None) or getattr(
        getattr(target, "function", None), "name", None
    )
    own = name or (f"caller-of-{known}" if known else "caller")
    chosen = ("target", "retries", *(() if read_timeout is None else ("read_timeout",)))
    return Caller(own, chosen=chosen, target=door, retries=retries, read_timeout=read_timeout)
