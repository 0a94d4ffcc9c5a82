"""Facts around functions: front doors, clients that try again, calls from code."""

from __future__ import annotations

from .outside import Caller, Client, Door, Exchange
from .rules import APIGW_THROTTLE, SDK_STANDARD
from .world import LATEST, TOKEN, World, fact

Headers = tuple[tuple[str, str], ...]

# Front doors ------------------------------------------------------------------------------------

APIS = ("rest", "http")


def flooded(world: World, kind: str, now: int) -> bool:
    """Say whether API Gateway takes no more requests of the account at a moment."""
    limit = APIGW_THROTTLE.value
    missing = world.gateway.lacks(now, limit["rate"])
    return kind in APIS and missing + TOKEN > limit["burst"] * TOKEN


@fact
class DoorConfigured:
    """There is a front door to a function."""

    door: str  # api:shop
    kind: str  # rest, http, load_balancer, function_url
    function: str  # or "" for none
    qualifier: str
    timeout: int  # us, or 0 for none of its own
    chosen: tuple[str, ...] = ()  # the settings that the learner gave

    def apply(self, world: World) -> None:
        world.outside.doors[self.door] = Door(
            self.door, self.kind, self.function, self.qualifier, self.timeout, world.seq
        )


@fact
class ExchangeStarted:
    """An HTTP request reached a front door."""

    exchange: str
    door: str
    method: str
    path: str
    http: str  # the whole of it, as JSON
    source: str = ""  # who sent it: try-1; or "" for the learner

    def apply(self, world: World) -> None:
        kind = world.outside.doors[self.door].kind
        if kind in APIS and not flooded(world, kind, world.now):
            world.gateway.take(world.now, APIGW_THROTTLE.value["rate"])
        world.outside.exchanges[self.exchange] = Exchange(
            self.exchange, self.door, self.source, world.seq
        )


@fact
class ExchangeAnswered:
    """The client of a front door got its answer."""

    exchange: str
    door: str
    status_code: int
    headers: Headers
    body: str

    def apply(self, world: World) -> None:
        del world.outside.exchanges[self.exchange]


# Clients ----------------------------------------------------------------------------------------


@fact
class CallerConfigured:
    """There are clients that try again in a certain way."""

    caller: str
    target: str  # function:greet, event:greet, api:shop
    retries: str  # none, once, legacy, standard
    read_timeout: int  # us
    qualifier: str = LATEST
    chosen: tuple[str, ...] = ()  # the settings that the learner gave

    def apply(self, world: World) -> None:
        full: int = SDK_STANDARD.value["bucket"]
        world.outside.callers[self.caller] = Caller(
            self.caller,
            self.target,
            self.qualifier,
            self.retries,
            self.read_timeout,
            full,
            world.seq,
        )


@fact
class ClientStarted:
    """A client wants an answer."""

    client: str
    caller: str
    payload: str

    def apply(self, world: World) -> None:
        world.outside.clients[self.client] = Client(self.client, self.caller, self.payload)


@fact
class ClientTried:
    """A client sent its request, for the first time or again."""

    client: str
    attempt: str  # try-1
    number: int  # 1, 2, ...
    until: int  # us: how long it waits for the answer

    def apply(self, world: World) -> None:
        client = world.outside.clients[self.client]
        client.tries, client.attempt = self.number, self.attempt
        world.outside.attempts[self.attempt] = self.client


@fact
class ClientFailed:
    """A try of a client came to nothing: no answer in time, or one that it tries again for."""

    client: str
    attempt: str
    status_code: int  # or 0 for no answer
    error: str  # ReadTimeoutError, TooManyRequestsException, 504
    payload: str
    headers: Headers = ()

    def apply(self, world: World) -> None:
        client = world.outside.clients[self.client]
        client.attempt, client.status_code = "", self.status_code
        client.error, client.reply, client.headers = self.error, self.payload, self.headers
        del world.outside.attempts[self.attempt]


@fact
class ClientPostponed:
    """A client waits before it tries again."""

    client: str
    until: int  # us
    cost: int  # tokens for retries that this takes

    def apply(self, world: World) -> None:
        client = world.outside.clients[self.client]
        client.cost = self.cost
        world.outside.callers[client.caller].tokens -= self.cost


@fact
class ClientAnswered:
    """A client has an answer that it takes."""

    client: str
    attempt: str
    status_code: int
    function_error: str  # Unhandled, or ""
    headers: Headers
    payload: str
    gain: int = 0  # tokens for retries that come back

    def apply(self, world: World) -> None:
        caller = world.outside.callers[world.outside.clients.pop(self.client).caller]
        caller.tokens = min(caller.tokens + self.gain, SDK_STANDARD.value["bucket"])
        del world.outside.attempts[self.attempt]


@fact
class ClientGaveUp:
    """A client does not try any more."""

    client: str
    status_code: int  # of the last answer, or 0 for none
    error: str
    payload: str
    headers: Headers = ()

    def apply(self, world: World) -> None:
        del world.outside.clients[self.client]


# Calls from code --------------------------------------------------------------------------------


@fact
class CallMade:
    """The code calls another function and waits for what comes back."""

    call: str
    environment: str
    request: str  # the request it works on, or "" in Init
    function: str
    qualifier: str
    invocation_type: str
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)
        world.outside.ask(self.environment, self.call)


@fact
class CallAnswered:
    """The code has the answer to a call."""

    call: str
    environment: str
    status_code: int
    error: str  # why it is no result, or ""

    def apply(self, world: World) -> None:
        """Hand it over; the environment stays what it is until its code goes on."""
        del world.outside.calls[self.call]
        world.outside.asked[self.environment].remove(self.call)


@fact
class EffectMade:
    """The code left its mark outside: a card is charged, a parcel is sent."""

    effect: str
    environment: str
    request: str
    attempt: int
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)
