"""Facts of settings and requests: what the learner set up, what arrived, what was answered."""

from __future__ import annotations

from .world import Function, Request, World, fact

# Settings ---------------------------------------------------------------------------------------


@fact
class AccountConfigured:
    """The account has a limit on how many requests run at once."""

    concurrency: int
    assignment: str  # mru, newest, lru, random

    def apply(self, world: World) -> None:
        world.account_concurrency, world.assignment = self.concurrency, self.assignment
        world.account_entry = world.seq


@fact
class FunctionConfigured:
    """A function exists with these settings."""

    function: str
    memory: int  # MB
    timeout: int  # us
    reserved_concurrency: int  # or -1
    ephemeral_storage: int  # MB
    runtime: str
    variables: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]  # the settings that the learner gave

    def apply(self, world: World) -> None:
        world.functions[self.function] = Function(
            self.function,
            self.memory,
            self.timeout,
            self.reserved_concurrency,
            self.ephemeral_storage,
            self.runtime,
            self.variables,
            self.chosen,
            world.seq,
        )
        world.reserved += max(self.reserved_concurrency, 0)


# Requests ---------------------------------------------------------------------------------------


@fact
class RequestReceived:
    """Lambda's Invoke API got a request."""

    request: str
    function: str
    invocation_type: str
    payload: str

    def apply(self, world: World) -> None:
        world.requests[self.request] = Request(
            self.request, self.function, self.invocation_type, self.payload, world.seq
        )


@fact
class RequestRefused:
    """The request was turned away before any concurrency was looked at."""

    request: str
    error: str  # RequestTooLargeException, InvalidRequestContentException

    def apply(self, world: World) -> None:
        world.requests[self.request].entry = world.seq


@fact
class RequestThrottled:
    """There was no room for the request, so nothing ran."""

    request: str
    function: str
    reason: str

    def apply(self, world: World) -> None:
        world.requests[self.request].entry = world.seq


@fact
class ResponseSent:
    """The caller got its answer."""

    request: str
    status_code: int
    function_error: str  # Unhandled, or ""
    payload: str

    def apply(self, world: World) -> None:
        del world.requests[self.request]
