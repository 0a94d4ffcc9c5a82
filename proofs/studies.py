"""What is held against what: for each study the expected figures, and a run for each seed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.stack import Distribution

from . import formulas
from .measuring import (
    ENVIRONMENTS,
    EVENTS,
    IN_FLIGHT,
    MESSAGES,
    Count,
    average,
    number,
    times_at,
    waits,
)

Figures = dict[str, float]


@dataclass(frozen=True)
class Study:
    """A law, what it says of some runs, and how a run of a seed is made and measured."""

    law: str
    name: str
    expected: Mapping[str, float]
    measure: Callable[[int], Figures]


# Little's law -------------------------------------------------------------------------------------


def little(law: str, name: str, target: Callable[[], Any], count: Count, table: str) -> Study:
    """Compare what is there at a time, counted from the log, with the rows of a table."""

    def measure(seed: int) -> Figures:
        run = lab.run(target(), lab.poisson(5, 400), seed=seed)
        rows = run.table(table)
        latency = rows.latency if table == "requests" else rows.left - rows.sent
        there = average(run, count, 0, run.end + 1)
        return {"there / (rate x stay)": there * (run.end + 1) / float(latency.sum())}

    return Study(law, name, {"there / (rate x stay)": 1}, measure)


def crowded() -> lab.Function:
    """Make a function that is often full, with an Init."""
    return lab.handler(wait=lab.exponential(0.8), init=0.3, reserved_concurrency=5)


def retried() -> Any:
    """Make an event door whose events are tried up to three times."""
    return lab.event(lab.handler(wait=lab.exponential(0.8), fails=0.3))


def queued() -> Any:
    """Make a queue that is read by at most six batches at a time."""
    worker = lab.handler(wait=lab.exponential(0.8))
    queue = lab.queue(visibility_timeout=5_400)
    return queue.to(worker, batch_size=1, maximum_concurrency=6)


# Rooms for so many: Erlang, M/G/infinity ----------------------------------------------------------

WORK: dict[str, Callable[[float], float | Distribution]] = {
    "exponential": lab.exponential,
    "constant": lambda mean: mean,
    "uniform": lambda mean: lab.uniform(0, 2 * mean),
    "lognormal": lambda mean: lab.lognormal(mean / 2, mean / 2 * 15.48),  # its mean is the mean
}


def erlang(servers: int, load: float, kind: str) -> Study:
    """Refuse what finds all of some reserved units of concurrency busy."""
    end = 50 + 8_000 / load

    def measure(seed: int) -> Figures:
        model = lab.handler(wait=WORK[kind](1), reserved_concurrency=servers)
        run = lab.run(model, lab.poisson(load, end), until=end, seed=seed)
        refused = number(run, facts.RequestThrottled, 50, end)
        return {"throttled": refused / number(run, facts.RequestReceived, 50, end)}

    expected = {"throttled": formulas.erlang_b(servers, load)}
    return Study("Erlang B", f"{servers} reserved, load {load:g}, {kind} work", expected, measure)


def unlimited(kind: str) -> Study:
    """Count who is in flight if nobody is refused."""
    rate, work, end = 10, 1.991, 1_050
    shown = (10, 14, 17, 20, 23, 26, 30) if kind == "exponential" else ()

    def measure(seed: int) -> Figures:
        model = lab.handler(wait=WORK[kind](work), timeout=900)
        run = lab.run(model, lab.poisson(rate, end), until=end, seed=seed)
        shares = times_at(run, IN_FLIGHT, 50, end)
        mean = sum(level * share for level, share in shares.items())
        square = sum(level**2 * share for level, share in shares.items())
        exact = {f"share of time with {k}": shares.get(k, 0) for k in shown}
        return {"mean in flight": mean, "variance": square - mean**2, **exact}

    load = rate * work
    exact = {f"share of time with {k}": formulas.poisson(load, k) for k in shown}
    expected = {"mean in flight": load, "variance": load, **exact}
    return Study("M/G/infinity", f"10 a second, {kind} work of 1.991 s", expected, measure)


def from_empty(at: float) -> Study:
    """Look at many short runs at the same moment after their empty start."""

    def measure(seed: int) -> Figures:
        model, found = lab.handler(wait=lab.exponential(1.991)), []
        for k in range(250):
            run = lab.run(model, lab.poisson(0.9, at), until=at, seed=1_000 * seed + k)
            received = number(run, facts.RequestReceived)
            found.append(received - number(run, facts.ResponseSent))
        return {"mean in flight": fmean(found)}

    expected = {"mean in flight": formulas.from_empty(0.9, 1.991, at)}
    return Study("M/G/infinity", f"0.9 a second, {at:g} s after an empty start", expected, measure)


# Cold starts --------------------------------------------------------------------------------------

SCALE_PER_REQUEST = {"lifecycle.init.overtaken": False}  # who has an environment made waits for it


def pool(
    seed: int,
    rate: float,
    work: float,
    init: float,
    idle: float | Distribution,
    policy: str,
    warm_up: float,
    seconds: float,
) -> Figures:
    """Run a pool of environments and look at it after it has warmed up."""
    end = warm_up + seconds
    assume = {
        **SCALE_PER_REQUEST,
        "lifecycle.idle": idle,
        "concurrency.assignment.which": policy,
    }
    run = lab.run(
        lab.handler(wait=lab.exponential(work), init=init),
        lab.poisson(rate, end),
        until=end,
        seed=seed,
        assume=assume,
    )
    cold = number(run, facts.InitStarted, warm_up, end)
    servers = average(run, ENVIRONMENTS, warm_up, end)
    running = average(run, IN_FLIGHT, warm_up, end)
    return {
        "cold starts": cold / number(run, facts.RequestReceived, warm_up, end),
        "environments": servers,
        "running": running,
        "idle": servers - running,
        "life span": servers * seconds / max(cold, 1),  # Little's law once more, s
    }


def constant_idle(rate: float, work: float, idle: float) -> Study:
    """Take the environment that was frozen last; idle ones live for a constant time."""
    seconds = 6_000 / rate

    def measure(seed: int) -> Figures:
        found = pool(seed, rate, work, 0, idle, "mru", 10 * idle, seconds)
        return {name: found[name] for name in ("cold starts", "idle")}

    cold, waiting = formulas.cold_if_constant(rate, work, idle)
    name = f"{rate:g} a second, {work:g} s of work, {idle:g} s of idle life, mru"
    return Study(
        "Cold starts, constant idle life", name, {"cold starts": cold, "idle": waiting}, measure
    )


def exponential_idle(rate: float, work: float, idle: float, policy: str) -> Study:
    """Let idle environments live for an exponential time; which one is taken does not matter."""
    seconds = 6_000 / rate

    def measure(seed: int) -> Figures:
        life = lab.exponential(idle)
        found = pool(seed, rate, work, 0, life, policy, 10 * idle, seconds)
        return {name: found[name] for name in ("cold starts", "idle")}

    cold = formulas.cold_if_exponential(rate, work, idle)
    expected = {"cold starts": cold, "idle": rate * cold * idle}
    name = f"{rate:g} a second, {work:g} s of work, {idle:g} s of idle life, {policy}"
    return Study("Cold starts, exponential idle life", name, expected, measure)


def one_at_a_time(kind: str) -> Study:
    """Reserve 1: a cold start is a gap longer than the idle lifetime, whatever the work is."""
    rate, work, init, idle, end = 0.5, 1.0, 1.0, 2.0, 20_000

    def measure(seed: int) -> Figures:
        model = lab.handler(wait=WORK[kind](work), init=init, reserved_concurrency=1)
        run = lab.run(
            model, lab.poisson(rate, end), until=end, seed=seed, assume={"lifecycle.idle": idle}
        )
        received, refused = run.count("requests"), number(run, facts.RequestThrottled)
        cold = number(run, facts.InitStarted)
        return {"cold starts": cold / (received - refused), "throttled": refused / received}

    cold, refused = formulas.one_at_a_time(rate, work, init, idle)
    expected = {"cold starts": cold, "throttled": refused}
    return Study("Cold starts, reserved 1", f"{kind} work, Init of 1 s", expected, measure)


# Lines --------------------------------------------------------------------------------------------


def shard(kind: str, load: float) -> Study:
    """Let one shard wait for one invocation after the other."""
    work, end = 0.2, 100 + 2_000

    def begins(fact: object) -> str:
        return fact.record if isinstance(fact, facts.RecordPut) else ""

    def ends(fact: object) -> str:
        return fact.records[0] if isinstance(fact, facts.BatchRead) and fact.batch else ""

    def measure(seed: int) -> Figures:
        stream = lab.stream(shards=1).to(lab.handler(wait=WORK[kind](work)), batch_size=1)
        run = lab.run(stream, lab.poisson(load / work, end), until=end, seed=seed)
        return {"wait": waits(run, begins, ends, 100)}

    second = work**2 * (2 if kind == "exponential" else 1)
    expected = {"wait": formulas.pollaczek_khinchine(load / work, work, second)}
    name = f"a shard, load {load:g}, {kind} work of 0.2 s"
    return Study("Pollaczek and Khinchine", name, expected, measure)


def pollers(servers: int, load: float) -> Study:
    """Let a queue be read by so many batches of one message at a time."""
    end = 200 + 6_000 / load

    def begins(fact: object) -> str:
        return fact.message if isinstance(fact, facts.MessageSent) else ""

    def ends(fact: object) -> str:
        return fact.message if isinstance(fact, facts.MessageReceived) else ""

    def measure(seed: int) -> Figures:
        queue = lab.queue(visibility_timeout=5_400)
        worker = lab.handler(wait=lab.exponential(1))
        mapped = queue.to(worker, batch_size=1, maximum_concurrency=servers)
        run = lab.run(mapped, lab.poisson(load, end), until=end, seed=seed)
        return {"wait": waits(run, begins, ends, 200)}

    expected = {"wait": formulas.erlang_c_wait(servers, load, 1)}
    name = f"a queue, maximum concurrency {servers}, load {load:g}, 1 s of work"
    return Study("Erlang C", name, expected, measure)


# Tries --------------------------------------------------------------------------------------------


def retries(fails: float) -> Study:
    """Let events fail by chance: three tries at most, each as likely to fail."""

    def measure(seed: int) -> Figures:
        model = lab.handler(wait=0.1, fails=fails)
        run = lab.run(lab.event(model), lab.poisson(2, 2_000), seed=seed)
        events = number(run, facts.EventQueued)
        dropped = number(run, facts.EventDropped)
        return {
            "tries": number(run, facts.InvocationStarted) / events,
            "given up": dropped / events,
        }

    expected = {"tries": 1 + fails + fails**2, "given up": fails**3}
    return Study("Independent failures", f"events, {fails:g} of tries fail", expected, measure)


def receives(fails: float, most: int) -> Study:
    """Let messages fail by chance until the redrive policy takes them."""

    def measure(seed: int) -> Figures:
        queue = lab.queue(visibility_timeout=30, max_receive_count=most)
        mapped = queue.to(lab.handler(wait=0.1, fails=fails), batch_size=1)
        run = lab.run(mapped, lab.poisson(2, 1_500), seed=seed)
        sent = number(run, facts.MessageSent)
        return {
            "receives": number(run, facts.MessageReceived) / sent,
            "dead letters": number(run, facts.MessageDeadLettered) / sent,
        }

    expected = {"receives": (1 - fails**most) / (1 - fails), "dead letters": fails**most}
    name = f"messages, {fails:g} of tries fail, {most} receives at most"
    return Study("Independent failures", name, expected, measure)


# SimFaaS and AWS ----------------------------------------------------------------------------------

# README of github.com/pacslab/simfaas at commit 5dd1623: "prints an output similar to". One run of
# a million seconds; cold starts are 1213 of 898469 requests.
SIMFAAS = {
    "cold starts": 1213 / 898469,
    "environments": 7.6612,
    "running": 1.7879,
    "idle": 5.8733,
    "life span": 6335.1337,
}
# The same example on simfaas 0.2.2 (numpy 2.4.6), numpy's random seeds 1 to 5, in the same order.
SIMFAAS_AGAIN = {
    "cold starts": [1249 / 899228, 1229 / 898902, 1174 / 897979, 1237 / 900853, 1193 / 899258],
    "environments": [7.7034, 7.7040, 7.7006, 7.6988, 7.6723],
    "running": [1.7881, 1.7901, 1.7911, 1.7953, 1.7913],
    "idle": [5.9152, 5.9139, 5.9095, 5.9035, 5.8810],
    "life span": [6179.3, 6289.0, 6593.5, 6247.0, 6448.9],
}


def simfaas() -> Study:
    """Run the example of SimFaaS's README; its cold service is Init and warm service here."""

    def measure(seed: int) -> Figures:
        return pool(seed, 0.9, 1.991, 2.244 - 1.991, 600, "newest", 6_000, 50_000)

    return Study("SimFaaS", "the example of its README", SIMFAAS, measure)


@dataclass(frozen=True)
class Experiment:
    """What was measured on AWS Lambda in one experiment."""

    name: str
    rate: float  # requests a second
    cold: float  # share of requests
    error: float  # its standard error
    environments: float


DATA = Path(__file__).parent / "aws_measured.csv"
WARM, COLD, IDLE = (
    1.98134,
    2.30374,
    600.0,
)  # s, means over all experiments; idle life as fitted then


def experiments() -> list[Experiment]:
    """Read the experiments, from the slowest traffic to the fastest."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return [
            Experiment(
                row["experiment"],
                float(row["ArrivalRate"]),
                float(row["ColdStartProbability"]),
                float(row["ColdStartProbabilitySE"]),
                float(row["AverageInstanceCount"]),
            )
            for row in csv.DictReader(lines)
        ]


def on_aws(one: Experiment, policy: str) -> Study:
    """Run one of the experiments, for about fifty cold starts a seed if it can be done soon."""
    cold, waiting = formulas.cold_if_constant(one.rate, WARM, IDLE)
    requests = min(50 / cold, MOST_REQUESTS[policy])
    seconds = max(requests / one.rate, 10 * IDLE)

    def measure(seed: int) -> Figures:
        found = pool(seed, one.rate, WARM, COLD - WARM, IDLE, policy, 10 * IDLE, seconds)
        return {name: found[name] for name in ("cold starts", "environments")}

    expected = {"cold starts": cold, "environments": one.rate * WARM + waiting}
    return Study("AWS", f"{one.name}, {policy}", expected, measure)


# Of a seed. What is compared with the formula is mru; newest shows how little the policy changes.
MOST_REQUESTS = {"mru": 50_000, "newest": 18_000}

STUDIES = [
    little("Little", "requests, 5 reserved, some throttled", crowded, IN_FLIGHT, "requests"),
    little("Little", "events, with retries", retried, EVENTS, "requests"),
    little("Little", "messages of a queue", queued, MESSAGES, "messages"),
    *(erlang(c, a, "exponential") for c, a in ((1, 1), (2, 1), (5, 5), (10, 8), (20, 15))),
    erlang(5, 5, "constant"),
    erlang(5, 5, "uniform"),
    *(unlimited(kind) for kind in WORK),
    from_empty(1),
    from_empty(5),
    *(constant_idle(*given) for given in ((1, 1, 10), (5, 0.2, 60), (0.1, 2, 600))),
    *(exponential_idle(1, 1, 10, policy) for policy in ("mru", "lru", "newest", "random")),
    exponential_idle(5, 0.2, 60, "mru"),
    *(one_at_a_time(kind) for kind in ("exponential", "constant")),
    *(shard(kind, load) for kind in ("exponential", "constant") for load in (0.5, 0.8)),
    *(pollers(c, a) for c, a in ((2, 1.5), (5, 4))),
    *(retries(fails) for fails in (0.1, 0.5, 0.9)),
    receives(0.5, 5),
    receives(0.9, 10),
    simfaas(),
    *(on_aws(one, policy) for policy in ("mru", "newest") for one in experiments()),
]
