"""Two runs side by side, and runs that are made again with something changed."""

import pytest

import lambdalab as lab
from lambdalab.engine.facts import ConcurrencyReserved
from lambdalab.run import Run


def shop() -> Run:
    """Five requests a second apart, each at work for two seconds."""
    return lab.run(lab.handler("shop", wait=2, init=0.5), at=[0, 1, 2, 3, 4])


# Forks ------------------------------------------------------------------------------------------


def test_a_fork_is_the_same_run_until_the_change() -> None:
    run = shop()
    before = [tuple(entry) for entry in run.log]
    fork = run.fork(1.5, reserved_concurrency=1)
    same = [entry for entry in run.log if entry.at < 1_500_000]
    assert list(fork.log)[: len(same)] == same
    assert fork.count("throttled") > 0
    assert [tuple(entry) for entry in run.log] == before  # the run itself stays as it was


def test_a_fork_of_a_fork_keeps_both_changes() -> None:
    fork = shop().fork(1.5, reserved_concurrency=1).fork(3.5, reserved_concurrency=5)
    facts = [(entry.at, entry.fact) for entry in fork.log]
    settings = [(at, f.units) for at, f in facts if isinstance(f, ConcurrencyReserved)]
    assert settings == [(1_500_000, 1), (3_500_000, 5)]
    title = "shop: 5 requests, reserved_concurrency=1 from 1.5 s, reserved_concurrency=5 from 3.5 s"
    assert fork.timeline().title == title


def test_a_fork_draws_the_same_random_numbers() -> None:
    traffic = lab.poisson(5, 4)
    run = lab.run(lab.handler("shop", wait=lab.exponential(0.5)), at=traffic, seed=3)
    fork = run.fork(100, memory=512)  # after all that happens
    assert list(fork.log)[: len(run.log)] == list(run.log)


def test_a_run_does_not_follow_what_its_maker_changes_later() -> None:
    times, payload = [0.0, 1.0], {"n": 1}
    fn = lab.function("def handler(event, context):\n    return event['n']\n", name="echo")
    run = lab.run(fn, at=[*[(t, payload) for t in times]])
    payload["n"] = 2
    assert run.fork(0.5, timeout=9).returned == [1, 1]
    times = [0.0]
    listed = lab.run(fn.with_(name="again"), at=times)
    times.append(5.0)
    assert len(listed.fork(0, timeout=9).requests) == 1


def test_a_fork_of_several_functions_needs_to_know_which() -> None:
    a, b = lab.handler("a", wait=2), lab.handler("b", wait=2)
    run = lab.run({a: [0, 1], b: [0, 1]})
    with pytest.raises(lab.LabError, match="several functions"):
        run.fork(0.5, reserved_concurrency=0)
    fork = run.fork(0.5, b, reserved_concurrency=0)
    throttled = {e.fact.request for e in fork.log if type(e.fact).__name__ == "RequestThrottled"}
    assert throttled == {"req-4"}


def test_an_alias_can_be_forked() -> None:
    live = lab.handler("nap", wait=5).alias("live", provisioned_concurrency=1)
    fork = lab.run(live, at=[0, 300]).fork(10, live, provisioned_concurrency=2)
    assert any("2 environments" in line for line in fork.tell().split("\n"))


def test_what_cannot_be_changed_is_refused() -> None:
    with pytest.raises(lab.LabError):
        shop().fork(1, timeout=-1)
    with pytest.raises(lab.LabError, match="nothing is changed"):
        shop().fork(1)
    with pytest.raises(lab.LabError, match="nobody knows"):
        Run(shop().log, seed=0, stopped="", sources={}).fork(1, lab.handler(), timeout=5)


# Comparisons ------------------------------------------------------------------------------------


def test_the_first_entry_that_differs_is_named() -> None:
    run = shop()
    fork = run.fork(1.5, reserved_concurrency=1)
    compared = run.compare(fork)
    changed = next(e for e in fork.log if type(e.fact).__name__ == "ConcurrencyReserved")
    assert compared.first_other == changed.seq
    assert compared.first == changed.seq  # in A something else stands there
    told = compared.tell()
    assert "they part at 1.500 s" in told
    assert "shop has reserved concurrency 1." in told
    refused = fork.count("throttled")
    row = next(line for line in told.split("\n") if line.startswith("throttled"))
    assert row.split() == ["throttled", "0", f"{refused}", f"+{refused}"]


def test_runs_that_are_alike_do_not_part() -> None:
    compared = shop().compare(shop())
    assert (compared.first, compared.first_other) == (None, None)
    assert "the same happens in both" in repr(compared)
    assert "they part here" not in compared.svg


def test_a_run_that_goes_on_parts_where_the_other_ends() -> None:
    fn = lab.handler("shop", wait=1)
    short, long = lab.run(fn, at=[0]), lab.run(fn, at=[0, 5])
    compared = short.compare(long)
    assert compared.first is None
    assert long.log[compared.first_other or 0].at == 5_000_000
    assert "A: nothing more happens" in compared.tell()


def test_settings_alone_are_no_difference_but_they_are_named() -> None:
    fn = lab.handler("shop", wait=1, timeout=3)
    compared = lab.run(fn, at=0).compare(
        lab.run(fn.with_(timeout=9, maximum_retry_attempts=0), at=0)
    )
    assert compared.first is None
    assert [name for name, _ in compared.settings] == ["A", "B"]
    assert "timeout of 9 s" in compared.settings[1][1]
    retries = lab.run(fn, at=0).compare(lab.run(fn.with_(maximum_retry_attempts=0), at=0))
    assert retries.settings[1][1].endswith("maximum_retry_attempts=0.")


def test_both_stand_on_one_axis() -> None:
    fn = lab.handler("shop", wait=1)
    compared = lab.run(fn, at=[0]).compare(lab.run(fn, at=[0, 5]))
    first, second = compared.svg.split("<g transform")[1:]
    ticks = [part[part.index("class='m c'") :].split("</text>")[0] for part in (first, second)]
    assert ticks[0] == ticks[1]
    assert compared.svg == lab.run(fn, at=[0]).compare(lab.run(fn, at=[0, 5])).svg


def test_only_runs_are_compared() -> None:
    with pytest.raises(lab.LabError):
        shop().compare("another")  # type: ignore[arg-type]


def test_settings_are_named_as_the_learner_writes_them_and_only_once() -> None:
    fn = lab.handler("fn", wait=1)
    queue = lab.queue("q", visibility_timeout=30)
    a = lab.run(queue.to(fn, batch_size=1), at=[0])
    mapped = queue.to(fn, batch_size=5, maximum_batching_window=2, maximum_concurrency=2)
    told = a.compare(lab.run(mapped, at=[0])).tell()
    assert "only A: esm-1 feeds fn from q, in batches of 1, maximum_batching_window=0.\n" in told
    own = "in batches of 5, maximum_batching_window=2, maximum_concurrency=2.\n"
    assert f"only B: esm-1 feeds fn from q, {own}" in told
    assert "MappingSettings" not in told


def test_each_effect_is_counted() -> None:
    source = "import lambdalab as lab\ndef handler(event, context): lab.effect('ship')\n"
    fn = lab.function(source, name="fn")
    told = lab.run(fn, at=[0, 1]).compare(lab.run(fn, at=[0])).tell()
    row = next(line for line in told.split("\n") if line.startswith("effect: ship"))
    assert row.split()[2:] == ["2", "1", "-1"]


def test_a_title_counts_what_was_sent() -> None:
    fn = lab.handler("fn")
    sent = {
        lab.queue("q"): "2 messages",
        lab.stream("s"): "2 records",
        lab.topic("t"): "2 events",
        lab.api("a"): "2 requests",
    }
    for source, words in sent.items():
        assert lab.run(source.to(fn), at=[0, 0]).timeline().title == f"fn: {words}"
    assert lab.run(fn, at=[]).timeline().title == "fn: 0 requests"
