"""Laws of whatever a learner may do: random sequences of verbs, with everything counted after each.

The first machine works with a live account, the second with runs and forks of them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.rules import TABLE
from lambdalab.engine.world import World
from lambdalab.views.replay import fold, worlds
from tests.engine.test_laws_sqs import there
from tests.engine.test_laws_streams import whereabouts

boto3 = pytest.importorskip("boto3")
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError, ReadTimeoutError  # noqa: E402

QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/"
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=5)
TABLES = ("requests", "invocations", "environments", "messages", "records", "log")
WORDS = ("cold", "throttled", "errors", "timeouts", "dropped", "dead_lettered", "processed")


def counted(log: Log, word: str, *kinds: type) -> Counter[Any]:
    return Counter(getattr(e.fact, word) for e in log if isinstance(e.fact, kinds))


def check_requests_and_events(log: Log, world: World) -> None:
    """Each has ended in exactly one way, or is still there; a batch answers to its mapping."""
    facts_of = [e.fact for e in log if isinstance(e.fact, facts.RequestReceived)]
    received = Counter(f.request for f in facts_of if not f.source.startswith("batch-"))
    answered = counted(log, "request", facts.ResponseSent)
    assert max(received.values(), default=1) == max(answered.values(), default=1) == 1
    assert answered.keys() <= received.keys()
    assert received.keys() - answered.keys() <= world.requests.keys()
    events = counted(log, "request", facts.EventQueued)
    ended = counted(log, "request", facts.EventSucceeded, facts.EventDropped)
    assert ended <= events
    assert (events - ended).keys() <= world.requests.keys()
    assert not ended.keys() & world.requests.keys()


def check_messages_and_records(log: Log) -> None:
    """Each has ended in exactly one way, or is at exactly one place, after every entry."""
    sent: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    put: Counter[tuple[str, str]] = Counter()  # (mapping, record)
    left: Counter[tuple[str, str]] = Counter()
    holder: dict[str, str] = {}  # batch -> its mapping
    for entry, world in zip(log, worlds(log), strict=True):
        match entry.fact:
            case facts.MessageSent(message=message):
                sent[message] += 1
            case facts.MessageExpired(message=message):
                gone[message] += 1
            case facts.MessageDeleted(message=message):
                gone[message] += not (gone[message] or there(world)[message])
            case facts.RecordPut(stream=stream, record=record):
                put.update((mapping, record) for mapping in world.streams[stream].mappings)
            case facts.BatchRead(batch=batch, mapping=mapping, skipped=skipped):
                holder[batch] = mapping
                left.update((mapping, id) for id in skipped)
            case facts.BatchBisected(batch=batch, first=first, second=second):
                holder[first] = holder[second] = holder[batch]
            case (
                facts.BatchProcessed(batch=batch, records=records)
                | facts.BatchFailed(batch=batch, records=records)
                | facts.RecordsDiscarded(batch=batch, records=records)
            ):
                left.update((holder[batch], id) for id in records)
        assert sent == gone + there(world), f"after {entry}"
        assert put == left + whereabouts(world), f"after {entry}"


def check_log(log: Log) -> None:
    """Causes point back and rules are known."""
    for entry in log:
        assert entry.cause is None or entry.cause < entry.seq
        assert all(seq < entry.seq for seq in entry.given)
        assert entry.rule in TABLE


def ask(run: lab.Run, table: str, word: str, share: float) -> None:
    """Ask whatever can be asked; a view never changes what it looks at."""
    before = list(run.log.rows)
    asked = int(share * (len(run.log) - 1))
    if before:
        assert run.why(asked).text if hasattr(run.why(asked), "text") else str(run.why(asked))
        assert problems(run.world(run.log[asked].at / 1e6)) == []
    assert len(run.table(table)) == len(run.table(table))
    assert run.count(word) >= 0
    assert run.bill.requests >= run.count("started") * 0
    assert str(run.tell())
    assert run.causes().number_of_nodes() == len(before)
    assert run.log.rows == before


class LiveAccount(RuleBasedStateMachine):
    """What one may do with an account in cells: call, send, put, change, wait, ask."""

    @initialize(
        wait=st.sampled_from([0, 0.5, 4]),
        fails=st.sampled_from([False, 0.4, True]),
        seed=st.integers(0, 3),
        limit=st.sampled_from([None, 2]),
        window=st.sampled_from([0, 2]),
        parts=st.booleans(),
        policy=st.sampled_from(["mru", "newest", "lru", "random"]),
        idle=st.sampled_from([360, 2, (1, 20), lab.exponential(5)]),
    )
    def make(
        self,
        wait: float,
        fails: object,
        seed: int,
        limit: int | None,
        window: int,
        parts: bool,
        policy: str,
        idle: object,
    ) -> None:
        # All ends within two hours: what fails always is not tried for days.
        work: dict[str, Any] = {"wait": wait, "fails": fails, "maximum_event_age": 300}
        caller = lab.handler("shop", init=0.3, **work)
        worker = lab.handler("worker", on_failure="failed", **work)
        queue = lab.queue(
            "jobs", visibility_timeout=20, max_receive_count=limit, message_retention=200
        )
        stream = lab.stream("clicks", shards=2)
        table = lab.table("things")
        how = {"maximum_retry_attempts": 1, "bisect_batch_on_function_error": parts}
        self.account = lab.account(
            caller,
            queue.to(worker, batch_size=2, maximum_batching_window=window),
            stream.to(worker, batch_size=3, **how),
            table.to(lab.handler("reader", wait=0.1), maximum_retry_attempts=0),
            seed=seed,
            assume={"lifecycle.idle": idle, "concurrency.assignment.which": policy},
        )
        self.client = self.account.client("lambda", config=ONCE)
        self.sqs = self.account.client("sqs")
        self.seen: list[Any] = []
        self.called = self.refused = 0

    @rule(seconds=st.sampled_from([0, 0.3, 1, 20, 90]))
    def wait(self, seconds: float) -> None:
        now = self.account.now
        self.account.advance(seconds)
        assert self.account.now == pytest.approx(now + seconds, abs=1e-5)

    @rule(function=st.sampled_from(["shop", "worker"]))
    def invoke(self, function: str) -> None:
        self.called += 1
        try:
            said = self.client.invoke(FunctionName=function)
        except self.client.exceptions.TooManyRequestsException:
            self.refused += 1
        except ReadTimeoutError:
            pass  # the client gave up; the function goes on
        else:
            assert said["StatusCode"] == 200

    @rule(function=st.sampled_from(["shop", "worker"]))
    def invoke_by_event(self, function: str) -> None:
        self.called += 1
        said = self.client.invoke(FunctionName=function, InvocationType="Event")
        assert said["StatusCode"] == 202

    @rule(many=st.integers(1, 3), delay=st.sampled_from([0, 5]))
    def send(self, many: int, delay: int) -> None:
        for k in range(many):
            self.sqs.send_message(QueueUrl=QUEUE + "jobs", MessageBody=f"{k}", DelaySeconds=delay)

    @rule(delete=st.booleans())
    def receive(self, delete: bool) -> None:
        got = self.sqs.receive_message(QueueUrl=QUEUE + "jobs", MaxNumberOfMessages=5)
        for message in got.get("Messages", ()):
            if delete:
                self.sqs.delete_message(
                    QueueUrl=QUEUE + "jobs", ReceiptHandle=message["ReceiptHandle"]
                )

    @rule(key=st.sampled_from("abc"))
    def put_record(self, key: str) -> None:
        kinesis = self.account.client("kinesis")
        kinesis.put_record(StreamName="clicks", Data=b"x", PartitionKey=key)

    @rule(key=st.sampled_from("abc"), number=st.integers(0, 1))
    def put_item(self, key: str, number: int) -> None:
        self.account.resource("dynamodb").Table("things").put_item(Item={"id": key, "n": number})

    @rule(units=st.sampled_from([0, 1, 3, None]), function=st.sampled_from(["shop", "worker"]))
    def reserve(self, units: int | None, function: str) -> None:
        if units is None:
            self.client.delete_function_concurrency(FunctionName=function)
        else:
            self.client.put_function_concurrency(
                FunctionName=function, ReservedConcurrentExecutions=units
            )

    @rule(memory=st.sampled_from([128, 256]), timeout=st.sampled_from([1, 3, 10]))
    def configure(self, memory: int, timeout: int) -> None:
        change = {"MemorySize": memory, "Timeout": timeout}
        self.client.update_function_configuration(FunctionName="shop", **change)

    @rule(enabled=st.booleans(), size=st.integers(1, 4))
    def set_mappings(self, enabled: bool, size: int) -> None:
        for mapping in self.client.list_event_source_mappings()["EventSourceMappings"]:
            self.client.update_event_source_mapping(
                UUID=mapping["UUID"], Enabled=enabled, BatchSize=size
            )

    @rule()
    def err(self) -> None:
        with pytest.raises(ClientError):
            self.client.invoke(FunctionName="nobody")

    @rule(table=st.sampled_from(TABLES), word=st.sampled_from(WORDS), share=st.floats(0, 1))
    def look(self, table: str, word: str, share: float) -> None:
        ask(self.account.run, table, word, share)

    @invariant()
    def what_was_written_stays_and_makes_the_world(self) -> None:
        if hasattr(self, "account"):
            rows = self.account.run.log.rows
            assert rows[: len(self.seen)] == self.seen
            self.seen = rows
            assert problems(self.account._sim.world) == []
            assert fold(Log(rows)) == self.account._sim.world

    def teardown(self) -> None:
        if not hasattr(self, "account"):
            return
        log = self.account.run.log
        check_requests_and_events(log, self.account._sim.world)
        self.account.advance(7_200)
        log = self.account.run.log
        check_log(log)
        check_messages_and_records(log)
        check_requests_and_events(log, self.account._sim.world)
        received = [e.fact for e in log if isinstance(e.fact, facts.RequestReceived)]
        own = [fact for fact in received if not fact.source]
        assert len(own) == self.called
        answered = counted(log, "request", facts.ResponseSent)
        assert answered.keys() == {
            fact.request for fact in received if not fact.source.startswith("batch-")
        }
        ended = counted(log, "request", facts.EventSucceeded, facts.EventDropped)
        assert ended == counted(log, "request", facts.EventQueued)


class Runs(RuleBasedStateMachine):
    """What one may do with runs: add stimuli and changes, run again, fork, compare, ask."""

    @initialize(
        wait=st.sampled_from([0, 0.5, 4]),
        fails=st.sampled_from([False, 0.4, True]),
        seed=st.integers(0, 3),
    )
    def make(self, wait: float, fails: object, seed: int) -> None:
        self.shop = lab.handler("shop", wait=wait, init=0.3)
        worker = lab.handler("worker", wait=wait, fails=fails, maximum_retry_attempts=1)
        self.door = lab.event(worker.with_(on_failure="failed"))
        jobs = lab.queue("jobs", visibility_timeout=60, max_receive_count=2)
        self.jobs = jobs.to(lab.handler("jobber", wait=wait, fails=fails))
        self.at: dict[Any, list[float]] = {self.shop: [], self.door: [], self.jobs: []}
        self.changes: list[Any] = []
        self.seed = seed
        self.run = self.play()

    def play(self, **more: Any) -> lab.Run:
        at = {target: sorted(times) for target, times in self.at.items()}
        return lab.run(at, changes=self.changes, seed=self.seed, **more)

    @rule(which=st.integers(0, 2), at=st.integers(0, 40).map(lambda n: n / 4))
    def stimulate(self, which: int, at: float) -> None:
        target = list(self.at)[which]
        self.at[target].append(at)
        self.run = self.play()

    @rule(
        at=st.integers(0, 40).map(lambda n: n / 4),
        change=st.sampled_from([{"reserved_concurrency": 1}, {"timeout": 2}, {"memory": 512}]),
    )
    def change(self, at: float, change: dict[str, Any]) -> None:
        self.changes.append((at, self.shop, change))
        self.run = self.play()

    @precondition(lambda self: hasattr(self, "run"))
    @rule(
        at=st.integers(0, 40).map(lambda n: n / 4),
        change=st.sampled_from([{"reserved_concurrency": 0}, {"timeout": 1}]),
    )
    def fork(self, at: float, change: dict[str, Any]) -> None:
        # A fork is the same run until the change.
        before = list(self.run.log.rows)
        fork = self.run.fork(at, self.shop, **change)
        assert self.run.log.rows == before
        mine = [row for row in before if row[0] < at * 1e6]
        theirs = [row for row in fork.log.rows if row[0] < at * 1e6]
        assert mine == theirs
        self.check(fork)

    @precondition(lambda self: hasattr(self, "run"))
    @rule(until=st.integers(0, 40).map(lambda n: n / 4))
    def run_for_less_long(self, until: float) -> None:
        shorter = self.play(until=until).log.rows
        assert shorter == self.run.log.rows[: len(shorter)]

    @precondition(lambda self: hasattr(self, "run"))
    @rule(table=st.sampled_from(TABLES), word=st.sampled_from(WORDS), share=st.floats(0, 1))
    def look(self, table: str, word: str, share: float) -> None:
        ask(self.run, table, word, share)

    @invariant()
    def the_run_obeys_the_laws(self) -> None:
        if hasattr(self, "run"):
            self.check(self.run)
            assert self.play().log.rows == self.run.log.rows

    def check(self, run: lab.Run) -> None:
        world = fold(run.log)
        assert problems(world) == []
        check_log(run.log)
        check_messages_and_records(run.log)
        check_requests_and_events(run.log, world)
        assert len(run.table("requests").query("door != 'batch'")) >= 0
        assert len(run.responses) == sum(len(times) for times in self.at.values())


TestLiveAccount = LiveAccount.TestCase
TestRuns = Runs.TestCase
TestLiveAccount.settings = TestRuns.settings = settings(max_examples=12, stateful_step_count=15)
