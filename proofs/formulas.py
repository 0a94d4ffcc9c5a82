"""What queueing theory says about pools of environments, without simulating anything.

`rate` is requests a second, drawn at random (a Poisson process); `work` is seconds on average; the
load is their product.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, expm1, factorial

import numpy as np

ENOUGH = 1e-13  # what the rest of a sum may still add


def erlang_b(servers: int, load: float) -> float:
    """Say which share is refused if so many can be served at once and nobody waits.

    >>> round(erlang_b(5, 5), 10)
    0.2848678213
    """
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c_wait(servers: int, load: float, work: float) -> float:
    """Say how long one waits for the first of some servers to be free, on average.

    >>> round(erlang_c_wait(2, 1.5, 1), 4)
    1.2857
    """
    blocked = erlang_b(servers, load)
    waits = servers * blocked / (servers - load * (1 - blocked))
    return waits * work / (servers - load)


def pollaczek_khinchine(rate: float, work: float, second_moment: float) -> float:
    """Say how long one waits on average for a single server that works for any length of time.

    >>> round(pollaczek_khinchine(2.5, 0.2, 2 * 0.2**2), 3), pollaczek_khinchine(2.5, 0.2, 0.04)
    (0.2, 0.1)
    """
    return rate * second_moment / (2 * (1 - rate * work))


def poisson(load: float, k: int) -> float:
    """Say how likely exactly k requests are in flight if nobody is refused (M/G/infinity)."""
    return exp(-load) * load**k / factorial(k)


def from_empty(rate: float, work: float, at: float) -> float:
    """Say how many are in flight so long after an empty start, if the work is exponential.

    >>> round(from_empty(0.9, 1.991, 5), 6)
    1.646465
    """
    return -rate * work * expm1(-at / work)


def _levels(load: float) -> Iterator[tuple[int, float]]:
    """Yield each place of a stack, and how likely a request finds just those below it busy."""
    k, likely, rest = 1, exp(-load), 1.0
    while rest > ENOUGH:
        yield k, likely
        rest -= likely
        likely *= load / k
        k += 1


def cold_if_constant(rate: float, work: float, idle: float) -> tuple[float, float]:
    """Give the share of cold starts and the mean number of idle environments, idle time constant.

    The environment that was frozen last is taken first (mru), so the pool is a stack: the k-th of
    it is taken when the requests in flight rise from k-1 to k. It has been idle since they last
    fell to k-1, and a cold start is when that took longer than it lives. How long a rise takes
    follows from the eigenvalues of the birth-and-death process below k. Work is exponential.

    >>> [round(x, 9) for x in cold_if_constant(1, 1, 10)]
    [0.077373827, 2.278075407]
    """
    cold = waiting = 0.0
    for k, likely in _levels(rate * work):
        counts = np.arange(k)
        matrix = np.diag(rate + counts / work)
        beside = -np.sqrt(rate * (counts[:-1] + 1) / work)
        matrix += np.diag(beside, 1) + np.diag(beside, -1)
        values, vectors = np.linalg.eigh(matrix)
        # From k-1 in flight; scaled so that the process may be written as a symmetric matrix.
        scales = np.cumprod(np.concatenate([[1.0], np.sqrt((counts[:-1] + 1) / (rate * work))]))
        weights = vectors[-1] * (vectors.T @ (scales[-1] / scales))
        left = np.exp(-values * idle)
        cold += likely * float(weights @ left)
        waiting += rate * likely * float(weights @ ((1 - left) / values))
    return cold, waiting


def cold_if_exponential(rate: float, work: float, idle: float, most: int = 24) -> float:
    """Give the share of cold starts if idle environments live for an exponential time.

    An idle environment does not age then, so it does not matter which of them is taken: what
    follows depends on how many work and how many are idle, and the balance of that process is
    solved for at most so many of each. Work is exponential.

    >>> round(cold_if_exponential(1, 1, 10), 7), round(cold_if_exponential(0.9, 1.991, 600), 10)
    (0.1646346, 0.0085676207)
    """
    size = most + 1
    flows = np.zeros((size, size, size, size))
    for busy in range(size):
        for free in range(size):
            here = flows[busy, free]
            if busy < most:
                here[busy + 1, max(free - 1, 0)] += rate
            if busy and free < most:
                here[busy - 1, free + 1] += busy / work
            if free:
                here[busy, free - 1] += free / idle
    balance = flows.reshape(size**2, size**2).T
    balance -= np.diag(balance.sum(axis=0))
    balance[0] = 1  # the shares add up to one
    shares = np.linalg.solve(balance, np.eye(size**2)[0])
    return float(shares.reshape(size, size)[:, 0].sum())


def one_at_a_time(rate: float, work: float, init: float, idle: float) -> tuple[float, float]:
    """Give the shares of cold starts and throttles of a function that is reserved 1.

    >>> [round(x, 6) for x in one_at_a_time(0.5, 1, 1, 1)]
    [0.606531, 0.44545]
    """
    cold = exp(-rate * idle)
    load = rate * (work + cold * init)
    return cold, load / (1 + load)
