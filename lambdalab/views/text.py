"""Every fact as one sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..engine import facts
from ..engine.facts import Fact
from ..engine.kernel import Log
from ..engine.rules import BUS_POLICY
from ..engine.units import NEVER, SECOND, iso_text, ms_text, seconds_text
from ..engine.world import LATEST


def sentence(fact: Fact) -> str:
    """Say what happened, to what."""
    return SENTENCES[type(fact)](fact)


def amount(log: Log) -> str:
    """Say what was sent into a run: 12 messages; 2 requests and 1 record."""
    sent = [type(fact) for _, fact, cause, *_ in log.rows if cause is None]
    nouns = Counter(SENT[kind] for kind in sent if kind in SENT)
    return " and ".join(_times(n, noun) for noun, n in nouns.items()) or "0 requests"


SENT: dict[type, str] = {
    facts.RequestReceived: "request",
    facts.ExchangeStarted: "request",
    facts.ClientStarted: "client",
    facts.EventPublished: "event",
    facts.MessageSent: "message",
    facts.RecordPut: "record",
    facts.ItemWritten: "item",
}


def _function(fact: facts.FunctionConfigured) -> str:
    timeout = fact.timeout // SECOND
    name = fact.function if fact.version == LATEST else f"Version {fact.version} of {fact.function}"
    return f"{name} has {fact.memory:,} MB and a timeout of {timeout} s."


def _reserved(fact: facts.ConcurrencyReserved) -> str:
    if fact.units < 0:
        return f"{fact.function} gives its reserved concurrency up."
    return f"{fact.function} has reserved concurrency {fact.units:,}."


def _alias(fact: facts.AliasConfigured) -> str:
    share = f", and for version {fact.other} with a weight" if fact.other else ""
    return f"{fact.function}:{fact.alias} stands for version {fact.version}{share}."


def _received(fact: facts.RequestReceived) -> str:
    name = fact.function if fact.qualifier == LATEST else f"{fact.function}:{fact.qualifier}"
    return f"{fact.request} {ARRIVES[fact.invocation_type]} for {name}."


def _scaled(fact: facts.AutoScalingConfigured) -> str:
    target = f", at a target of {fact.target} %" if fact.target else ""
    number = f"{fact.minimum:,} to {fact.maximum:,} environments"
    return f"{number} of {fact.function}:{fact.version} are kept ready{target}."


PERCENT_OF_MILLIONTHS = 10_000

ARRIVES = {
    "RequestResponse": "arrives",
    "Event": "arrives as an event",
    "DryRun": "arrives as a dry run",
}


def _sent(fact: facts.DocumentSent) -> str:
    service, _, name = fact.target.partition(":")
    if fact.kind == "dead_letter":
        what = fact.request if fact.request.startswith("delivery") else f"The event {fact.request}"
        return f"{what} goes to the dead-letter {service} {name}."
    return f"The record of {fact.request} goes to the {service} {name} ({fact.kind})."


def _trigger(fact: facts.TriggerConfigured) -> str:
    name = fact.function if fact.qualifier == LATEST else f"{fact.function}:{fact.qualifier}"
    what = f"what matches {fact.pattern}" if fact.pattern else "everything"
    policy = BUS_POLICY.value
    age = fact.maximum_event_age // SECOND
    often = ""
    if (fact.maximum_retry_attempts, age) != tuple(most for _, most in policy.values()):
        often = f", with up to {fact.maximum_retry_attempts:,} retries in {age:,} s"
    return f"{_place(fact.source)} hands {name} {what}{often} ({fact.trigger})."


def _published(fact: facts.EventPublished) -> str:
    kind, _, name = fact.source.partition(":")
    if kind == "schedule":
        return f"The schedule {name} fires: {fact.event}."
    if kind == "bucket":
        said = json.loads(fact.body)
        how = PARTICIPLES[said["event"].partition(":")[0]]
        return f"{fact.event}, {said['key']}, is {how} {name}."
    return f"{fact.event} is {PARTICIPLES[kind]} the {kind} {name}."


def _place(source: str) -> str:
    return f"The {source.replace(':', ' ', 1)}"


PARTICIPLES = {
    "topic": "published to",
    "bus": "put onto",
    "ObjectCreated": "stored in the bucket",
    "ObjectRemoved": "removed from the bucket",
}


def _init(fact: facts.InitStarted) -> str:
    if fact.phase == "invoke":
        return f"{fact.environment} runs Init again, inside {fact.request}."
    if not fact.request:
        return f"{fact.environment} runs its Init ahead, for nobody in particular."
    begins = f" at {seconds_text(fact.begins)} s, with its code" if fact.begins else ""
    return f"{fact.environment} is created for {fact.request} and begins its Init{begins}."


def _snapshot(fact: facts.SnapshotCompleted) -> str:
    name, took = f"{fact.function}:{fact.version}", f"after {ms_text(fact.duration)} ms"
    if fact.status == "success":
        return f"{name} was published: {fact.snapshot} keeps what its Init left, {took}."
    how = fact.error_type or "it took too long"
    return f"{name} could not be published, as its Init failed {took}: {how}."


def _restore(fact: facts.RestoreStarted) -> str:
    whom = f"for {fact.request}" if fact.request else "ahead, for nobody in particular"
    return f"{fact.environment} is restored from {fact.snapshot}, {whom}."


def _posted(fact: facts.ResponsePosted) -> str:
    how = f" with {fact.error_type}" if fact.error_type else ""
    return f"{fact.environment} has answered {fact.request}{how}, and its extensions go on."


def _init_failed(fact: facts.InitFailed) -> str:
    how = "is stopped at its limit" if fact.status == "timeout" else f"fails: {fact.error_type}"
    return f"The Init of {fact.environment} {how}, after {ms_text(fact.duration)} ms."


def _started(fact: facts.InvocationStarted) -> str:
    again = f" (try {fact.attempt})" if fact.attempt > 1 else ""
    return f"{fact.environment} begins to work on {fact.request}{again}."


def _line(line: int) -> str:
    return f" (line {line})" if line else ""


def _waited(fact: facts.CodeWaited) -> str:
    if fact.until >= NEVER:
        return f"{fact.environment} runs in an endless loop{_line(fact.line)}."
    return f"{fact.environment} waits until {seconds_text(fact.until)} s{_line(fact.line)}."


def _computed(fact: facts.CodeComputed) -> str:
    return f"{fact.environment} computes until {seconds_text(fact.until)} s{_line(fact.line)}."


def _kept(fact: facts.StateKept) -> str:
    things = [
        f"{name} = {what}" if kind == "global" else f"{name} ({what})" if name else what
        for kind, name, what in fact.kept
    ]
    return f"{fact.environment} keeps {', '.join(things) or 'nothing of earlier invocations'}."


def _written(fact: facts.OutputWritten) -> str:
    text = fact.text.rstrip("\n")
    first, *more = text.split("\n")
    shown = first if len(first) <= SHOWN else f"{first[:SHOWN]}..."
    lines = f" and {len(more)} more lines" if more else ""
    return f"{fact.environment} writes “{shown}”{lines} to its log{_line(fact.line)}."


def _completed(fact: facts.InvocationCompleted) -> str:
    took = f"after {ms_text(fact.duration)} ms"
    if fact.status == "success":
        return f"{fact.environment} completes {fact.request} {took}{_line(fact.line)}."
    if fact.status == "timeout":
        return f"{fact.environment} is stopped at the timeout of {fact.request}, {took}."
    return f"{fact.environment} fails {fact.request} with {fact.error_type}, {took}."


def _answered(fact: facts.ResponseSent) -> str:
    error = f" and FunctionError {fact.function_error}" if fact.function_error else ""
    if not fact.heard:
        return (
            f"{fact.request} is answered with {fact.status_code}{error}; nobody listens any more."
        )
    return f"The caller of {fact.request} gets {fact.status_code}{error}."


def _door(fact: facts.DoorConfigured) -> str:
    waits = f", and waits {seconds_text(fact.timeout)} s for it" if fact.timeout else ""
    return f"{fact.door} ({fact.kind}) calls {fact.function or 'nothing'}{waits}."


def _caller(fact: facts.CallerConfigured) -> str:
    waits = f"wait {seconds_text(fact.read_timeout)} s for an answer"
    return f"Clients {fact.caller} call {fact.target}, {waits}, and retry: {fact.retries}."


def _client_failed(fact: facts.ClientFailed) -> str:
    if not fact.status_code:
        return f"{fact.client} stops waiting for {fact.attempt}: {fact.error}."
    return f"{fact.client} gets {fact.status_code} for {fact.attempt}, which will not do."


def _call_made(fact: facts.CallMade) -> str:
    how = "hands an event to" if fact.invocation_type == "Event" else "calls"
    return f"{fact.environment} {how} {fact.function} ({fact.call}){_line(fact.line)}."


def _call_answered(fact: facts.CallAnswered) -> str:
    if not fact.status_code:
        return f"{fact.environment} waits no longer for {fact.call}: {fact.error}."
    error = f" and {fact.error}" if fact.error else ""
    return f"{fact.environment} gets {fact.status_code}{error} for {fact.call}."


def _used(fact: facts.ConnectionUsed) -> str:
    if fact.lost:
        return f"{fact.environment} finds {fact.connection} closed{_line(fact.line)}."
    waits = f", in line until {seconds_text(fact.begins)} s" if fact.begins else ""
    return f"{fact.environment} asks something of {fact.connection}{waits}{_line(fact.line)}."


def _closed(fact: facts.ConnectionClosed) -> str:
    if fact.reason == "idle":
        return f"{fact.database} closes {fact.connection}, which nobody used."
    return f"{fact.environment} closes {fact.connection}{_line(fact.line)}."


def _mapped(fact: facts.StreamMappingConfigured) -> str:
    settings = fact.settings
    reads = "reads" if settings.enabled else "does not read"
    batch = f"in batches of up to {settings.batch_size:,}, "
    what = f"{batch if settings.enabled else ''}for {fact.function}"
    return f"The mapping {fact.mapping} {reads} {_named(settings.stream)} {what}."


def _named(source: str) -> str:
    kind, _, name = source.partition(":")
    return f"the {kind} {name}"


def _written_item(fact: facts.ItemWritten) -> str:
    what = "is put into" if fact.item else "is deleted from"
    return f"The item {fact.key} {what} {_named(fact.table)}."


def _put(fact: facts.RecordPut) -> str:
    name = f" ({fact.name})" if fact.name else ""
    return f"{fact.record}{name} is put into shard {fact.shard} of {_named(fact.stream)}."


def _records(records: tuple[str, ...]) -> str:
    if len(records) == 1:
        return records[0]
    return f"{len(records):,} records ({records[0]} to {records[-1]})" if records else "nothing"


def _read(fact: facts.BatchRead) -> str:
    if fact.final:
        return f"{fact.mapping} closes the tumbling window with {fact.batch}."
    skipped = f"{_records(fact.skipped)} that its filter does not want"
    if not fact.records:
        return f"{fact.mapping} skips {skipped}."
    also = f", and skips {skipped}" if fact.skipped else ""
    return f"{fact.mapping} reads {_records(fact.records)} as {fact.batch}{also}."


def _failed(fact: facts.BatchFailed) -> str:
    if not fact.ran:
        return f"{fact.batch} could not be handed to the function: {fact.error}."
    count = "1 record" if fact.failed == 1 else f"{fact.failed:,} records"
    what = f" with {count}" if fact.failed else ""
    why = f": {fact.error}" if fact.error else " by the answer of the function"
    done = f"; {_records(fact.records)} count as done" if fact.records else ""
    return f"{fact.batch} fails{what}{why}{done}."


def _discarded(fact: facts.RecordsDiscarded) -> str:
    why = fact.condition or "the stream keeps them no longer"
    told = ", and the on-failure destination knows" if fact.delivered else ""
    verb = "is" if len(fact.records) == 1 else "are"
    return f"{_records(fact.records)} of {fact.batch} {verb} given up: {why}{told}."


def _times(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def _queue(fact: facts.QueueConfigured) -> str:
    settings = fact.settings
    lends = f"{fact.queue} lends its messages for {seconds_text(settings.visibility_timeout)} s"
    if not settings.dead_letter:
        return f"{lends}."
    most = _times(settings.max_receive_count, "time")
    return f"{lends}, {most} at most; then they go to {settings.dead_letter}."


def _mapping(fact: facts.QueueMappingConfigured) -> str:
    batches = f"in batches of {fact.settings.batch_size:,}"
    off = "" if fact.enabled else ", but is not enabled"
    return f"{fact.mapping} feeds {fact.settings.function} from {fact.queue}, {batches}{off}."


def _message_sent(fact: facts.MessageSent) -> str:
    group = f", group {fact.group}" if fact.group else ""
    return f"{fact.message} is put into the queue {fact.queue}{group}."


def _not_queued(fact: facts.MessageNotQueued) -> str:
    return f"{fact.message} does not get into the queue {fact.queue}: {fact.reason}."


def _deleted(fact: facts.MessageDeleted) -> str:
    if fact.filtered:
        return f"{fact.message} passes no filter and is deleted from {fact.queue}."
    return f"{fact.message} is deleted from {fact.queue}."


def _dead_lettered(fact: facts.MessageDeadLettered) -> str:
    ran = "" if fact.ran else "; it never ran"
    receives = _times(fact.receives, "receive")
    return f"{fact.message} goes from {fact.queue} to {fact.target} after {receives}{ran}."


def _batch_ended(fact: facts.BatchEnded) -> str:
    back = _times(fact.failed, "message")
    return {
        "success": f"{fact.batch} has been processed.",
        "partial": f"{fact.batch} has been processed, except for {back}.",
        "error": f"{fact.batch} has failed; its messages come back when their loan is over.",
        "refused": f"{fact.batch} was refused; its messages come back when their loan is over.",
        "throttled": f"The poller lets go of {fact.batch}: its loan is over.",
        "filtered": f"No filter has left anything of {fact.batch}.",
    }[fact.outcome]


SHOWN = 80  # characters of a log line

SENTENCES: dict[type, Callable[[Any], str]] = {
    facts.AccountConfigured: lambda f: f"The account may run {f.concurrency:,} requests at once.",
    facts.ClockSet: lambda f: f"The run starts at {iso_text(f.starts)}.",
    facts.FunctionConfigured: _function,
    facts.ConcurrencyReserved: _reserved,
    facts.DeadLetterConfigured: lambda f: f"{f.function} has a dead-letter target, {f.target}.",
    facts.AliasConfigured: _alias,
    facts.FunctionDeleted: lambda f: f"{f.function} is deleted.",
    facts.ProvisioningRequested: lambda f: (
        f"{f.units:,} environments of {f.function}:{f.version} are to be kept ready."
    ),
    facts.ProvisioningCompleted: lambda f: (
        f"The provisioned environments of {f.function}:{f.version} are ready."
    ),
    facts.ProvisioningFailed: lambda f: (
        f"The allocation of provisioned environments for {f.function}:{f.version} has failed."
    ),
    facts.AutoScalingConfigured: _scaled,
    facts.UtilizationMeasured: lambda f: (
        f"{f.utilization / PERCENT_OF_MILLIONTHS:.4g} % of the provisioned environments of "
        f"{f.function}:{f.version} were busy in the last minute."
    ),
    facts.DoorConfigured: _door,
    facts.CallerConfigured: _caller,
    facts.ClientStarted: lambda f: f"{f.client} wants an answer ({f.caller}).",
    facts.ClientTried: lambda f: f"{f.client} sends its request, try {f.number} ({f.attempt}).",
    facts.ClientFailed: _client_failed,
    facts.ClientPostponed: lambda f: f"{f.client} tries again at {seconds_text(f.until)} s.",
    facts.ClientAnswered: lambda f: f"{f.client} takes the answer to {f.attempt}: {f.status_code}.",
    facts.ClientGaveUp: lambda f: f"{f.client} gives up: {f.error}.",
    facts.ExchangeStarted: lambda f: f"{f.exchange} reaches {f.door}: {f.method} {f.path}.",
    facts.ExchangeAnswered: lambda f: f"{f.door} answers {f.exchange} with {f.status_code}.",
    facts.CallMade: _call_made,
    facts.ServiceCalled: lambda f: (
        f"{f.environment} asks {f.service} for {f.operation}"
        f"{f' on {f.resource}' if f.resource else ''} ({f.call}){_line(f.line)}."
    ),
    facts.CallAnswered: _call_answered,
    facts.EffectMade: lambda f: (
        f"{f.environment} does “{f.effect}” for {f.request or 'nobody'}{_line(f.line)}."
    ),
    facts.ConnectionOpened: lambda f: (
        f"{f.environment} opens {f.connection} to {f.database}{_line(f.line)}."
    ),
    facts.ConnectionRefused: lambda f: (
        f"{f.database} refuses a connection to {f.environment}: all are taken{_line(f.line)}."
    ),
    facts.ConnectionUsed: _used,
    facts.ConnectionClosed: _closed,
    facts.StreamConfigured: lambda f: f"There is {_named(f.stream)}.",
    facts.StreamMappingConfigured: _mapped,
    facts.ItemWritten: _written_item,
    facts.RecordPut: _put,
    facts.BatchRead: _read,
    facts.BatchSent: lambda f: f"{f.batch} is handed to the function.",
    facts.BatchProcessed: lambda f: f"{f.batch} is done: {_records(f.records)}.",
    facts.BatchFailed: _failed,
    facts.BatchReturned: lambda f: (
        f"{f.batch} waits and is tried again at {seconds_text(f.until)} s."
    ),
    facts.BatchBisected: lambda f: f"{f.batch} is split into {f.first} and {f.second}.",
    facts.RecordsDiscarded: _discarded,
    facts.RecordsExpired: lambda f: (
        f"{_records(f.records)} {'leaves' if len(f.records) == 1 else 'leave'} "
        f"{_named(f.stream)} for good."
    ),
    facts.TriggerConfigured: _trigger,
    facts.EventPublished: _published,
    facts.EventUnmatched: lambda f: f"{f.event} is not what {f.function} is to get ({f.trigger}).",
    facts.DeliveryBegun: lambda f: (
        f"{_place(f.source)} hands {f.event} to Lambda for {f.function} ({f.delivery})."
    ),
    facts.DeliveryAccepted: lambda f: f"Lambda has accepted {f.delivery}.",
    facts.DeliveryReturned: lambda f: (
        f"{f.delivery} fails with {f.error} and is tried again at {seconds_text(f.until)} s."
    ),
    facts.DeliveryDropped: lambda f: f"{f.delivery} is given up: {f.error}.",
    facts.QueueConfigured: _queue,
    facts.QueueMappingConfigured: _mapping,
    facts.MappingScaled: lambda f: (
        f"{f.mapping} may have up to {f.concurrency:,} of its batches in flight."
    ),
    facts.MessageSent: _message_sent,
    facts.MessageNotQueued: _not_queued,
    facts.MessageAppeared: lambda f: f"{f.message} can be received from {f.queue}.",
    facts.MessageReceived: lambda f: (
        f"{f.mapping} receives {f.message} for {f.batch}, on loan until {seconds_text(f.until)} s."
    ),
    facts.MessageLent: lambda f: (
        f"{f.message} is received by code from {f.queue}, on loan until {seconds_text(f.until)} s."
    ),
    facts.LoanChanged: lambda f: (
        f"{f.message} of {f.queue} is to be on loan until {seconds_text(f.until)} s."
    ),
    facts.MessageDeleted: _deleted,
    facts.MessageDeadLettered: _dead_lettered,
    facts.MessageExpired: lambda f: f"{f.message} has been in {f.queue} for too long and is gone.",
    facts.BatchGathered: lambda f: (
        f"{f.batch} has {_times(f.size, 'message')} and is handed to the function."
    ),
    facts.BatchThrottled: lambda f: (
        f"The poller keeps {f.batch} and tries it again while its loan lasts."
    ),
    facts.BatchEnded: _batch_ended,
    facts.RequestReceived: _received,
    facts.EventQueued: lambda f: f"{f.request} goes into the internal queue.",
    facts.EventDuplicated: lambda f: (
        f"{f.request} is delivered once more, as {f.copy}, at {seconds_text(f.until)} s."
    ),
    facts.EventReturned: lambda f: (
        f"{f.request} goes back into the queue and is tried again at {seconds_text(f.until)} s."
    ),
    facts.EventSucceeded: lambda f: f"{f.request} has been processed and leaves the queue.",
    facts.EventDropped: lambda f: f"{f.request} is given up: {f.condition}.",
    facts.DocumentSent: _sent,
    facts.DeliveryFailed: lambda f: f"{f.target} could not be written for {f.request}.",
    facts.RequestRefused: lambda f: f"{f.request} is refused: {f.error}.",
    facts.RequestThrottled: lambda f: f"{f.request} is throttled: {f.reason}.",
    facts.ResponseSent: _answered,
    facts.InitStarted: _init,
    facts.InitCompleted: lambda f: (
        f"{f.environment} has finished its Init, after {ms_text(f.duration)} ms."
    ),
    facts.InitFailed: _init_failed,
    facts.SnapshotCompleted: _snapshot,
    facts.RestoreStarted: _restore,
    facts.RestoreCompleted: lambda f: (
        f"{f.environment} is as it was in the snapshot, after {ms_text(f.duration)} ms."
    ),
    facts.RestoreFailed: lambda f: f"The Restore of {f.environment} fails: {f.error_type}.",
    facts.InvocationStarted: _started,
    facts.CodeWaited: _waited,
    facts.CodeComputed: _computed,
    facts.OutputWritten: _written,
    facts.ResponsePosted: _posted,
    facts.InvocationCompleted: _completed,
    facts.EnvironmentReset: lambda f: (
        f"{f.environment} is reset: its memory is lost and its /tmp is kept."
    ),
    facts.StateKept: _kept,
    facts.EnvironmentFrozen: lambda f: f"{f.environment} is frozen and keeps its memory.",
    facts.ShutdownStarted: lambda f: (
        f"The extensions of {f.environment} have until {seconds_text(f.until)} s to shut down."
    ),
    facts.EnvironmentShutDown: lambda f: f"{f.environment} is shut down and gone.",
}
