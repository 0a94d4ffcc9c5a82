"""A server with a limit on connections, as code in environments meets it."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, ClassVar

from .facts import ConnectionClosed, ConnectionOpened, ConnectionRefused, ConnectionUsed
from .kernel import EXPIRIES, Sim, task
from .rules import GIVEN_MOST, IDLE_CUTOFF, POOL, PROXY_BORROW, PROXY_IDLE, PROXY_POOLING, YOUR_CODE
from .steps import Answer, Call
from .world import Environment


def ask(sim: Sim, env: Environment, asked: Call, because: int) -> Answer:
    """Answer what code asks of a database: Connect, Query, Close, or no longer to wait."""
    wanted: dict[str, Any] = json.loads(asked.payload)
    return OPERATIONS[asked.operation](sim, env, asked, wanted, because)


def _connect(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Open a connection, if the pool has one left; a proxy always has."""
    proxy = wanted["proxy"]
    database = proxied(wanted["database"]) if proxy else wanted["database"]
    there = sim.world.outside.databases.get(database, {})
    if len(there) >= wanted["max_connections"] and not proxy:
        refused = ConnectionRefused(database, env.id, env.request, asked.line)
        sim.emit(refused, POOL, because, tuple(islice(there.values(), GIVEN_MOST.value)))
        return Answer(0, json.dumps(f"too many connections to {database}"), "ConnectionRefused")
    connection = sim.new_id("connection")
    opened = ConnectionOpened(connection, database, env.id, env.request, asked.line)
    because = sim.emit(opened, PROXY_POOLING if proxy else POOL, because)
    _expect_to_close(sim, connection, wanted, sim.now, because)
    return Answer(0, json.dumps(connection))


def proxied(database: str) -> str:
    """Name the proxy in front of a database."""
    return f"{database}-proxy"


def _query(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Let code ask something, if its connection is still there."""
    connection, begins = wanted["connection"], sim.now
    if connection not in sim.world.outside.connections:
        lost = ConnectionUsed(connection, env.id, env.request, sim.now, True, asked.line)
        sim.emit(lost, PROXY_IDLE if wanted["proxy"] else IDLE_CUTOFF, because)
        return Answer(0, json.dumps(f"{connection} is closed"), "ConnectionLost")
    lender = wanted["database"] if wanted["proxy"] else ""
    if lender:
        begins = _turn(sim, wanted)
        if begins - sim.now > PROXY_BORROW.value:
            return Answer(0, json.dumps(PROXY_BORROW.value), "NothingToBorrow")
    until, queued = begins + wanted["us"], begins > sim.now
    lent = lender, begins if queued else 0
    used = ConnectionUsed(connection, env.id, env.request, until, False, asked.line, *lent)
    because = sim.emit(used, PROXY_POOLING if queued else YOUR_CODE, because)
    _expect_to_close(sim, connection, wanted, until, because)
    return Answer(0, json.dumps(until - sim.now))


def _turn(sim: Sim, wanted: Any) -> int:
    """Say when a proxy has a connection of its database for the next query."""
    lent = sim.world.outside.lent.get(wanted["database"], [])
    busy = [until for until in lent if until > sim.now]
    return busy[0] if len(busy) >= wanted["max_connections"] else sim.now


def _give_up(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Let a query wait no longer for a connection that a proxy could lend it."""
    refused = ConnectionRefused(wanted["database"], env.id, env.request, asked.line)
    sim.emit(refused, PROXY_BORROW, because)
    message = f"no connection to {wanted['database']} could be borrowed"
    return Answer(0, json.dumps(message), "ConnectionRefused")


def _close(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Close a connection; a closed one stays closed."""
    connection = sim.world.outside.connections.get(wanted["connection"])
    if connection:
        database = connection.database
        closed = ConnectionClosed(connection.id, database, "closed", env.id, asked.line)
        sim.emit(closed, YOUR_CODE, because)
    return Answer(0, "null")


OPERATIONS = {"Connect": _connect, "Query": _query, "Close": _close, "GiveUp": _give_up}


def _expect_to_close(sim: Sim, connection: str, wanted: Any, since: int, because: int) -> None:
    """Plan when the database closes a connection that nobody uses."""
    if wanted["idle_cutoff"] is not None:
        cut_off = CutOff(connection, because, wanted["proxy"])
        sim.schedule(since + wanted["idle_cutoff"], cut_off, because)


@task
class CutOff:
    """Close a connection that was not used since that entry."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    connection: str
    used: int
    proxy: bool

    def __call__(self, sim: Sim, cause: int | None) -> None:
        connection = sim.world.outside.connections.get(self.connection)
        if connection and connection.entry == self.used:
            closed = ConnectionClosed(connection.id, connection.database, "idle")
            sim.emit(closed, PROXY_IDLE if self.proxy else IDLE_CUTOFF, cause)
