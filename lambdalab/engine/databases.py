"""A server with a limit on connections, as code in environments meets it."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, ClassVar

from .facts import ConnectionClosed, ConnectionOpened, ConnectionRefused, ConnectionUsed
from .kernel import EXPIRIES, Sim, task
from .rules import GIVEN_MOST, IDLE_CUTOFF, POOL, YOUR_CODE
from .steps import Answer, Call
from .world import Environment


def ask(sim: Sim, env: Environment, asked: Call, because: int) -> Answer:
    """Answer what code asks of a database: Connect, Query or Close."""
    wanted: dict[str, Any] = json.loads(asked.payload)
    return OPERATIONS[asked.operation](sim, env, asked, wanted, because)


def _connect(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Open a connection, if the pool has one left."""
    database = wanted["database"]
    there = sim.world.outside.databases.get(database, {})
    if len(there) >= wanted["max_connections"]:
        refused = ConnectionRefused(database, env.id, env.request, asked.line)
        sim.emit(refused, POOL, because, tuple(islice(there.values(), GIVEN_MOST.value)))
        return Answer(0, json.dumps(f"too many connections to {database}"), "ConnectionRefused")
    connection = sim.new_id("connection")
    opened = ConnectionOpened(connection, database, env.id, env.request, asked.line)
    _expect_to_close(sim, connection, wanted, sim.now, sim.emit(opened, POOL, because))
    return Answer(0, json.dumps(connection))


def _query(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Let code ask something, if its connection is still there."""
    connection, until = wanted["connection"], sim.now + wanted["us"]
    if connection not in sim.world.outside.connections:
        lost = ConnectionUsed(connection, env.id, env.request, sim.now, True, asked.line)
        sim.emit(lost, IDLE_CUTOFF, because)
        return Answer(0, json.dumps(f"{connection} is closed"), "ConnectionLost")
    used = ConnectionUsed(connection, env.id, env.request, until, False, asked.line)
    _expect_to_close(sim, connection, wanted, until, sim.emit(used, YOUR_CODE, because))
    return Answer(0, "null")


def _close(sim: Sim, env: Environment, asked: Call, wanted: Any, because: int) -> Answer:
    """Close a connection; a closed one stays closed."""
    connection = sim.world.outside.connections.get(wanted["connection"])
    if connection:
        database = connection.database
        closed = ConnectionClosed(connection.id, database, "closed", env.id, asked.line)
        sim.emit(closed, YOUR_CODE, because)
    return Answer(0, "null")


OPERATIONS = {"Connect": _connect, "Query": _query, "Close": _close}


def _expect_to_close(sim: Sim, connection: str, wanted: Any, since: int, because: int) -> None:
    """Plan when the database closes a connection that nobody uses."""
    if wanted["idle_cutoff"] is not None:
        sim.schedule(since + wanted["idle_cutoff"], CutOff(connection, because), because)


@task
class CutOff:
    """Close a connection that was not used since that entry."""

    rank: ClassVar[int] = EXPIRIES
    idle: ClassVar[bool] = True

    connection: str
    used: int

    def __call__(self, sim: Sim, cause: int | None) -> None:
        connection = sim.world.outside.connections.get(self.connection)
        if connection and connection.entry == self.used:
            closed = ConnectionClosed(connection.id, connection.database, "idle")
            sim.emit(closed, IDLE_CUTOFF, cause)
