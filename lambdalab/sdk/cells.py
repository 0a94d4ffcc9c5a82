"""Clients in cells: they ask a live account, and what they wait for passes in its time."""

from __future__ import annotations

import os
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest import mock

import boto3
import botocore.endpoint
import botocore.retries.bucket
import botocore.retries.standard
import botocore.retryhandler
import botocore.session
from botocore.exceptions import ReadTimeoutError

from ..engine.places import REGION
from ..engine.steps import Answer
from . import hooks
from .account import as_answer
from .wire import Reply, Sent

CREDENTIALS = {
    "aws_access_key_id": "ASIAEXAMPLEEXAMPLE00",
    "aws_secret_access_key": "example-secret-access-key",
    "aws_session_token": "example-session-token",
    "region_name": REGION,
}


class Session:
    """Makes clients and resources without a look at this machine's settings for AWS."""

    def client(self, service: str, **settings: Any) -> Any:
        """Make a client."""
        with _nothing_of_this_machine():
            return _session().client(service, **settings)

    def resource(self, service: str, **settings: Any) -> Any:
        """Make a resource."""
        with _nothing_of_this_machine():
            return _session().resource(service, **settings)


def _session() -> boto3.Session:
    core = botocore.session.Session()
    core.set_config_variable("config_file", os.devnull)
    core.set_config_variable("credentials_file", os.devnull)
    return boto3.Session(botocore_session=core, **CREDENTIALS)


@contextmanager
def _nothing_of_this_machine() -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with mock.patch.dict(os.environ, kept, clear=True):
        yield


class _Shim:
    """Stands for the clock and the dice that botocore uses, in one thread."""

    def __init__(self, original: Any, **ours: Callable[..., Any]) -> None:
        self._original, self._ours = original, ours
        self._thread = threading.get_ident()

    def __getattr__(self, name: str) -> Any:
        if name in self._ours and threading.get_ident() == self._thread:
            return self._ours[name]
        return getattr(self._original, name)


def connect(
    client: Any,
    answer: Callable[[Sent, float | None], Reply | None],
    wait: Callable[[float], None],
    draw: Callable[[], float],
    now: Callable[[], float],
) -> Any:
    """Have a client ask an account; its own retries wait and draw as the account does."""

    def send(request: Any, event_name: str, **_: Any) -> Any:
        operation = event_name.rpartition(".")[2]
        sent = hooks.sent(client.meta.service_model.service_name, operation, request)
        said = answer(sent, client.meta.config.read_timeout)
        if said is None:
            raise ReadTimeoutError(endpoint_url=request.url)
        given: Answer = as_answer(said)
        return hooks.response(request, given)

    client.meta.events.register("before-send", send)
    call = client._make_api_call

    def make_api_call(self: Any, operation_name: str, params: Any) -> Any:  # noqa: ARG001
        with _in_its_time(wait, draw, now):
            return call(operation_name, params)

    client._make_api_call = types.MethodType(make_api_call, client)
    return client


@contextmanager
def _in_its_time(
    wait: Callable[[float], None], draw: Callable[[], float], now: Callable[[], float]
) -> Iterator[None]:
    """Let botocore's own retries go by another clock and other dice, in this thread."""
    clock = partial(_Shim, sleep=wait, time=now)
    dice = partial(_Shim, random=draw)
    backoff = botocore.retries.standard.ExponentialBackoff

    def delay(self: Any, context: Any) -> float:
        before, self._random = self._random, draw
        try:
            return amount(self, context)
        finally:
            self._random = before

    amount = backoff.delay_amount
    with (
        mock.patch.object(botocore.endpoint, "time", clock(botocore.endpoint.time)),
        mock.patch.object(botocore.retries.bucket, "time", clock(botocore.retries.bucket.time)),
        mock.patch.object(botocore.retryhandler, "random", dice(botocore.retryhandler.random)),
        mock.patch.object(backoff, "delay_amount", delay),
    ):
        yield
