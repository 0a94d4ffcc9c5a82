"""What CloudWatch would show: each metric with its statistic, as totals or per period.

`datapoints` reads them from the log and names the metrics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, isfinite
from typing import TYPE_CHECKING

from ..engine.kernel import Log
from ..engine.units import MS, SECOND, us
from ..mistakes import LabError
from .datapoints import METRICS, REGION, RESOLUTION, Metric, datapoints
from .grid import aligned, html_table
from .points import Bins, Points
from .whose import Names, function_name

if TYPE_CHECKING:
    import pandas


class Metrics(Mapping[str, float]):
    """The metrics of a run by CloudWatch name; a total for the whole run.

    Counters are sums, Duration is an average in milliseconds, concurrency a maximum. A metric
    without a datapoint reads 0 and is not `in`. An invocation that still ran at the end of the run
    has no datapoint yet, other than of concurrency.

    Examples
    --------
    >>> import lambdalab as lab
    >>> metrics = lab.run(lab.handler(wait=0.5, reserved_concurrency=1), at=[0, 0, 3]).metrics
    >>> metrics["Throttles"], metrics["Duration"], "Errors" in metrics
    (1, 500.0, False)

    References
    ----------
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    """

    def __init__(
        self,
        log: Log,
        whose: str = REGION,
        points: Points | None = None,
        names: Names = Names(),  # noqa: B008  (it never changes)
        until: int | None = None,
    ) -> None:
        self._log, self._whose, self._names = log, whose, names
        self._points = datapoints(log, until or 0) if points is None else points

    # As a mapping

    def __getitem__(self, name: str) -> float:
        metric, values = self._known(name), self._values(name)
        if metric.statistic == "Maximum":
            return max(values, default=0)
        if metric.statistic == "Average":
            return sum(values) / len(values) / MS if values else 0
        return sum(values)

    def __contains__(self, name: object) -> bool:
        return (name, self._whose) in self._points

    def __iter__(self) -> Iterator[str]:
        return (name for name in METRICS if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    # In parts

    def of(self, function: object) -> Metrics:
        """Pick the metrics of one function, version or alias, given as its value or its name.

        Metrics that AWS keeps for a whole Region only have no datapoint there.
        """
        whose = function_name(self._log, function, self._names)
        return Metrics(self._log, whose, self._points, self._names)

    def percentile(self, name: str, p: float) -> float:
        """Find the value that `p` percent of the samples do not exceed, in milliseconds.

        Parameters
        ----------
        name : str
            A metric with samples: "Duration".
        p : float
            Above 0 and at most 100. The value is a sample (nearest rank), never between two.
        """
        if self._known(name).statistic != "Average":
            sampled = ", ".join(m.name for m in METRICS.values() if m.statistic == "Average")
            raise LabError(f"{name} has no percentiles.", sampled, 'percentile("Duration", 99)')
        if not _number(p) or not 0 < p <= 100:
            raise LabError(f"p={p!r} is no percentage.", "above 0, at most 100", "p=99")
        values = self._values(name)
        return nearest_rank(values, p) / MS if values else 0

    def series(self, period: float = RESOLUTION.value) -> pandas.DataFrame:
        """Put the datapoints into periods, as a CloudWatch graph does.

        Parameters
        ----------
        period : float
            Seconds.

        Returns
        -------
        pandas.DataFrame
            A row for each period up to the last datapoint, indexed by its start in seconds; a
            column for each metric. Counters are summed and stamped with the start of their
            invocation; Duration is the average in ms, NaN where nothing was invoked; concurrency
            is the maximum, with what was still at work when the period began.
        """
        import pandas

        if not _number(period) or us(period) <= 0:
            raise LabError(f"period={period!r} is no period.", "seconds, above 0", "period=60")
        width = us(period)
        names = [name for name, metric in METRICS.items() if name in self or metric.always]
        end = self._log[-1].at if self._log else 0
        bins = {
            name: self._points[name, self._whose].bins(width, end) if name in self else {}
            for name in names
        }
        rows = max((period + 1 for some in bins.values() for period in some), default=0)
        starts = [k * width / SECOND for k in range(rows)]
        index = pandas.Index(
            [int(x) for x in starts] if width % SECOND == 0 else starts, name="start"
        )
        columns = {name: _column(METRICS[name], bins[name], rows) for name in names}
        return pandas.DataFrame(columns, index=index)

    def _known(self, name: str) -> Metric:
        if name not in METRICS:
            raise LabError(
                f"there is no metric {name!r}.", ", ".join(METRICS), 'run.metrics["Throttles"]'
            )
        return METRICS[name]

    def _values(self, name: str) -> Sequence[float]:
        return self._points[name, self._whose].values() if name in self else []

    # To look at

    def _rows(self) -> list[tuple[str, str, str]]:
        return [
            (name, _shown(metric, name in self, self[name]), SAID[metric.statistic])
            for name, metric in METRICS.items()
            if name in self or metric.always
        ]

    def __repr__(self) -> str:
        return "\n".join(aligned(self._rows(), " r"))

    def _repr_html_(self) -> str:
        caption = f"Metrics of {self._whose}" if self._whose else "Metrics of all functions"
        return html_table(caption, ("metric", "value", "statistic"), self._rows(), " r")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


SAID = {"Sum": "sum", "Average": "ms, average", "Maximum": "maximum"}


def _shown(metric: Metric, known: bool, value: float) -> str:
    if not known and metric.statistic != "Sum":
        return "-"
    return f"{value:,.2f}" if metric.statistic == "Average" else f"{value:,}"


def _column(metric: Metric, bins: Bins, rows: int) -> list[float]:
    """List what a metric comes to in each period."""
    found = [bins.get(period, (0, 0)) for period in range(rows)]
    if metric.statistic == "Average":
        return [total / n / MS if n else float("nan") for total, n in found]
    return [value for value, _ in found]


def nearest_rank(values: Iterable[float], p: float) -> float:
    """Find the one of some values that `p` percent of them do not exceed."""
    ordered = sorted(values)
    # As a fraction: 99.9 % of 1,000 are 999 and not a hair more.
    return ordered[ceil(Fraction(str(p)) * len(ordered) / 100) - 1]
