"""What AWS asks for: one dated table of prices, in USD, for us-east-1.

The engine knows no prices; `bill` and `elsewhere` take theirs from here. Prices are decimals made
from text, so that a bill is exact. A price that nothing here computes with is a figure to look up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .grid import aligned, html_table

REGION = "us-east-1"
PUBLISHED = "2026-09-19"  # the publication of the AWS Price List that the prices are taken from

PRICE_LIST = (
    "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/us-east-1/index.json"
)
PRICING = "https://aws.amazon.com/lambda/pricing/"
DG = "https://docs.aws.amazon.com/lambda/latest/dg/"
INIT_BLOG = "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/"

Tiers = tuple[tuple[Decimal | None, Decimal], ...]  # up to so much in a month, and the price


@dataclass(frozen=True, slots=True)
class Price:
    """One price, or one rule of how it is applied, with its date and its page.

    `value` is a number, several numbers by name, or tiers: pairs of an upper bound (None for the
    last one) and a price.
    """

    id: str
    sentence: str
    page: str
    value: Any = None
    unit: str = ""
    date: str = PUBLISHED
    basis: str = "documented"
    note: str = ""

    def parts(self) -> Iterator[tuple[str, str]]:
        """Yield each number as text, and what it is a price of."""
        if isinstance(self.value, Mapping):
            for name, number in self.value.items():
                joint = " " if self.unit.endswith(" per") else ", "
                yield f"{number:,f}", f"{self.unit}{joint}{name}"
        elif isinstance(self.value, tuple):
            for bound, number in self.value:
                upto = "above that" if bound is None else f"up to {bound:,f} a month"
                yield f"{number:,f}", f"{self.unit}, {upto}"
        elif self.value is not None:
            yield f"{self.value:,f}", self.unit


class Prices(dict[str, Price]):
    """All prices by id; it shows itself as a table."""

    def _rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (price.id, number, unit, price.date)
            for price in self.values()
            for number, unit in price.parts()
        ]

    def __repr__(self) -> str:
        return "\n".join([f"Prices in {REGION}, USD", *aligned(self._rows(), " r")])

    def _repr_html_(self) -> str:
        head = ("price", "value", "unit", "as of")
        return html_table(f"Prices in {REGION}, USD", head, self._rows(), " r")


TABLE = Prices()


def price(id: str, sentence: str, page: str, **more: Any) -> Price:
    """Write a price into the table."""
    if id in TABLE:
        raise ValueError(f"two prices are called {id}")
    TABLE[id] = Price(id, sentence, page, **more)
    return TABLE[id]


def _tiers(*steps: tuple[str, str]) -> Tiers:
    """Make tiers of an upper bound, "" for the last one, and a price."""
    return tuple((Decimal(bound) if bound else None, Decimal(value)) for bound, value in steps)


def _named(**values: str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


# Requests and duration --------------------------------------------------------------------------

REQUEST = price(
    "price.request",
    "Each request costs the same on both architectures.",
    PRICE_LIST,
    value=Decimal("0.20"),
    unit="USD per 1,000,000 requests",
)
ASYNC_SIZE = price(
    "price.request.async_size",
    "An asynchronous event counts as one request for its first 256 KB, and one for each further "
    "64 KB.",
    PRICING,
    value={"first": Decimal(256), "further": Decimal(64)},
    unit="KB per request",
    note="Each time the event is tried and the code runs; that it counts again is our reading.",
)
X86 = price(
    "price.duration.x86",
    "Duration on x86_64 costs by the GB-second, less so in a month with very much of it.",
    PRICE_LIST,
    value=_tiers(("6e9", "0.0000166667"), ("15e9", "0.0000150000"), ("", "0.0000133334")),
    unit="USD per GB-second",
)
ARM = price(
    "price.duration.arm",
    "Duration on arm64 costs a fifth less.",
    PRICE_LIST,
    value=_tiers(("7.5e9", "0.0000133334"), ("18.75e9", "0.0000120001"), ("", "0.0000106667")),
    unit="USD per GB-second",
)
GRANULARITY = price(
    "price.granularity",
    "Billed time is rounded up to whole milliseconds; there is no minimum.",
    PRICING,
    value=Decimal(1),
    unit="ms",
)
GB = price(
    "price.gb",
    "A GB of the GB-second is 1,024 MB.",
    PRICING,
    value=Decimal(1024),
    unit="MB per GB",
)
FREE_TIER = price(
    "price.free_tier",
    "Each month a first part is free, both architectures together.",
    PRICING,
    value=_named(requests="1000000", gb_s="400000"),
    unit="free each month",
    note="It does not expire, and it does not apply to functions with provisioned concurrency.",
)
TMP = price(
    "price.tmp",
    "Ephemeral storage above the 512 MB that every function has costs while the function runs.",
    PRICE_LIST,
    value=Decimal("0.0000000309"),
    unit="USD per GB-second",
)

# How they are applied ---------------------------------------------------------------------------

INIT_CHANGE = price(
    "price.init.change",
    "Since 1 August 2025 Init is billed for every configuration, at the rate of duration.",
    INIT_BLOG,
    date="2025-08-01",
)
INIT_FAILED = price(
    "price.init.failed",
    "An Init that failed or timed out is in no billed duration; only the repeated one is.",
    DG + "lambda-runtime-environment.html",
    date="2026-08",
    basis="measured",
    note="Public log samples of 2025 and 2026. Whether AWS bills it elsewhere is not stated.",
)
TIMEOUT_CAP = price(
    "price.timeout.cap",
    "An invocation that times out is billed its Init and the timeout.",
    DG + "lambda-runtime-environment.html",
    date="2026-07",
)
SUPPRESSED = price(
    "price.suppressed",
    "An Init that is repeated inside an invocation is billed as duration.",
    DG + "lambda-runtime-environment.html",
    date="2026-07",
)
RETRIES = price(
    "price.retries",
    "Every retry is a new request with its own duration; a throttled call costs nothing.",
    DG + "monitoring-metrics-types.html",
    date="2026-07",
)
WALL_CLOCK = price(
    "price.wall_clock",
    "Waiting costs as much as computing: only wall-clock time and memory count.",
    PRICING,
)

# Provisioned concurrency and SnapStart ----------------------------------------------------------

PC_ALLOCATED = price(
    "price.pc.allocated",
    "Provisioned concurrency costs for every configured unit and second, used or not, rounded up "
    "to five minutes.",
    PRICE_LIST,
    value=_named(x86_64="0.0000041667", arm64="0.0000033334"),
    unit="USD per GB-second",
    note="A change of the number begins anew; that it is rounded up by itself is our reading.",
)
PC_STEP = 300  # seconds, of price.pc.allocated
PC_DURATION = price(
    "price.pc.duration",
    "Duration on provisioned environments has a lower rate.",
    PRICE_LIST,
    value=_named(x86_64="0.0000097222", arm64="0.0000077778"),
    unit="USD per GB-second",
)
PC_INIT = price(
    "price.pc.init",
    "Init of a provisioned environment is billed when it is allocated and each time it is "
    "recycled, even if the environment never serves a request.",
    DG + "provisioned-concurrency.html",
    date="2026-07",
    note="The rate is our reading: that of duration on provisioned environments.",
)
SNAPSTART = price(
    "price.snapstart",
    "SnapStart is free for Java; for Python and .NET a snapshot costs while it is kept, three "
    "hours at least, and each restore costs.",
    PRICE_LIST,
    value={
        "GB-second in the cache": Decimal("0.0000015046"),
        "GB restored": Decimal("0.0001397998"),
    },
    unit="USD per",
)
SNAPSTART_FREE = ("java",)  # of price.snapstart: runtimes that begin so
SNAPSTART_STEP = 10_800  # seconds, of price.snapstart: a snapshot is kept at least so long

# What is not modelled: figures to look up -------------------------------------------------------

STREAMING = price(
    "price.streaming",
    "Streamed response bytes cost by the GB, after 100 GiB a month.",
    PRICE_LIST,
    value=Decimal("0.008"),
    unit="USD per GB",
)
SAVINGS_PLAN = price(
    "price.savings_plan",
    "A Compute Savings Plan lowers duration and provisioned concurrency by up to 17 %.",
    PRICE_LIST,
    value=_named(x86_64="0.0000138", arm64="0.0000111"),
    unit="USD per GB-second, paid upfront",
)
LMI = price(
    "price.lmi",
    "Managed Instances cost their EC2 price and a share of it on top, and the requests.",
    PRICE_LIST,
    value=Decimal("0.15"),
    unit="of the EC2 on-demand price",
)
DURABLE = price(
    "price.durable",
    "Durable functions cost on top of the normal charges.",
    PRICE_LIST,
    value={
        "1,000,000 operations": Decimal("8.00"),
        "GB written": Decimal("0.25"),
        "GB kept for a month": Decimal("0.15"),
    },
    unit="USD per",
)
TENANT = price(
    "price.tenant",
    "Tenant isolation costs for each new environment of a tenant, by memory.",
    PRICE_LIST,
    value=_named(x86_64="0.000166667", arm64="0.000133333"),
    unit="USD per GB",
)

# Elsewhere --------------------------------------------------------------------------------------

FARGATE = price(
    "price.fargate",
    "Fargate on Linux costs by vCPU and by GB, in steps of a second, a minute at least.",
    "https://aws.amazon.com/fargate/pricing/",
    value={
        "x86_64 vCPU": Decimal("0.04048"),
        "x86_64 GB": Decimal("0.004445"),
        "arm64 vCPU": Decimal("0.03238"),
        "arm64 GB": Decimal("0.00356"),
    },
    unit="USD per hour",
    date="2026-08",
    note="Read from secondary sources: vantage.sh (2021) and infracost (2026-08) agree.",
)
FARGATE_MINIMUM = 60  # seconds, of price.fargate
# A task with so many vCPU has at least and at most so many GB:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
FARGATE_SIZES = ((1, 2, 8), (2, 4, 16))
EC2 = price(
    "price.ec2",
    "EC2 on demand, for comparison.",
    "https://aws.amazon.com/ec2/pricing/on-demand/",
    value={
        "t3.micro": Decimal("0.0104"),
        "t3.medium": Decimal("0.0416"),
        "m5.large": Decimal("0.096"),
        "c7i.xlarge": Decimal("0.1785"),
        "c7g.xlarge": Decimal("0.145"),
    },
    unit="USD per hour",
    date="2026-08",
    note="Read from a secondary source: infracost, and the Managed Instances of the price list.",
)
EC2_SIZES = {  # vCPU, GB, architecture
    "t3.micro": (2, 1, "x86_64"),
    "t3.medium": (2, 4, "x86_64"),
    "m5.large": (2, 8, "x86_64"),
    "c7i.xlarge": (4, 8, "x86_64"),
    "c7g.xlarge": (4, 8, "arm64"),
}
