"""The terms of the course: one sentence each, and what each is taken for.

At most sixty. A term belongs to the lesson that defines it, and is set in italics there, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from html import escape

from ..mistakes import LabError


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the glossary."""

    name: str
    lesson: str
    meaning: str
    unlike: str  # what it is taken for, and how that differs
    aws: str = ""  # AWS's own name, where it is another

    @property
    def said(self) -> str:
        """The meaning, and AWS's own name where it is another."""
        return f"{self.meaning} AWS says: {self.aws}." if self.aws else self.meaning


TERMS = (
    Term(
        "execution environment",
        "L01",
        "What runs your handler: made for one function, serving one request at a time.",
        "A server, which serves many requests at a time. Also called an instance or a container.",
    ),
    Term(
        "Init",
        "L01",
        "The first phase of an environment: the runtime starts and the code around your handler "
        "runs.",
        "Invoke, which runs the handler, for one request.",
    ),
    Term(
        "Invoke",
        "L01",
        "The phase in which an environment runs your handler for one request.",
        "Init, which comes before, and once.",
    ),
    Term(
        "frozen",
        "L01",
        "Between two requests nothing in an environment runs, and its memory stays.",
        "Shut down, which ends the environment and loses its memory.",
    ),
    Term(
        "cold start",
        "L01",
        "An invocation that waits for the Init of a new environment.",
        "Init itself. An Init that nobody waits for makes no cold start.",
    ),
    Term(
        "warm start",
        "L01",
        "An invocation that an idle environment takes at once.",
        "A fast invocation. A warm one may be slow for its own reasons.",
    ),
    Term(
        "reuse",
        "L02",
        "An environment takes a further request with what the earlier ones left in it.",
        "Shared memory. Two environments share nothing.",
        "execution environment reuse",
    ),
    Term(
        "module scope",
        "L02",
        "The code around the handler. It runs once for each environment.",
        "Handler scope, which runs for each invocation.",
        "initialization code",
    ),
    Term(
        "ephemeral storage",
        "L02",
        "The files under /tmp. Each environment has its own, and they stay as long as it lives.",
        "A disk that several functions share, and a folder that is emptied for each request.",
    ),
    Term(
        "background work",
        "L02",
        "What your code has started and not finished when the handler is done.",
        "An asynchronous invocation, which Lambda runs for you.",
    ),
    Term(
        "idle lifetime",
        "L03",
        "How long a frozen environment waits for a request before it is shut down. Not published.",
        "The timeout of the function, which limits one invocation.",
    ),
    Term(
        "provisioned concurrency",
        "L03",
        "A number of environments that are made ahead for a version or an alias, and paid while "
        "they wait.",
        "Reserved concurrency, which warms nothing.",
    ),
    Term(
        "spillover",
        "L03",
        "A request above the provisioned number, which gets an ordinary environment.",
        "A throttle, which refuses the request.",
        "ProvisionedConcurrencySpilloverInvocations",
    ),
    Term(
        "alias",
        "L03",
        "A name for a published version of a function.",
        "$LATEST, the version that you edit. It can have no provisioned concurrency.",
    ),
    Term(
        "timeout",
        "L04",
        "The most seconds that one invocation may take. Lambda kills the process at that moment.",
        "The Init limit of ten seconds, and the timeout of whoever calls.",
    ),
    Term(
        "function error",
        "L04",
        "Your code raised, was killed or exited. The caller still gets status code 200.",
        "A throttle, for which your code never ran.",
        "X-Amz-Function-Error",
    ),
    Term(
        "reset",
        "L04",
        "Lambda ends the process and keeps the environment: memory is lost, /tmp stays.",
        "Shutdown, which ends the environment.",
    ),
    Term(
        "suppressed Init",
        "L04",
        "The Init that follows a reset. It runs inside the next invocation and under its timeout.",
        "The first Init, which has a limit of its own.",
    ),
    Term(
        "GB-second",
        "L05",
        "One second with 1,024 MB of memory. Duration is sold in this unit.",
        "A second of CPU. Waiting costs as much as computing.",
    ),
    Term(
        "billed duration",
        "L05",
        "What the duration is charged for: Init and handler, rounded up to a millisecond.",
        "Duration, which begins after Init.",
    ),
    Term(
        "CPU share",
        "L05",
        "The part of a vCPU that an environment gets. It grows with the memory that you set.",
        "A setting. There is no knob for CPU alone.",
    ),
    Term(
        "concurrency",
        "L06",
        "How many requests are in flight at one moment: rate times duration.",
        "The rate, which says nothing of how long each one takes.",
    ),
    Term(
        "throttle",
        "L06",
        "Lambda refuses a request for want of room. Your code does not run.",
        "An error. A throttle leaves no line in your log.",
        "429, TooManyRequestsException",
    ),
    Term(
        "reserved concurrency",
        "L06",
        "A share of the account's concurrency for one function, and its ceiling.",
        "Provisioned concurrency, which keeps environments ready.",
    ),
    Term(
        "unreserved pool",
        "L06",
        "The concurrency that all functions without a reservation share.",
        "What is free right now.",
    ),
    Term(
        "call door",
        "L07",
        "The caller waits for the answer, and Lambda runs your handler once at most.",
        "API Gateway alone. Whoever waits for the answer stands at this door.",
        "synchronous invocation, RequestResponse",
    ),
    Term(
        "event door",
        "L07",
        "Lambda takes the event, answers 202 and runs your handler later, up to three times.",
        "A call. Nobody waits for what the handler returns.",
        "asynchronous invocation, Event",
    ),
    Term(
        "poll door",
        "L07",
        "Lambda itself reads a queue or a stream, and calls your handler with what it finds.",
        "A source that pushes. A queue and a stream call nobody.",
        "event source mapping",
    ),
    Term(
        "attempt",
        "L07",
        "One time that your handler begins for a request, an event or a message.",
        "A throttled try, in which your handler does not begin.",
    ),
    Term(
        "internal queue",
        "L08",
        "Where Lambda keeps an event from the 202 on, until it is done or given up.",
        "An SQS queue. You cannot look into this one, and it has a limit of hours.",
    ),
    Term(
        "maximum event age",
        "L08",
        "How old an event may become in the internal queue. Then it is given up.",
        "The timeout of the function, which limits one attempt.",
        "MaximumEventAgeInSeconds",
    ),
    Term(
        "destination",
        "L08",
        "Where Lambda sends a record of an event that is done or given up, with what became of it.",
        "A dead-letter queue, which gets the event alone, and only one that is given up.",
        "OnSuccess, OnFailure",
    ),
    Term(
        "dead-letter queue",
        "L08",
        "Where an event goes that is given up, as it came, with the last error beside it.",
        "The dead-letter queue of an SQS queue, which is set on that queue.",
        "DeadLetterConfig",
    ),
    Term(
        "poller",
        "L09",
        "The part of Lambda that takes messages from a queue and calls your function with them.",
        "Your function. It sees a message only after a poller has taken it.",
    ),
    Term(
        "visibility timeout",
        "L09",
        "For how long a message is lent to the poller that took it. Nobody else gets it meanwhile.",
        "The timeout of the function. That clock starts later, with your code.",
    ),
    Term(
        "receive count",
        "L09",
        "How often a message was taken from its queue.",
        "How often your code ran. A poller may take a message and find no room.",
        "ApproximateReceiveCount, compared with maxReceiveCount",
    ),
    Term(
        "maximum concurrency",
        "L09",
        "How many batches the pollers of one queue may hold at once. The rest stays in the queue.",
        "Reserved concurrency, which refuses what the pollers have taken already.",
    ),
    Term(
        "partial batch response",
        "L09",
        "A list of the messages that failed. The mapping deletes the others.",
        "What the handler returns to somebody. Without the setting nobody reads it.",
        "ReportBatchItemFailures",
    ),
    Term(
        "shard",
        "L10",
        "A part of a stream that is read in order, one batch after the other.",
        "A copy of the stream. Each record is in one shard only.",
    ),
    Term(
        "partition key",
        "L10",
        "A text that comes with a record and chooses its shard.",
        "An id of the record. Many records may share a key, and then they stay in order.",
    ),
    Term(
        "iterator age",
        "L10",
        "How old the last record of a batch is when the batch is sent to the function.",
        "The duration of the function. A fast function may be far behind.",
        "IteratorAge",
    ),
    Term(
        "bisect",
        "L10",
        "Split a batch that fails into halves, which are tried one after the other.",
        "Giving up. Without a limit the bad record is tried alone for ever.",
        "BisectBatchOnFunctionError",
    ),
    Term(
        "parallelization factor",
        "L10",
        "How many batches of one shard may be processed at once, each with keys of its own.",
        "More shards. And one key has one batch at a time, whatever the factor.",
    ),
    Term(
        "message group",
        "L10",
        "The messages of a FIFO queue that stay in order among themselves.",
        "The queue. Other groups go on meanwhile.",
        "MessageGroupId",
    ),
    Term(
        "at-least-once delivery",
        "L11",
        "Whatever is sent arrives, and may arrive more than once, even if nothing failed.",
        "Exactly once, which no door promises.",
    ),
    Term(
        "idempotent",
        "L11",
        "Doing it a second time leaves the world as it was after the first.",
        "Giving the same answer twice. It is the effects that count.",
    ),
    Term(
        "idempotency key",
        "L11",
        "A name for a piece of work that is the same in every delivery of it.",
        "The id of a request, which may be another one in each delivery.",
    ),
    Term(
        "claim",
        "L11",
        "A record that says who is at work, and until when. A condition lets one writer win.",
        "A mark, which says done or nothing.",
        "a conditional write",
    ),
    Term(
        "staircase of timeouts",
        "L12",
        "The clocks of a chain in order: each one strikes before the one that waits for it.",
        "One timeout for all. Then it is chance which of them strikes first.",
    ),
    Term(
        "orphaned work",
        "L12",
        "Work that goes on when nobody waits for its answer any more.",
        "An event, for which nobody ever waited.",
    ),
    Term(
        "recursive loop",
        "L12",
        "A function that sets itself off, through what it writes or calls.",
        "A retry, which does the same piece of work again.",
    ),
    Term(
        "database proxy",
        "L12",
        "It takes any number of connections and lends each query one of the database's own.",
        "A pool in your code, of which every environment has one.",
        "RDS Proxy",
    ),
    Term(
        "task",
        "L13",
        "A running copy of your container. It serves several requests at once, and has a price by "
        "the hour.",
        "An execution environment, which serves one and is paid for by its work.",
    ),
    Term(
        "break-even",
        "L13",
        "The steady rate at which two ways to run the same code cost the same.",
        "A number of requests. When they come matters as much.",
    ),
    Term(
        "utilisation",
        "L13",
        "The share of the time in which what you pay for is at work.",
        "Success. At full utilisation somebody waits.",
    ),
)


PLAIN = "float:none;width:auto"  # JupyterLab sets terms and meanings side by side, too narrow


class Glossary(tuple[Term, ...]):
    """Some terms; shows itself as a list."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"{t.name}: {t.said}\n  Not: {t.unlike}" for t in self)

    def _repr_html_(self) -> str:
        items = "".join(
            f'<dt style="{PLAIN};font-weight:600;margin-top:6px">{escape(t.name)}</dt>'
            f'<dd style="{PLAIN};margin:0 0 0 18px">{escape(t.said)}'
            f'<div style="opacity:.85">Not to be taken for: {escape(t.unlike)}</div></dd>'
            for t in self
        )
        return f'<dl style="max-width:56em;line-height:1.5;margin:0">{items}</dl>'


def look_up(*names: str) -> Glossary:
    """Find terms by their names, or all those of a lesson by its id.

    Raises
    ------
    LabError
        For an unknown term; the message lists those that look like it.
    """
    found: list[Term] = []
    for name in names:
        terms = [t for t in TERMS if str(name) in (t.name, t.lesson)]
        if not terms:
            known = [t.name for t in TERMS]
            near = get_close_matches(str(name), known, 4, 0.4) or known
            raise LabError(
                f"{name!r} is not in the glossary.", ", ".join(near), f'lab.glossary("{near[0]}")'
            )
        found += terms
    return Glossary(found)
