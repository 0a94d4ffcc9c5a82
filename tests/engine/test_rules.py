"""One example for each rule, named after its id: the smallest run in which it decides."""

import json
import re
from pathlib import Path

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.rules import TABLE
from tests.engine.asking import decided, kinds, of, report

HERE = Path(__file__).parent
ENGINE = Path(lab.__file__).parent / "engine"
MODEL = ("model.", "you.")  # about lambdalab itself, not about AWS


# Life of an environment -------------------------------------------------------------------------


def test_lifecycle_phase_signal_an_environment_is_frozen_when_nothing_is_pending() -> None:
    run = lab.run(lab.handler(wait=1), at=[0])
    frozen = decided(run, "lifecycle.phase.signal")[-1]
    assert frozen.fact == facts.EnvironmentFrozen("env-1")
    assert frozen.at == 1_000_000
    assert run.world().environments["env-1"].phase == "Frozen"


def test_lifecycle_env_single_concurrency_a_busy_environment_takes_nobody_else() -> None:
    run = lab.run(lab.handler(wait=1), at=[0, 0.5])
    (second,) = decided(run, "lifecycle.env.single_concurrency")
    assert second.fact.environment == "env-2"
    assert type(run.log[second.given[0]].fact) is facts.InitStarted  # env-1, who was in the way


def test_lifecycle_init_tasks_init_runs_the_code_outside_the_handler() -> None:
    run = lab.run(lab.handler(wait=1, init=0.4), at=[0])
    (done,) = decided(run, "lifecycle.init.tasks")
    assert done.fact == facts.InitCompleted("env-1", duration=400_000)
    assert run.invocations[0].start == 400_000


def test_lifecycle_init_timeout_an_init_is_stopped_at_ten_seconds() -> None:
    run = lab.run(lab.handler(wait=0.1, init=10.001, timeout=30), at=[0])
    (stopped,) = decided(run, "lifecycle.init.timeout")
    assert (stopped.at, stopped.fact.status) == (10_000_000, "timeout")
    just = lab.run(lab.handler(wait=0.1, init=10, timeout=30), at=[0])
    assert not of(just, facts.InitFailed)


def test_lifecycle_init_timeout_rerun_the_second_init_has_the_functions_timeout() -> None:
    fits = lab.run(lab.handler(wait=0.1, init=11, timeout=15), at=[0])
    assert decided(fits, "lifecycle.init.timeout.rerun")[0].at == 10_000_000
    assert fits.responses[0].function_error is None
    assert fits.end == 21.1
    short = lab.run(lab.handler(wait=0.1, init=11, timeout=3), at=[0])
    assert short.returned[0].type == "Sandbox.Timedout"
    assert short.end == 13


def test_lifecycle_init_error_first_a_failing_init_runs_twice_for_the_first_request() -> None:
    broken = lab.function("import nothing_of_this_name\ndef handler(event, context): pass")
    run = lab.run(broken, at=[0])
    assert [entry.fact.phase for entry in of(run, facts.InitStarted)] == ["init", "invoke"]
    assert len(decided(run, "lifecycle.init.error.first")) >= 3
    assert run.returned[0].type == "Runtime.ImportModuleError"
    assert json.loads(run.responses[0].payload)["requestId"] == ""


def test_lifecycle_init_overtaken_a_waiting_request_takes_what_becomes_free() -> None:
    model = lab.handler(wait=0.5, init=2, timeout=10)
    run = lab.run(model, at=[0, 1])
    (overtaken,) = decided(run, "lifecycle.init.overtaken")
    assert overtaken.fact == facts.InvocationStarted("req-2", "env-1", 1, 12_500_000)
    assert overtaken.at == 2_500_000
    assert run.count("cold") == 1
    bound = lab.run(model, at=[0, 1], assume={"lifecycle.init.overtaken": False})
    assert [x.environment for x in bound.invocations] == ["env-1", "env-2"]


def test_lifecycle_init_proactive_an_overtaken_environment_stays_as_a_spare() -> None:
    run = lab.run(lab.handler(wait=0.5, init=2, timeout=10), at=[0, 1, 20, 20])
    (spare,) = decided(run, "lifecycle.init.proactive")
    assert spare.fact == facts.EnvironmentFrozen("env-2")
    assert run.count("environments") == 2  # both are there for the two requests at 20 s
    assert run.count("cold") == 1


def test_lifecycle_invoke_timeout_kill_a_handler_is_stopped_at_the_timeout() -> None:
    late = lab.run(lab.handler(wait=3.000001, timeout=3), at=[0])
    assert of(late, facts.InvocationCompleted)[0].fact.status == "timeout"
    assert decided(late, "lifecycle.invoke.timeout.kill")[0].at == 3_000_000
    just = lab.run(lab.handler(wait=3, timeout=3), at=[0])
    assert just.count("timeouts") == 0


def test_lifecycle_invoke_error_handled_a_caught_exception_keeps_the_environment() -> None:
    run = lab.run(lab.handler(wait=0.1, fails=True), at=[0, 1])
    assert len(decided(run, "lifecycle.invoke.error.handled")) == 2
    assert run.count("resets") == 0
    assert run.count("environments") == 1


def test_lifecycle_invoke_runtime_exit_even_exit_status_0_fails_the_invocation() -> None:
    quits = lab.function("import sys\ndef handler(event, context): sys.exit(event['n'])")
    run = lab.run(quits, at=[0, 1])
    assert [failure.type for failure in run.returned] == ["Runtime.ExitError"] * 2
    assert run.count("resets") == 2
    assert report(run)[0].endswith("Status: error\tError Type: Runtime.ExitError\t")


def test_lifecycle_invoke_oom_a_process_that_needs_too_much_memory_is_killed() -> None:
    run = lab.run(lab.handler(wait=1, memory=128, memory_used=129), at=[0])
    assert run.returned[0].type == "Runtime.OutOfMemory"
    assert "Max Memory Used: 128 MB" in report(run)[0]
    assert lab.run(lab.handler(memory=128, memory_used=128), at=[0]).count("errors") == 0


def test_lifecycle_invoke_reset_triggers_a_timeout_costs_the_process() -> None:
    run = lab.run(lab.handler(wait=5, timeout=3), at=[0])
    (reset,) = decided(run, "lifecycle.invoke.reset.triggers")
    assert reset.fact == facts.EnvironmentReset("env-1", "TIMEOUT")
    assert not run.world().environments["env-1"].initialized


def test_lifecycle_invoke_reset_triggers_extensions_have_their_shutdown_before_it_is_free() -> None:
    source = (
        "import time\ndef handler(event, context):\n    time.sleep(9 if event['n'] == 0 else 0)"
    )
    slow = [lab.extension("agent", shutdown=1)]
    run = lab.run(lab.function(source, extensions=slow), at=[0, 3.9, 4.1])
    assert [x.environment for x in run.invocations] == ["env-1", "env-2", "env-1"]
    frozen = [e.at for e in of(run, facts.EnvironmentFrozen) if e.fact.environment == "env-1"]
    assert frozen[0] == 4_000_000
    live = lab.function(source, extensions=slow).alias("live", provisioned_concurrency=1)
    again = decided(lab.run(live, at=[0]), "lifecycle.env.recycle.pc")
    assert [e.at for e in again] == [4_000_000]


def test_lifecycle_env_max_age_ends_an_environment_that_is_reset_too() -> None:
    stuck = lab.handler(wait=9, timeout=3)
    run = lab.run(stuck, at=[0, 10], assume={"lifecycle.max_age": 2})
    assert [x.environment for x in run.invocations] == ["env-1", "env-2"]


def test_lifecycle_invoke_suppressed_init_the_next_invocation_pays_for_a_new_init() -> None:
    shaky = lab.function(
        "import time\ntime.sleep(1)\n"
        "def handler(event, context):\n    time.sleep(5 if event['n'] == 0 else 0.5)",
        timeout=3,
    )
    run = lab.run(shaky, at=[0, 10])
    second = run.invocations[1]
    assert decided(run, "lifecycle.invoke.suppressed_init")[0].at == 10_000_000
    assert (second.environment, second.duration, second.cold) == ("env-1", 1_500_000, False)
    assert second.init_duration is None
    assert second.start == 11_000_000


def test_lifecycle_invoke_suppressed_init_budget_the_doom_loop() -> None:
    shaky = lab.function(
        "import time\ntime.sleep(2)\n"
        "def handler(event, context):\n    time.sleep(9 if event['n'] == 1 else 1.5)\n    return 1",
        timeout=3,
    )
    run = lab.run(shaky, at=[0, 10, 20, 30])
    assert [getattr(x, "type", x) for x in run.returned] == [1] + ["Sandbox.Timedout"] * 3
    long_init = shaky.with_(code="import time\ntime.sleep(4)\ndef handler(e, c): time.sleep(5)")
    run = lab.run(long_init, at=[0, 20])
    assert decided(run, "lifecycle.invoke.suppressed_init.budget")[-1].at == 23_000_000
    assert run.table("invocations").start.isna().tolist() == [False, True]


def test_lifecycle_idle_a_frozen_environment_is_shut_down_after_its_idle_lifetime() -> None:
    run = lab.run(lab.handler(wait=1), at=[0, 100], until=1000)
    (gone,) = decided(run, "lifecycle.idle")
    assert (gone.fact.environment, gone.at) == ("env-1", 461_000_000)
    assert run.world().environments == {}
    short = lab.run(lab.handler(wait=1), at=[0], until=1000, assume={"lifecycle.idle": 7})
    assert short.end == 8


def test_an_idle_lifetime_may_be_drawn_anew_at_each_freeze() -> None:
    """The environment that is called again in time is frozen with a lifetime of its own."""
    model, at = lab.handler(wait=1), [*range(0, 4_000, 40)]
    run = lab.run(model, at, seed=1, until=5_000, assume={"lifecycle.idle": (20, 60)})
    frozen: dict[str, float] = {}
    slept = []
    for entry in run.log:
        match entry.fact:
            case facts.EnvironmentFrozen(environment=environment):
                frozen[environment] = entry.at / 1e6
            case facts.EnvironmentShutDown(environment=environment):
                assert entry.rule == "lifecycle.idle"
                slept.append(entry.at / 1e6 - frozen[environment])
    assert all(20 <= length <= 60 for length in slept)
    # A call comes 39 s after the last answer: 19/40 of the lifetimes are over by then.
    assert 35 <= run.count("cold") - 1 <= 60
    assert len(set(slept)) == len(slept) == run.count("cold")
    assert run.world().environments == {}


def test_a_provisioned_environment_is_not_shut_down_by_a_drawn_lifetime() -> None:
    alias = lab.handler(wait=1).alias("live", provisioned_concurrency=1)
    run = lab.run(alias, [0, 100], until=500, assume={"lifecycle.idle": lab.exponential(2)})
    assert run.count("cold") == 0
    assert not of(run, facts.EnvironmentShutDown)


# Memory and CPU ---------------------------------------------------------------------------------


def test_limit_cpu_share_half_the_memory_takes_twice_the_time() -> None:
    durations = {
        memory: lab.run(lab.handler(cpu=1, memory=memory, timeout=60), at=[0])
        .invocations[0]
        .duration
        for memory in (128, 1769)
    }
    assert durations == {128: 13_820_313, 1769: 1_000_000}
    run = lab.run(lab.handler(cpu=1, memory=128, timeout=60), at=[0])
    assert decided(run, "limit.cpu.share")[0].given == (1,)  # the function's own settings


def test_limit_cpu_above_one_thread_gains_nothing_above_one_vcpu() -> None:
    run = lab.run(lab.handler(cpu=1, memory=3538), at=[0])
    assert decided(run, "limit.cpu.above")
    assert run.invocations[0].duration == 1_000_000


def test_cold_init_cpu_memory_does_not_scale_init() -> None:
    source = "import lambdalab as lab\nlab.cpu(0.5)\ndef handler(event, context): pass"
    slow = lab.function(source, memory=128)
    run = lab.run(slow, at=[0])
    assert decided(run, "cold.init_cpu")
    assert run.invocations[0].init_duration == 500_000
    scaled = lab.run(slow, at=[0], assume={"cold.init_cpu": True})
    assert scaled.invocations[0].init_duration == 6_910_157


def test_open_memory_baseline_is_what_report_shows() -> None:
    assert "Max Memory Used: 40 MB" in report(lab.run(lab.handler(), at=[0]))[0]
    run = lab.run(lab.handler(), at=[0], assume={"open.memory.baseline": 66})
    assert "Max Memory Used: 66 MB" in report(run)[0]


# Concurrency ------------------------------------------------------------------------------------


def test_concurrency_assignment_rule_a_new_environment_when_none_is_free() -> None:
    run = lab.run(lab.handler(wait=1), at=[0])
    assert decided(run, "concurrency.assignment.rule")[0].fact.environment == "env-1"


@pytest.mark.parametrize(
    ("policy", "taken"), [("mru", "env-1"), ("newest", "env-2"), ("lru", "env-2")]
)
def test_concurrency_assignment_which(policy: str, taken: str) -> None:
    # env-2 ends first and env-1 last, so the one used last is the older one.
    long_first = lab.handler(wait=1, fails=False)
    run = lab.run(
        lab.function("import time\ndef handler(e, c): time.sleep(3 - e['n'])", timeout=9),
        at=[0, 0, 10],
        assume={"concurrency.assignment.which": policy},
    )
    assert long_first.timeout == 3
    assert run.invocations[2].environment == taken


def test_concurrency_assignment_which_random_is_drawn_from_the_seed() -> None:
    at = [0] * 8 + list(range(10, 30))
    runs = [
        lab.run(lab.handler(wait=1), at, seed=s, assume={"concurrency.assignment.which": "random"})
        for s in (1, 1, 2)
    ]
    taken = [[x.environment for x in run.invocations] for run in runs]
    assert taken[0] == taken[1] != taken[2]
    assert len(set(taken[0][8:])) > 3


def test_concurrency_account_limit_all_functions_share_one_pool() -> None:
    a, b = lab.handler("a", wait=1), lab.handler("b", wait=1)
    run = lab.run({a: [0, 0], b: [0.5]}, account_concurrency=2)
    (throttled,) = decided(run, "concurrency.account.limit")
    assert throttled.fact == facts.RequestThrottled(
        "req-3", "b", "ConcurrentInvocationLimitExceeded"
    )
    assert str(run.why("req-3.throttled")).count("account_concurrency=2") == 1


def test_concurrency_unreserved_minimum_100_units_stay_unreserved() -> None:
    lab.run(lab.handler(reserved_concurrency=900), at=[0])
    with pytest.raises(lab.LabError, match=r"concurrency\.unreserved\.minimum"):
        lab.run(lab.handler(reserved_concurrency=901), at=[0])


def test_concurrency_reserved_both_a_ceiling_and_a_guarantee() -> None:
    one = lab.handler("one", wait=1, reserved_concurrency=1)
    other = lab.handler("other", wait=1)
    run = lab.run({other: [0, 0], one: [0, 0]}, account_concurrency=102)
    assert [x.function for x in run.invocations] == ["other", "other", "one"]
    (throttled,) = decided(run, "concurrency.reserved.both")
    assert throttled.fact.reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
    full = lab.run({other: [0] * 102, one: [0]}, account_concurrency=102)
    assert full.count("throttled") == 1  # of other: one unit is kept for one
    assert full.table("requests").outcome.iloc[-1] == "success"


# The call door ----------------------------------------------------------------------------------


def test_sync_invoke_status_200_for_what_ran() -> None:
    run = lab.run(lab.handler(returns={"ok": True}), at=[0])
    response = run.responses[0]
    assert (response.status_code, response.function_error) == (200, None)
    assert (response.payload, response.executed_version) == ('{"ok": true}', "$LATEST")


def test_sync_error_status_stays_200_a_function_error_is_a_200() -> None:
    response = lab.run(lab.handler(fails=True), at=[0]).responses[0]
    assert (response.status_code, response.function_error) == (200, "Unhandled")


def test_sync_error_functionerror_value_is_unhandled_for_timeouts_too() -> None:
    assert (
        lab.run(lab.handler(wait=9, timeout=1), at=[0]).responses[0].function_error == "Unhandled"
    )


def test_sync_error_timeout_shape() -> None:
    response = lab.run(lab.handler(wait=9, timeout=1), at=[0]).responses[0]
    document = json.loads(response.payload)
    assert set(document) == {"errorType", "errorMessage"}
    assert document["errorType"] == "Sandbox.Timedout"
    message = r"RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds"
    assert re.fullmatch(message, document["errorMessage"])


def test_sync_error_exit_shape() -> None:
    quits = lab.function("import sys\ndef handler(event, context): sys.exit(event['n'])")
    messages = [failure.message for failure in lab.run(quits, at=[0, 1]).returned]
    assert messages[0].endswith("Error: Runtime exited without providing a reason")
    assert messages[1].endswith("Error: Runtime exited with error: exit status 1")


def test_sync_payload_limit_a_request_over_6_mb_is_refused() -> None:
    run = lab.run(lab.handler(), at=[(0, "x" * (6 * 1024 * 1024))])
    assert kinds(run)[-2:] == ["RequestRefused", "ResponseSent"]
    just = lab.run(lab.handler(), at=[(0, "x" * (6 * 1024 * 1024 - 2))])  # and its two quotes
    assert just.responses[0].status_code == 200


def test_sync_payload_too_large_is_413() -> None:
    run = lab.run(lab.handler(), at=[(0, "x" * (6 * 1024 * 1024))])
    assert run.responses[0].status_code == 413
    assert run.count("started") == 0


def test_sync_payload_bad_json_is_refused_before_the_run() -> None:
    with pytest.raises(lab.LabError, match=r"sync\.payload\.bad-json"):
        lab.run(lab.handler(), at=[(0, {1, 2})])


def test_sync_error_response_too_large() -> None:
    limit = 6 * 1024 * 1024 + 100
    run = lab.run(lab.handler(returns="x" * (limit - 1)), at=[0])
    assert run.returned[0].type == "Function.ResponseSizeTooLarge"
    assert run.count("resets") == 0
    assert lab.run(lab.handler(returns="x" * (limit - 2)), at=[0]).count("errors") == 0


def test_sync_throttle_429_nothing_runs() -> None:
    run = lab.run(lab.handler(reserved_concurrency=0), at=[0])
    assert run.responses[0].status_code == 429
    assert json.loads(run.responses[0].payload) == {
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        "Type": "User",
        "message": "Rate Exceeded.",
    }
    assert run.logs() == []


# Settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "least", "most"),
    [("memory", 128, 10_240), ("timeout", 1, 900), ("ephemeral_storage", 512, 10_240)],
)
def test_limit_memory_limit_timeout_limit_tmp(setting: str, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(lab.function(lab.work(), **{setting: value}), setting) == value
    for value in (least - 1, most + 1, least + 0.5, str(least), True, None):
        with pytest.raises(lab.LabError, match=r"limit\."):
            lab.function(lab.work(), **{setting: value})


def test_limit_env_vars() -> None:
    lab.function(lab.work(), environment={"A": "x" * 4095})
    with pytest.raises(lab.LabError, match=r"limit\.env_vars"):
        lab.function(lab.work(), environment={"A": "x" * 4096})


# Logs and money ---------------------------------------------------------------------------------


def test_log_group_stream_each_environment_has_its_own() -> None:
    streams = {
        line.environment: line.stream for line in lab.run(lab.handler(wait=1), [0, 0]).logs()
    }
    assert len(set(streams.values())) == 2
    assert all(re.fullmatch(r"2026/01/01/\[\$LATEST\][0-9a-f]{32}", s) for s in streams.values())


def test_log_minimum_lines_start_end_report() -> None:
    for run in (lab.run(lab.handler(wait=1), [0]), lab.run(lab.handler(init=30), [0])):
        words = [line.text.split(" ")[0] for line in run.logs()]
        assert words[-3:] == ["START", "END", "REPORT"]


def test_log_report_the_fields_and_their_order() -> None:
    run = lab.run(lab.handler(wait=0.0084, init=0.17013, memory=128), at=[0, 1])
    assert report(run) == [
        "REPORT RequestId: 00726571-0000-4000-8000-000000000001\tDuration: 8.40 ms\t"
        "Billed Duration: 179 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t"
        "Init Duration: 170.13 ms\t",
        "REPORT RequestId: 00726571-0000-4000-8000-000000000002\tDuration: 8.40 ms\t"
        "Billed Duration: 9 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t",
    ]


def test_log_timeout_new_report_ends_with_the_status() -> None:
    assert report(lab.run(lab.handler(wait=9, timeout=1), at=[0]))[0].endswith("Status: timeout\t")


@pytest.mark.parametrize(
    ("init", "duration", "billed"),
    [(250.06, 100.77, 351), (6348.12, 385.63, 6734), (133.61, 80.00, 214)],
)
def test_price_init_formula_one_rounding_of_the_sum(
    init: float, duration: float, billed: int
) -> None:
    run = lab.run(lab.handler(init=init / 1000, wait=duration / 1000), at=[0])
    assert run.invocations[0].billed_ms == billed


# The circle -------------------------------------------------------------------------------------


def test_every_rule_is_used_tested_and_cites_a_page() -> None:
    sources = "".join(p.read_text() for p in ENGINE.parent.rglob("*.py") if p.name != "rules.py")
    names = re.findall(r"^(\w+) = rule\(\s*\"([^\"]+)\"", (ENGINE / "rules.py").read_text(), re.M)
    assert {id for _, id in names} == set(TABLE)
    pages = [path.read_text() for path in sorted(HERE.glob("test_rules*.py"))]
    tests = "\n".join(re.findall(r"def (test_\w+)", "\n".join(pages)))
    for name, id in names:
        assert re.search(rf"\b{name}\b", sources), f"{id} decides nothing"
        if id.startswith(MODEL):
            continue
        assert re.sub(r"\W", "_", id) in tests, f"{id} has no example"
        assert TABLE[id].page.startswith("https://"), f"{id} cites no page"
        assert TABLE[id].basis in ("documented", "measured", "assumed")
        assert TABLE[id].basis == "documented" or TABLE[id].note, f"{id} does not say how we know"


def test_limit_log_tail_the_last_4_kb() -> None:
    loud = lab.function("def handler(event, context): print('x' * 5000)")
    tail = lab.run(loud, at=[0]).responses[0].log_tail
    assert len(tail) == 4096
    assert tail.splitlines()[-1].startswith("REPORT")
    quiet = lab.run(lab.handler(), at=[0]).responses[0].log_tail
    assert [line.split(" ")[0] for line in quiet.splitlines()] == ["START", "END", "REPORT"]


def test_lifecycle_env_max_age_ends_even_busy_environments() -> None:
    at = [k * 10 for k in range(20)]
    run = lab.run(lab.handler(wait=1), at, assume={"lifecycle.env.max_age": 95})
    assert [e.at for e in decided(run, "lifecycle.env.max_age")] == [95_000_000]
    assert run.count("cold") == 2
    busy = lab.run(lab.handler(wait=8, timeout=10), at, assume={"lifecycle.env.max_age": 95})
    assert [e.at for e in decided(busy, "lifecycle.env.max_age")] == [98_000_000, 198_000_000]
    assert lab.run(lab.handler(wait=1), at).count("cold") == 1


def test_cold_hello_python_measured_times_can_be_switched_on() -> None:
    nap = lab.handler(wait=1)
    run = lab.run(nap, at=[0] * 500, assume=lab.MEASURED)
    inits = sorted(x.init_duration for x in run.invocations)
    assert 105_000 < inits[250] < 119_000  # 112 ms is the median of python3.14
    assert inits[-1] > 200_000
    assert decided(run, "cold.hello.python")
    assert lab.run(nap, at=[0]).invocations[0].init_duration == 0
