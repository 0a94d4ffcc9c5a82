"""Front doors of a template: APIs of both kinds, function URLs, and targets of load balancers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..mistakes import LabError
from ..sources.doors import api, function_url, load_balancer
from .properties import Properties
from .reading import is_true

if TYPE_CHECKING:
    from .building import Builder

REST, RESOURCE, METHOD = (f"AWS::ApiGateway::{name}" for name in ("RestApi", "Resource", "Method"))
HTTP, INTEGRATION, ROUTE = (
    f"AWS::ApiGatewayV2::{name}" for name in ("Api", "Integration", "Route")
)
URL = "AWS::Lambda::Url"
TARGETS = "AWS::ElasticLoadBalancingV2::TargetGroup"
BODY_IGNORED = ("responses", "summary", "description", "operationId", "tags", "parameters")
INVOKES = re.compile(r"functions/(arn:[^/]+)/invocations$")
MILLISECONDS = 1000  # in a second


@dataclass
class Endpoint:
    """A route of an API, and the function that it leads to."""

    route: str  # POST /orders/{id}
    called: str  # ARN
    timeout: float | None = None  # seconds


def _doors(builder: Builder, id: str, kind: str, endpoints: list[Endpoint]) -> None:
    """Make the doors of an API: one for each function behind it."""
    if not endpoints:
        raise LabError("no function is behind this API.", "a function with an event", "Events:")
    behind: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        behind.setdefault(endpoint.called, []).append(endpoint)
    for called, own in behind.items():
        timeouts = {endpoint.timeout for endpoint in own}
        if len(timeouts) > 1:
            raise LabError(
                f"the routes to {called} wait for {timeouts} s.",
                "one timeout for all routes to a function",
                "the same TimeoutInMillis",
            )
        function = builder.functions.called(called)
        name = id if len(behind) == 1 else f"{id}.{builder.functions.id_of(called)}"
        door = api(name, kind, own[0].timeout)
        routes = tuple(endpoint.route for endpoint in own)
        builder.resources[name] = door.to(function, routes=routes)


# REST APIs --------------------------------------------------------------------------------------


def _rest(builder: Builder, id: str, props: Properties) -> None:
    """Make a REST API, from its OpenAPI document or from its methods."""
    endpoints = list(_of_body(props, builder.values.of(props.take("Body", {}))))
    for method in builder.of_type(METHOD):
        other = builder.properties(method)
        if other.take("RestApiId") == id:
            endpoints += _of_method(builder, other)
            builder.same[method] = id
    props.done()
    _doors(builder, id, "rest", endpoints)


def _of_method(builder: Builder, props: Properties) -> Iterator[Endpoint]:
    """Read one method of a REST API."""
    integration = props.part("Integration")
    kind, timeout = integration.take("Type"), integration.take("TimeoutInMillis")
    if kind == "MOCK" and props.take("HttpMethod") == "OPTIONS":
        return  # preflight requests of browsers
    if kind != "AWS_PROXY":
        raise integration.wrong("Type", kind, "AWS_PROXY")
    integration.take("IntegrationHttpMethod")
    uri = str(integration.take("Uri"))
    route = f"{props.take('HttpMethod')} {_path(builder, props.take('ResourceId'))}"
    props.done()
    yield _endpoint(integration, route, uri, timeout)


def _path(builder: Builder, resource: str) -> str:
    """Put a path together from its parts."""
    if builder.template.resources.get(resource, {}).get("Type") != RESOURCE:
        return "/"  # the root of an API, by its own id
    props = builder.properties(resource)
    above = _path(builder, str(props.take("ParentId")))
    return f"{above.rstrip('/')}/{props.take('PathPart')}"


# HTTP APIs --------------------------------------------------------------------------------------


def _http(builder: Builder, id: str, props: Properties) -> None:
    """Make an HTTP API, from its OpenAPI document, its routes, or its only target."""
    props.only("ProtocolType", "HTTP")
    endpoints = list(_of_body(props, builder.values.of(props.take("Body", {}))))
    if target := props.take("Target"):
        endpoints.append(_endpoint(props, str(props.take("RouteKey", "$default")), target, None))
    for route in builder.of_type(ROUTE):
        other = builder.properties(route)
        if other.take("ApiId") == id:
            endpoints.append(_of_route(builder, other))
            builder.same[route] = id
    props.done()
    _doors(builder, id, "http", endpoints)


def _of_route(builder: Builder, props: Properties) -> Endpoint:
    """Read one route of an HTTP API, with the integration that it names."""
    target = str(props.take("Target")).removeprefix("integrations/")
    if builder.template.resources.get(target, {}).get("Type") != INTEGRATION:
        raise props.wrong("Target", target, "integrations/ and an integration of the template")
    props.done()
    integration = builder.properties(target)
    integration.only("IntegrationType", "AWS_PROXY")
    integration.only("PayloadFormatVersion", "2.0")
    integration.take("ApiId")
    timeout = integration.take("TimeoutInMillis")
    uri = str(integration.take("IntegrationUri"))
    integration.done()
    return _endpoint(integration, str(props.take("RouteKey")), uri, timeout)


# Both -------------------------------------------------------------------------------------------


def _of_body(props: Properties, body: dict[str, Any]) -> Iterator[Endpoint]:
    """Read the routes of an OpenAPI document."""
    for path, methods in body.get("paths", {}).items():
        for method, of in methods.items():
            integration = of.get("x-amazon-apigateway-integration", {})
            kind = str(integration.get("type", "")).lower()
            if kind == "mock" and method == "options":
                continue  # preflight requests of browsers
            where = f"Body.paths.{path}.{method}"
            if kind != "aws_proxy":
                raise props.wrong(where, kind, "an integration of type aws_proxy")
            others = set(of) - {"x-amazon-apigateway-integration", *BODY_IGNORED}
            if others and of.get("security") != [{"NONE": []}]:
                raise props.wrong(where, sorted(others), "a route without an authorizer")
            format = integration.get("payloadFormatVersion")
            if props.kind == HTTP and format != "2.0":
                raise props.wrong(f"{where} payloadFormatVersion", format, "2.0")
            anything = method == "x-amazon-apigateway-any-method"
            verb = "ANY" if anything else method.upper()
            route = path if path == "$default" else f"{verb} {path}"
            uri, timeout = integration.get("uri"), integration.get("timeoutInMillis")
            yield _endpoint(props, route, str(uri), timeout)


def _endpoint(props: Properties, route: str, uri: str, timeout: Any) -> Endpoint:
    """Read which function an integration calls, and for how long it waits."""
    seconds = None if timeout is None else int(timeout) / MILLISECONDS
    found = INVOKES.search(uri)
    called = found[1] if found else uri
    if ":lambda:" not in called:
        raise props.wrong("Uri", uri, "the ARN of a function, or the path that invokes it")
    return Endpoint(route, called, seconds)


# Function URLs, and targets of load balancers ---------------------------------------------------


def _url(builder: Builder, id: str, props: Properties) -> None:
    """Make a function URL."""
    props.only("InvokeMode", "BUFFERED")
    name, qualifier = str(props.take("TargetFunctionArn")), props.take("Qualifier")
    props.done()
    function = builder.functions.called(f"{name}:{qualifier}" if qualifier else name)
    builder.resources[id] = function_url(id).to(function)


def _target_group(builder: Builder, id: str, props: Properties) -> None:
    """Make a load balancer in front of a function."""
    props.only("TargetType", "lambda")
    settings = {str(x.take("Key")): x.take("Value") for x in props.each("TargetGroupAttributes")}
    lists = settings.pop("lambda.multi_value_headers.enabled", False)
    if settings:
        raise props.wrong("TargetGroupAttributes", settings, "lambda.multi_value_headers.enabled")
    if is_true(props.given.get("HealthCheckEnabled", False)):
        raise props.wrong("HealthCheckEnabled", True, "false")
    balancer = load_balancer(id, multi_value_headers=is_true(lists))
    for target in props.each("Targets"):
        balancer = balancer.to(builder.functions.called(str(target.take("Id"))))
    props.taken.add("Name")
    props.done()
    builder.resources[id] = balancer


def _part_of_another(builder: Builder, id: str, props: Properties) -> None:
    """Read later: a method, a route, an integration and a path belong to their API."""


DOORS: dict[str, Any] = {
    REST: _rest,
    HTTP: _http,
    URL: _url,
    TARGETS: _target_group,
    **dict.fromkeys((RESOURCE, METHOD, INTEGRATION, ROUTE), _part_of_another),
}
