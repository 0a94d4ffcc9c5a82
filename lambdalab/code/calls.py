"""What a handler asks of the world outside: other functions, effects, databases."""

from __future__ import annotations

import json
from typing import Any

from ..engine.rules import FUNCTION_ERROR, PROXY_IDLE
from ..engine.steps import Answer, Call
from ..engine.units import us
from ..mistakes import LabError
from ..stack import Alias, EventDoor, Function, Published
from .current import here
from .runtime import outside


class CallFailed(Exception):
    """A call to another function brought an error back.

    Attributes
    ----------
    status_code : int
        Of the call: 200 for a function error, 429 for a throttle, 404, 413, 400.
    type, message : str
        The type of the error and its message, as a `lab.Failure` has them.
    """

    def __init__(self, status_code: int, type: str, message: str) -> None:
        super().__init__(f"{type}: {message}")
        self.status_code, self.type, self.message = status_code, type, message


class ConnectionRefused(Exception):
    """The database has no connection left."""


class ConnectionLost(Exception):
    """The connection is gone: the database closed it."""


NOTHING_TO_BORROW = "NothingToBorrow"
FAILURES: dict[str, type[Exception]] = {
    "ConnectionRefused": ConnectionRefused,
    "ConnectionLost": ConnectionLost,
}


def ask(service: str, operation: str, **wanted: Any) -> Answer:
    """Ask a service something and wait for the answer; other threads go on meanwhile."""
    from .runtime import perform  # running code is loaded when the first of it is run

    answer = perform(Call(service, operation, json.dumps(wanted)))
    assert answer is not None
    return answer


def call(function: Function | Published | Alias | EventDoor | str, payload: Any = None) -> Any:
    """Call another function from inside a handler and wait for what it returns.

    Parameters
    ----------
    function : str, Function, alias or event door
        Which one: by its name in the run ("inner", "inner:live"), or as a value with a name.
    payload
        The event; anything that JSON can hold.

    Returns
    -------
    object
        What the function returned; for an event door 202, since nobody waits for the function.

    Raises
    ------
    CallFailed
        If the function failed, was throttled, or could not be called.
    LabError
        Outside of a handler.

    Notes
    -----
    Nothing is retried, and the call ends when the caller's own timeout ends the caller. The
    function that was called goes on then.
    """
    if here.process is None:
        raise outside("lab.call(fn, payload)")
    event = isinstance(function, EventDoor)
    name = _name(function.target if isinstance(function, EventDoor) else function)
    kind = "Event" if event else "RequestResponse"
    text = json.dumps(payload)
    answer = ask("lambda", "Invoke", FunctionName=name, InvocationType=kind, Payload=text)
    decoded: Any = json.loads(answer.payload) if answer.payload else answer.status_code
    if answer.error == FUNCTION_ERROR.value:
        kind, message = decoded.get("errorType", ""), decoded.get("errorMessage", "")
        raise CallFailed(answer.status_code, kind, message)
    if answer.error:
        raise CallFailed(answer.status_code, answer.error, decoded["message"])
    return decoded


def _name(function: Any) -> str:
    """Name what is called."""
    if isinstance(function, str):
        return function.rpartition("function:")[2]
    if isinstance(function, Alias):
        return f"{_name(function.function)}:{function.name}"
    if isinstance(function, Function) and function.name:
        return function.name
    raise LabError(
        f"{function!r} cannot be called from inside a handler.",
        "the name of a function of the run, or a function that has a name",
        'lab.call("inner", event)',
    )


def effect(name: str) -> None:
    """Leave a mark in the ledger of effects: what this handler did outside, and cannot take back.

    Parameters
    ----------
    name : str
        What was done: "charge card". `run.count(name)` says how often.
    """
    ask("effects", str(name))


class Database:
    """A database that takes so many connections at once, or a proxy in front of it."""

    def __init__(
        self,
        name: str,
        max_connections: int,
        idle_cutoff: float | None = None,
        proxy: bool = False,
    ) -> None:
        self.name, self.max_connections, self.idle_cutoff = name, max_connections, idle_cutoff
        self.proxy = proxy

    def connect(self) -> Connection:
        """Open a connection; it belongs to this environment and lives as long as its process.

        Raises
        ------
        ConnectionRefused
            If all connections are taken.
        """
        return Connection(self, _result(ask("database", "Connect", **self._settings)))

    @property
    def _settings(self) -> dict[str, Any]:
        """What the engine is told of it with each question."""
        default = PROXY_IDLE.value if self.proxy else None
        return {
            "database": self.name,
            "max_connections": self.max_connections,
            "idle_cutoff": default if self.idle_cutoff is None else us(self.idle_cutoff),
            "proxy": self.proxy,
        }

    def __repr__(self) -> str:
        proxy = ", proxy=True" if self.proxy else ""
        return f"database({self.name!r}, max_connections={self.max_connections}{proxy})"


class Connection:
    """A connection of this environment to a database."""

    def __init__(self, database: Database, id: str) -> None:
        self.database, self.id = database, id

    def query(self, seconds: float = 0) -> None:
        """Ask the database something that takes so many seconds.

        A proxy lets it wait as long as all connections of the database are busy.

        Raises
        ------
        ConnectionLost
            If the database, or its proxy, has closed the connection.
        ConnectionRefused
            If a proxy had no connection to lend for two minutes.
        """
        spent, database = us(seconds), self.database
        if spent < 0:
            raise ValueError("the seconds of a query must not be negative")
        wanted = {"connection": self.id, "us": spent, **database._settings}
        answer = ask("database", "Query", **wanted)
        nothing = answer.error == NOTHING_TO_BORROW
        wait = json.loads(answer.payload) if nothing else _result(answer)
        process = here.process
        if process is not None and wait:
            process.wait(wait)
        if nothing:
            _result(ask("database", "GiveUp", database=database.name))

    def close(self) -> None:
        """Give the connection back."""
        _result(ask("database", "Close", connection=self.id))

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def database(
    name: str, max_connections: int, idle_cutoff: float | None = None, proxy: bool = False
) -> Database:
    """Name a database that handlers can connect to.

    Parameters
    ----------
    name : str
        Which one; all environments of a run share it.
    max_connections : int
        How many connections it takes at once.
    idle_cutoff : float, optional
        Seconds without a query after which it closes a connection.
    proxy : bool
        Whether a proxy stands in front of it, which takes any number of connections and lends each
        query one of the database's own. It closes a connection after 1,800 s without a query,
        unless `idle_cutoff` says otherwise.

    Examples
    --------
    >>> database("orders", max_connections=50)
    database('orders', max_connections=50)
    """
    whole = isinstance(max_connections, int) and not isinstance(max_connections, bool)
    if not whole or max_connections < 1:
        raise LabError(
            f"max_connections={max_connections!r} is not a number of connections.",
            "a whole number, 1 or more",
            f"lab.database({name!r}, max_connections=50)",
        )
    if idle_cutoff is not None and not (isinstance(idle_cutoff, int | float) and idle_cutoff > 0):
        raise LabError(
            f"idle_cutoff={idle_cutoff!r} is not a length of time.",
            "seconds, above 0, or None",
            "idle_cutoff=600",
        )
    return Database(name, max_connections, idle_cutoff, bool(proxy))


def _result(answer: Answer) -> Any:
    """Decode an answer, or raise the error that it is."""
    decoded = json.loads(answer.payload)
    if answer.error:
        raise FAILURES[answer.error](decoded)
    return decoded
