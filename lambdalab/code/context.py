"""The object that a handler gets as its second argument."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .process import PythonProcess


class CognitoIdentity:
    """Who called, where the caller is known to Amazon Cognito; nobody is, here."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self) -> None:
        self.cognito_identity_id: str | None = None
        self.cognito_identity_pool_id: str | None = None

    def __repr__(self) -> str:
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


class Client:
    """The app of a caller that sent a client context."""

    __slots__ = (
        "app_package_name",
        "app_title",
        "app_version_code",
        "app_version_name",
        "installation_id",
    )

    def __init__(self, sent: dict[str, Any]) -> None:
        for name in self.__slots__:
            setattr(self, name, sent.get(name))


class ClientContext:
    """What a caller sent beside the payload."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, sent: dict[str, Any]) -> None:
        self.client = Client(sent["client"]) if isinstance(sent.get("client"), dict) else None
        self.custom, self.env = sent.get("custom"), sent.get("env")


class LambdaContext:
    """What the runtime tells the handler about the function and this invocation."""

    tenant_id = None

    def __init__(self, process: PythonProcess) -> None:
        place, invocation = process.place, process.invocation
        self.aws_request_id = invocation.request_id
        self.log_group_name = place.log_group
        self.log_stream_name = place.log_stream
        self.function_name = place.function
        self.memory_limit_in_mb = str(place.memory)
        self.function_version = place.version
        self.invoked_function_arn = invocation.arn
        self.identity = CognitoIdentity()
        context = invocation.client_context
        self.client_context = ClientContext(json.loads(context)) if context else None
        self._deadline = invocation.deadline
        self._process = process

    def get_remaining_time_in_millis(self) -> int:
        """Tell how many milliseconds are left before the timeout."""
        return max(0, self._deadline // 1_000 - self._process.look() // 1_000)

    def log(self, message: object) -> None:
        """Write a line to the log."""
        text = str(message)
        self._process.print(text if text.endswith("\n") else text + "\n")

    def __repr__(self) -> str:
        names: tuple[Any, ...] = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        return f"LambdaContext([{','.join(f'{name}={getattr(self, name)}' for name in names)}])"
