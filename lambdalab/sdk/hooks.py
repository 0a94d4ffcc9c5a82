"""Clients that a handler makes: they ask the simulated account, and nobody else.

Everything up to the sending is boto3 and botocore themselves: sessions, validation, retries,
what an answer means. What is put in place looks at the thread first, so that the notebook's own
clients send as they always did.
"""

from __future__ import annotations

import sys
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ..code.current import NotSimulated, here
from ..code.runtime import perform
from ..code.simulation import is_surrounded
from ..engine.rules import SDK_ADAPTIVE, SDK_MODE, SDK_STANDARD_2026
from ..engine.steps import Answer, Call
from ..engine.units import us
from . import EXTRA

if TYPE_CHECKING:
    from ..code.patches import Patches
    from ..code.process import PythonProcess
    from .wire import Sent

FOLLOWS = (
    SDK_MODE,
    SDK_STANDARD_2026,
    SDK_ADAPTIVE,
)  # botocore plays them
INVOKE = "lambda.Invoke"  # the only call that may take long

_sessions: WeakKeyDictionary[PythonProcess, Any] = WeakKeyDictionary()  # the default ones
_loaders: dict[Any, Any] = {}  # of descriptions of services: they are large, and never change


def install(patches: Patches) -> None:
    """Have clients that are made during a run ask the account."""
    sessions, loaders = sys.modules["botocore.session"], sys.modules["botocore.loaders"]
    create, make_loader = sessions.Session.create_client, loaders.create_loader

    def create_client(self: Any, service_name: str, *args: Any, **named: Any) -> Any:
        process = here.process
        if process is not None:
            process.watch.leave()  # the real time that this takes is not the learner's
        try:
            client = create(self, service_name, *args, **named)
        finally:
            if process is not None:
                process.watch.enter()
        if is_surrounded():  # by a run, or in the middle of an import in one
            client.meta.events.register("before-send", partial(_send, client))
        return client

    def create_loader(search_path_string: str | None = None) -> Any:
        if here.process is None:
            return make_loader(search_path_string)
        if search_path_string not in _loaders:
            _loaders[search_path_string] = make_loader(search_path_string)
        return _loaders[search_path_string]

    patches.set(sessions.Session, "create_client", create_client)
    patches.set(loaders, "create_loader", create_loader, everywhere=True)
    patches.adopt_one("botocore.session")
    for module, owner in (("standard", "ExponentialBackoff"), ("standard", "RetryHandler")):
        retries = sys.modules.get(f"botocore.retries.{module}")
        if retries is not None:
            patches.defaults(getattr(retries, owner).__init__)


def install_default_session(patches: Patches) -> None:
    """Give each process a default session of its own."""
    boto3 = sys.modules["boto3"]
    default, setup = boto3._get_default_session, boto3.setup_default_session

    def get_default_session() -> Any:
        process = here.process
        if process is None:
            return default()
        if process not in _sessions:
            _sessions[process] = boto3.Session()
        return _sessions[process]

    def setup_default_session(**named: Any) -> None:
        process = here.process
        if process is None:
            setup(**named)
        else:
            _sessions[process] = boto3.Session(**named)

    patches.set(boto3, "_get_default_session", get_default_session)
    patches.set(boto3, "setup_default_session", setup_default_session)


def _send(client: Any, request: Any, event_name: str, **_: Any) -> Any:
    """Ask the account in place of sending a request; None lets it be sent."""
    process = here.process
    if process is None:
        return None
    service, operation = client.meta.service_model.service_name, event_name.rpartition(".")[2]
    call = Call("aws", f"{service}.{operation}", sent(service, operation, request).packed())
    patience = client.meta.config.read_timeout if call.operation == INVOKE else None
    answer = perform(call, None if patience is None else us(patience))
    if answer is None:
        perform(Call("patience", "Stop", call.id))
        from botocore.exceptions import ReadTimeoutError

        raise ReadTimeoutError(endpoint_url=request.url)
    if not answer.status_code:
        raise NotSimulated(answer.payload)
    if call.operation == INVOKE:
        answer = _invoked(answer, request)
    return response(request, answer)


def sent(service: str, operation: str, request: Any) -> Sent:
    """Take a prepared request apart."""
    try:
        from .wire import Sent
    except ImportError:
        raise NotSimulated(f"the simulated account needs moto to answer: {EXTRA}") from None
    body = request.body
    if hasattr(body, "read"):
        body = body.read()
    body = body.encode() if isinstance(body, str) else body or b""
    headers = {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }
    return Sent(service, operation, request.method, request.url, headers, body)


def _invoked(answer: Answer, request: Any) -> Answer:
    """Put the answer to an Invoke into the form in which Lambda sends it."""
    headers = dict(answer.headers)
    if answer.status_code >= 300:
        headers["x-amzn-ErrorType"] = INVOKE_ERRORS.get(answer.status_code, answer.error)
    elif request.headers.get("X-Amz-Log-Type") in ("Tail", b"Tail"):
        number = headers.get("x-amzn-RequestId", "")
        tail = perform(Call("aws", "lambda.LogTail", number))
        headers["X-Amz-Log-Result"] = tail.payload if tail else ""
    payload = answer.payload.encode().decode("latin-1")
    return Answer(answer.status_code, payload, answer.error, tuple(headers.items()))


INVOKE_ERRORS = {429: "TooManyRequestsException"}  # its reason is in the document


class _Body(BytesIO):
    """What botocore reads an answer from."""

    def stream(self, **_: Any) -> Any:
        """Give all of it."""
        yield self.read()


def response(request: Any, answer: Answer) -> Any:
    """Make an answer into what botocore takes for the response of a service."""
    from botocore.awsrequest import AWSResponse

    body = _Body(answer.payload.encode("latin-1"))
    return AWSResponse(request.url, answer.status_code, dict(answer.headers), body)
