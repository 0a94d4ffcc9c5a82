"""Lengths of time that differ from one draw to the next; each takes exactly one draw."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from .mistakes import LabError
from .stack import Distribution, is_number

LEAST = 2.0**-54  # half of the smallest step of a draw: an inverse is never asked for 0 or 1


def _inside(u: float) -> float:
    return min(max(u, LEAST), 1 - 2 * LEAST)


def exponential(mean: float) -> Distribution:
    """Draw from an exponential distribution.

    Parameters
    ----------
    mean : float
        Mean in seconds, more than 0.

    Examples
    --------
    >>> round(exponential(2).at(0.5), 3)
    1.386
    """
    if not is_number(mean) or mean <= 0:
        raise LabError(f"mean={mean!r} is not a mean.", "seconds, more than 0", "mean=1")
    return Distribution(f"exponential({mean})", lambda u: -mean * log(1 - u))


def lognormal(median: float, p99: float) -> Distribution:
    """Draw from a log-normal distribution, given by its median and its 99th percentile.

    Parameters
    ----------
    median, p99 : float
        Seconds; `p99` is the larger.

    Examples
    --------
    >>> round(lognormal(0.1, 0.4).at(0.99), 3)
    0.4
    """
    if not (is_number(median) and is_number(p99) and 0 < median <= p99):
        raise LabError(
            f"median={median!r}, p99={p99!r} do not fit.",
            "0 < median <= p99",
            "median=0.1, p99=0.4",
        )
    from statistics import NormalDist  # slow to load, and few runs need it

    inverse = NormalDist().inv_cdf
    sigma = log(p99 / median) / inverse(0.99)
    return Distribution(
        f"lognormal({median}, {p99})", lambda u: median * exp(sigma * inverse(_inside(u)))
    )


def uniform(low: float, high: float) -> Distribution:
    """Draw evenly between two lengths of time.

    Examples
    --------
    >>> uniform(1, 3).at(0.5)
    2.0
    """
    if not (is_number(low) and is_number(high) and 0 <= low <= high):
        raise LabError(
            f"low={low!r}, high={high!r} do not fit.", "0 <= low <= high", "low=1, high=2"
        )
    return Distribution(f"uniform({low}, {high})", lambda u: low + (high - low) * u)


def choice(values: Sequence[float]) -> Distribution:
    """Draw one of some lengths of time, each as likely as the other.

    Examples
    --------
    >>> choice([1, 2, 4]).at(0.9)
    4
    """
    if not values or not all(is_number(value) and value >= 0 for value in values):
        raise LabError(
            f"values={values!r} cannot be drawn from.", "one or more, 0 or more", "[1, 2]"
        )
    drawn = tuple(values)
    return Distribution(f"choice({list(drawn)})", lambda u: drawn[int(u * len(drawn))])
