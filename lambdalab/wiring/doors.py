"""How front doors and the clients in front of them are put into a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine import Sim
from ..engine.clients import ConfigureCaller, Start
from ..engine.doors import ConfigureDoor, SendHttp
from ..engine.facts import CallerConfigured, DoorConfigured
from ..engine.kernel import Task
from ..engine.rules import YOUR_SETTING
from ..engine.world import LATEST
from ..mistakes import LabError
from ..sources.doors import Api, Caller, FrontDoor, HttpRequest, LoadBalancer, request
from ..stack import EventDoor
from .given import json_of
from .http import shape

if TYPE_CHECKING:
    from .stack import Stack


def add(stack: Stack, resource: FrontDoor | Caller) -> None:
    """Take in what clients call; only a load balancer may stand before nothing."""
    if isinstance(resource, Caller):
        stack.add(resource.target)


def configure(stack: Stack, sim: Sim, resource: FrontDoor | Caller) -> None:
    """Let the door or the clients exist."""
    if not stack.is_new(resource.origin):
        return
    if isinstance(resource, Caller):
        sim.emit(_caller(stack, resource), YOUR_SETTING, None)
    else:
        sim.emit(_door(stack, resource), YOUR_SETTING, None)
        sim.shapes[id_of(resource)] = shape(resource)


def call(stack: Stack, resource: FrontDoor | Caller, k: int, payload: Any) -> Task:
    """Plan an HTTP request, or what a client wants."""
    if isinstance(resource, Caller):
        target = resource.target
        http = isinstance(target, FrontDoor)
        text = http_of(target, k, payload) if http else event_of(k, payload)
        return Start(resource.name, text)
    return SendHttp(id_of(resource), http_of(resource, k, payload))


def change(stack: Stack, resource: FrontDoor | Caller, new: Any) -> list[Task]:
    """Plan other settings; the function behind a door stays."""
    if not isinstance(new, dict) or not set(new) <= CHANGEABLE[resource.kind]:
        raise LabError(
            f"{resource!r} cannot be changed by {new!r} during a run.",
            ", ".join(sorted(CHANGEABLE[resource.kind])) or "nothing",
            'changes=[(600, api, {"timeout": 10})]',
        )
    changed = resource.with_(**new)
    if isinstance(changed, Caller):
        return [ConfigureCaller(_caller(stack, changed))]
    return [ConfigureDoor(_door(stack, changed))]


CHANGEABLE: dict[str, set[str]] = {
    "api": {"timeout"},
    "load_balancer": set(),
    "function_url": set(),
    "caller": {"retries", "read_timeout"},
}


def _door(stack: Stack, door: FrontDoor) -> DoorConfigured:
    """Say what a door is like."""
    if not door.wires and not isinstance(door, LoadBalancer):
        raise LabError(
            f"{door!r} has no function behind it.",
            "a function, a version or an alias",
            f"lab.{door.kind}(fn)",
        )
    function, qualifier = stack.callee(door.wires[0].function) if door.wires else ("", LATEST)
    kind, timeout = (door.type, door.timeout_us) if isinstance(door, Api) else (door.kind, 0)
    return DoorConfigured(id_of(door), kind, function, qualifier, timeout, door.chosen)


def _caller(stack: Stack, caller: Caller) -> CallerConfigured:
    """Say what clients are like."""
    target, qualifier = caller.target, LATEST
    if isinstance(target, FrontDoor):
        name = id_of(target)
    else:
        called = target.target if isinstance(target, EventDoor) else target
        assert called is not None
        assert not isinstance(called, str)
        function, qualifier = stack.callee(called)
        name = f"{'event' if isinstance(target, EventDoor) else 'function'}:{function}"
    timeout = caller.read_timeout_us
    return CallerConfigured(caller.name, name, caller.retries, timeout, qualifier, caller.chosen)


def id_of(door: FrontDoor) -> str:
    """Name a door: api:shop."""
    return f"{door.kind}:{door.name}"


def event_of(k: int, payload: Any) -> str:
    """Write the event that a client sends to a function."""
    return f'{{"n": {k}}}' if payload is None else json_of(payload)


def http_of(door: Any, k: int, payload: Any) -> str:
    """Write the HTTP request that a client sends: what is no request is the JSON body of a POST."""
    routes = door.wires[0].settings.get("routes", ()) if isinstance(door, Api) else ()
    if not isinstance(payload, HttpRequest):
        json = {"content-type": "application/json"}
        route = next((route for route in routes if route.literal), None)
        method = "POST" if route is None or route.method == "ANY" else route.method
        path = "/" if route is None else route.path
        payload = request(method, path, json, body=event_of(k, payload))
    if routes and door.route(payload.method, payload.path) is None:
        raise LabError(
            f"no route of {door!r} takes {payload.method} {payload.path}.",
            ", ".join(f"{route.method} {route.path}" for route in routes),
            f'lab.request("{routes[0].method}", "{routes[0].path}")',
        )
    return str(payload.json())
