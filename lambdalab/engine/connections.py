"""Facts of databases, and of proxies in front of them."""

from __future__ import annotations

from .outside import Connection
from .world import World, fact


@fact
class ConnectionOpened:
    """A database took a connection of an environment."""

    connection: str
    database: str
    environment: str
    request: str  # the request it works on, or "" in Init
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)
        outside = world.outside
        outside.connections[self.connection] = Connection(
            self.connection, self.database, self.environment, world.seq
        )
        outside.databases.setdefault(self.database, {})[self.connection] = world.seq
        outside.connected.setdefault(self.environment, []).append(self.connection)


@fact
class ConnectionRefused:
    """A database has no connection left."""

    database: str
    environment: str
    request: str
    line: int = 0

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)


@fact
class ConnectionUsed:
    """The code asked a database something, or found that its connection is gone."""

    connection: str
    environment: str
    request: str
    until: int  # us: when the answer is there
    lost: bool = False
    line: int = 0
    lender: str = ""  # the database whose connections a proxy lends, or ""
    begins: int = 0  # us: until then it waits in line for one; 0 if one is free at once

    def apply(self, world: World) -> None:
        world.reach(self.environment, self.line)
        if not self.lost:
            world.outside.connections[self.connection].entry = world.seq
        if self.lender:
            world.outside.lend(self.lender, world.now, self.begins, self.until)


@fact
class ConnectionClosed:
    """A connection is gone: the code closed it, or the database did."""

    connection: str
    database: str
    reason: str  # closed, idle
    environment: str = ""  # the one whose code closed it
    line: int = 0

    def apply(self, world: World) -> None:
        if self.environment in world.environments:
            world.reach(self.environment, self.line)
        world.outside.close(self.connection)
