"""When a run starts: every clock of the modelled world follows `starts`, and nothing else does."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.engine.facts import ClockSet
from lambdalab.sources.pushes import Schedule
from lambdalab.views.usages import used_by

LEAP = "2028-02-28T23:59:59.500Z"
AT = datetime(2028, 2, 28, 23, 59, 59, 500_000, tzinfo=UTC)
CLOCKS = """
import datetime, logging, os, time, uuid

def handler(event, context):
    print("now", datetime.datetime.now().isoformat())
    logging.getLogger().warning("look")
    with open("/tmp/made", "w"):
        pass
    return [
        time.time(),
        time.gmtime()[:3],
        datetime.date.today().isoformat(),
        datetime.datetime.now(datetime.UTC).isoformat(),
        time.monotonic(),
        os.stat("/tmp/made").st_mtime,
        context.log_stream_name[:10],
        uuid.uuid1().time // 10_000_000 - 12_219_292_800,
    ]
"""
ECHO = """
import json

def handler(event, context):
    print("got", json.dumps(event))
"""
BOOM = "def handler(event, context): raise OSError"


def echoed(source: Any, **settings: Any) -> Any:
    """Send one thing, and give the event that the function got."""
    run = lab.run(source, at=[1], starts=LEAP, **settings)
    return [json.loads(line.text.removeprefix("got")) for line in run.logs("^got")]


def test_code_sees_the_date_that_the_run_starts_at() -> None:
    run = lab.run(lab.function(CLOCKS), at=[1], starts=LEAP)
    unix = AT.timestamp() + 1
    found = run.returned[0]
    assert found[:5] == [unix, [2028, 2, 29], "2028-02-29", "2028-02-29T00:00:00.500000+00:00", 1.0]
    assert found[5:] == [unix, "2028/02/29", int(unix)]
    assert run.logs("^now")[0].text == "now 2028-02-29T00:00:00.500000"
    assert run.logs("look")[0].text.startswith("[WARNING]\t2028-02-29T00:00:00.500Z")
    assert run.logs("^now")[0].stream.startswith("2028/02/29/")


@pytest.mark.parametrize(
    "starts",
    [
        AT,
        AT.replace(tzinfo=None),
        AT.astimezone(timezone(timedelta(hours=2))),
        "2028-02-28T23:59:59.5",
        "2028-02-29 01:59:59.500+02:00",
    ],
    ids=["aware", "naive", "elsewhere", "text", "zone"],
)
def test_one_date_can_be_said_in_many_ways(starts: Any) -> None:
    run, same = (lab.run(lab.function(CLOCKS), at=[1], starts=x) for x in (starts, LEAP))
    assert run.log.rows == same.log.rows
    assert run.log[1].fact == ClockSet(round(AT.timestamp() * 1_000_000))
    assert "The run starts at 2028-02-28T23:59:59.500Z." in repr(run.tell())


@pytest.mark.parametrize(
    "starts",
    [0, True, "", "tomorrow", "2028-02-30", datetime(1, 1, 1, tzinfo=UTC), "9999-01-01", ["2028"]],
    ids=repr,
)
def test_what_is_no_date_is_refused(starts: Any) -> None:
    with pytest.raises(lab.LabError, match="is no date of a run"):
        lab.run(lab.handler(), at=[0], starts=starts)


def test_it_starts_in_2026_unless_it_is_said() -> None:
    usual = lab.run(lab.function(CLOCKS), at=[1])
    assert usual.returned[0][0] == datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 1
    said = lab.run(lab.function(CLOCKS), at=[1], starts="2026-01-01")
    assert said.returned == usual.returned
    assert not any(isinstance(entry.fact, ClockSet) for entry in usual.log)


def test_events_of_what_pushes_follow() -> None:
    stamps = json.dumps(
        [echoed(source.to(lab.function(ECHO))) for source in (lab.topic(), lab.bus(), lab.bucket())]
    )
    assert "2028-02-29T00:00:00.500Z" in stamps
    assert '"time": "2028-02-29T00:00:00Z"' in stamps
    assert f'"sequencer": "00{int(AT.timestamp()) + 1:08X}' in stamps
    assert "2026" not in stamps


def test_events_of_front_doors_follow() -> None:
    fn, milliseconds = lab.function(ECHO), round(AT.timestamp() * 1000) + 1000
    (rest,), (http,) = echoed(lab.api(fn)), echoed(lab.api(fn, kind="http"))
    assert rest["requestContext"]["requestTime"] == "29/Feb/2028:00:00:00 +0000"
    assert rest["requestContext"]["requestTimeEpoch"] == milliseconds
    assert http["requestContext"]["timeEpoch"] == milliseconds
    (balanced,) = echoed(lab.load_balancer(fn))
    trace = f"Root=1-{milliseconds // 1000:x}-"
    assert balanced["headers"]["x-amzn-trace-id"].startswith(trace)


def test_events_of_mappings_follow() -> None:
    milliseconds = round(AT.timestamp() * 1000) + 1000
    fn = lab.function(ECHO)
    (queued,) = echoed(lab.queue().to(fn))
    attributes = queued["Records"][0]["attributes"]
    assert attributes["SentTimestamp"] == str(milliseconds)
    assert attributes["ApproximateFirstReceiveTimestamp"] == str(milliseconds)
    (streamed,) = echoed(lab.stream().to(fn))
    told = streamed["Records"][0]["kinesis"]["approximateArrivalTimestamp"]
    assert told == milliseconds / 1000
    (changed,) = echoed(lab.table().to(fn))
    told = changed["Records"][0]["dynamodb"]["ApproximateCreationDateTime"]
    assert told == milliseconds // 1000
    wired = lab.stream().to(lab.function(WINDOW), tumbling_window=60)
    run = lab.run(wired, at=[1], starts=LEAP, until=100)
    assert run.logs("^window")[0].text == "window 2028-02-28T23:59:59Z 2028-02-29T00:00:59Z"


WINDOW = """
def handler(event, context):
    print("window", event["window"]["start"], event["window"]["end"])
    return {"state": {}}
"""


def test_records_of_failure_follow() -> None:
    boom = lab.function(BOOM, name="boom")
    sent = lab.event(boom.with_(on_failure=lab.bucket("failed"), maximum_retry_attempts=0))
    (told,) = lab.run(sent, at=[1], starts=LEAP).delivered("failed")
    assert told["body"]["timestamp"] == "2028-02-29T00:00:00.500Z"
    assert told["key"].startswith("aws/lambda/async/boom/2028/02/29/2028-02-29T00.00.00-")
    read = lab.stream().to(boom, maximum_retry_attempts=0, on_failure="lost")
    (told,) = lab.run(read, at=[1], starts=LEAP).delivered("lost")
    assert told["body"]["timestamp"] == "2028-02-29T00:00:00.500Z"
    info = told["body"]["KinesisBatchInfo"]
    assert info["approximateArrivalOfFirstRecord"] == "2028-02-29T00:00:00.500Z"


def test_logs_in_json_follow() -> None:
    fn = lab.function(BOOM, log_format="json")
    lines = lab.run(fn, at=[1], starts=LEAP).logs("^{")
    assert {json.loads(x.text).get("time", LEAP)[:10] for x in lines} == {"2028-02-29", LEAP[:10]}
    errors = [json.loads(x.text) for x in lines if "errorType" in x.text]
    assert errors[0]["timestamp"] == "2028-02-29T00:00:00Z"


def test_the_month_of_the_bill_follows() -> None:
    """A month has a free tier; what lies in two months has two."""
    run = lab.run(lab.handler(wait=1), at=[0, 3600], starts="2028-02-29T23:30Z")
    assert {usage.month for usage in used_by(run.log).usages} == {(2028, 2), (2028, 3)}


def test_a_cron_expression_goes_by_the_clock_and_a_rate_by_the_start() -> None:
    fired = {}
    for cron in (False, True):
        source = Schedule("tick", every=300, cron=cron).to(lab.handler())
        run = lab.run(source, until=700, starts="2028-01-01T12:03:20")
        fired[cron] = [x.start / 1_000_000 for x in run.invocations if x.start is not None]
    assert fired == {False: [0, 300, 600], True: [100, 400, 700]}


def test_a_saved_run_a_fork_and_a_sweep_keep_the_date(tmp_path: Path) -> None:
    run = lab.run(lab.function(CLOCKS), at=[1], starts=AT)
    loaded = lab.load_run(run.save(tmp_path / "run.jsonl"))
    fork = loaded.fork(0, memory=512)
    assert loaded.returned[0][0] == fork.returned[0][0] == AT.timestamp() + 1
    assert loaded.logs("^now") == run.logs("^now")
    assert run.compare(fork)
    table = lab.sweep(
        lab.function(CLOCKS),
        [1],
        over={"starts": ["2028-02-28", AT]},
        repeats=1,
        measure={"hour": lambda run: run.returned[0][0]},
    ).table
    assert sorted(table["hour"])[1] - sorted(table["hour"])[0] == 86_399.5


def test_a_live_account_starts_then_too() -> None:
    pytest.importorskip("boto3")
    account = lab.account(lab.bucket("things"), lab.function(CLOCKS, name="clocks"), starts=LEAP)
    client = account.client("s3")
    client.put_object(Bucket="things", Key="one", Body=b"1")
    found = client.head_object(Bucket="things", Key="one")["LastModified"]
    assert found == AT.replace(microsecond=0)
    answer = account.client("lambda").invoke(FunctionName="clocks")
    assert json.load(answer["Payload"])[1] == [2028, 2, 28]


def test_nothing_but_dates_follows() -> None:
    """Durations, ids and money per request do not depend on the date."""
    runs = [lab.run(lab.queue().to(lab.handler(wait=1)), at=[0, 5], starts=x) for x in (None, LEAP)]
    usual, later = runs
    assert len(later.log) == len(usual.log) + 1
    assert later.metrics.series().equals(usual.metrics.series())
    assert repr(later.bill) == repr(usual.bill)
