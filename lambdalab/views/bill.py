"""What a run costs on AWS, as a value that can be asked."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from ..engine.kernel import Log
from . import elsewhere
from .charges import EXACT, merged, priced
from .grid import aligned, html_table
from .prices import PUBLISHED, REGION
from .usages import Used, belongs, used_by
from .whose import Names, function_name

if TYPE_CHECKING:
    import pandas

    from .charts import Chart

COLUMNS = ("item", "quantity", "unit", "price", "amount", "function")


class Bill:
    """What a run costs, in USD, with the prices of a named date and without the free tier.

    Init is billed with the first invocation (one rounding of the sum to whole ms), retries are
    billed, throttled and refused requests are not, nor are events that were dropped before they
    ran. Requests that still ran when the run was cut are not in it; `unfinished` counts them. An
    Init that failed, or that no invocation followed, is in no REPORT and not in the bill either.

    Provisioned concurrency costs from the moment at which it is asked for (what a run starts with:
    from 0) until it is changed or the run ends, each time rounded up to five minutes. Time in
    provisioned environments has a lower rate, their Init is a line of its own, billed whether or
    not an invocation followed, and a function that had some at any time of the run has no free
    tier.

    With SnapStart the Init at publishing is billed as duration. Unless the runtime is Java, a
    snapshot costs from when it was made until the function is deleted or the run ends, three hours
    at least, and each restore costs too.

    Attributes
    ----------
    items : list of Line
        Every line, in exact decimals.
    unfinished : int
        Requests that were still at work at the end of the run.

    References
    ----------
    https://aws.amazon.com/lambda/pricing/
    """

    def __init__(
        self,
        log: Log,
        until: int | None = None,  # us: the end of the run, if that was after its last entry
        whose: str = "",
        free_tier: bool = False,
        used: Used | None = None,
        names: Names = Names(),  # noqa: B008  (it never changes)
    ) -> None:
        self._log, self._until, self._whose, self._free_tier = log, until, whose, free_tier
        self._names = names
        self._all = used or used_by(log, until)
        self._used = self._all.of(whose)
        lines = priced(self._all.usages, free_tier)  # of all functions: they share the tiers
        self.items = merged(line for usage, line in lines if belongs(usage, whose))
        self.unfinished = len(self._used.unfinished)

    def of(self, whose: object) -> Bill:
        """Pick what one function, version or alias adds to the bill.

        Parameters
        ----------
        whose
            Its value or its name. An alias has what was called by its name, and what its version
            keeps ready; aliases of one version each have all of that.
        """
        name = function_name(self._log, whose, self._names)
        return Bill(self._log, self._until, name, self._free_tier, self._all, self._names)

    def with_free_tier(self) -> Bill:
        """Make the bill of an account that uses its monthly free tier for nothing else."""
        return Bill(self._log, self._until, self._whose, True, self._all, self._names)

    @property
    def requests(self) -> int:
        """Billed requests: as many as Invocations, and more for events above 256 KB."""
        return sum(int(x.requests) for x in self._used.usages)

    @property
    def ms(self) -> int:
        """Billed milliseconds."""
        return sum(int(x.ms) for x in self._used.usages)

    @property
    def gb_s(self) -> float:
        """GB-seconds of memory; those of provisioned concurrency at rest are a line of its own."""
        with localcontext(EXACT):
            return float(sum(x.gb_s for x in self._used.usages))

    @property
    def exact_cost(self) -> Decimal:
        """USD, to the last digit."""
        with localcontext(EXACT):
            return sum((x.amount for x in self.items), Decimal(0))

    @property
    def cost(self) -> float:
        """USD."""
        return float(self.exact_cost)

    @property
    def lines(self) -> pandas.DataFrame:
        """The bill as a table: `item`, `quantity`, `unit`, `price`, `amount` (USD), `function`."""
        import pandas

        rows = [
            (x.item, float(x.quantity), x.unit, float(x.price), float(x.amount), x.function)
            for x in self.items
        ]
        return pandas.DataFrame(rows, columns=list(COLUMNS))

    def compare(self, *, span: float | None = None, at_once: int = 1) -> pandas.DataFrame:
        """Compare a month of this traffic on Lambda, on Fargate and on EC2.

        Parameters
        ----------
        span : float, optional
            Seconds that the traffic stands for; the length of the run unless given. It is repeated
            until it fills a month of 730 hours.
        at_once : int
            Requests that one vCPU elsewhere serves at the same time, in the memory of one
            environment: 1, as an environment does, or more if they mostly wait.

        Returns
        -------
        pandas.DataFrame
            `option`, `count` (environments, tasks or servers), `usd_per_month`, `busy` (which share
            of the peak's time was billed), `break_even` (the busy share at which Lambda costs the
            same: below it Lambda is cheaper, and above 1 it is so even when never idle) and
            `prices_of`, the date of the price.

        Notes
        -----
        What runs elsewhere runs all month, sized for the peak of this run. Not counted: spare
        capacity, load balancers, disks, data transfer, start-up time, discounts and people.
        `lambdalab.views.elsewhere.compare` says it in full.
        """
        return elsewhere.compare(
            self._log, self._until, self._whose, span, at_once, self._free_tier
        )

    def breakeven(self, *, at_once: int = 1) -> Chart:
        """Draw what requests like these cost in a month, at each steady rate, here and on Fargate.

        Parameters
        ----------
        at_once : int
            Requests that one task with a vCPU serves at the same time, as for `compare`.

        Returns
        -------
        Chart
            The rate from which on a task that is always on costs less is in its words. The prices
            are those of the first tier; what `compare` does not count is not in it either.
        """
        from .charted import breakeven

        found = elsewhere.steady(self._log, self._until, self._whose, at_once)
        names = dict.fromkeys(usage.function for usage in self._used.usages)
        return breakeven(", ".join(names), found)

    # To look at

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (x.item, plain(x.quantity), x.unit, plain(x.price), f"{x.amount:,.9f}", x.function)
            for x in self.items
        ]

    def _head(self) -> str:
        used = f"{_requests(self.requests)}, {self.ms:,} ms, {self.gb_s:,.6g} GB-s"
        return f"{self.exact_cost:,.9f} USD for {used}"

    def _notes(self) -> list[str]:
        free = "with" if self._free_tier else "without"
        notes = [f"{REGION}, prices of {PUBLISHED}, {free} the free tier"]
        provisioned = dict.fromkeys(x.function for x in self._used.usages if not x.free)
        if self._free_tier and provisioned:
            names = ", ".join(provisioned)
            notes.append(f"none for {names}: it is not for functions with provisioned concurrency")
        if self.unfinished:
            notes.append(f"not in it: {_requests(self.unfinished)} still at work at the end")
        return notes

    def __repr__(self) -> str:
        lines = [f"  {line}" for line in aligned(self._rows(), " r rr")] if self.items else []
        return "\n".join([self._head(), *lines, *self._notes()])

    def _repr_html_(self) -> str:
        caption = "; ".join([self._head(), *self._notes()])
        return html_table(caption, COLUMNS, self._rows(), " r rr")


def _requests(n: int) -> str:
    return f"{n:,} request{'' if n == 1 else 's'}"


def plain(number: Decimal) -> str:
    """Write a decimal without an exponent and without zeros that say nothing."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
