"""How services name things, and how a name is read."""

from __future__ import annotations

from ..engine.places import ACCOUNT, REGION
from .account import Asked
from .wire import Refused


def last_part(name: str) -> str:
    """Take the name out of a URL or an ARN."""
    return name.rpartition("/")[2].rpartition(":")[2]


def queue_url(name: str) -> str:
    """Say at which address a queue is reached."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def found(call: Asked, kind: str, name: str, error: str, message: str) -> str:
    """Give the name of a resource such as topic:news, or refuse the call if it is not there."""
    resource = f"{kind}:{last_part(name)}"
    if not call.account.has(resource):
        raise Refused(error, message)
    return resource


def function_name(given: str) -> tuple[str, str]:
    """Read a name, a partial or a full ARN of a function: its name, and a qualifier or ""."""
    name = given.rpartition("function:")[2]
    function, _, qualifier = name.partition(":")
    return function, qualifier
