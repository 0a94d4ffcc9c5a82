"""The same work without lambdalab: what plain Python can do at most, and what SimPy does.

Requests arrive at random, each takes the environment that was used last or a new one, works for
an exponential time, and an environment that nobody calls for the idle lifetime ends. There is no
log, no limit, and no cause of anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from importlib import import_module
from math import log
from random import Random
from typing import Any

IDLE = 600.0  # seconds until an environment that nobody calls ends


def bare(rate: float, work: float, requests: int) -> int:
    """Play it with a heap and a loop; return how many environments were made."""
    draw = Random(0).random
    idle: list[tuple[float, int]] = []  # since when, which one; the one frozen last is last
    busy: list[tuple[float, int]] = []
    now, made = 0.0, 0
    for _ in range(requests):
        now -= log(1 - draw()) / rate
        while busy and busy[0][0] <= now:
            idle.append(heappop(busy))
        while idle and idle[0][0] + IDLE <= now:
            del idle[0]
        if idle:
            environment = idle.pop()[1]
        else:
            made += 1
            environment = made
        heappush(busy, (now - work * log(1 - draw()), environment))
    return made


def simpy_model(rate: float, work: float, requests: int) -> int:
    """Play it as a minimal SimPy model; return how many environments were made."""
    simpy: Any = import_module("simpy")
    draw, env, idle, made = Random(0).random, simpy.Environment(), dict[int, float](), [0]

    def invocation() -> Iterator[Any]:
        if idle:
            mine, _ = idle.popitem()
        else:
            made[0] += 1
            mine = made[0]
            env.process(retirement(mine))
        yield env.timeout(-work * log(1 - draw()))
        idle[mine] = env.now

    def retirement(mine: int) -> Iterator[Any]:
        wait = IDLE
        while wait > 0:
            yield env.timeout(wait)
            wait = idle.get(mine, env.now) + IDLE - env.now
        del idle[mine]

    def arrivals() -> Iterator[Any]:
        for _ in range(requests):
            yield env.timeout(-log(1 - draw()) / rate)
            env.process(invocation())

    env.process(arrivals())
    env.run()
    return made[0]


def simfaas_model(rate: float, work: float, requests: int) -> int:
    """Play it with SimFaaS; return how many environments were made."""
    simfaas: Any = import_module("simfaas.ServerlessSimulator")
    simulator = simfaas.ServerlessSimulator(
        arrival_rate=rate,
        warm_service_rate=1 / work,
        cold_service_rate=1 / work,
        expiration_threshold=IDLE,
        max_time=requests / rate,
    )
    simulator.generate_trace(debug_print=False, progress=False)
    return int(simulator.total_cold_count)
