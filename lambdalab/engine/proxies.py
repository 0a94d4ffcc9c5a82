"""How a front door reads what a function returned."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from .errors import size
from .exchanges import Headers
from .rules import (
    ALB_LIMITS,
    HTTP_INFERENCE,
    PROXY_RESPONSE,
    URL_INFERENCE,
    Rule,
)

JSON: Headers = (("content-type", "application/json"),)
TEXT: Headers = (("content-type", "text/plain"),)
HTML: Headers = (("content-type", "text/html"),)


class Reply(NamedTuple):
    """What the client of a front door gets, and the rule that says so."""

    status_code: int
    headers: Headers
    body: str
    rule: Rule


def read(kind: str, payload: str) -> Reply | None:
    """Read what a function returned; None if a door of that kind cannot."""
    result = json.loads(payload)
    if kind in INFER and not (isinstance(result, dict) and "statusCode" in result):
        text = result if isinstance(result, str) else payload
        return Reply(HTTP_INFERENCE.value, JSON, text, INFER[kind])
    if kind == "load_balancer" and size(payload) > ALB_LIMITS.value:
        return None
    if not isinstance(result, dict):
        return None
    status, body = _status(result.get("statusCode")), _body(result)
    headers = _headers(result)
    if status is None or body is None or headers is None:
        return None
    if kind == "rest" and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, *JSON)
    return Reply(status, headers, body, PROXY_RESPONSE)


INFER = {"http": HTTP_INFERENCE, "function_url": URL_INFERENCE}  # from a result without statusCode


def _status(given: Any) -> int | None:
    """Read a status code; digits in a text will do."""
    if isinstance(given, str) and given.isdecimal():
        given = int(given)
    low, high = URL_INFERENCE.value
    known = isinstance(given, int) and not isinstance(given, bool) and low <= given <= high
    return given if known else None


def _body(result: dict[str, Any]) -> str | None:
    """Read the body, decoded if it says that it is base64."""
    body = result.get("body")
    if body is None:
        return ""
    if not isinstance(body, str):
        return None
    if result.get("isBase64Encoded") is not True:
        return body
    try:
        return base64.b64decode(body, validate=True).decode("latin-1")
    except ValueError:
        return None


def _headers(result: dict[str, Any]) -> Headers | None:
    """Read the headers, those with several values and cookies included."""
    single, many = result.get("headers") or {}, result.get("multiValueHeaders") or {}
    cookies = result.get("cookies") or []
    if not (isinstance(single, dict) and isinstance(many, dict) and isinstance(cookies, list)):
        return None
    if not all(isinstance(values, list) for values in many.values()):
        return None
    again = {name.lower() for name in many}
    pairs: list[tuple[str, Any]] = [p for p in single.items() if p[0].lower() not in again]
    pairs += _each(many.items())
    pairs += [("set-cookie", cookie) for cookie in cookies]
    if any(isinstance(value, dict | list) or value is None for _, value in pairs):
        return None
    return tuple((name, _text(value)) for name, value in pairs)


def _each(many: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Take headers with several values apart."""
    return [(name, value) for name, values in many for value in values]


def _text(value: Any) -> str:
    """Write a header as text; numbers and truth as JSON does."""
    return value if isinstance(value, str) else json.dumps(value)
