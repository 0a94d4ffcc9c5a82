"""What each function, version and alias of a run used, read from the log in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from ..engine import facts
from ..engine.errors import size
from ..engine.kernel import Log
from ..engine.occupancy import PROVISIONED
from ..engine.units import EPOCH, SECOND, base_id, ceil_ms, date
from ..engine.world import version_id
from .charges import EXACT, Usage, requests_of
from .invocations import Invocation, invocations
from .prices import SNAPSTART_FREE


class Span(NamedTuple):
    """For how long a version had so many provisioned environments configured."""

    units: int
    since: int  # us


@dataclass(frozen=True, slots=True)
class Used:
    """What a run used, and what was still going on when it ended."""

    usages: list[Usage]
    billed: list[tuple[Usage, int]]  # each invocation: whose it was, and its ms
    unfinished: list[Usage]  # each request still at work: whose it is

    def of(self, whose: str) -> Used:
        """Pick what one function, version or alias used: greet, greet:1, greet:live, or "" all."""
        if not whose:
            return self
        return Used(
            [usage for usage in self.usages if belongs(usage, whose)],
            [(usage, ms) for usage, ms in self.billed if belongs(usage, whose)],
            [usage for usage in self.unfinished if belongs(usage, whose)],
        )


def belongs(usage: Usage, whose: str) -> bool:
    """Say whether a usage is part of what a function, a version or an alias used."""
    function, _, name = whose.partition(":")
    return function in ("", usage.function) and name in ("", *usage.names)


def used_by(log: Log, until: int | None = None) -> Used:
    """Read from a log what was used, in the order in which it ran first.

    Only invocations that are over count. The settings are those that the environment was made with.

    Parameters
    ----------
    log : Log
        The log of the run.
    until : int, optional
        Microseconds after which nothing is configured any more; those of the last entry by default.
    """
    reader = Reader()
    for at, fact, *_ in log.rows:
        if read := READ.get(type(fact)):
            read(reader, at, fact)
    found: dict[Usage, list[int]] = {}  # settings and month -> requests, ms
    billed = [
        (reader.bill(x, found), x.billed_ms)
        for x in invocations(log)
        if x.end is not None and x.billed_ms is not None
    ]
    return reader.used(found, billed, log[-1].at if log else 0, until)


class Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self) -> None:
        self.starts = EPOCH  # us from 1970 to the start of the run
        self.configured: dict[str, facts.FunctionConfigured] = {}  # version -> its settings
        self.made: dict[str, facts.FunctionConfigured] = {}  # environment -> those it was made with
        self.provisioned: set[str] = set()  # environments
        self.called: dict[str, str] = {}  # request -> the version or alias that was called
        self.counts: dict[str, int] = {}  # request -> billed requests, each time it runs
        self.flying: dict[str, str] = {}  # request at work -> its environment
        self.starting: set[str] = set()  # provisioned environments in an Init of their own
        self.inits: list[Usage] = []  # those of provisioned environments: no REPORT has them
        self.spans: dict[str, Span] = {}  # version -> what is configured now
        self.over: list[Usage] = []  # what was configured before
        self.snapshots: dict[str, tuple[str, int]] = {}  # version -> its snapshot, since when
        self.restores: list[Usage] = []
        self.deleted_at: dict[str, int] = {}  # function -> when
        self.aliases: dict[str, list[str]] = {}  # version -> the aliases that stand for it

    # One of these for each fact that has a say

    def clock_set(self, _: int, fact: facts.ClockSet) -> None:
        self.starts = fact.starts

    def function_configured(self, _: int, fact: facts.FunctionConfigured) -> None:
        self.configured[version_id(fact.function, fact.version)] = fact

    def alias_configured(self, _: int, fact: facts.AliasConfigured) -> None:
        names = self.aliases.setdefault(version_id(fact.function, fact.version), [])
        if fact.alias not in names:
            names.append(fact.alias)

    def received(self, _: int, fact: facts.RequestReceived) -> None:
        self.called[fact.request] = fact.qualifier
        event = fact.invocation_type == "Event"
        self.counts[fact.request] = requests_of(size(fact.payload)) if event else 1

    def snapshot(self, at: int, fact: facts.SnapshotCompleted) -> None:
        version = version_id(fact.function, fact.version)
        made = self.configured[version]
        self.made[fact.snapshot] = made
        if fact.status == "success":  # that a failed one costs nothing is our reading
            usage = self.usage(fact.snapshot, "", at)
            self.inits.append(replace(usage, ms=ceil_ms(fact.duration)))
            if not made.runtime.startswith(SNAPSTART_FREE):
                self.snapshots[version] = fact.snapshot, at

    def restored(self, at: int, fact: facts.RestoreStarted) -> None:
        version = version_id(fact.function, fact.version)
        self.made[fact.environment] = self.configured[version]
        if fact.request:
            self.flying[fact.request] = fact.environment
        if version in self.snapshots:
            self.restores.append(replace(self.usage(fact.environment, "", at), restores=1))

    def restore_failed(self, _: int, fact: facts.RestoreFailed) -> None:
        self.flying.pop(fact.request, None)

    def init_started(self, _: int, fact: facts.InitStarted) -> None:
        env = fact.environment
        if fact.phase == "init":
            self.made[env] = self.configured[version_id(fact.function, fact.version)]
            if fact.initialization_type == PROVISIONED:
                self.provisioned.add(env)
                self.starting.add(env)
        if fact.request:
            self.flying[fact.request] = env

    def init_completed(self, at: int, fact: facts.InitCompleted) -> None:
        if fact.environment in self.starting:
            self.starting.discard(fact.environment)
            usage = self.usage(fact.environment, "", at)
            self.inits.append(replace(usage, ms=ceil_ms(fact.duration)))

    def init_failed(self, _: int, fact: facts.InitFailed) -> None:
        self.starting.discard(fact.environment)

    def started(self, _: int, fact: facts.InvocationStarted) -> None:
        self.flying[fact.request] = fact.environment

    def completed(self, _: int, fact: facts.InvocationCompleted) -> None:
        self.flying.pop(fact.request, None)

    def provisioning(self, at: int, fact: facts.ProvisioningRequested) -> None:
        version = version_id(fact.function, fact.version)
        if version in self.spans and self.spans[version].units == fact.units:
            return  # nothing has changed
        self.close_span(version, at)
        if fact.units:
            self.spans[version] = Span(fact.units, at)

    def deleted(self, at: int, fact: facts.FunctionDeleted) -> None:
        for version in [v for v in self.spans if self.configured[v].function == fact.function]:
            self.close_span(version, at)
        self.deleted_at.setdefault(fact.function, at)

    # What they have in common

    def close_span(self, version: str, at: int) -> None:
        if (span := self.spans.pop(version, None)) and at > span.since:
            self.over.append(self.allocation(version, span, at - span.since))

    # What came of it

    def bill(self, x: Invocation, found: dict[Usage, list[int]]) -> Usage:
        """Add an invocation that is over to what was used with the same settings."""
        assert x.end is not None
        usage = self.usage(x.environment, x.request, x.end)
        sums = found.setdefault(usage, [0, 0])
        sums[0] += self.counts[x.request]
        sums[1] += x.billed_ms or 0
        return usage

    def used(
        self,
        found: dict[Usage, list[int]],
        billed: list[tuple[Usage, int]],
        end: int,
        until: int | None,
    ) -> Used:
        """Put together what was used up to the end."""
        served = [replace(usage, requests=n, ms=ms) for usage, (n, ms) in found.items()]
        configured = list(self.configured_until(end if until is None else until))
        provisioned = {usage.function for usage in configured}
        snapshots = list(self.kept_until(end if until is None else until))
        return Used(
            [
                replace(usage, free=usage.function not in provisioned)
                for usage in (*served, *self.inits, *configured, *snapshots)
            ],
            billed,
            [self.usage(env, request, end) for request, env in self.flying.items()],
        )

    def usage(self, environment: str, request: str, at: int) -> Usage:
        """Make the usage of an environment in a month, with nothing in it yet."""
        made = self.made[environment]
        aliases = self.aliases.get(version_id(made.function, made.version), ())
        names = (self.called[base_id(request)],) if request else aliases
        return Usage(
            made.function,
            made.memory,
            0,
            0,
            made.architecture,
            made.ephemeral_storage,
            date(self.starts + at)[:2],
            tuple(dict.fromkeys((made.version, *names))),
            environment in self.provisioned,
        )

    def allocation(self, version: str, span: Span, length: int) -> Usage:
        """Make the usage of what was configured for some microseconds."""
        made = self.configured[version]
        return Usage(
            made.function,
            made.memory,
            0,
            0,
            made.architecture,
            month=date(self.starts + span.since)[:2],
            names=(made.version, *self.aliases.get(version, ())),
            units=span.units,
            seconds=EXACT.divide(Decimal(length), SECOND),
        )

    def kept_until(self, end: int) -> Iterator[Usage]:
        """List the snapshots that cost, for how long they were kept, and what was restored."""
        for snapshot, since in self.snapshots.values():
            length = self.deleted_at.get(self.made[snapshot].function, end) - since
            kept = EXACT.divide(Decimal(max(length, 1)), SECOND)
            yield replace(self.usage(snapshot, "", since), kept=kept)
        yield from self.restores

    def configured_until(self, end: int) -> Iterator[Usage]:
        """List what was configured, and for how long; what a run ends with was there at least."""
        yield from self.over
        for version, span in self.spans.items():
            yield self.allocation(version, span, max(end - span.since, 1))


READ: dict[type, Callable[[Reader, int, Any], None]] = {
    facts.ClockSet: Reader.clock_set,
    facts.FunctionConfigured: Reader.function_configured,
    facts.AliasConfigured: Reader.alias_configured,
    facts.RequestReceived: Reader.received,
    facts.SnapshotCompleted: Reader.snapshot,
    facts.RestoreStarted: Reader.restored,
    facts.RestoreFailed: Reader.restore_failed,
    facts.InitStarted: Reader.init_started,
    facts.InitCompleted: Reader.init_completed,
    facts.InitFailed: Reader.init_failed,
    facts.InvocationStarted: Reader.started,
    facts.InvocationCompleted: Reader.completed,
    facts.ProvisioningRequested: Reader.provisioning,
    facts.FunctionDeleted: Reader.deleted,
}
