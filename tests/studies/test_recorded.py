"""Traces and REPORT lines: what was recorded, read from files and laid beside a run."""

import json
from math import isnan
from pathlib import Path
from typing import Any

import pandas
import pytest

import lambdalab as lab
from lambdalab.__main__ import main
from lambdalab.engine.units import EPOCH_MS, uuid_text

# Traffic ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "timestamp,duration\n0,0.25\n1.5,0.5\n1,2\n"),
        ("a.csv", "0,0.25\n1.5,0.5\n1,2\n"),
        ("a.csv", "Duration_ms,user,Time\n250,ann,100\n500,bob,101.5\n2000,ann,101\n"),
        ("a.csv", "time,duration_ms\n1767225600,250\n1767225601.5,500\n\n1767225601,2000\n"),
        ("a.csv", "at,duration_ms\n1767225600000,250\n1767225601500,500\n1767225601000,2000\n"),
        (
            "a.csv",
            "timestamp,duration\n2026-01-01T01:00:00+01:00,.25\n2026-01-01T00:00:01.5Z,.5\n"
            "2026-01-01 00:00:01,2\n",
        ),
        ("a.json", "[[0, 0.25], [1.5, 0.5], [1, 2]]"),
        (
            "a.json",
            '[{"timestamp": 0, "duration": 0.25}, {"timestamp": 1.5, "duration_ms": 500},'
            ' {"timestamp": 1, "duration": 2}]',
        ),
        (
            "a.jsonl",
            '{"Timestamp": "2026-01-01T00:00:00Z", "duration": 0.25}\n'
            '{"timestamp": "2026-01-01T00:00:01.500Z", "duration": 0.5}\n'
            '{"timestamp": "2026-01-01T00:00:01Z", "duration": 2}\n',
        ),
    ],
)
def test_a_trace_is_read_from_a_file(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    # The third CSV counts from 100 s on: numbers as small as these are times of the run.
    first = 100 if ",ann,100" in text else 0
    file.write_text(text, encoding="utf-8")
    traffic = lab.replay(file)
    assert traffic.durations == [0.25, 0.5, 2]
    cell = 'import time\ndef handler(event, context):\n    time.sleep(event["duration"])'
    run = lab.run(lab.function(cell, name="real"), at=traffic)
    table = run.table("requests").sort_values("request_id")
    assert sorted(table["sent"]) == [first, first + 1, first + 1.5]
    assert sorted(run.table("invocations")["duration_ms"]) == [250, 500, 2000]
    modelled = lab.run(lab.handler(wait=lab.choice(traffic.durations)), at=traffic)
    assert set(modelled.table("invocations")["duration_ms"]) <= {250, 500, 2000}


def test_times_alone_have_the_usual_payload(tmp_path: Path) -> None:
    file = tmp_path / "times.json"
    file.write_text("[0.5, 0.25]")
    assert lab.replay(str(file)).recorded == (0.5, 0.25)
    cell = "def handler(event, context): return event"
    assert lab.run(lab.function(cell), at=lab.replay(file)).returned == [{"n": 1}, {"n": 0}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no times"),
        ("timestamp\n", "it has no times"),
        ("timestamp\n1\nsoon\n", "line 3: 'soon' is no time"),
        ("timestamp\n-1\n", "line 2: '-1' is no time"),
        ("timestamp\nnan\n", "line 2: 'nan' is no time"),
        ("timestamp,duration\n1,long\n", "line 2: 'long' is no duration"),
        ("timestamp,duration\n1,-1\n", "line 2: '-1' is no duration"),
        ("one,two\n1,2\n", "line 1: 'one' is no time"),
        ("[1, true]", "item 2: True is no time"),
        ("[1, [1, 2, 3]]", "item 2: "),
        ("[1,", "this is no JSON"),
        ("[[[", "this is no JSON"),
    ],
)
def test_a_trace_that_is_none_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "trace.csv"
    file.write_text(text)
    with pytest.raises(lab.LabError) as error:
        lab.replay(file)
    assert said in error.value.given
    with pytest.raises(lab.LabError, match="No such file"):
        lab.replay(tmp_path / "nowhere.csv")


# REPORT lines -----------------------------------------------------------------------------------

CELL = """
import os, time
time.sleep(0.3)

def handler(event, context):
    print("working on", event)
    time.sleep(event.get("seconds", 0.1234))
    if event["n"] == 2:
        raise ValueError("not this one")
    if event["n"] == 3:
        os._exit(1)
"""
SENT = [
    (0, {"n": 0}),
    (0.1, {"n": 1}),
    (5, {"n": 2}),
    (9, {"n": 3}),
    (20, {"n": 4, "seconds": 9}),
    (30, {"n": 5}),
]


def as_filtered(run: lab.Run) -> str:
    """Write the lines of a run as `aws logs filter-log-events` prints them."""
    events = [
        {
            "logStreamName": line.stream,
            "timestamp": EPOCH_MS + round(line.at * 1000),
            "message": f"{line.text}\n",
        }
        for line in run.logs()
    ]
    return json.dumps({"events": events, "searchedLogStreams": []}, indent=4)


def as_tailed(run: lab.Run) -> str:
    """Write the lines of a run as `aws logs tail` prints them."""
    return "".join(
        f"2026-01-01T00:{int(line.at) // 60:02}:{line.at % 60:09.6f}+00:00 {line.stream} {text}\n"
        for line in run.logs()
        for text in line.text.split("\n")
    )


def as_printed(run: lab.Run) -> str:
    """Write the lines of a run alone, stream after stream."""
    streams = dict.fromkeys(line.stream for line in run.logs())
    return "".join(f"{x.text}\n" for one in streams for x in run.logs() if x.stream == one)


SAME = ["status", "error_type", "init_ms", "duration_ms", "billed_ms", "max_memory_mb", "cold"]
SAME += ["version", "attempt", "init_type"]


@pytest.mark.parametrize("write", [as_filtered, as_tailed, as_printed])
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_the_reports_of_a_run_are_its_invocations(
    tmp_path: Path, write: Any, log_format: str
) -> None:
    fn = lab.function(CELL, name="greet", timeout=3, memory=512, log_format=log_format)
    run = lab.run(fn, at=SENT)
    file = tmp_path / ("log.json" if write is as_filtered else "log.txt")
    file.write_text(write(run), encoding="utf-8")
    found = lab.reports(tmp_path).table
    mine = run.table("invocations")
    assert list(found.columns) == list(mine.columns)
    mine["request_id"] = mine["request_id"].map(uuid_text)
    found, mine = (x.set_index("request_id").sort_index() for x in (found, mine))
    for name in SAME:
        pandas.testing.assert_series_equal(
            found[name], mine[name], check_dtype=False, check_index_type=False
        )
    if write is not as_printed:
        lasted = found["end"] - found["start"]
        assert (lasted - (mine["end"] - mine["start"])).abs().max() < 0.002
        assert found["environment"].nunique() == mine["environment"].nunique()
    if log_format == "json":
        assert set(found["function"]) == {"greet"}
    beside = run.beside(lab.reports(tmp_path))
    ratios = beside.table["ratio"].dropna()
    assert ((ratios - 1).abs() < 1e-4).all()
    assert beside.table.loc["cost", "recorded"] == pytest.approx(run.bill.cost)


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_init_restore_and_provisioned_starts_are_told_apart(
    tmp_path: Path, log_format: str
) -> None:
    provisioned = lab.handler("p", init=1, log_format=log_format).alias(
        "live", provisioned_concurrency=1
    )
    snap = lab.handler("s", init=1, log_format=log_format).publish(snap_start=True)
    broken = lab.function("1 / 0\ndef handler(event, context): pass", name="b",
                          log_format=log_format)  # fmt: skip
    slow = lab.handler("slow", init=11, timeout=30, log_format=log_format)
    run = lab.run(
        {provisioned: 0, snap: [0, 9], broken: 0, slow: 0},
        assume={"cold.snapstart.restore_time": 0.4},
    )
    (tmp_path / "log.json").write_text(as_filtered(run))
    found = lab.reports(tmp_path).table.set_index("request_id")
    mine = run.table("invocations")
    mine["request_id"] = mine["request_id"].map(uuid_text)
    mine = mine.set_index("request_id")
    assert len(found) == len(mine) == 5
    for name in ("init_type", "cold", "duration_ms", "billed_ms", "status"):
        assert found[name].to_dict() == mine[name].to_dict(), name


def test_lines_as_aws_documents_them_are_read(tmp_path: Path) -> None:
    """Shapes of log.report, log.timeout.old, log.timeout.new and log.crash.old_new."""
    (tmp_path / "log.txt").write_text(
        "START RequestId: 1-a Version: 7\n"
        "REPORT RequestId: 1-a\tDuration: 8.40 ms\tBilled Duration: 179 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 66 MB\tInit Duration: 170.13 ms\t\n"
        "XRAY TraceId: 1-2\tSegmentId: 3\tSampled: true\n"
        "2024-03-04T17:22:38.033Z 2-b Task timed out after 3.00 seconds\n"
        "REPORT RequestId: 2-b Duration: 3000.00 ms Billed Duration: 3000 ms "
        "Memory Size: 128 MB Max Memory Used: 70 MB\n"
        "REPORT RequestId: 3-c\tDuration: 3016.78 ms\tBilled Duration: 3101 ms\t"
        "Memory Size: 128 MB\tMax Memory Used: 35 MB\tInit Duration: 84.00 ms\tStatus: timeout\t\n"
        "RequestId: 4-d Error: Runtime exited with error: exit status 1\n"
        "REPORT RequestId: 4-d\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 36 MB\tStatus: error\tError Type: Runtime.ExitError\t\n"
        "REPORT RequestId: 5-e\tDuration: 9.00 ms\tBilled Duration: 110 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 36 MB\tRestore Duration: 401.20 ms\tBilled Restore Duration: 100 ms\t\n"
        "REPORT of something else\nREPORT RequestId: 6-f\tDuration: soon ms\n",
        encoding="utf-8",
    )
    table = lab.reports(tmp_path / "log.txt", function="greet").table
    assert table["request_id"].tolist() == ["1-a", "2-b", "3-c", "4-d", "5-e"]
    assert table["status"].tolist() == ["success", "timeout", "timeout", "error", "success"]
    assert table["version"][0] == "7"
    assert table["error_type"][1:4].tolist() == ["Sandbox.Timedout"] * 2 + ["Runtime.ExitError"]
    assert table["cold"].tolist() == [True, False, True, False, True]
    assert table["init_type"][4] == "snap-start"
    assert table["init_ms"][:1].tolist() == [170.13]
    assert table["billed_ms"].tolist() == [179, 3000, 3101, 2, 110]
    assert set(table["function"]) == {"greet"}
    assert all(isnan(at) for at in table["end"])


def test_where_there_are_no_reports_is_said(tmp_path: Path) -> None:
    with pytest.raises(lab.LabError, match="no REPORT line"):
        lab.reports(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(lab.LabError, match="codec"):
        lab.reports(tmp_path)
    with pytest.raises(lab.LabError, match="No such file"):
        lab.reports(tmp_path / "nowhere")
    with pytest.raises(lab.LabError, match="architecture"):
        lab.reports(tmp_path, architecture="arm")
    with pytest.raises(lab.LabError, match="are no reports"):
        lab.run(lab.handler(), 0).beside([])


def test_what_differs_shows_side_by_side(tmp_path: Path) -> None:
    real = lab.run(lab.handler("nap", wait=0.3, init=0.5, memory=512), at=[0, 1, 2])
    (tmp_path / "log.json").write_text(as_filtered(real))
    model = lab.run(lab.handler("nap", wait=0.1, memory=512), at=[0, 1, 2])
    beside = model.beside(lab.reports(tmp_path))
    table = beside.table
    assert table.loc["duration_ms_p50"].tolist() == [100, 300, 3]
    assert table.loc["cold_share"].tolist() == [1 / 3, 1 / 3, 1]
    assert table.loc["billed_ms"].tolist() == [300, 1400, 1400 / 300]
    assert table.loc["cost", "recorded"] == pytest.approx(real.bill.cost)
    assert table.loc["cost", "model"] == pytest.approx(model.bill.cost)
    assert "p50 100 and 300 ms" in beside.chart.alt
    assert beside.chart.svg.startswith("<svg") or "<svg" in beside.chart.svg
    assert beside.chart.svg == model.beside(lab.reports(tmp_path)).chart.svg
    live = lab.handler("nap", wait=0.1, memory=512).alias("live")
    part = lab.run({live: [0, 1]}).of("nap:live").beside(lab.reports(tmp_path))
    assert part.table.loc["invocations"].tolist() == [2, 3, 1.5]


# Without a notebook -----------------------------------------------------------------------------


def test_a_saved_run_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = tmp_path / "greet.py"
    code.write_text("def handler(event, context):\n    print('hello')\n    return 1\n")
    saved = str(tmp_path / "run.jsonl")
    assert main(["run", str(code), "--at", "0,1", "--logs", "--save", saved]) == 0
    first = capsys.readouterr().out
    assert main(["show", saved, "--logs"]) == 0
    assert capsys.readouterr().out == first
    assert main(["show", saved, "--never", "cold"]) == 1
    capsys.readouterr()
    page = str(tmp_path / "run.html")
    assert main(["show", saved, "--page", page]) == 0
    assert capsys.readouterr().out == f"{page}\n"
    assert Path(page).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["show", str(code)]) == 2
    assert "line 1: this is no JSON" in capsys.readouterr().err
