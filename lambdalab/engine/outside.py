"""The nouns around functions: front doors and clients, calls from code, databases, scaling."""

from __future__ import annotations

from dataclasses import field

from .small import noun


@noun
class Door:
    """A front door: it turns an HTTP request into an event, and what came of it into an answer."""

    id: str  # api:shop
    kind: str  # rest, http, load_balancer, function_url
    function: str  # or "" for none
    qualifier: str
    timeout: int  # us, or 0 for none of its own
    entry: int  # the entry that configured it


@noun
class Exchange:
    """An HTTP request whose client waits for the answer of a front door."""

    id: str
    door: str
    source: str  # who sent it: try-1; or "" for the learner
    entry: int


@noun
class Caller:
    """How clients of one kind behave: how often they try, and how long they wait."""

    name: str
    target: str  # function:greet, event:greet, api:shop
    qualifier: str
    retries: str  # none, once, legacy, standard
    read_timeout: int  # us
    tokens: int  # that are left for retries
    entry: int  # the entry that configured it


@noun
class Client:
    """One who wants one answer, and tries until it has it or gives up."""

    id: str
    caller: str
    payload: str
    tries: int = 0
    attempt: str = ""  # the try that it waits for: try-1; or "" between two
    cost: int = 0  # tokens that its last retry took
    status_code: int = 0  # of the last answer
    error: str = ""  # why it was no good
    reply: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@noun
class Connection:
    """A connection of an environment to a database."""

    id: str
    database: str
    environment: str
    entry: int  # the entry that used it last


@noun
class Outside:
    """Everything around the functions that exists at a moment."""

    doors: dict[str, Door] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    attempts: dict[str, str] = field(default_factory=dict)  # try-1 -> the client that waits for it
    calls: dict[str, str] = field(default_factory=dict)  # call-1 -> the environment that waits
    asked: dict[str, list[str]] = field(default_factory=dict)  # environment -> its calls
    connections: dict[str, Connection] = field(default_factory=dict)
    databases: dict[str, dict[str, int]] = field(default_factory=dict)  # orders -> connections
    connected: dict[str, list[str]] = field(default_factory=dict)  # environment -> connections
    # database behind a proxy -> until when each connection that is lent is busy, in order
    lent: dict[str, list[int]] = field(default_factory=dict)

    def ask(self, environment: str, call: str) -> None:
        """Let code wait for the answer to a call."""
        self.calls[call] = environment
        self.asked.setdefault(environment, []).append(call)

    def close(self, connection: str) -> None:
        """Let a connection be gone."""
        gone = self.connections.pop(connection)
        self.connected[gone.environment].remove(connection)
        del self.databases[gone.database][connection]

    def lend(self, database: str, now: int, begins: int, until: int) -> None:
        """Lend a query one of the connections that a proxy has, from when one is free."""
        busy = self.lent.get(database, [])
        busy = busy[1:] if begins > now else [moment for moment in busy if moment > now]
        self.lent[database] = sorted([*busy, until])

    def forget(self, environment: str) -> None:
        """Let what a process had open be gone with it: nobody reads the answers to its calls."""
        for call in self.asked.pop(environment, ()):
            del self.calls[call]
        for connection in tuple(self.connected.get(environment, ())):
            self.close(connection)
        self.connected.pop(environment, None)


@noun
class Scaling:
    """How the provisioned concurrency of a version is scaled, and what was measured of its use."""

    minimum: int
    maximum: int
    target: int  # the share that is to be busy, in percent; 0: only by schedule
    entry: int
    busy: int = 0  # environments at work
    used: int = 0  # us of work since then
    since: int = 0  # us
    measured: list[tuple[int, int, int]] = field(default_factory=list)  # us, millionths, entry

    def work(self, now: int, change: int) -> None:
        """Count the work up to now; one environment more or less is busy from now on."""
        self.used += self.busy * (now - self.since)
        self.busy, self.since = self.busy + change, now
