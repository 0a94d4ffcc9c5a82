"""Which CloudWatch metrics there are, and their datapoints, read from the log in one pass.

Invocations, Errors and Duration are stamped with the moment at which the invocation was let in; AWS
says so of Errors. Concurrency is a level: each datapoint holds until the next one. A new fact of
the log becomes a new line of `READ`, a new metric a new entry of `METRICS`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.occupancy import PROVISIONED
from ..engine.rules import DG, METRIC_UTILIZATION, SQS_GUIDE, Rule
from ..engine.units import base_id
from ..engine.world import LATEST, version_id
from .points import Points
from .queue_points import queue_points
from .usual import Ended, Flight, Level, Who

REGION = ""  # whose datapoints: of all functions together

PAGE = DG + "monitoring-metrics-types.html"
SQS = SQS_GUIDE + "sqs-available-cloudwatch-metrics.html"


@dataclass(frozen=True, slots=True)
class Metric:
    """One CloudWatch metric: how its datapoints are put together, and what it counts."""

    name: str
    statistic: str  # Sum, Average (of microseconds, shown as ms), Maximum (of a level)
    rule: Rule
    always: bool  # shown even without a datapoint


def _metric(
    name: str, statistic: str, id: str, sentence: str, page: str = PAGE, always: bool = True
) -> Metric:
    return Metric(name, statistic, Rule(id, sentence, page), always)


RESOLUTION = Rule(
    "metric.resolution",
    "Metrics are kept per minute: sums for counters, averages and percentiles for durations, "
    "maxima for concurrency.",
    PAGE,
    value=60,
)
METRICS = {
    metric.name: metric
    for metric in (
        _metric(
            "Invocations",
            "Sum",
            "metric.invocations",
            "Invocations counts how often the code ran, function errors included; it equals the "
            "billed requests.",
        ),
        _metric(
            "Errors",
            "Sum",
            "metric.errors",
            "Errors counts invocations that end in a function error, timeouts included, at the "
            "time of the call and not of the failure.",
        ),
        _metric(
            "Throttles",
            "Sum",
            "metric.throttles",
            "Throttles counts refused requests, which are in neither Invocations nor Errors.",
        ),
        _metric(
            "Duration",
            "Average",
            "metric.duration",
            "Duration is the time of the handler, with a repeated Init and without the Init of a "
            "cold start.",
        ),
        _metric(
            "PostRuntimeExtensionsDuration",
            "Average",
            "metric.post_runtime_ext",
            "PostRuntimeExtensionsDuration is how long extensions go on after the handler is done.",
            always=False,
        ),
        _metric(
            "ConcurrentExecutions",
            "Maximum",
            "metric.concurrent",
            "ConcurrentExecutions is how many requests are at work at once.",
        ),
        _metric(
            "AsyncEventsReceived",
            "Sum",
            "metric.async-received",
            "AsyncEventsReceived counts events that were put into the internal queue, once each.",
            always=False,
        ),
        _metric(
            "AsyncEventAge",
            "Average",
            "metric.async-age",
            "AsyncEventAge is how long an event has been in the queue at a try; throttled tries "
            "count too.",
            always=False,
        ),
        _metric(
            "AsyncEventsDropped",
            "Sum",
            "metric.async-dropped",
            "AsyncEventsDropped counts events that were given up.",
            always=False,
        ),
        _metric(
            "RecursiveInvocationsDropped",
            "Sum",
            "metric.recursive",
            "RecursiveInvocationsDropped counts requests and events that loop detection stopped.",
            always=False,
        ),
        _metric(
            "DestinationDeliveryFailures",
            "Sum",
            "metric.dest-failures",
            "DestinationDeliveryFailures counts records that could not be delivered.",
            always=False,
        ),
        _metric(
            "DeadLetterErrors",
            "Sum",
            "metric.dlq-errors",
            "DeadLetterErrors counts events that the dead-letter target did not take.",
            always=False,
        ),
        _metric(
            "IteratorAge",
            "Average",
            "metric.iterator-age",
            "IteratorAge is how old the last record of a batch is when it is sent to the function.",
            always=False,
        ),
        _metric(
            "PolledEventCount",
            "Sum",
            "metric.esm.polled",
            "PolledEventCount counts what a mapping read from its source.",
            always=False,
        ),
        _metric(
            "FilteredOutEventCount",
            "Sum",
            "metric.esm.filtered",
            "FilteredOutEventCount counts what the filter of a mapping took out.",
            always=False,
        ),
        _metric(
            "InvokedEventCount",
            "Sum",
            "metric.esm.invoked",
            "InvokedEventCount counts what a mapping sent to the function, again on retries and "
            "throttles.",
            always=False,
        ),
        _metric(
            "FailedInvokeEventCount",
            "Sum",
            "metric.esm.failed",
            "FailedInvokeEventCount counts records whose invocation failed; with partial "
            "responses those that were reported.",
            always=False,
        ),
        _metric(
            "DroppedEventCount",
            "Sum",
            "metric.esm.dropped",
            "DroppedEventCount counts records given up by age or retries, without those of which "
            "a destination knows and those that the source no longer kept.",
            always=False,
        ),
        _metric(
            "OnFailureDestinationDeliveredEventCount",
            "Sum",
            "metric.esm.delivered",
            "OnFailureDestinationDeliveredEventCount counts records given up of which the "
            "on-failure destination was told.",
            always=False,
        ),
        _metric(
            "ProvisionedConcurrencyInvocations",
            "Sum",
            "metric.pc.invocations",
            "ProvisionedConcurrencyInvocations counts invocations in provisioned environments; "
            "with those that spilled over they are all invocations of the version.",
            DG + "monitoring-concurrency.html",
            always=False,
        ),
        _metric(
            "ProvisionedConcurrencySpilloverInvocations",
            "Sum",
            "concurrency.pc.spillover",
            "ProvisionedConcurrencySpilloverInvocations counts invocations of a provisioned "
            "version that ran on standard concurrency.",
            DG + "monitoring-concurrency.html",
            always=False,
        ),
        _metric(
            "ProvisionedConcurrentExecutions",
            "Maximum",
            "metric.pc.executions",
            "ProvisionedConcurrentExecutions is how many provisioned environments are at work.",
            DG + "monitoring-concurrency.html",
            always=False,
        ),
        Metric("ProvisionedConcurrencyUtilization", "Maximum", METRIC_UTILIZATION, always=False),
        _metric(
            "UnreservedConcurrentExecutions",
            "Maximum",
            "metric.unreserved",
            "UnreservedConcurrentExecutions is how many requests are at work, in the whole Region, "
            "on functions without reserved concurrency.",
            always=False,
        ),
        _metric(
            "ClaimedAccountConcurrency",
            "Maximum",
            "metric.claimed",
            "ClaimedAccountConcurrency is what on-demand requests can no longer have: all "
            "reservations and the unreserved requests at work.",
            DG + "monitoring-concurrency.html",
            always=False,
        ),
        _metric(
            "DeletedEventCount",
            "Sum",
            "metric.esm.deleted",
            "DeletedEventCount counts messages that a mapping has deleted after processing.",
            always=False,
        ),
        _metric(
            "ProvisionedPollers",
            "Maximum",
            "metric.esm.pollers",
            "ProvisionedPollers counts the active pollers of provisioned mode.",
            always=False,
        ),
        _metric(
            "NumberOfMessagesSent",
            "Sum",
            "metric.sqs.sent-not-dlq",
            "NumberOfMessagesSent does not count messages that SQS itself moves to a dead-"
            "letter queue.",
            SQS,
            always=False,
        ),
        _metric(
            "NumberOfMessagesReceived",
            "Sum",
            "metric.sqs.received",
            "NumberOfMessagesReceived counts every receive, so retries raise it above the "
            "number sent.",
            SQS,
            always=False,
        ),
        _metric(
            "NumberOfMessagesDeleted",
            "Sum",
            "metric.sqs.received",
            "NumberOfMessagesDeleted counts deletes, also of messages that were gone already.",
            SQS,
            always=False,
        ),
        _metric(
            "ApproximateNumberOfMessagesVisible",
            "Maximum",
            "metric.sqs.visible",
            "ApproximateNumberOfMessagesVisible is how many messages can be received, the backlog.",
            SQS,
            always=False,
        ),
        _metric(
            "ApproximateNumberOfMessagesNotVisible",
            "Maximum",
            "metric.sqs.notvisible",
            "ApproximateNumberOfMessagesNotVisible is how many messages are in flight: "
            "received, not deleted, timeout not over.",
            SQS,
            always=False,
        ),
        _metric(
            "ApproximateNumberOfMessagesDelayed",
            "Maximum",
            "metric.sqs.delayed",
            "ApproximateNumberOfMessagesDelayed is how many messages are still in their "
            "delivery delay.",
            SQS,
            always=False,
        ),
        _metric(
            "ApproximateAgeOfOldestMessage",
            "Maximum",
            "metric.sqs.age",
            "ApproximateAgeOfOldestMessage is in seconds. On standard queues messages that were"
            " received three or more times are left out, and in a dead-letter queue it counts "
            "from the move.",
            SQS,
            always=False,
        ),
    )
}
STATISTICS = {name: metric.statistic for name, metric in METRICS.items()}


# What the log says of them ------------------------------------------------------------------------


def datapoints(log: Log, until: int = 0) -> Points:
    """Read the datapoints of every metric, of each function, queue and mapping and of the Region.

    Both readers write into the same points: of what streams and queues have in common, such as
    PolledEventCount, the Region counts all.
    """
    reader = Reader(Points(STATISTICS))
    for at, fact, *_ in log.rows:
        if read := READ.get(type(fact)):
            read(reader, at, fact)
    return queue_points(log, reader.points, until)


class Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.homes: dict[str, str] = {}  # environment -> its version, greet:$LATEST
        self.provisioned: set[str] = set()  # environments
        self.called: dict[str, tuple[str, ...]] = {}  # request -> function, version, alias
        self.queued: dict[str, int] = {}  # event -> when it came
        self.flying: dict[str, int] = {}  # request -> let in when
        self.unnamed = 0  # usual requests in flight besides
        self.busy: Counter[str] = Counter()  # function, version or alias -> requests in flight
        self.on_provisioned: Counter[str] = Counter()
        self.reserved: dict[str, int] = {}  # function -> its reservation, or -1
        self.ready: dict[str, int] = {}  # version -> environments to be kept ready
        self.allocated: dict[str, int] = {}  # version -> those of them that serve
        self.stands_for: dict[str, str] = {}  # alias -> its version
        self.claimed = 0
        self.put: dict[str, int] = {}  # record -> when it was put
        self.fed: dict[
            str, tuple[str, ...]
        ] = {}  # mapping -> who is told of it: function, version or alias, itself, its stream
        self.batches: dict[str, tuple[str, ...]] = {}  # batch -> records
        self.posted: dict[str, int] = {}  # environment -> since when only its extensions work

    # One of these for each fact that has a say

    def configured(self, _: int, fact: facts.FunctionConfigured) -> None:
        self.reserved.setdefault(fact.function, -1)

    def alias_configured(self, _: int, fact: facts.AliasConfigured) -> None:
        alias = version_id(fact.function, fact.alias)
        self.stands_for[alias] = version_id(fact.function, fact.version)

    def reservation(self, at: int, fact: facts.ConcurrencyReserved) -> None:
        self.reserved[fact.function] = fact.units
        self.claim(at)

    def provisioning(self, at: int, fact: facts.ProvisioningRequested) -> None:
        self.ready[version_id(fact.function, fact.version)] = fact.units
        self.claim(at)

    def provisioned_now(self, _: int, fact: facts.ProvisioningCompleted) -> None:
        version = version_id(fact.function, fact.version)
        self.allocated[version] = self.ready[version]

    def received(self, _: int, fact: facts.RequestReceived) -> None:
        self.called[fact.request] = named(fact.function, fact.version, fact.qualifier)

    def accepted(self, at: int, fact: facts.EventQueued) -> None:
        self.queued[fact.request] = at
        self.add("AsyncEventsReceived", at, 1, fact.request)

    def init_started(self, at: int, fact: facts.InitStarted | facts.RestoreStarted) -> None:
        self.homes[fact.environment] = version_id(fact.function, fact.version)
        if fact.initialization_type == PROVISIONED:
            self.provisioned.add(fact.environment)
        if fact.request:
            self.let_in(at, fact.request, fact.environment)

    def started(self, at: int, fact: facts.InvocationStarted) -> None:
        self.let_in(at, fact.request, fact.environment)

    def restore_failed(self, at: int, fact: facts.RestoreFailed) -> None:
        if fact.request:
            self.flying.pop(fact.request)
            self.concurrency(at, fact.request, fact.environment, -1)

    def response_posted(self, at: int, fact: facts.ResponsePosted) -> None:
        self.posted[fact.environment] = at

    def completed(self, at: int, fact: facts.InvocationCompleted) -> None:
        let_in = self.flying.pop(fact.request)
        if fact.environment in self.posted:
            after = at - self.posted.pop(fact.environment)
            self.add("PostRuntimeExtensionsDuration", let_in, after, fact.request)
        self.concurrency(at, fact.request, fact.environment, -1)
        self.add("Invocations", let_in, 1, fact.request)
        self.add("Duration", let_in, fact.duration, fact.request)
        if fact.status != "success":
            self.add("Errors", let_in, 1, fact.request)
        if fact.environment in self.provisioned:
            self.add("ProvisionedConcurrencyInvocations", let_in, 1, fact.request)
        elif self.ready.get(self.homes[fact.environment]):
            self.add("ProvisionedConcurrencySpilloverInvocations", let_in, 1, fact.request)

    def throttled(self, at: int, fact: facts.RequestThrottled) -> None:
        self.add("Throttles", at, 1, fact.request)
        self.tried(at, fact.request)

    def dropped(self, at: int, fact: facts.EventDropped) -> None:
        self.add("AsyncEventsDropped", at, 1, fact.request)
        if fact.condition == "RecursiveInvocation":
            self.add("RecursiveInvocationsDropped", at, 1, fact.request)

    def refused(self, at: int, fact: facts.RequestRefused) -> None:
        if fact.error == "RecursiveInvocationException":
            self.add("RecursiveInvocationsDropped", at, 1, fact.request)

    def undelivered(self, at: int, fact: facts.DeliveryFailed) -> None:
        if fact.request not in self.called:
            return  # of a source that pushes: no metric of Lambda's
        dead = fact.kind == "dead_letter"
        name = "DeadLetterErrors" if dead else "DestinationDeliveryFailures"
        self.add(name, at, 1, fact.request)

    def mapped(self, _: int, fact: facts.StreamMappingConfigured) -> None:
        qualifier = fact.settings.qualifier
        named = () if qualifier == LATEST else (version_id(fact.function, qualifier),)
        self.fed[fact.mapping] = (fact.function, *named, fact.mapping, fact.settings.stream)

    def record_put(self, at: int, fact: facts.RecordPut) -> None:
        self.put[fact.record] = at

    def batch_read(self, at: int, fact: facts.BatchRead) -> None:
        self.called[fact.batch] = self.fed[fact.mapping]
        self.batches[fact.batch] = fact.records
        if not fact.final:
            self.add("PolledEventCount", at, len(fact.records + fact.skipped), fact.batch)
        if fact.skipped:
            self.add("FilteredOutEventCount", at, len(fact.skipped), fact.batch)

    def batch_sent(self, at: int, fact: facts.BatchSent) -> None:
        if records := self.batches[fact.batch]:
            self.add("InvokedEventCount", at, len(records), fact.batch)
            self.add("IteratorAge", at, at - self.put[records[-1]], fact.batch)

    def batch_failed(self, at: int, fact: facts.BatchFailed) -> None:
        if fact.failed:
            self.add("FailedInvokeEventCount", at, fact.failed, fact.batch)
        self.batches[fact.batch] = self.batches[fact.batch][len(fact.records) :]

    def batch_bisected(self, _: int, fact: facts.BatchBisected) -> None:
        records = self.batches.pop(fact.batch)
        self.batches[fact.first] = records[: fact.size]
        self.batches[fact.second] = records[fact.size :]
        self.called[fact.first] = self.called[fact.second] = self.called[fact.batch]

    def discarded(self, at: int, fact: facts.RecordsDiscarded) -> None:
        self.batches[fact.batch] = self.batches[fact.batch][len(fact.records) :]
        if fact.condition:
            told = "OnFailureDestinationDeliveredEventCount"
            name = told if fact.delivered else "DroppedEventCount"
            self.add(name, at, len(fact.records), fact.batch)

    # What they have in common

    def flight(self, some: Flight) -> None:
        """Add the levels that usual requests make."""
        shared = some.of([who for who in some.whose if self.reserved[who.function] < 0])
        self.levels("UnreservedConcurrentExecutions", self.unreserved(), shared.marks, REGION)
        self.levels("ClaimedAccountConcurrency", self.claimed, shared.marks, REGION)
        self.claimed += shared.change
        self.levels("ConcurrentExecutions", self.in_flight(), some.marks, REGION)
        self.unnamed += some.change
        names = {who: named(*who) for who in some.whose}
        for name in dict.fromkeys(name for own in names.values() for name in own):
            own = some.of([who for who in names if name in names[who]])
            self.levels("ConcurrentExecutions", self.busy[name], own.marks, name)
            self.busy[name] += own.change

    def ended(self, some: Ended, who: Who) -> None:
        """Add how often and for how long usual requests of somebody ran."""
        work = some.work()
        times = {minute: (n, n) for minute, (_, n) in work.items()}
        for whose in (*named(*who), REGION):
            self.points["Invocations", whose].add(times, ())
            self.points["Duration", whose].add(work, some.durations)

    def known(self, at: int, fact: facts.RequestReceived) -> None:
        """Remember a usual request in flight that does not end as one."""
        self.received(at, fact)
        self.flying[fact.request] = at
        self.unnamed -= 1

    def levels(self, name: str, level: int, marks: list[Level], whose: str) -> None:
        """Add levels that are told relative to one."""
        points = self.points[name, whose] if marks else []
        for at, change in marks:
            points.append((at, level + change))

    def in_flight(self) -> int:
        """Say how many requests are at work in the whole Region."""
        return len(self.flying) + self.unnamed

    def add(self, name: str, at: int, value: int, request: str) -> None:
        for whose in (*self.called[base_id(request)], REGION):
            self.level(name, at, value, whose)

    def level(self, name: str, at: int, value: float, whose: str) -> None:
        self.points[name, whose].append((at, value))

    def tried(self, at: int, request: str) -> None:
        if (event := base_id(request)) in self.queued:
            self.add("AsyncEventAge", at, at - self.queued[event], request)

    def let_in(self, at: int, request: str, environment: str) -> None:
        """Count a request as at work, from the Init that it waits for on."""
        if request not in self.flying:
            self.flying[request] = at
            self.concurrency(at, request, environment, 1)
            self.tried(at, request)

    def concurrency(self, at: int, request: str, environment: str, change: int) -> None:
        whose_request = self.called[base_id(request)]
        for whose in whose_request:
            self.busy[whose] += change
            self.level("ConcurrentExecutions", at, self.busy[whose], whose)
        self.level("ConcurrentExecutions", at, self.in_flight(), REGION)
        if environment in self.provisioned:
            for whose in (*self.called[base_id(request)], REGION):
                self.on_provisioned[whose] += change
                here = self.on_provisioned[whose]
                self.level("ProvisionedConcurrentExecutions", at, here, whose)
                self.level("ProvisionedConcurrencyUtilization", at, self.share(whose), whose)
        elif self.reserved[whose_request[0]] < 0:
            self.level("UnreservedConcurrentExecutions", at, self.unreserved(), REGION)
            self.claim(at)

    def share(self, whose: str) -> float:
        """Divide the busy ones by those that serve: of a version, of a function, or of all."""
        function, _, name = whose.partition(":")
        mine = [v for v in self.allocated if v.partition(":")[0] == function or not whose]
        if name:
            mine = [self.stands_for.get(whose, whose)]
        allocated = sum(self.allocated.get(version, 0) for version in mine)
        return min(1.0, self.on_provisioned[whose] / allocated) if allocated else 0

    def unreserved(self) -> int:
        return sum(
            self.busy[name] - self.on_provisioned[name]
            for name, units in self.reserved.items()
            if units < 0
        )

    def claim(self, at: int) -> None:
        claimed = self.unreserved() + sum(max(units, 0) for units in self.reserved.values())
        claimed += sum(
            units
            for version, units in self.ready.items()
            if self.reserved[version.partition(":")[0]] < 0
        )
        if claimed != self.claimed:
            self.claimed = claimed
            self.level("ClaimedAccountConcurrency", at, claimed, REGION)


def named(function: str, version: str, qualifier: str) -> tuple[str, ...]:
    """Say whose a request is: a function's, and a version's and an alias's if it has them."""
    own = (version_id(function, version), version_id(function, qualifier))
    return function, *(id for id in dict.fromkeys(own) if not id.endswith(LATEST))


READ: dict[type, Callable[[Reader, int, Any], None]] = {
    facts.FunctionConfigured: Reader.configured,
    facts.ConcurrencyReserved: Reader.reservation,
    facts.AliasConfigured: Reader.alias_configured,
    facts.ProvisioningRequested: Reader.provisioning,
    facts.ProvisioningCompleted: Reader.provisioned_now,
    facts.RequestReceived: Reader.received,
    facts.EventQueued: Reader.accepted,
    facts.InitStarted: Reader.init_started,
    facts.RestoreStarted: Reader.init_started,
    facts.RestoreFailed: Reader.restore_failed,
    facts.InvocationStarted: Reader.started,
    facts.ResponsePosted: Reader.response_posted,
    facts.InvocationCompleted: Reader.completed,
    facts.RequestThrottled: Reader.throttled,
    facts.RequestRefused: Reader.refused,
    facts.EventDropped: Reader.dropped,
    facts.DeliveryFailed: Reader.undelivered,
    facts.StreamMappingConfigured: Reader.mapped,
    facts.RecordPut: Reader.record_put,
    facts.BatchRead: Reader.batch_read,
    facts.BatchSent: Reader.batch_sent,
    facts.BatchFailed: Reader.batch_failed,
    facts.BatchBisected: Reader.batch_bisected,
    facts.RecordsDiscarded: Reader.discarded,
}
