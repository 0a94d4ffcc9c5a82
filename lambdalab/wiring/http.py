"""The event that a function gets from a front door, key by key as AWS writes it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus, urlencode

from ..engine.places import ACCOUNT, REGION
from ..engine.units import DAY, MS, SECOND, date, uuid_text
from ..sources.doors import Api, FrontDoor, LoadBalancer, Route

Event = dict[str, Any]
Pairs = list[tuple[str, str]]

CLIENT = "203.0.113.7"  # of the addresses that are kept for documentation
AGENT = "lambdalab"
DEFAULT_ROUTE = Route("ANY", "$default")
MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
PLAIN = ("application/json", "application/javascript", "application/xml")
IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "sourceIp",
    "user",
    "userAgent",
    "userArn",
)


def shape(door: FrontDoor) -> Callable[[str, str, int], str]:
    """Give the function that turns an HTTP request into the event of a front door."""
    if isinstance(door, LoadBalancer):
        return partial(_write, partial(_load_balancer, door))
    if isinstance(door, Api) and door.type == "rest":
        return partial(_write, partial(_rest, door))
    return partial(_write, partial(_format_2, door))


def _write(make: Callable[[Event, str, int], Event], http: str, exchange: str, now: int) -> str:
    return json.dumps(make(json.loads(http), exchange, now))


def _rest(door: FrontDoor, http: Event, exchange: str, now: int) -> Event:
    """Write the event of a REST API with proxy integration, format 1.0."""
    host, path = _host(door), http["path"]
    headers, query = _headers(http, host), _decoded(http["query"])
    resource, parameters = "/{proxy+}" if path != "/" else "/", {"proxy": path[1:]}
    if isinstance(door, Api) and (found := door.route(http["method"], path)):
        resource, parameters = found[0].path, found[1]
    return {
        "resource": resource,
        "path": path,
        "httpMethod": http["method"],
        "headers": dict(headers),
        "multiValueHeaders": _lists(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _lists(query) or None,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": _id(door),
            "authorizer": {"claims": None, "scopes": None},
            "domainName": host,
            "domainPrefix": _id(door),
            "extendedRequestId": f"{_digest(exchange)[:15]}=",
            "httpMethod": http["method"],
            "identity": dict.fromkeys(IDENTITY)
            | {"sourceIp": CLIENT, "userAgent": _agent(headers)},
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "requestId": uuid_text(exchange),
            "requestTime": _time(now),
            "requestTimeEpoch": now // MS,
            "resourceId": _digest(resource)[:6],
            "resourcePath": resource,
            "stage": "prod",
        },
        "pathParameters": parameters if resource != "/" and parameters else None,
        "stageVariables": None,
        "body": http["body"],
        "isBase64Encoded": http["binary"],
    }


def _format_2(door: FrontDoor, http: Event, exchange: str, now: int) -> Event:
    """Write the event of an HTTP API or a function URL, format 2.0."""
    host, headers = _host(door), _headers(http, _host(door))
    cookies = [value for name, value in headers if name.lower() == "cookie"]
    joined: dict[str, str] = {}
    for name, value in ((n.lower(), v) for n, v in headers if n.lower() != "cookie"):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    query: dict[str, str] = {}
    for name, value in _decoded(http["query"]):
        query[name] = f"{query[name]},{value}" if name in query else value
    text = {"method": http["method"], "path": http["path"], "protocol": "HTTP/1.1"}
    found = door.route(http["method"], http["path"]) if isinstance(door, Api) else None
    route, parameters = found or (DEFAULT_ROUTE, {})
    key = route.path if route.path == "$default" else f"{route.method} {route.path}"
    event = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": http["path"],
        "rawQueryString": urlencode(_decoded(http["query"])),
        "cookies": [c for cookie in cookies for c in cookie.split("; ")],
        "headers": joined,
        "queryStringParameters": query,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": _id(door),
            "authentication": None,
            "authorizer": None,
            "domainName": host,
            "domainPrefix": _id(door),
            "http": {**text, "sourceIp": CLIENT, "userAgent": _agent(headers)},
            "requestId": uuid_text(exchange),
            "routeKey": key,
            "stage": "$default",
            "time": _time(now),
            "timeEpoch": now // MS,
        },
        "body": http["body"],
        "pathParameters": parameters,
        "isBase64Encoded": http["binary"],
        "stageVariables": None,
    }
    return {name: value for name, value in event.items() if value not in ([], {}, None)}


def _load_balancer(door: LoadBalancer, http: Event, exchange: str, now: int) -> Event:
    """Write the event of a load balancer; its host stands in the header alone."""
    trace = f"Root=1-{now // SECOND:x}-{_digest(exchange)[:24]}"
    own = {
        "x-amzn-trace-id": trace,
        "x-forwarded-for": CLIENT,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    host = f"{door.name}-{_id(door)}.{REGION}.elb.amazonaws.com"
    headers = [(n.lower(), v) for n, v in _headers(http, host)] + list(own.items())
    query = [(name, value) for name, value in http["query"]]
    group = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{door.name}"
    body, encoded = _alb_body(http, dict(headers))
    event: Event = {
        "requestContext": {"elb": {"targetGroupArn": f"{group}/{_digest(door.name)[:16]}"}},
        "httpMethod": http["method"],
        "path": http["path"],
    }
    if door.multi_value_headers:
        event |= {
            "multiValueQueryStringParameters": _lists(query),
            "multiValueHeaders": _lists(headers),
        }
    else:
        event |= {"queryStringParameters": dict(query), "headers": dict(headers)}
    return event | {"body": body, "isBase64Encoded": encoded}


def _alb_body(http: Event, headers: dict[str, str]) -> tuple[str, bool]:
    """Encode a body as base64 unless it is plainly a text."""
    if http["body"] is None:
        return "", False
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    plain = kind.startswith("text/") or kind in PLAIN
    raw = base64.b64decode(http["body"]) if http["binary"] else http["body"].encode()
    if plain and "content-encoding" not in headers:
        return raw.decode(errors="replace"), False
    return base64.b64encode(raw).decode(), True


# Parts of events ----------------------------------------------------------------------------------


def _headers(http: Event, host: str) -> Pairs:
    """List the headers of a request, with those that every client sends."""
    given = [(name, value) for name, value in http["headers"]]
    names = {name.lower() for name, _ in given}
    return given + ([] if "host" in names else [("host", host)])


def _agent(headers: Pairs) -> str:
    return next((value for name, value in headers if name.lower() == "user-agent"), AGENT)


def _decoded(query: list[list[str]]) -> Pairs:
    return [(unquote_plus(name), unquote_plus(value)) for name, value in query]


def _lists(pairs: Pairs) -> dict[str, list[str]]:
    """Collect the values of names that are repeated."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _id(door: FrontDoor) -> str:
    """Make the id that AWS would give a door."""
    return _digest(f"{door.kind}:{door.name}")[:10]


def _host(door: FrontDoor) -> str:
    """Name the host of an API or of a function URL."""
    kind = "execute-api" if isinstance(door, Api) else "lambda-url"
    suffix = "amazonaws.com" if isinstance(door, Api) else "on.aws"
    return f"{_id(door)}.{kind}.{REGION}.{suffix}"


def _time(now: int) -> str:
    """Write a time as API Gateway does: 01/Jan/2026:00:00:29 +0000."""
    year, month, day = date(now)
    seconds = now % DAY // SECOND
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{day:02}/{MONTHS[3 * month - 3 : 3 * month]}/{year}:{clock} +0000"
