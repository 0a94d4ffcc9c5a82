"""Student's t: how far the mean of a few runs may be from the mean of very many."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, lgamma, log, nan, sqrt

STEPS = 200  # of the bisection, and of the fraction: far more than doubles can tell apart


def interval(values: Sequence[float], confidence: float) -> tuple[float, float, float]:
    """Give the mean of some values and a confidence interval of it.

    Parameters
    ----------
    values : sequence of float
        Independent samples, about normally distributed, or many.
    confidence : float
        The share of such intervals that hold the true mean: 0.95.

    Returns
    -------
    (float, float, float)
        The mean and both ends: mean -/+ t(n - 1) * s / sqrt(n). Of one value the ends are nan, and
        of none all three.

    Examples
    --------
    >>> [round(x, 3) for x in interval([1, 2, 3], 0.95)]
    [2.0, -0.484, 4.484]
    """
    n = len(values)
    mean = sum(values) / n if n else nan
    if n < 2:
        return mean, nan, nan
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    half = t_of((1 + confidence) / 2, n - 1) * spread / sqrt(n) if spread else 0.0
    return mean, mean - half, mean + half


def t_of(p: float, freedom: int) -> float:
    """Find the t that a share `p` (0.5 or more) of Student's distribution does not exceed.

    Examples
    --------
    >>> round(t_of(0.975, 4), 4)
    2.7764
    """
    low, high = 0.0, 1.0
    while below(high, freedom) < p and high < inf:
        low, high = high, high * 2
    for _ in range(STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if below(middle, freedom) < p else (low, middle)
    return high


def below(t: float, freedom: int) -> float:
    """Say which share of Student's distribution lies below t, 0 or more."""
    return 1 - beta_share(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """Say which share of the beta distribution lies below x.

    References
    ----------
    The continued fraction is 26.5.8 of Abramowitz and Stegun, Handbook of Mathematical Functions.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # there the fraction of the other side is the quicker one
        return 1 - beta_share(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    fraction = 1.0
    for k in range(STEPS, 0, -1):
        m = k // 2
        if k % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        fraction = 1 + term / fraction
    return front / fraction
