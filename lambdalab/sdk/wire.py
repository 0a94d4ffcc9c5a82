"""What travels between a client and a service: requests and answers as HTTP carries them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model


class Refused(ServiceException):
    """A service refuses a call, with an error code of its own."""

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(code, message)
        for name, value in members.items():
            setattr(self, name, value)


@dataclass(frozen=True)
class Sent:
    """A request as it was sent."""

    service: str  # sqs
    operation: str  # SendMessage
    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    def packed(self) -> str:
        """Write it as JSON."""
        body = base64.b64encode(self.body).decode()
        parts = self.service, self.operation, self.method, self.url, self.headers, body
        return json.dumps(parts)

    @classmethod
    def unpacked(cls, text: str) -> Sent:
        """Read it from JSON."""
        service, operation, method, url, headers, body = json.loads(text)
        return cls(service, operation, method, url, headers, base64.b64decode(body))

    @property
    def request(self) -> Request:
        """The request as moto takes it."""
        return Request.from_primitives(self.method, self.url, self.headers, self.body)

    @cached_property
    def params(self) -> dict[str, Any]:
        """The parameters of the operation."""
        request = self.request
        operation, in_url = get_service_router(self.service).match(request)
        protocol = determine_request_protocol(get_service_model(self.service), request.content_type)
        parsed: dict[str, Any] = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": in_url,
            }
        )
        return parsed


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is sent back."""

    status_code: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str = ""  # the code of the error, if it is one


def reply(sent: Sent, result: dict[str, Any] | Refused) -> Reply:
    """Write what an operation came to as its service would."""
    model = get_service_model(sent.service)
    protocol = determine_request_protocol(model, sent.headers.get("Content-Type", ""))
    serializer = get_serializer_class(sent.service, protocol)
    said = serializer(model.operation_model(sent.operation)).serialize(result)
    headers = tuple((name, str(value)) for name, value in said["headers"].items())
    error = result.code if isinstance(result, Refused) else ""
    status = result.get("StatusCode") if isinstance(result, dict) else None  # of an Invoke
    return Reply(status or said["status_code"], headers, encoded(said["body"]), error)


def encoded(body: Any) -> bytes:
    """Give the bytes of a body."""
    return body.encode() if isinstance(body, str) else bytes(body or b"")
