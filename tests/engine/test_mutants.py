"""Examples that were missing: each notices a small mistake in the engine that no test noticed.

`make mutate` finds such mistakes; docs/mutants.md lists those that do no harm.
"""

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of

# Is there room? ----------------------------------------------------------------------------------


def test_a_burst_beyond_the_scaling_rate_is_refused_as_the_documentation_calls_it() -> None:
    """And the explanation names the function's settings, nobody who holds concurrency."""
    run = lab.run(lab.handler(wait=1), lab.burst(1_002), account_concurrency=2_000)
    refused = decided(run, "scaling.rate")
    assert [e.fact.reason for e in refused] == ["ConcurrentInvocationLimitExceeded"] * 2
    (settings,) = {e.given for e in refused}
    assert [type(run.log[seq].fact) for seq in settings] == [facts.FunctionConfigured]


def test_who_is_in_the_way_is_the_setting_and_the_first_nine_that_hold_the_concurrency() -> None:
    full = lab.run(lab.handler(wait=1, reserved_concurrency=12), lab.burst(13))
    (refused,) = of(full, facts.RequestThrottled)
    assert len(refused.given) == 10
    setting, *holders = (full.log[seq].fact for seq in refused.given)
    assert isinstance(setting, facts.ConcurrencyReserved)
    starts = of(full, facts.InitStarted)
    assert [fact.request for fact in holders] == [e.fact.request for e in starts[:9]]


def test_a_new_environment_beside_busy_ones_names_ten_of_them_at_most() -> None:
    run = lab.run(lab.handler(wait=1), lab.burst(15))
    assert [len(e.given) for e in of(run, facts.InitStarted)] == [*range(10), *[10] * 5]


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        ("concurrency.pc.init_type", [0]),
        ("concurrency.pc.spillover", [0, 0]),
        ("concurrency.pc.rps", [k / 500 for k in range(11)]),
    ],
)
def test_what_is_decided_about_provisioned_environments_names_their_setting(
    rule: str, at: list[float]
) -> None:
    live = lab.handler(wait=0.001).alias("live", provisioned_concurrency=1)
    run = lab.run(live, at)
    began = facts.InvocationStarted | facts.InitStarted
    (*_, entry) = (e for e in decided(run, rule) if isinstance(e.fact, began))
    assert [type(run.log[seq].fact) for seq in entry.given] == [facts.ProvisioningRequested]


def test_a_call_beyond_the_rate_names_the_setting_that_makes_the_rate() -> None:
    run = lab.run(lab.handler(reserved_concurrency=1), lab.burst(11))
    refused = decided(run, "scaling.rps.limit")
    assert {e.fact.reason for e in refused} == {"ReservedFunctionInvocationRateLimitExceeded"}
    for entry in refused:
        (setting,) = entry.given
        assert run.log[setting].fact.function == "function"


@pytest.mark.parametrize(("window", "served"), [(0.01, 1), (0.29, 2)])
def test_the_window_of_the_rate_has_room_for_whole_requests_and_at_least_one(
    window: float, served: int
) -> None:
    fn = lab.handler(reserved_concurrency=1)
    run = lab.run(fn, [0, 0.001, 0.02], assume={"scaling.rps.window": window})
    assert run.count("processed") == served


def test_each_version_draws_which_environment_it_takes_from_its_own_dice() -> None:
    """Calls of one function change nothing for another that is called at the same times."""
    first, second = (lab.handler(name, wait=1) for name in ("first", "second"))
    at = [k * 4 + n / 10 for k in range(12) for n in range(4)]
    assume = {"concurrency.assignment.which": "random"}

    def taken(run: lab.Run) -> list[str]:
        order: dict[str, int] = {}
        rows = [x.environment for x in run.invocations if x.function == "second"]
        return [order.setdefault(name, len(order)) for name in rows]

    alone = lab.run({second: at}, assume=assume, seed=3)
    beside = lab.run({first: at, second: at}, assume=assume, seed=3)
    assert taken(alone) == taken(beside)
    assert len(set(map(tuple, zip(*[iter(taken(alone))] * 4, strict=True)))) > 2
