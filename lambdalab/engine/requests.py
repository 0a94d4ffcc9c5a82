"""Facts of requests: what arrived, what was answered, and what became of events."""

from __future__ import annotations

from .world import LATEST, Request, World, fact, version_id

# Requests ---------------------------------------------------------------------------------------


@fact
class RequestReceived:
    """Lambda's Invoke API got a request."""

    request: str
    function: str
    invocation_type: str
    payload: str
    version: str = LATEST  # the one that runs it
    qualifier: str = LATEST  # as it was called
    source: str = ""  # who sent it: batch-1; or "" for the learner
    lineage: str = ""  # who ran before in its chain of requests, and how often: greet:2|done:1

    def apply(self, world: World) -> None:
        world.requests[self.request] = Request(
            self.request,
            self.function,
            version_id(self.function, self.version),
            self.qualifier,
            self.invocation_type,
            self.payload,
            world.now,
            world.seq,
            source=self.source,
            lineage=self.lineage,
        )


@fact
class RequestRefused:
    """The request was turned away before any concurrency was looked at."""

    request: str
    error: str  # RequestTooLargeException, ResourceNotFoundException, ...

    def apply(self, world: World) -> None:
        world.requests[self.request].entry = world.seq


@fact
class RequestThrottled:
    """There was no room for the request, so nothing ran."""

    request: str
    function: str
    reason: str

    def apply(self, world: World) -> None:
        request = world.requests[self.request]
        request.entry = world.seq
        request.throttles += 1


@fact
class ResponseSent:
    """The caller got its answer."""

    request: str
    status_code: int
    function_error: str  # Unhandled, or ""
    payload: str
    last: bool = True  # the request is done with; an event that was accepted is not
    heard: bool = True  # its caller still listens

    def apply(self, world: World) -> None:
        if self.last:
            del world.requests[self.request]


# Events in the internal queue -------------------------------------------------------------------


@fact
class EventQueued:
    """An event was put into the function's internal queue."""

    request: str

    def apply(self, world: World) -> None:
        world.requests[self.request].entry = world.seq


@fact
class EventReturned:
    """An event went back into the internal queue and is tried again later."""

    request: str
    until: int  # us

    def apply(self, world: World) -> None:
        world.requests[self.request].entry = world.seq


@fact
class EventSucceeded:
    """An event has been processed and leaves the internal queue."""

    request: str

    def apply(self, world: World) -> None:
        del world.requests[self.request]


@fact
class EventDropped:
    """An event is given up."""

    request: str
    condition: str  # RetriesExhausted, EventAgeExceeded, ZeroReservedConcurrency, ...

    def apply(self, world: World) -> None:
        del world.requests[self.request]


@fact
class DocumentSent:
    """A destination or a dead-letter target got a document about an event."""

    request: str
    target: str  # queue:NAME, topic:NAME, bus:NAME, bucket:NAME, function:NAME
    kind: str  # on_success, on_failure, dead_letter
    message: str  # id of what arrived
    body: str
    attributes: tuple[tuple[str, str], ...]

    def apply(self, world: World) -> None:
        """Nothing in the world of functions changes."""


@fact
class DeliveryFailed:
    """A destination or a dead-letter target could not be written."""

    request: str
    target: str
    kind: str

    def apply(self, world: World) -> None:
        """The document is lost; only a metric tells."""
