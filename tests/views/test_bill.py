"""What a run costs: one example for each rule, with AWS's own worked numbers."""

import decimal
import pickle
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine.rules import TABLE as RULES
from lambdalab.stack import Alias
from lambdalab.views import prices
from lambdalab.views.bill import COLUMNS
from lambdalab.views.charges import (
    Line,
    Usage,
    allocated_gb_s,
    allocation_cost,
    charge,
    in_tiers,
    provisioned_breakeven,
    requests_of,
)
from lambdalab.views.elsewhere import fargate_breakeven, fargate_hour, fargate_size, steady
from lambdalab.views.usages import used_by

D = Decimal
A_GB_SECOND = D("0.0000166667")
A_REQUEST = D("0.0000002")
PROVISIONED_GB_SECOND = D("0.0000097222")
ALLOCATED_GB_SECOND = D("0.0000041667")
KB = 1024


def cost(*used: Usage, free_tier: bool = False) -> D:
    return sum((line.amount for line in charge(used, free_tier)), D(0))


def amounts(lines: list[Line]) -> dict[str, D]:
    """Sum the lines of each item."""
    found: dict[str, D] = {}
    for line in lines:
        found[line.item] = found.get(line.item, D(0)) + line.amount
    return found


# Requests and duration --------------------------------------------------------------------------


def test_price_request_a_million_cost_20_cents() -> None:
    assert amounts(charge([Usage("f", 128, 1_000_000, 0)])) == {"requests": D("0.20")}
    assert amounts(lab.run(lab.handler(wait=1), at=[0, 2, 4]).bill.items)["requests"] == (
        D("0.0000006")
    )


def test_price_duration_x86_fills_its_tiers_in_a_month() -> None:
    gb_s = 20_000_000_000
    lines = charge([Usage("f", 1024, 0, gb_s * 1000)])
    assert [(line.quantity, line.price) for line in lines] == [
        (D("6e9"), D("0.0000166667")),
        (D("9e9"), D("0.0000150000")),
        (D("5e9"), D("0.0000133334")),
    ]
    assert cost(Usage("f", 1024, 0, gb_s * 1000)) == D("100000.2") + D("135000") + D("66667")


def test_price_duration_x86_two_functions_share_the_tiers_and_two_months_do_not() -> None:
    half = 4_000_000_000 * 1000
    shared = charge([Usage("a", 1024, 0, half), Usage("b", 1024, 0, half)])
    assert [(x.function, x.quantity) for x in shared] == [
        ("a", D("4e9")),
        ("b", D("2e9")),
        ("b", D("2e9")),
    ]
    february = Usage("b", 1024, 0, half, month=(2026, 2))
    assert {x.price for x in charge([Usage("a", 1024, 0, half), february])} == {A_GB_SECOND}


def test_price_duration_arm_has_tiers_of_its_own() -> None:
    both = [
        Usage("x", 1024, 0, 6_000_000_000 * 1000),
        Usage("a", 1024, 0, 20_000_000_000 * 1000, architecture="arm64"),
    ]
    assert [(x.function, x.quantity, x.price) for x in charge(both)] == [
        ("x", D("6e9"), A_GB_SECOND),
        ("a", D("7.5e9"), D("0.0000133334")),
        ("a", D("11.25e9"), D("0.0000120001")),
        ("a", D("1.25e9"), D("0.0000106667")),
    ]


def test_price_duration_arm_is_a_setting_of_the_function() -> None:
    nap = lab.handler("nap", wait=1, memory=1024)
    change = {"architecture": "arm64"}
    assert lab.run(nap.with_(**change), at=[0]).bill.exact_cost == D("0.0000133334") + A_REQUEST
    run = lab.run(nap, at=[0, 10], changes=[(5, nap, change)])  # a new environment, on arm64
    assert [line.price for line in run.bill.items] == [A_REQUEST, A_GB_SECOND, D("0.0000133334")]
    with pytest.raises(lab.LabError, match=r"architecture='arm'.*\n.*'x86_64' or 'arm64'"):
        lab.handler(architecture="arm")


def test_price_request_async_size_one_more_for_each_further_64_kb() -> None:
    sizes = {0: 1, 256: 1, 257: 2, 320: 2, 321: 3, 1024: 13}
    assert {kb: requests_of(kb * KB) for kb in sizes} == sizes
    assert (requests_of(256 * KB + 1), requests_of(320 * KB + 1)) == (2, 3)

    nap = lab.handler("nap", wait=1, memory=1024)
    large = "x" * (1024 * KB - 2)  # and two quotes
    event = lab.run(lab.event(nap), at=[(0, large)])
    assert (event.bill.requests, event.metrics["Invocations"]) == (13, 1)
    assert event.bill.exact_cost == 13 * A_REQUEST + A_GB_SECOND
    assert lab.run(lab.event(nap), at=[(0, "x" * (256 * KB - 2))]).bill.requests == 1
    assert lab.run(lab.event(nap), at=[(0, "x" * (256 * KB - 1))]).bill.requests == 2
    assert lab.run(nap, at=[(0, large)]).bill.requests == 1  # a call has one price


def test_price_request_async_size_counts_at_every_try_that_runs() -> None:
    event = lab.event(lab.handler(wait=1, fails=True))
    run = lab.run(event, at=[(0, "x" * 300 * KB)])
    assert (run.bill.requests, run.metrics["Invocations"]) == (6, 3)


def test_price_granularity_time_is_rounded_up_to_whole_milliseconds() -> None:
    for wait, billed in ((0.001, 1), (0.001001, 2), (0.0000001, 0), (0.000001, 1)):
        assert lab.run(lab.handler(wait=wait), at=[0]).bill.ms == billed


def test_price_gb_has_1024_megabytes() -> None:
    run = lab.run(lab.handler(wait=1, memory=512), at=[0])
    assert (run.bill.gb_s, run.bill.cost) == (0.5, float(A_GB_SECOND / 2 + D("0.0000002")))
    assert lab.run(lab.handler(wait=1, memory=1769), at=[0]).bill.gb_s == 1769 / 1024


def test_price_free_tier_the_example_of_the_pricing_page() -> None:
    """512 MB and 3 million requests of a second in a month: 18.73 (18.74 with a rounded price).

    https://aws.amazon.com/lambda/pricing/
    """
    used = Usage("f", 512, 3_000_000, 3_000_000 * 1000)
    assert used.gb_s == 1_500_000
    lines = charge([used], free_tier=True)
    assert amounts(lines) == {
        "free requests": 0,
        "requests": D("0.40"),
        "free duration": 0,
        "duration": 1_100_000 * A_GB_SECOND,
    }
    assert round(cost(used, free_tier=True), 2) == D("18.73")
    assert round(1_100_000 * D("0.00001667") + D("0.40"), 2) == D("18.74")
    assert round(cost(used), 2) == D("25.60")


def test_price_free_tier_is_one_for_both_architectures_and_comes_each_month() -> None:
    million = 1_000_000
    x86 = Usage("x", 1024, million, 300_000 * 1000)
    arm = Usage("a", 1024, million, 300_000 * 1000, architecture="arm64")
    paid = {
        (line.function, line.item): line.quantity
        for line in charge([x86, arm], free_tier=True)
        if line.price
    }
    assert paid == {("a", "requests"): million, ("a", "duration"): 200_000}
    later = Usage("x", 1024, million, 300_000 * 1000, month=(2026, 2))
    assert cost(x86, later, free_tier=True) == 0


def test_price_free_tier_only_when_asked() -> None:
    bill = lab.run(lab.handler("greet", wait=1), at=[0]).bill
    assert bill.cost > 0
    assert bill.with_free_tier().cost == 0
    assert bill.with_free_tier().of("greet").requests == 1
    assert "without the free tier" in repr(bill)
    assert "with the free tier" in repr(bill.with_free_tier())


def test_price_tmp_above_512_mb_costs_while_the_function_runs() -> None:
    run = lab.run(lab.handler(wait=2, memory=1024, ephemeral_storage=10_240), at=[0])
    assert amounts(run.bill.items) == {
        "requests": D("0.0000002"),
        "duration": 2 * A_GB_SECOND,
        "ephemeral storage": D("9.5") * 2 * D("0.0000000309"),
    }
    assert run.bill.gb_s == 2  # of memory
    assert "ephemeral storage" not in amounts(lab.run(lab.handler(wait=2), at=[0]).bill.items)


# How they are applied ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("init", "duration", "billed"),
    [(250.06, 100.77, 351), (6348.12, 385.63, 6734), (133.61, 80.00, 214)],
)
def test_price_init_formula_the_bill_rounds_the_sum(
    init: float, duration: float, billed: int
) -> None:
    bill = lab.run(lab.handler(init=init / 1000, wait=duration / 1000, memory=1024), at=[0]).bill
    assert bill.ms == billed
    assert bill.exact_cost == D(billed) / 1000 * A_GB_SECOND + D("0.0000002")


def test_price_init_change_init_costs_as_much_as_duration() -> None:
    cold = lab.run(lab.handler(wait=1, init=2), at=[0]).bill
    assert cold.exact_cost == lab.run(lab.handler(wait=3), at=[0]).bill.exact_cost


def test_price_init_failed_only_the_repeated_init_is_billed() -> None:
    run = lab.run(lab.handler(wait=0.1, init=11, timeout=15), at=[0])
    assert run.end == 21.1  # ten seconds of the first Init, eleven of the second
    assert run.bill.ms == 11_100


def test_price_timeout_cap_init_and_the_timeout_are_billed() -> None:
    assert lab.run(lab.handler(wait=9, init=0.084, timeout=3), at=[0]).bill.ms == 3084
    assert lab.run(lab.handler(wait=9, timeout=3), at=[0]).bill.ms == 3000


def test_price_suppressed_an_init_after_a_reset_is_billed_as_duration() -> None:
    source = "import time\ntime.sleep(1)\ndef handler(e, c): time.sleep(5 if e['n'] == 0 else 0.5)"
    run = lab.run(lab.function(source, timeout=3), at=[0, 10])
    assert [x.billed_ms for x in run.invocations] == [4000, 1500]
    assert run.bill.ms == 5500


def test_price_retries_each_try_costs_and_a_throttled_call_does_not() -> None:
    one = lab.handler(wait=1, fails=True, memory=1024, reserved_concurrency=1)
    run = lab.run(one, at=[0, 0, 0, 5])
    assert (run.count("throttled"), run.bill.requests) == (2, 2)
    assert run.bill.exact_cost == 2 * (A_GB_SECOND + D("0.0000002"))
    refused = lab.run(one, at=[(0, "x" * (6 * 1024 * 1024))])
    assert (refused.bill.requests, refused.bill.cost) == (0, 0)


def test_price_retries_of_an_event_each_try_that_runs_costs() -> None:
    fails = lab.handler("fails", wait=1, fails=True, memory=1024)
    run = lab.run(lab.event(fails), at=[0])
    assert (run.count("dropped"), run.bill.requests, run.bill.ms) == (1, 3, 3000)
    assert run.bill.exact_cost == 3 * (A_GB_SECOND + A_REQUEST)


def test_price_retries_of_an_event_a_throttled_try_costs_nothing() -> None:
    nap = lab.handler("nap", wait=60, memory=1024, reserved_concurrency=1)
    run = lab.run(lab.event(nap), at=[0, 0])
    assert (run.count("throttled"), run.count("processed")) == (6, 2)
    assert run.bill.exact_cost == 120 * A_GB_SECOND + 2 * A_REQUEST


@pytest.mark.parametrize("units", [0, 1])
def test_price_retries_of_an_event_that_never_runs_there_is_nothing_to_pay(units: int) -> None:
    """Dropped at once, or after a minute of throttles behind one that runs for ten."""
    long = lab.handler("long", wait=600, reserved_concurrency=units, maximum_event_age=60)
    run = lab.run(lab.event(long), at=[0, 1])
    assert run.count("dropped") == 2 - units
    assert run.bill.requests == run.metrics["Invocations"] == units


def test_price_wall_clock_waiting_costs_as_much_as_computing() -> None:
    waits, computes = (lab.run(lab.handler(**{k: 2}), at=[0]).bill for k in ("wait", "cpu"))
    assert waits.exact_cost == computes.exact_cost


@pytest.mark.parametrize(
    ("memory", "seconds", "published", "today"),
    [
        (128, 11.722965, "0.024628", "0.024623"),
        (256, 6.678945, "0.028035", "0.028029"),
        (512, 3.194954, "0.026830", "0.026825"),
        (1024, 1.465984, "0.024638", "0.024633"),
    ],
)
def test_price_power_table(memory: int, seconds: float, published: str, today: str) -> None:
    """A thousand calls cost nearly the same with eight times the memory.

    https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html shows the seconds
    with three digits, cut off; its costs come from the next whole millisecond and the older price.
    """
    run = lab.run(lab.handler(wait=seconds, memory=memory, timeout=60), at=range(0, 60_000, 60))
    assert run.count("environments") == 1
    assert run.bill.requests == 1000
    assert round(run.bill.exact_cost, 6) == D(today)
    old = D(str(run.bill.gb_s)) * D("0.00001667") + D("0.0002")
    assert round(old, 6) == D(published)


# Provisioned concurrency ------------------------------------------------------------------------

NAP = lab.handler("nap", wait=6, memory=1024)


def live(function: lab.Function = NAP, units: int = 1) -> Alias:
    return function.alias("live", provisioned_concurrency=units)


def allocated(run: lab.Run) -> D:
    """Sum the GB-seconds of provisioned concurrency; with 1,024 MB, of unit-seconds."""
    return sum(
        (x.quantity for x in run.bill.items if x.item == "provisioned concurrency"), start=D(0)
    )


def test_price_pc_example_two_hours_of_a_thousand_gigabytes() -> None:
    """1 GB x 1,000 units for two hours: 30.00.

    https://aws.amazon.com/lambda/pricing/
    """
    assert allocated_gb_s(1024, 1000, 2 * 3600) == 7_200_000
    assert allocation_cost(1024, 1000, 2 * 3600) == D("30.00024")
    bill = lab.run(live(units=1000), at=[], until=7200, account_concurrency=2000).bill
    assert (bill.exact_cost, bill.requests, bill.ms, bill.gb_s) == (D("30.00024"), 0, 0, 0)
    assert [line.item for line in bill.items] == ["provisioned concurrency"]


def test_price_pc_allocated_is_rounded_up_to_five_minutes() -> None:
    assert allocated_gb_s(1024, 1, 1) == allocated_gb_s(1024, 1, 300) == 300
    assert allocated_gb_s(1024, 1, 301) == 600
    assert 3600 * prices.PC_ALLOCATED.value["x86_64"] == pytest.approx(D("0.015"), rel=D("1e-5"))
    for until, seconds in ((0, 300), (1, 300), (300, 300), (300.000001, 600), (3600, 3600)):
        assert allocated(lab.run(live(units=2), at=[], until=until)) == 2 * seconds


def test_price_pc_allocated_begins_at_the_request_and_not_when_it_is_ready() -> None:
    alias = live(units=0)
    change = (60, alias, {"provisioned_concurrency": 3})
    run = lab.run(alias, at=[0], changes=[change], until=360)
    assert allocated(run) == 3 * 300
    assert allocated(lab.run(alias, at=[0], changes=[change], until=361)) == 3 * 600
    assert allocated(lab.run(alias, at=[0], changes=[change], until=59)) == 0


def test_price_pc_allocated_each_configuration_is_rounded_by_itself() -> None:
    alias = live(units=2)

    def changed(*changes: tuple[float, int]) -> D:
        planned = [(at, alias, {"provisioned_concurrency": units}) for at, units in changes]
        return allocated(lab.run(alias, at=[], changes=planned, until=900))

    assert changed() == 2 * 900
    assert changed((301, 5)) == 2 * 600 + 5 * 600
    assert changed((301, 0)) == 2 * 600
    assert changed((301, 2)) == 2 * 900  # the same as before is no change
    assert changed((0, 7)) == 7 * 900  # it was never two
    assert changed((900, 7)) == 2 * 900 + 7 * 300


def test_price_pc_allocated_ends_with_the_function() -> None:
    run = lab.run(live(), at=[], also=[NAP], changes=[(10, NAP, lab.deleted)], until=3600)
    assert allocated(run) == 300


def test_price_pc_allocated_without_until_the_run_ends_with_its_last_entry() -> None:
    assert allocated(lab.run(live(), at=[0, 400])) == 600


def test_price_pc_allocated_by_memory_and_architecture() -> None:
    arm = live(NAP.with_(memory=2048, architecture="arm64"), 3)
    (line,) = lab.run(arm, at=[], until=300).bill.items
    assert (line.quantity, line.price) == (2 * 3 * 300, D("0.0000033334"))


def test_price_pc_duration_has_a_lower_rate() -> None:
    on_demand = {"x86_64": prices.X86.value[0][1], "arm64": prices.ARM.value[0][1]}
    assert all(prices.PC_DURATION.value[a] < on_demand[a] for a in on_demand)
    run = lab.run(live(), at=[0])
    assert amounts(run.bill.items) == {
        "requests": A_REQUEST,
        "provisioned duration": 6 * PROVISIONED_GB_SECOND,
        "provisioned concurrency": 300 * ALLOCATED_GB_SECOND,
    }
    arm = lab.run(live(NAP.with_(architecture="arm64")), at=[0])
    assert amounts(arm.bill.items)["provisioned duration"] == 6 * D("0.0000077778")


def test_price_pc_duration_what_spills_over_costs_as_usual() -> None:
    run = lab.run(live(), at=[0, 0])
    assert amounts(run.bill.items) == {
        "requests": 2 * A_REQUEST,
        "provisioned duration": 6 * PROVISIONED_GB_SECOND,
        "duration": 6 * A_GB_SECOND,
        "provisioned concurrency": 300 * ALLOCATED_GB_SECOND,
    }
    assert (run.bill.gb_s, run.bill.ms) == (12, 12_000)


def test_price_pc_init_is_billed_even_if_nobody_calls() -> None:
    slow = NAP.with_(init=4)
    run = lab.run(live(slow, 3), at=[], until=300)
    assert amounts(run.bill.items)["provisioned Init"] == 3 * 4 * PROVISIONED_GB_SECOND
    assert (run.bill.ms, run.bill.requests) == (12_000, 0)
    one = lab.run(live(slow, 3), at=[0], until=300)
    assert one.invocations[0].billed_ms == 6000  # no REPORT has it
    assert amounts(one.bill.items)["provisioned Init"] == 3 * 4 * PROVISIONED_GB_SECOND
    assert one.bill.exact_cost == run.bill.exact_cost + 6 * PROVISIONED_GB_SECOND + A_REQUEST


def test_price_pc_init_is_billed_again_at_every_recycle() -> None:
    late = lab.handler("late", wait=9, timeout=3, init=4, memory=1024)
    run = lab.run(live(late), at=[0], until=300)  # at the timeout it is initialised once more
    assert amounts(run.bill.items) == {
        "requests": A_REQUEST,
        "provisioned duration": 3 * PROVISIONED_GB_SECOND,
        "provisioned Init": 2 * 4 * PROVISIONED_GB_SECOND,
        "provisioned concurrency": 300 * ALLOCATED_GB_SECOND,
    }
    twice = lab.run(live(late), at=[0, 60], until=300)
    assert twice.bill.ms == 3 * 4000 + 2 * 3000


def test_price_pc_init_is_billed_once_it_is_over() -> None:
    alias = live(NAP.with_(init=4), 0)
    change = (0, alias, {"provisioned_concurrency": 1})
    until = [63.999, 64]  # it begins after a minute
    runs = [lab.run(alias, at=[], changes=[change], until=end) for end in until]
    assert [run.bill.ms for run in runs] == [0, 4000]
    busy = lab.run(live(NAP.with_(init=4)), at=[0], until=3)
    assert (busy.bill.ms, busy.bill.unfinished) == (4000, 1)


def test_price_free_tier_not_for_functions_with_provisioned_concurrency() -> None:
    other = lab.handler("other", wait=1)
    run = lab.run({live(): [0, 0], NAP: [0], other: [0]})
    bill = run.bill.with_free_tier()
    assert bill.of("other").cost == 0
    assert bill.of("nap").exact_cost == run.bill.of("nap").exact_cost
    assert bill.exact_cost == run.bill.of("nap").exact_cost
    assert "none for nap: it is not for functions with provisioned concurrency" in repr(bill)
    assert "none for" not in repr(bill.of("other"))
    assert "none for" not in repr(run.bill)


def test_price_pc_breakeven_at_three_fifths() -> None:
    assert round(provisioned_breakeven(), 4) == D("0.6000")
    assert round(provisioned_breakeven("arm64"), 4) == D("0.6000")


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_price_pc_breakeven_on_runs(architecture: str) -> None:
    """One unit for an hour, called every ten seconds: it pays above six seconds of work."""

    def hour(seconds: float, units: int) -> D:
        nap = NAP.with_(code=lab.work(wait=seconds), timeout=10, architecture=architecture)
        run = lab.run(live(nap, units), at=range(0, 3600, 10), until=3600)
        assert run.count("environments") == 1
        return run.bill.exact_cost

    assert hour(5.99, 1) > hour(5.99, 0)
    assert hour(6, 1) == pytest.approx(hour(6, 0), rel=D("0.0001"))
    assert hour(6.01, 1) < hour(6.01, 0)
    if architecture == "x86_64":  # 4.1667 / (16.6667 - 9.7222) is 0.6 and nothing else
        assert hour(6, 1) == hour(6, 0)


# Versions and aliases ---------------------------------------------------------------------------


def test_a_version_and_an_alias_have_a_bill() -> None:
    alias = live(units=2)
    other = NAP.alias("other", alias.version)
    run = lab.run({NAP: [0], alias: [0, 0, 10], other: [20]})
    assert [run.bill.of(x).requests for x in (NAP, alias, other, "nap:1")] == [5, 3, 1, 4]
    assert amounts(run.bill.of("nap:1").items) == {
        "requests": 4 * A_REQUEST,
        "provisioned duration": 24 * PROVISIONED_GB_SECOND,
        "provisioned concurrency": 600 * ALLOCATED_GB_SECOND,
    }
    assert amounts(run.bill.of(other).items) == {
        "requests": A_REQUEST,
        "provisioned duration": 6 * PROVISIONED_GB_SECOND,
        "provisioned concurrency": 600 * ALLOCATED_GB_SECOND,
    }
    rest = run.bill.exact_cost - run.bill.of("nap:1").exact_cost  # of $LATEST
    assert rest == A_REQUEST + 6 * A_GB_SECOND
    with pytest.raises(lab.LabError, match="which function of this run"):
        run.bill.of("nap:2")


def test_an_alias_of_two_versions_pays_for_both() -> None:
    first, second = NAP.publish(), NAP.publish(memory=2048)
    split = NAP.alias("split", first, {second: 0.5})
    run = lab.run(split, at=range(0, 200, 10))
    parts = [run.bill.of(name) for name in ("nap:1", "nap:2")]
    assert all(part.requests for part in parts)
    assert run.bill.of(split).exact_cost == sum(part.exact_cost for part in parts)
    assert run.bill.of(split).exact_cost == run.bill.exact_cost


def test_the_unfinished_requests_of_an_alias() -> None:
    run = lab.run({live(): [0], NAP: [0, 0]}, until=3)
    assert [run.bill.of(x).unfinished for x in ("nap", "nap:live", "nap:1")] == [3, 1, 1]


# Elsewhere --------------------------------------------------------------------------------------


def busy(memory: int = 2048, **settings: object) -> lab.Run:
    """Run one request after the other without a pause: Lambda is busy all the time."""
    return lab.run(
        lab.handler(wait=900, memory=memory, timeout=900, **settings), at=[0, 900, 1800, 2700]
    )


def test_price_fargate_one_vcpu_and_two_gb_for_an_hour() -> None:
    assert fargate_hour(1, 2) == D("0.04937")
    assert fargate_hour(1, 2, "arm64") == D("0.03950")
    assert round(730 * fargate_hour(1, 0), 2) == D("29.55")
    assert [fargate_size(mb) for mb in (128, 2048, 2049, 8192, 8193, 10_240)] == [
        (1, 2),
        (1, 2),
        (1, 3),
        (1, 8),
        (2, 9),
        (2, 10),
    ]


def test_price_fargate_a_task_is_billed_for_a_minute_at_least() -> None:
    short = lab.run(lab.handler(wait=1), at=[0]).bill.compare(span=60)
    long = lab.run(lab.handler(wait=60), at=[0]).bill.compare(span=60)
    longer = lab.run(lab.handler(wait=60.5), at=[0]).bill.compare(span=60)
    each = [table.usd_per_month[2] for table in (short, long, longer)]
    assert each == [36.04, 36.04, round(0.04937 * 730 * 61 / 60, 2)]


def test_price_fargate_breakeven_at_two_fifths_of_the_time() -> None:
    assert round(fargate_breakeven(), 2) == D("0.41")
    table = busy().bill.compare()
    assert table.option[1] == "Fargate, 1 vCPU and 2 GB, always on"
    assert table.usd_per_month[0] == round(730 * 0.120000240 + 2920 * 0.0000002, 2)
    assert table.usd_per_month[1] == round(730 * 0.04937, 2)
    assert table.busy[0] == 1
    assert round(table.break_even[1], 2) == 0.41


def test_price_ec2_servers_are_sized_for_the_peak() -> None:
    table = lab.run(lab.handler(wait=1, memory=2048), at=[0] * 7).bill.compare()
    assert dict(zip(table.option[3:], table["count"][3:], strict=True)) == {
        "EC2, t3.medium, always on": 4,  # two vCPUs
        "EC2, m5.large, always on": 4,
        "EC2, c7i.xlarge, always on": 2,  # four; a t3.micro with 1 GB cannot hold it
    }
    assert table.usd_per_month[3] == round(4 * 0.0416 * 730, 2)
    ten = lab.run(lab.handler(wait=1, memory=2048), at=[0] * 7).bill.compare(at_once=10)
    assert ten["count"].tolist() == [7, 1, 7 * 730 * 3600, 1, 1, 1]


def test_the_break_even_is_the_busy_share_at_which_both_cost_the_same() -> None:
    table = busy().bill.compare(span=36_000)
    share = table.break_even[1]
    at_that_share = busy().bill.compare(span=3600 / share)
    assert at_that_share.busy[0] == pytest.approx(share)
    assert at_that_share.usd_per_month[0] == pytest.approx(at_that_share.usd_per_month[1], rel=1e-3)
    assert table.break_even.isna().tolist()[:3] == [True, False, True]


def test_lambda_wins_when_hardly_anybody_calls_and_loses_when_always_busy() -> None:
    quiet = lab.run(lab.handler(wait=1), at=[0, 60]).bill.compare(span=3600)
    assert quiet.usd_per_month[0] < quiet.usd_per_month[1:].min()
    always = busy().bill.compare()
    assert always.usd_per_month[0] > always.usd_per_month[1]
    assert set(always.prices_of) == {"2026-09-19", "2026-08"}


def test_a_long_job_without_hurry_is_cheaper_as_a_task_even_if_it_is_rare() -> None:
    rare = busy().bill.compare(span=86_400 * 7)
    assert rare.usd_per_month[2] < rare.usd_per_month[0] < rare.usd_per_month[1]


def test_a_month_of_the_traffic_has_its_requests_and_fills_the_tiers() -> None:
    small = lab.run(lab.handler(wait=0.001, memory=128), at=[0]).bill.compare(span=0.1)
    millions = D("26.28")
    gb_s = millions * 1_000_000 / 8 / 1000
    usd = millions * D("0.20") + gb_s * A_GB_SECOND
    assert small.usd_per_month[0] == float(round(usd, 2)) == 5.31
    large = lab.run(lab.handler(wait=1, memory=10_240), at=[0] * 1000).bill.compare()
    gb_s = D(730 * 3600 * 10_000)
    usd = 730 * 3600 * 1000 * D("0.0000002") + D("100000.2") + D("135000")
    assert large.usd_per_month[0] == float(round(usd + (gb_s - D("15e9")) * D("0.0000133334"), 2))


def test_what_runs_on_arm_is_compared_with_arm() -> None:
    table = lab.run(lab.handler(wait=1, architecture="arm64"), at=[0]).bill.compare()
    assert table.option.tolist()[3:] == ["EC2, c7g.xlarge, always on"]
    assert table.usd_per_month.tolist()[1::2] == [
        round(730 * 0.0395, 2),
        round(730 * 0.145, 2),
    ]


def test_break_even_is_the_price_of_a_task_by_that_of_one_request_a_second() -> None:
    run = lab.run(lab.handler("track", wait=0.1, memory=1024), lab.steady(50, seconds=2))
    task, each = 730 * D("0.04937"), 730 * 3600 * (A_REQUEST + D("0.1") * A_GB_SECOND)
    found = steady(run.log, at_once=10)
    assert (found.task_usd, found.each, found.task_rate) == (task, each, 100)
    assert found.breakeven == pytest.approx(task / each)
    chart = run.bill.breakeven(at_once=10)
    assert chart.alt == ("track, from 7.35 requests a second on, a task costs less than Lambda")
    # The same on both roads: at each steady rate what `compare` says of a run of that rate.
    for rate in (5, 10, 150):
        month = lab.run(lab.handler(wait=0.1, memory=1024), lab.steady(rate, seconds=2))
        here, there = month.bill.compare(span=2, at_once=10).usd_per_month[:2]
        assert here == float(round(found.here(D(rate)), 2))
        assert there == float(round(found.tasks(D(rate)) * task, 2))
        assert (here > there) == (found.breakeven < rate)


def test_what_a_task_can_never_do_for_less_has_no_break_even() -> None:
    small = lab.run(lab.handler(wait=1, memory=128), at=[0])
    assert steady(small.log).breakeven is None
    assert "at no rate does a task cost less" in small.bill.breakeven().alt
    ready = lab.handler(wait=1, memory=2048).alias("live", provisioned_concurrency=3)
    assert steady(lab.run(ready, at=[0]).log).breakeven == 0  # what is kept ready costs more
    with pytest.raises(lab.LabError, match="at_once=0"):
        small.bill.breakeven(at_once=0)


def test_a_break_even_is_drawn_with_its_stairs() -> None:
    chart = lab.run(lab.handler("big", wait=1, memory=2048), at=[0]).bill.breakeven()
    rows = [line.split() for line in chart.tell().splitlines()[2:]]
    assert rows[2] == ["1", "88.13", "36.04"]  # one task is still enough for one a second
    assert rows[3][1:] == ["144.16", "72.08"]  # four times the break-even, and two tasks
    assert "break-even: 0.409 a second" in chart.svg
    instant = lab.run(lab.handler("instant", wait=0), at=[0, 1])
    assert "nan" not in instant.bill.breakeven().svg
    with pytest.raises(lab.LabError, match="took no time"):
        lab.run(lab.handler(wait=0), at=[0]).bill.breakeven()


def test_the_comparison_can_be_of_one_function() -> None:
    a, b = lab.handler("a", wait=10, memory=128), lab.handler("b", wait=10, memory=4096)
    bill = lab.run({a: [0, 0], b: [0]}).bill
    assert bill.compare().option[1] == "Fargate, 1 vCPU and 4 GB, always on"
    assert bill.of("a").compare().option[1] == "Fargate, 1 vCPU and 2 GB, always on"
    assert bill.of("a").compare(span=60)["count"].tolist()[:3] == [2, 2, 2 * 730 * 60]
    total = bill.compare().usd_per_month[0]
    assert bill.of("a").compare().usd_per_month[0] + bill.of("b").compare().usd_per_month[0] == (
        pytest.approx(total, abs=0.02)
    )


def test_the_comparison_of_provisioned_concurrency_counts_its_units_all_month() -> None:
    run = lab.run(live(), at=[0, 6], until=20)
    units = 730 * 3600 * ALLOCATED_GB_SECOND
    for span, times in ((None, 131_400), (60, 43_800), (3600, 730), (10, 262_800)):
        table = run.bill.compare(span=span)
        calls = times * 2 * (6 * PROVISIONED_GB_SECOND + A_REQUEST)
        assert table.usd_per_month[0] == float(round(units + calls, 2))
        share = table.busy[0]
        assert share == pytest.approx(12 / (span or 20))
        usd = float(units) + float(calls) * table.break_even[1] / share
        assert usd == pytest.approx(table.usd_per_month[1], rel=1e-3)


def test_the_comparison_of_units_that_nobody_needs_never_breaks_even() -> None:
    table = lab.run(live(units=100), at=[0], until=60).bill.compare()
    assert table.break_even[1] == 0


@pytest.mark.parametrize(
    "wrong", [{"span": 0}, {"span": -1}, {"span": "day"}, {"span": float("nan")}, {"at_once": 0}]
)
def test_a_comparison_says_what_it_needs(wrong: dict) -> None:
    with pytest.raises(lab.LabError, match=r"allowed: .*\n  try:"):
        lab.run(lab.handler(wait=1), at=[0]).bill.compare(**wrong)
    with pytest.raises(lab.LabError, match="this run took no time"):
        lab.run(lab.handler(), at=[0]).bill.compare()
    with pytest.raises(lab.LabError, match="nothing to compare"):
        lab.run(lab.handler(wait=9), at=[0], until=5).bill.compare(span=60)


# What can be asked ------------------------------------------------------------------------------


def test_a_bill_shows_its_lines_and_their_sum() -> None:
    greet = lab.handler("greet", wait=0.5, init=0.4, memory=128, ephemeral_storage=1024)
    bill = lab.run(greet, at=[0, 0.2, 3]).bill
    assert (
        repr(bill)
        == """\
0.000005427 USD for 3 requests, 2,300 ms, 0.2875 GB-s
  requests                3  request       0.0000002  0.000000600  greet
  duration           0.2875  GB-second  0.0000166667  0.000004792  greet
  ephemeral storage    1.15  GB-second  0.0000000309  0.000000036  greet
us-east-1, prices of 2026-09-19, without the free tier"""
    )
    assert bill.lines.columns.tolist() == list(COLUMNS)
    assert bill.lines.amount.sum() == pytest.approx(bill.cost)
    assert bill.cost == float(bill.exact_cost)
    html = bill._repr_html_()
    assert html.count("<tr>") == 4
    assert "id=" not in html


def test_a_bill_of_nothing_is_nothing() -> None:
    bill = lab.run(lab.handler(), at=[]).bill
    assert (bill.cost, bill.gb_s, bill.ms, bill.requests, len(bill.lines)) == (0, 0, 0, 0, 0)
    assert repr(bill).startswith("0.000000000 USD for 0 requests, 0 ms, 0 GB-s\nus-east-1")
    assert bill.lines.columns[0] == "item"


def test_a_run_that_was_cut_bills_what_is_over_and_says_so() -> None:
    run = lab.run(lab.handler("nap", wait=10, memory=1024), at=[0, 5, 8], until=12)
    assert (run.bill.requests, run.bill.ms, run.bill.unfinished) == (1, 10_000, 2)
    assert repr(run.bill).endswith("not in it: 2 requests still at work at the end")
    waiting = lab.run(lab.handler(wait=1, init=9), at=[0], until=5)
    assert (waiting.bill.unfinished, waiting.bill.cost) == (1, 0)
    assert "not in it" not in repr(lab.run(lab.handler(wait=1), at=[0]).bill)


def test_a_run_over_the_end_of_a_month_has_a_bill_for_each() -> None:
    day = 86_400
    run = lab.run(lab.handler(wait=1, memory=1024), at=[0, 31 * day, 40 * day], until=41 * day)
    assert [(u.month, u.requests) for u in used_by(run.log).usages] == [
        ((2026, 1), 1),
        ((2026, 2), 2),
    ]
    assert [(x.item, x.quantity) for x in run.bill.items] == [("requests", 3), ("duration", 3)]


def test_an_exact_bill_does_not_depend_on_the_decimal_context_in_force() -> None:
    def priced() -> tuple[D, float, str]:
        bill = lab.run(lab.handler(wait=1.234, memory=1769), at=[0, 3]).bill
        return bill.exact_cost, bill.gb_s, str(bill.compare())

    expected = priced()
    with decimal.localcontext(decimal.Context(prec=3)):
        assert priced() == expected
    assert expected[0] == D(2468) * 1769 / 1024 / 1000 * A_GB_SECOND + D("0.0000004")


def test_a_bill_is_a_value_that_can_be_kept_with_its_run() -> None:
    run = lab.run(lab.handler(wait=1), at=[0])
    before = repr(run.bill)
    assert repr(pickle.loads(pickle.dumps(run)).bill) == before


# Laws -------------------------------------------------------------------------------------------

SETTINGS = st.fixed_dictionaries(
    {
        "wait": st.sampled_from([0, 0.1, 0.3333, 2, 90]),
        "init": st.sampled_from([0, 0.4, 11]),
        "fails": st.sampled_from([False, True, 0.5]),
        "timeout": st.sampled_from([1, 60]),
        "memory": st.sampled_from([128, 1000, 1769]),
        "ephemeral_storage": st.sampled_from([512, 700]),
        "reserved_concurrency": st.sampled_from([None, None, 0, 2]),
        "architecture": st.sampled_from(["x86_64", "arm64"]),
    }
)
TIMES = st.lists(st.integers(0, 600).map(lambda quarters: quarters / 4), max_size=8)


@st.composite
def doors(draw: st.DrawFn, function: lab.Function) -> object:
    """Draw a way to reach a function: a call, an event, an alias with or without provisioning."""
    units = draw(st.integers(0, 2))
    if function.reserved_concurrency is not None:
        units = min(units, function.reserved_concurrency)
    called = draw(st.sampled_from([function, function.alias("live", None, None, units)]))
    return draw(st.sampled_from([called, lab.event(called)]))


@st.composite
def runs(draw: st.DrawFn) -> lab.Run:
    """Run one to three functions with random traffic; cut some of the runs."""
    names = ("a", "b", "c")[: draw(st.integers(1, 3))]
    targets = {draw(doors(lab.handler(name, **draw(SETTINGS)))): draw(TIMES) for name in names}
    return lab.run(targets, until=draw(st.sampled_from([None, 0, 61.5, 1000])))


@given(runs(), st.booleans())
def test_a_bill_is_additive_over_functions(run: lab.Run, free_tier: bool) -> None:
    bill = run.bill.with_free_tier() if free_tier else run.bill
    parts = [bill.of(name) for name in run.world().functions]
    assert sum(part.exact_cost for part in parts) == bill.exact_cost
    assert sum(part.gb_s for part in parts) == pytest.approx(bill.gb_s)
    for name in ("ms", "requests", "unfinished"):
        assert sum(getattr(part, name) for part in parts) == getattr(bill, name)
    assert sum(line.amount for line in bill.items) == bill.exact_cost


@given(runs())
def test_billed_requests_are_the_invocations_and_billed_time_is_what_report_says(
    run: lab.Run,
) -> None:
    assert run.bill.requests == run.metrics["Invocations"]
    inits = sum(u.ms for u in used_by(run.log).usages if not u.requests)  # provisioned ones
    assert run.bill.ms - inits == run.table("invocations").billed_ms.sum()
    assert run.bill.ms >= run.metrics["Duration"] * run.metrics["Invocations"] - 0.001


@given(st.lists(st.integers(0, 30), max_size=5))
def test_tiers_cost_the_same_in_one_piece_or_in_many(pieces: list[int]) -> None:
    tiers = ((D(6), D(3)), (D(15), D(2)), (None, D(1)))
    before, total = D(0), D(0)
    for piece in pieces:
        parts = list(in_tiers(D(piece), before, tiers))
        assert sum(part for part, _ in parts) == piece
        total += sum(part * price for part, price in parts)
        before += piece
    assert total == sum(part * price for part, price in in_tiers(D(sum(pieces)), D(0), tiers))


# The circle -------------------------------------------------------------------------------------

FIGURES = {  # to look up; nothing is computed with them yet
    "price.snapstart",
    "price.streaming",
    "price.savings_plan",
    "price.lmi",
    "price.durable",
    "price.tenant",
}


def test_every_price_has_an_example_or_is_a_figure_and_cites_a_page() -> None:
    tests = Path(__file__).read_text()
    for price in prices.TABLE.values():
        example = f"def test_{price.id.replace('.', '_')}_" in tests
        assert example != (price.id in FIGURES), f"{price.id} has no example"
        assert price.page.startswith("https://"), f"{price.id} cites no page"
        assert price.date[:4] in ("2025", "2026"), f"{price.id} has no date"
        assert price.basis == "documented" or price.note, f"{price.id} does not say how we know"
    assert not set(prices.TABLE) & set(RULES), "a rule stands in two tables"


def test_the_table_of_prices_shows_itself() -> None:
    lines = repr(prices.TABLE).splitlines()
    assert lines[0] == "Prices in us-east-1, USD"
    assert [line.split()[:2] for line in lines if line.startswith("price.duration.x86")] == [
        ["price.duration.x86", "0.0000166667"],
        ["price.duration.x86", "0.0000150000"],
        ["price.duration.x86", "0.0000133334"],
    ]
    assert "GB restored" in repr(prices.TABLE)
    assert prices.TABLE._repr_html_().count("<tr>") == len(lines)
    with pytest.raises(ValueError, match=r"two prices are called price\.gb"):
        prices.price("price.gb", "Again.", "https://aws.amazon.com/")


def test_the_figures_of_the_table() -> None:
    """Those that nothing computes with, against the published ones."""
    assert {id: prices.TABLE[id].value for id in FIGURES} == {
        "price.snapstart": {
            "GB-second in the cache": D("0.0000015046"),
            "GB restored": D("0.0001397998"),
        },
        "price.streaming": D("0.008"),
        "price.savings_plan": {"x86_64": D("0.0000138"), "arm64": D("0.0000111")},
        "price.lmi": D("0.15"),
        "price.durable": {
            "1,000,000 operations": 8,
            "GB written": D("0.25"),
            "GB kept for a month": D("0.15"),
        },
        "price.tenant": {"x86_64": D("0.000166667"), "arm64": D("0.000133333")},
    }
