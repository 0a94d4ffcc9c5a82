"""One example for each rule of SnapStart, extensions, packages, the prelude and log formats."""

import json

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of, report, starts

SNAP = lab.handler("snap", wait=1, init=4, snap_start=True)
HALF = {"cold.snapstart.restore_time": 0.5}


def agent(**times: object) -> lab.Function:
    return lab.handler("fn", wait=1, timeout=10, extensions=[lab.extension("agent", **times)])


# The prelude, and Inits ahead -------------------------------------------------------------------


def test_lifecycle_init_prelude_the_caller_waits_and_no_log_line_shows_it() -> None:
    fn = lab.handler(wait=1, init=0.3)
    run = lab.run(fn, at=[2, 10], assume={"lifecycle.prelude": 0.2})
    assert starts(run) == [2.5, 10]
    assert "Init Duration: 300.00 ms" in report(run)[0]
    assert run.logs("INIT_START")[0].at == 2.2
    assert run.bill.ms == lab.run(fn, at=[2, 10]).bill.ms
    assert decided(run, "lifecycle.init.prelude")[0].fact.until == 2_200_000
    same = lab.run(fn, at=[2], assume={"lifecycle.init.prelude": 0.2})
    assert starts(same) == [2.5]


def test_lifecycle_init_prelude_does_not_count_into_the_ten_seconds() -> None:
    fn = lab.handler(init=9.9, timeout=3)
    run = lab.run(fn, at=[0], assume={"lifecycle.prelude": 0.2})
    assert run.invocations[0].init_duration == 9_900_000
    assert starts(run) == [10.1]


def test_cold_vpc_now_and_images_have_a_longer_measured_prelude() -> None:
    fn = lab.handler(wait=1)
    plain, vpc, image = (
        starts(lab.run(f, at=[0], assume={"lifecycle.prelude": "measured"}))[0]
        for f in (fn, fn.with_(vpc=True), fn.with_(package_type="image"))
    )
    assert (plain, vpc, image) == (0.1, 0.34, 0.5)


def test_lifecycle_init_proactive_causes_maintenance_and_deployments() -> None:
    fn = lab.handler("fn", wait=1, init=2)
    always = {"lifecycle.init.proactive": 1, "lifecycle.max_age": 97}
    run = lab.run(fn, at=range(0, 300, 10), assume=always)
    ahead = decided(run, "lifecycle.init.proactive")
    assert all(e.fact.request == "" for e in ahead if isinstance(e.fact, facts.InitStarted))
    assert run.count("cold") == 1  # the others found an environment that was there before them
    assert run.invocations[-1].init_duration is None
    later = next(x for x in run.invocations if x.environment == "env-2")
    assert (later.cold, later.init_duration) == (False, 2_000_000)
    never = lab.run(fn, at=range(0, 300, 10), assume={"lifecycle.max_age": 97})
    assert never.count("cold") == 3
    changes = [(10, fn, {"memory": 512})]
    assert lab.run(fn, at=[0, 20], changes=changes, assume=always, until=50).count("cold") == 1
    assert lab.run(fn, at=[0, 20], changes=changes, until=50).count("cold") == 2


def test_lifecycle_init_proactive_is_a_share() -> None:
    at = list(range(0, 4000, 5))
    assume = {"lifecycle.init.proactive": 0.5, "lifecycle.max_age": 50}
    run = lab.run(lab.handler(wait=1), at, assume=assume)
    ahead = sum(not e.fact.request for e in of(run, facts.InitStarted))
    assert 0.35 < ahead / run.count("environments") < 0.65
    with pytest.raises(lab.LabError, match="share"):
        lab.run(lab.handler(), at=[0], assume={"lifecycle.init.proactive": 2})


def test_lifecycle_timeout_excess_can_be_assumed() -> None:
    late = lab.handler(wait=5, timeout=3)
    run = lab.run(late, at=[0], assume={"lifecycle.timeout.excess": 0.017})
    assert "Duration: 3017.00 ms\tBilled Duration: 3017 ms" in report(run)[0]
    drawn = lab.run(late, at=[0], assume={"lifecycle.timeout.excess": (0, 0.017)})
    assert 3_000_000 <= drawn.invocations[0].duration < 3_017_000
    just = lab.handler(wait=3.01, timeout=3)
    run = lab.run(just, at=[0], assume={"lifecycle.timeout.excess": 0.017})
    assert run.count("timeouts") == 1
    with pytest.raises(lab.LabError, match="range"):
        lab.run(late, at=[0], assume={"lifecycle.timeout.excess": (1, 0)})


def test_scaling_rate_refill_can_be_assumed() -> None:
    fn = lab.handler(wait=30)
    at = [0] * 1000 + [1] * 300
    account = {"account_concurrency": 5000}
    assert lab.run(fn, at, **account).count("throttled") == 200
    faster = lab.run(fn, at, **account, assume={"scaling.rate.refill": 250})
    assert faster.count("throttled") == 50


def test_scaling_rps_window_can_be_assumed() -> None:
    fn = lab.handler(wait=0.01, reserved_concurrency=1)
    at = [k / 50 for k in range(50)]
    assert lab.run(fn, at).count("throttled") == 31
    wide = lab.run(fn, at, assume={"scaling.rps.window": 2})
    assert wide.count("throttled") == 21


def test_lifecycle_env_recycle_pc_an_old_provisioned_environment_is_replaced() -> None:
    live = lab.handler(wait=1, init=2).alias("live", provisioned_concurrency=1)
    at = range(0, 100, 10)
    run = lab.run(live, at=at, assume={"lifecycle.max_age": 45})
    assert {x.initialization_type for x in run.invocations} == {"provisioned-concurrency"}
    assert run.count("environments") == 2
    assert run.count("cold") == 0


# Packages ---------------------------------------------------------------------------------------


def median(function: lab.Function) -> float:
    run = lab.run(function, at=[0] * 301, assume={"cold.hello.python": "measured"})
    return sorted(x.init_duration for x in run.invocations)[150] / 1000


def test_measured_inits_differ_by_runtime_package_and_architecture() -> None:
    fn = lab.handler(wait=1)
    assert median(fn) == pytest.approx(112, rel=0.1)
    assert median(fn.with_(architecture="arm64")) == pytest.approx(101, rel=0.1)
    assert median(fn.with_(package_type="image")) == pytest.approx(183, rel=0.1)
    arm = fn.with_(package_type="image", architecture="arm64", runtime="java21")
    assert median(arm) == pytest.approx(306, rel=0.1)


def test_cold_package_zip_each_megabyte_costs_cold_package_image_it_does_not() -> None:
    fn = lab.handler(wait=1, runtime="nodejs22.x")
    assert median(fn.with_(package_size=14)) == pytest.approx(143 + 14 * 103, rel=0.02)
    python = lab.handler(wait=1, package_size=100)
    assert median(python) == pytest.approx(112 + 1500, rel=0.02)
    assert median(python.with_(package_type="image")) == pytest.approx(183, rel=0.1)


def test_cold_mitigation_layers_count_like_the_package() -> None:
    fn = lab.handler(wait=1, package_size=40, layers=["tools", ("numpy", 60)])
    assert median(fn) == pytest.approx(112 + 1500, rel=0.02)


def test_limit_package_zip() -> None:
    assert lab.handler(package_size=250).unzipped == 250
    for settings in ({"package_size": 251}, {"package_size": 200, "layers": [("big", 60)]}):
        with pytest.raises(lab.LabError, match=r"limit\.package\.zip"):
            lab.handler(**settings)


def test_limit_package_image() -> None:
    lab.handler(package_type="image", package_size=10_240)
    with pytest.raises(lab.LabError, match=r"limit\.package\.image"):
        lab.handler(package_type="image", package_size=10_241)


def test_limit_layers() -> None:
    lab.handler(layers=list("abcde"))
    for layers in (list("abcdef"), "one", [3], [("a", -1)]):
        with pytest.raises(lab.LabError, match=r"limit\.layers"):
            lab.handler(layers=layers)
    with pytest.raises(lab.LabError, match="image"):
        lab.handler(layers=["a"], package_type="image")


def test_settings_of_packages_are_checked() -> None:
    wrong = {"package_type": "tar", "package_size": -1, "vpc": "yes", "snap_start": 1}
    for setting, value in wrong.items():
        with pytest.raises(lab.LabError, match=setting):
            lab.handler(**{setting: value})
    with pytest.raises(lab.LabError, match="java21"):
        lab.function("def handler(event, context): ...", runtime="java21")


# Extensions -------------------------------------------------------------------------------------


def test_lifecycle_invoke_response_before_extensions_sync_extensions_not_awaited() -> None:
    run = lab.run(agent(after=0.5), at=[0, 1.2])
    assert list(run.table("requests")["latency"]) == [1, 1]
    assert "Duration: 1500.00 ms\tBilled Duration: 1500 ms" in report(run)[0]
    assert run.count("environments") == 2  # the first one is still busy at 1.2 s
    assert run.metrics["PostRuntimeExtensionsDuration"] == 500
    assert "you set extensions=['agent'] on fn" in repr(run.why("req-1.posted"))


def test_lifecycle_invoke_timeout_scope_extensions_count_into_the_timeout() -> None:
    run = lab.run(agent(after=20), at=[0, 30])
    assert [r.status_code for r in run.responses] == [200, 200]
    assert all(r.function_error is None for r in run.responses)  # the answer was out before
    assert [e.fact.status for e in of(run, facts.InvocationCompleted)] == ["timeout", "timeout"]
    assert "Duration: 10000.00 ms" in report(run)[0]
    assert run.count("resets") == 2
    assert run.metrics["Errors"] == 2
    assert len(decided(run, "lifecycle.invoke.timeout.scope")) == 2


def test_an_event_is_retried_from_when_the_handler_failed() -> None:
    fn = agent(after=100).with_(timeout=900, code=lab.work(wait=1, fails=True))
    run = lab.run(lab.event(fn), at=[0])
    assert starts(run) == [0, 61, 182]
    assert run.count("environments") == 2
    assert run.count("dropped") == 1


def test_lifecycle_invoke_extension_crash_fails_the_invocation_or_the_init() -> None:
    run = lab.run(agent(crashes="invoke"), at=[0])
    assert run.returned[0].type == "Extension.Crash"
    assert report(run)[0].endswith("Status: error\tError Type: Extension.Crash\t")
    assert run.count("resets") == 1
    run = lab.run(agent(init=1, crashes="init"), at=[0])
    assert run.returned[0].type == "Extension.InitError"
    reports = [line.text for line in run.logs("INIT_REPORT")]
    assert "Phase: init\tStatus: error\tError Type: Extension.InitError" in reports[0]
    assert "Phase: invoke\tStatus: error" in reports[1]
    assert run.metrics["Duration"] == 1000
    live = agent(crashes="init").alias("live", provisioned_concurrency=1)
    assert "Extension.InitError" in lab.run(live, at=[0]).logs("INIT_REPORT")[0].text
    with pytest.raises(lab.LabError, match="crash"):
        lab.extension("agent", crashes="now")


def test_extensions_start_side_by_side_before_the_runtime() -> None:
    slow, quick = lab.extension("slow", init=0.4), lab.extension("quick", init=0.1)
    run = lab.run(lab.handler(wait=1, init=1, extensions=[slow, quick, "none"]), at=[0])
    assert run.invocations[0].init_duration == 1_400_000


def test_lifecycle_extension_max() -> None:
    lab.handler(extensions=[f"x{n}" for n in range(10)])
    with pytest.raises(lab.LabError, match=r"lifecycle\.extension\.max"):
        lab.handler(extensions=[f"x{n}" for n in range(11)])


@pytest.mark.parametrize(
    ("extensions", "seconds"),
    [
        ([lab.extension("in", internal=True, shutdown=0.2)], 0.2),
        ([lab.extension("in", internal=True, shutdown=9)], 0.5),
        ([lab.extension("out", shutdown=1.2)], 1.2),
        ([lab.extension("out", shutdown=9)], 2),
        ([lab.extension("out", shutdown=9), lab.extension("in", internal=True, shutdown=9)], 2),
    ],
)
def test_lifecycle_shutdown_budget(extensions: list, seconds: float) -> None:
    run = lab.run(lab.handler(wait=1, extensions=extensions), at=[0], until=1000)
    (begun,) = of(run, facts.ShutdownStarted)
    (ended,) = of(run, facts.EnvironmentShutDown)
    assert (begun.at, ended.at) == (361_000_000, 361_000_000 + seconds * 1_000_000)
    assert decided(run, "lifecycle.shutdown.budget") == [ended]
    assert run.world(361).environments["env-1"].phase == "Shutdown"


def test_lifecycle_shutdown_runtime_share_the_runtime_has_the_first_slice() -> None:
    both = [lab.extension("out", shutdown=0.4), lab.extension("in", internal=True, shutdown=9)]
    fn = lab.handler(wait=1, extensions=both)
    at = [e.at for e in of(lab.run(fn, at=[0], until=400), facts.EnvironmentShutDown)]
    assert at == [361_700_000]
    assume = {"lifecycle.shutdown.runtime_share": 0.6}
    run = lab.run(fn, at=[0], until=400, assume=assume)
    assert [e.at for e in of(run, facts.EnvironmentShutDown)] == [362_000_000]


def test_lifecycle_shutdown_no_runtime_event_without_extensions() -> None:
    run = lab.run(lab.handler(wait=1), at=[0], until=1000)
    assert of(run, facts.ShutdownStarted) == []
    assert [e.at for e in of(run, facts.EnvironmentShutDown)] == [361_000_000]


# SnapStart --------------------------------------------------------------------------------------


def test_cold_snapstart_runtimes_published_versions_only() -> None:
    version = SNAP.publish()
    run = lab.run({SNAP: [0], version: [0, 10]}, assume=HALF)
    kinds = {x.version: x.initialization_type for x in run.invocations}
    assert kinds == {"$LATEST": "on-demand", "1": "snap-start"}
    assert sorted(starts(run)) == [0.5, 4, 10]
    assert (run.count("cold"), run.count("environments")) == (2, 2)
    table = run.table("invocations")
    assert list(table[table.version == "1"]["init_ms"].isna()) == [True, True]
    for settings in (
        {"runtime": "python3.11"},
        {"runtime": "nodejs22.x"},
        {"package_type": "image"},
        {"ephemeral_storage": 513},
    ):
        with pytest.raises(lab.LabError, match=r"cold\.snapstart\.runtimes"):
            SNAP.with_(**settings)
    for runtime in ("java17", "dotnet8", "python3.12"):
        SNAP.with_(runtime=runtime)


def test_concurrency_pc_snapstart_exclusive() -> None:
    with pytest.raises(lab.LabError, match=r"concurrency\.pc\.snapstart_exclusive"):
        SNAP.alias("live", provisioned_concurrency=1)
    SNAP.publish(snap_start=False).alias("live", provisioned_concurrency=1)


UNIQUE = """
import os, random, time, uuid
drawn, born, named = random.random(), time.time(), str(uuid.uuid4())
time.sleep(2)
print("module")
def handler(event, context):
    time.sleep(0.1)
    return drawn, born, named, random.random(), str(uuid.uuid4()), os.urandom(4).hex()
"""


def test_cold_snapstart_uniqueness_what_init_made_is_equal_everywhere() -> None:
    version = lab.function(UNIQUE, name="fn", snap_start=True).publish()
    run = lab.run(version, at=[0, 0], assume=HALF)
    first, second = run.returned
    assert first[:4] == second[:4]  # a generator goes on alike in both
    assert first[4] != second[4]
    assert first[5] != second[5]
    assert first[1] < 1_767_225_600  # the clock of the module was that of publishing
    assert len(run.logs("^module$")) == 1
    plain = lab.run(lab.function(UNIQUE), at=[0, 0]).returned
    assert plain[0][0] != plain[1][0]
    assert lab.run(version, at=[0, 0], assume=HALF).returned == run.returned
    assert lab.run(version, at=[0], seed=1).returned[0][0] != first[0]


def test_cold_snapstart_uniqueness_holds_for_draws_in_the_handler_too() -> None:
    source = "import random\ndef handler(event, context): return random.random()"
    version = lab.function(source, snap_start=True).publish()
    run = lab.run(version, at=[0, 0], assume=HALF)
    assert run.returned[0] == run.returned[1]


def test_cold_snapstart_restore_time() -> None:
    run = lab.run(SNAP.publish(), at=[0] * 50, assume=lab.MEASURED | {"lifecycle.prelude": 0})
    restored = [e.fact.duration for e in of(run, facts.RestoreCompleted)]
    assert min(restored) >= 560_000
    assert max(restored) < 765_000
    assert len(set(restored)) > 40
    assert starts(lab.run(SNAP.publish(), at=[0])) == [0]


def test_lifecycle_restore_limit_the_call_fails_with_408() -> None:
    version = SNAP.publish()
    run = lab.run(version, at=[0], assume={"cold.snapstart.restore_time": 10.5})
    (response,) = run.responses
    assert (response.status_code, response.function_error) == (408, None)
    assert run.returned[0].type == "SnapStartTimeoutException"
    assert of(run, facts.ResponseSent)[0].at == 10_000_000
    (line,) = run.logs("RESTORE_REPORT")
    assert line.text == "RESTORE_REPORT Restore Duration: 10000.00 ms\tStatus: timeout"
    assert (run.metrics["Invocations"], run.metrics["Errors"], run.bill.requests) == (0, 0, 0)
    assert run.world().functions["snap"].in_flight == {}
    just = lab.run(version, at=[0], assume={"cold.snapstart.restore_time": 10})
    assert starts(just) == [10]


def test_an_event_is_tried_again_after_a_restore_that_failed() -> None:
    fn = SNAP.publish(maximum_event_age=60)
    run = lab.run(lab.event(fn), at=[0], assume={"cold.snapstart.restore_time": 11})
    assert [e.at // 1_000_000 for e in of(run, facts.RestoreFailed)] == [10, 21, 33, 47, 65]
    assert run.count("dropped") == 1


def test_a_version_whose_init_fails_cannot_be_called() -> None:
    broken = lab.function("1 / 0\ndef handler(event, context): ...", name="fn", snap_start=True)
    run = lab.run({broken.publish(): [0], lab.event(broken.publish()): [0]})
    assert [r.status_code for r in run.responses] == [409, 409]
    report = run.logs("INIT_REPORT")[0].text
    assert report.endswith("Phase: init\tStatus: error\tError Type: ZeroDivisionError")
    slow = lab.run(lab.handler(init=131, snap_start=True).publish(), at=[0])
    assert slow.responses[0].status_code == 409
    assert slow.logs("INIT_REPORT")[0].text.endswith("Status: timeout")
    assert lab.run(lab.handler(init=130, snap_start=True).publish(), at=[0]).count("processed")


def test_a_restored_environment_that_was_reset_runs_init_again() -> None:
    fn = lab.handler("fn", wait=5, timeout=3, init=1, snap_start=True).publish()
    run = lab.run(fn, at=[0, 10], assume=HALF)
    assert [x.environment for x in run.invocations] == ["env-1", "env-1"]
    assert [e.fact.phase for e in of(run, facts.InitStarted)] == ["invoke"]


# The bill of SnapStart --------------------------------------------------------------------------


def test_price_snapstart_billed_restore_is_in_the_billed_duration() -> None:
    run = lab.run(SNAP.publish(memory=1024), at=[0, 10], assume=HALF)
    x = run.invocations[0]
    assert (x.restore_duration, x.billed_restore, x.billed_ms) == (500_000, 105_000, 1105)
    assert run.invocations[1].billed_ms == 1000
    half = HALF | {"price.snapstart.billed_restore": 50}
    assert lab.run(SNAP.publish(), at=[0], assume=half).invocations[0].billed_ms == 1250


def test_price_snapstart_snapshots_and_restores_cost_but_not_in_java() -> None:
    version = SNAP.publish(memory=1024)
    run = lab.run(version, at=[0, 0], assume=HALF)
    amounts = {line.item: (float(line.quantity), line.unit) for line in run.bill.items}
    assert amounts["snapshot"] == (10_800, "GB-second")
    assert amounts["restores"] == (2, "GB")
    assert amounts["duration"] == (pytest.approx(4 + 2 * 1.105), "GB-second")  # with Init
    expected = 10_800 * 0.0000015046 + 2 * 0.0001397998
    expected += (4 + 2 * 1.105) * 0.0000166667 + 2 * 0.0000002
    assert run.bill.cost == pytest.approx(expected)
    day = lab.run(version, at=[0], until=86_400)
    assert {x.item: x.quantity for x in day.bill.items}["snapshot"] == 86_400
    java = lab.run(SNAP.publish(memory=1024, runtime="java21"), at=[0], assume=HALF)
    assert {line.item for line in java.bill.items} == {"requests", "duration"}


# Log lines --------------------------------------------------------------------------------------


def test_log_snapstart_report() -> None:
    run = lab.run(SNAP.publish(), at=[0, 10], assume=HALF)
    first, second = report(run)
    assert "\tRestore Duration: 500.00 ms\tBilled Restore Duration: 105 ms\t" in first
    assert "Init Duration" not in first
    assert "Restore" not in second
    assert [line.environment for line in run.logs("INIT_")] == ["snap-1", "snap-1"]
    assert len(run.logs("^RESTORE_START Runtime Version: python:3.14")) == 1


def test_log_restore_report_only_when_it_fails() -> None:
    assert not lab.run(SNAP.publish(), at=[0], assume=HALF).logs("RESTORE_REPORT")


def test_log_init_report_of_inits_that_run_ahead() -> None:
    live = lab.handler(wait=1, init=2).alias("live", provisioned_concurrency=2)
    texts = [line.text for line in lab.run(live, at=[0]).logs("INIT_REPORT")]
    assert texts == ["INIT_REPORT Init Duration: 2000.00 ms\tPhase: init"] * 2
    (line,) = lab.run(SNAP.publish(), at=[0]).logs("INIT_REPORT")
    assert line.text == "INIT_REPORT Init Duration: 4000.00 ms\tPhase: init"


def test_lifecycle_init_report_success_hidden() -> None:
    assert not lab.run(lab.handler(init=2), at=[0]).logs("INIT_REPORT")
    reset = lab.run(lab.handler(wait=9, init=1, timeout=3), at=[0, 20])
    assert not reset.logs("INIT_REPORT")


def events(run: lab.Run) -> list[tuple[str, dict]]:
    found = [json.loads(line.text) for line in run.logs('^{"time"')]
    return [(event["type"].removeprefix("platform."), event["record"]) for event in found]


LOUD = """
import logging
logging.info("seen")
logging.debug("not seen")
def handler(event, context):
    print("plain")
    logging.getLogger().warning("hm")
    if event["n"]: raise ValueError("bad")
"""


def test_log_json_shape_log_json_report_metrics() -> None:
    run = lab.run(lab.function(LOUD, init=0.5, log_format="json"), at=[0, 5])
    assert [name for name, _ in events(run)] == [
        "initStart", "start", "report", "start", "runtimeDone", "report",
    ]  # fmt: skip
    first = events(run)[2][1]
    assert first["metrics"] == {
        "durationMs": 0.0, "billedDurationMs": 500, "memorySizeMB": 128,
        "maxMemoryUsedMB": 40, "initDurationMs": 500.0,
    }  # fmt: skip
    assert (first["status"], events(run)[5][1]["errorType"]) == ("success", "ValueError")
    assert [json.loads(line.text)["message"] for line in run.logs('"level"')] == [
        "seen",
        "hm",
        "hm",
    ]
    (error,) = (json.loads(line.text) for line in run.logs('"log_level"'))
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "bad")
    assert len(run.logs("^plain$")) == 2
    assert not run.logs("^(START|END|REPORT|INIT)")
    assert json.loads(run.logs("^{")[0].text)["time"] == "2026-01-01T00:00:00.000Z"


def test_log_json_enums() -> None:
    code = lab.work(wait=5, init=0.5)
    late = SNAP.publish(log_format="json", timeout=1, code=code)
    run = lab.run(late, at=[0, 10], assume=HALF)
    found = events(run)
    phases = [record["phase"] for _, record in found if "phase" in record]
    assert phases == ["snap-start", "snap-start", "invoke"]
    reports = [record["status"] for name, record in found if name == "report"]
    assert reports == ["timeout", "timeout"]
    restored = next(record for name, record in found if name == "report")["metrics"]
    assert (restored["restoreDurationMs"], restored["billedRestoreDurationMs"]) == (500, 105)


def test_log_json_levels() -> None:
    fn = lab.handler(wait=1, init=1, log_format="json")
    names = [name for name, _ in events(lab.run(fn, at=[0]))]
    assert names == ["initStart", "start", "report"]
    debug = lab.run(fn.with_(system_log_level="DEBUG"), at=[0])
    assert [name for name, _ in events(debug)] == [
        "initStart", "initReport", "start", "runtimeDone", "report",
    ]  # fmt: skip
    late = fn.with_(system_log_level="WARN", timeout=1, code=lab.work(wait=5))
    assert [name for name, _ in events(lab.run(late, at=[0]))] == ["runtimeDone", "report"]
    with pytest.raises(lab.LabError, match=r"log\.json\.levels"):
        lab.handler(system_log_level="DEBUG")
    with pytest.raises(lab.LabError, match=r"log\.json\.shape"):
        lab.handler(log_format="xml")


def test_application_log_level_of_json_logs() -> None:
    quiet = lab.function(LOUD, log_format="json", application_log_level="ERROR")
    assert not lab.run(quiet, at=[0]).logs('"level"')
    loud = quiet.with_(application_log_level="DEBUG")
    assert len(lab.run(loud, at=[0]).logs('"level"')) == 3


def test_a_log_tail_holds_one_invocation_at_every_level() -> None:
    source = "def handler(event, context): print(event['n'])"
    for level in ("DEBUG", "WARN"):
        fn = lab.function(source, log_format="json", system_log_level=level)
        tails = [r.log_tail for r in lab.run(fn, at=[0, 1]).responses]
        assert [tail.splitlines().count("0") for tail in tails] == [1, 0]
