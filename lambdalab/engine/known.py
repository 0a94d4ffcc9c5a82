"""What else is known of AWS Lambda: rules that decide nothing here, each with the reason.

A rule that decides something stands in `rules.py`, and then not here. Everything else is a
`figure`, a number or a table without behaviour of its own, or it is `left out`. Nothing in the
engine reads this chapter; `docs/supported.md` and the facts in the lessons do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .rules import API, DG, DYNAMODB, RUNTIME, Rule


@dataclass(frozen=True, slots=True)
class Known:
    """A rule that decides nothing here: `figure`, or `left out` for a reason."""

    rule: Rule
    status: str
    reason: str = ""


KNOWN: dict[str, Known] = {}


def figure(id: str, sentence: str, page: str, **more: Any) -> None:
    """Write down a number or a table that has no behaviour of its own."""
    _write(Known(Rule(id, sentence, page, **more), "figure"))


def left_out(id: str, sentence: str, page: str, reason: str, **more: Any) -> None:
    """Write down what is not modelled, or not by a rule of its own, and why."""
    _write(Known(Rule(id, sentence, page, **more), "left out", reason))


def _write(known: Known) -> None:
    if known.rule.id in KNOWN:
        raise ValueError(f"two records are called {known.rule.id}")
    KNOWN[known.rule.id] = known


# Why something is left out ----------------------------------------------------------------------

HOLDS_ALREADY = "the model does so, though no entry names it as its rule"
ALWAYS_ON = "the metrics of every mapping are on"
NOTHING_TO_MODEL = "there is nothing to model"
CHOSEN = "no number is published; lifecycle.idle is our choice"
NOT_MEASURED = "what code really uses is not measured; see open.memory.baseline"
NEW_FORMAT = "the new format is written"
NO_NUMBERS = "AWS gives no numbers"
NO_SUCH_ERROR = "nothing in a run can cause these errors yet"
NO_LOST_LINES = "no log line is ever lost here"
NO_RESHARDING = "the number of shards does not change"
NO_STREAM_RATES = "putting and reading take no time, and no rate limits them"
LAXER_TEXT = "of two texts the laxer one is followed"
RECORD_EACH = "each part of a batch that is given up has a failure record of its own"
WITH_SOURCES = "comes with sources and pollers"
SCHEDULED_RULES = "a schedule here is a scheduled rule of EventBridge, which has the same ranges"
NO_MANAGED_INSTANCES = "Managed Instances are another product"
NO_MICROVMS = "Lambda MicroVMs are another product"
NO_DURABLE = "durable functions are not modelled"
NO_TENANTS = "tenant isolation is not modelled"
NO_KAFKA = "Kafka is not modelled"
NO_FAN_OUT = "enhanced fan-out is not modelled"
NO_STREAMING = "response streaming is not modelled"
NO_TRACING = "tracing is not modelled"
NO_TELEMETRY = "the Telemetry API is not modelled"
NO_RUNTIME_API = "the runtime API is not modelled"
NO_NODE = "handlers are Python here"
NO_NETWORKS = "networks are not modelled"
NO_MAPPINGS = "integrations of API Gateway that map requests and responses are not modelled"
NO_STATES = "states of functions are not modelled"
NO_CONTROL_PLANE = "calls that configure functions are not modelled"

# Pages, beside those of rules.py ----------------------------------------------------------------

NODE_RUNTIME = (
    "https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/index.mjs"
)
GUIDE_OF_2022 = "https://github.com/awsdocs/aws-lambda-developer-guide/blob/a83f69b/doc_source/"
AGENT_TOOLKIT = (
    "https://github.com/aws/agent-toolkit-for-aws/blob/main/skills/core-skills/"
    "aws-serverless/references/"
)
API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
STUYVENBERG = "https://aaronstuyvenberg.com/posts/"
CLOUDFORMATION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"

# Measured durations of Init ---------------------------------------------------------------------

# A hello-world function at 128 MB, about 590 cold starts each from 2026-06-23 to 2026-08-22, by
# https://github.com/maxday/lambda-perf: 50th, 90th and 99th percentile in ms. At 1,024 MB the
# medians differ by 0 to 6% (Ruby on arm64 up to 8%), the 99th percentiles by more. `dotnet10-aot`,
# `go` and `rust` are compiled ahead of time, the last two on provided.al2023.
INIT_DURATIONS = {
    ("python3.12", "zip", "x86_64"): (86, 102, 148),
    ("python3.12", "zip", "arm64"): (80, 87, 111),
    ("python3.12", "image", "x86_64"): (153, 279, 373),
    ("python3.12", "image", "arm64"): (130, 236, 355),
    ("python3.13", "zip", "x86_64"): (88, 111, 169),
    ("python3.13", "zip", "arm64"): (80, 96, 117),
    ("python3.13", "image", "x86_64"): (161, 287, 382),
    ("python3.13", "image", "arm64"): (132, 259, 353),
    ("python3.14", "zip", "x86_64"): (112, 151, 272),
    ("python3.14", "zip", "arm64"): (101, 115, 145),
    ("python3.14", "image", "x86_64"): (183, 338, 440),
    ("python3.14", "image", "arm64"): (159, 305, 393),
    ("nodejs20.x", "zip", "x86_64"): (144, 165, 205),
    ("nodejs20.x", "zip", "arm64"): (130, 139, 156),
    ("nodejs20.x", "image", "x86_64"): (266, 513, 776),
    ("nodejs20.x", "image", "arm64"): (226, 285, 668),
    ("nodejs22.x", "zip", "x86_64"): (143, 167, 202),
    ("nodejs22.x", "zip", "arm64"): (128, 136, 164),
    ("nodejs22.x", "image", "x86_64"): (296, 596, 846),
    ("nodejs22.x", "image", "arm64"): (235, 596, 786),
    ("nodejs24.x", "zip", "x86_64"): (138, 167, 232),
    ("nodejs24.x", "zip", "arm64"): (121, 132, 162),
    ("nodejs24.x", "image", "x86_64"): (280, 616, 861),
    ("nodejs24.x", "image", "arm64"): (227, 654, 747),
    ("ruby3.3", "zip", "x86_64"): (236, 390, 466),
    ("ruby3.3", "zip", "arm64"): (234, 295, 422),
    ("ruby3.3", "image", "x86_64"): (282, 402, 509),
    ("ruby3.3", "image", "arm64"): (273, 338, 460),
    ("ruby3.4", "zip", "x86_64"): (222, 387, 504),
    ("ruby3.4", "zip", "arm64"): (224, 389, 445),
    ("ruby3.4", "image", "x86_64"): (266, 383, 476),
    ("ruby3.4", "image", "arm64"): (261, 342, 447),
    ("java17", "zip", "x86_64"): (206, 233, 392),
    ("java17", "zip", "arm64"): (215, 232, 280),
    ("java17", "image", "x86_64"): (304, 433, 703),
    ("java17", "image", "arm64"): (294, 463, 674),
    ("java21", "zip", "x86_64"): (240, 276, 603),
    ("java21", "zip", "arm64"): (245, 266, 566),
    ("java21", "image", "x86_64"): (337, 540, 799),
    ("java21", "image", "arm64"): (306, 457, 778),
    ("java25", "zip", "x86_64"): (192, 301, 500),
    ("java25", "zip", "arm64"): (193, 223, 441),
    ("java25", "image", "x86_64"): (245, 484, 655),
    ("java25", "image", "arm64"): (242, 422, 568),
    ("dotnet8", "zip", "x86_64"): (254, 321, 650),
    ("dotnet8", "zip", "arm64"): (295, 386, 665),
    ("dotnet8", "image", "x86_64"): (403, 684, 829),
    ("dotnet8", "image", "arm64"): (427, 669, 854),
    ("dotnet10", "zip", "x86_64"): (256, 585, 702),
    ("dotnet10", "zip", "arm64"): (252, 591, 634),
    ("dotnet10", "image", "x86_64"): (389, 688, 839),
    ("dotnet10", "image", "arm64"): (362, 690, 854),
    ("dotnet10-aot", "zip", "x86_64"): (73, 83, 121),
    ("dotnet10-aot", "zip", "arm64"): (62, 69, 86),
    ("dotnet10-aot", "image", "x86_64"): (58, 105, 202),
    ("dotnet10-aot", "image", "arm64"): (49, 83, 155),
    ("go", "zip", "x86_64"): (50, 54, 74),
    ("go", "zip", "arm64"): (42, 44, 47),
    ("go", "image", "x86_64"): (47, 85, 132),
    ("go", "image", "arm64"): (38, 62, 109),
    ("rust", "zip", "x86_64"): (16, 21, 52),
    ("rust", "zip", "arm64"): (14, 16, 44),
    ("rust", "image", "x86_64"): (35, 58, 99),
    ("rust", "image", "arm64"): (29, 40, 93),
}

# The first run of a handler, in ms, at 128, 256, 512 and 1,024 MB (zip, x86_64, 2026-08-22), by the
# same source.
FIRST_RUNS = {
    "dotnet8": (715, 357, 169, 75),
    "dotnet10": (799, 378, 183, 78),
    "java25": (239, 116, 28, 7),
    "java21": (90, 37, 32, 7),
    "nodejs24.x": (10.5, 2.9, 2.7, 3.0),
    "python3.13": (2.1, 2.2, 2.1, 2.3),
    "bun": (281, 132, 52, 25),
}

# Life of an environment -------------------------------------------------------------------------

left_out(
    "lifecycle.phase.list",
    "An on-demand environment goes through Init, any number of Invoke phases with a freeze "
    "between them, and Shutdown. A SnapStart environment has Restore in place of Init, which ran "
    "once, when the version was published.",
    DG + "lambda-runtime-environment.html",
    HOLDS_ALREADY,
    value="Init, Restore (SnapStart), Invoke, Shutdown",
    note="Restore comes with SnapStart. Copy of 2026-07.",
)
left_out(
    "lifecycle.init.runtime_error_api",
    "A managed runtime that cannot load the handler posts to the init-error endpoint and ends its "
    "process.",
    RUNTIME + "bootstrap.py",
    NO_RUNTIME_API,
    value=(
        "exit status: Python 1; Node 129 for an uncaught exception, 128 for an unhandled rejection"
    ),
    note="Read in source code. Copies of 2026-06, 2025-08 and 2026-07.",
)
figure(
    "lifecycle.init.proactive.fraction",
    "Of the Inits of a busy function 50 to 85% were proactive when it was measured, and about "
    "none at low traffic.",
    STUYVENBERG + "understanding-proactive-initialization",
    basis="measured",
    value="0 (low traffic) to 0.85 (steady high traffic)",
    note=(
        "About 65% under continuous calling (56 of 89), 50 to 75% across runtimes and triggers, "
        "85% in one high-frequency day (63 of 74), 80% in a Ruby test. An Init counted as "
        "proactive if more than 10 s passed between it and the first invocation. Measured by "
        "Aaron Stuyvenberg, 2023-07."
    ),
)
left_out(
    "lifecycle.invoke.error.node_uncaught",
    "In Node an exception or rejection that escapes to the process level ends the process, so it "
    "causes a reset, unlike an error thrown through the handler's promise.",
    NODE_RUNTIME,
    NO_NODE,
    value="exit status 129 / 128",
    note="Read in source code. Copy of 2025-08.",
)
left_out(
    "lifecycle.invoke.suppressed_init.telemetry",
    "The Telemetry API shows a suppressed Init as initStart, initRuntimeDone and initReport "
    "events whose phase is invoke.",
    DG + "lambda-runtime-environment.html",
    NO_TELEMETRY,
    value="phase = invoke",
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "lifecycle.state.assume_stateless",
    "AWS's design rule is to treat an environment as if it existed for one invocation only.",
    DG + "concepts-application-design.html",
    NOTHING_TO_MODEL,
    note="Copy of 2026-07.",
)
left_out(
    "lifecycle.idle.nondeterministic",
    "How long an idle environment is kept is deliberately left open; AWS calls the period "
    "non-deterministic.",
    "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
    CHOSEN,
    note="Copies of 2025-04-29 and 2026-07.",
)
figure(
    "lifecycle.idle.measured",
    "Measured idle lifetimes differ by year: 45 to 60 minutes in 2017, ten minutes from July "
    "2019, five to seven minutes in January 2021, and about seven minutes up to several hours in "
    "2023.",
    "https://theburningmonk.com/2017/06/"
    "finding-coldstarts-how-long-does-aws-lambda-keep-your-idle-functions-around/",
    basis="measured",
    value="5 to 7 min in 2021; 10 min in 2019",
    note=(
        "2017 mostly 45 to 60 min; up to June 2019 25 to 60 min; from July 2019 exactly 10 min; "
        "January 2021 5 to 7 min, with a cold start in 0.3% of cases by minute 5, 40.6% by minute "
        "6 and 100% by minute 7; InfiniCache (2020) at most 27 min; 2023 about 7 min to several "
        "hours. No study of 2025 or 2026 was found; the simulator SimFaaS uses 600 s. Measured by "
        "theburningmonk.com, Pluralsight, mikhail.io, InfiniCache and Aaron Stuyvenberg."
    ),
)
figure(
    "lifecycle.env.max_age.hours",
    "The lease of a worker is at most 14 hours according to AWS's security whitepaper, and near "
    "its end no new work is sent to it.",
    STUYVENBERG + "understanding-proactive-initialization",
    value="14 h",
    note=(
        "Read in an article by Aaron Stuyvenberg that cites the whitepaper; the copies of the "
        "whitepaper that were read show only its beginning. Copies of 2021 to 2025 and 2023-07."
    ),
)
left_out(
    "lifecycle.restore.snapshot_expiry",
    "A Java snapshot is deleted after 14 days without an invocation. The next call fails with "
    "SnapStartNotReadyException while a new one is built.",
    DG + "snapstart-activate.html",
    NO_STATES,
    value="14 days; HTTP 409",
    note="Not stated for Python and .NET. Copy of 2026.",
)
left_out(
    "lifecycle.function.states",
    "A function is Pending (calls fail), Active, Inactive (resources reclaimed; the first call "
    "fails and sets it Pending) or Failed. The API of 2026 adds Deactivating, Deactivated, "
    "ActiveNonInvocable and Deleting.",
    DG + "functions-states.html",
    NO_STATES,
    note="Copies of 2026-07 and 2026-11-17 (the API model).",
)
left_out(
    "lifecycle.function.vpc_idle",
    "A function in a VPC that has been idle for 14 days loses its network interfaces and becomes "
    "Inactive.",
    DG + "configuration-vpc.html",
    NO_NETWORKS,
    value="14 days",
    note="Copy of 2026-07.",
)

# Concurrency, scaling, throttling ---------------------------------------------------------------

figure(
    "concurrency.formula",
    "Average concurrency is average requests per second times average duration in seconds "
    "(Little's law).",
    DG + "lambda-concurrency.html",
    value="100 rps x 1 s = 100; 100 x 0.5 = 50; 5,000 x 0.2 = 1,000",
    note="Copy of 2026.",
)
figure(
    "concurrency.pc.buffer",
    "AWS advises to provision the peak plus 10%.",
    DG + "provisioned-concurrency.html",
    value="10% (200 -> 220)",
    note="Copy of 2026-07.",
)
figure(
    "scaling.rate.500",
    "One bullet of the concurrency page still says a burst of 500 in concurrency, or of 5,000 "
    "requests per second, every ten seconds.",
    DG + "lambda-concurrency.html",
    value="500 / 10 s",
    note=(
        "Documented, disagreeing: the same page says 1,000 elsewhere, and so do the scaling page "
        "and the quotas. We take it for a leftover. Copy of 2026."
    ),
)
figure(
    "scaling.rate.history",
    "Before November 2023 all functions of a Region shared an initial burst, then 500 more a "
    "minute.",
    GUIDE_OF_2022 + "invocation-scaling.md",
    value=(
        "3,000 us-east-1, us-west-2, eu-west-1; 1,000 Tokyo, Frankfurt, Ohio; 500 elsewhere; + "
        "500 / min"
    ),
    note=(
        "Superseded. Still found in tutorials, in serverlessland's operator guide and (3,000) in "
        "an AWS skill file of 2026-08. Copy of 2022-11."
    ),
)

# Cold starts ------------------------------------------------------------------------------------

figure(
    "cold.fraction",
    "In production workloads under 1% of invocations are cold.",
    DG + "lambda-runtime-environment.html",
    value="< 1%",
    note="Functions in development have far more. Copies of 2026-07 and 2025-04-29.",
)
figure(
    "cold.range",
    "AWS says that a cold start takes from under 100 ms to over one second.",
    DG + "lambda-runtime-environment.html",
    value="0.1 to > 1 s",
    note="Copy of 2026-07.",
)
left_out(
    "cold.parts",
    "A cold start consists of placement and the microVM, download of the code or of chunks of the "
    "image, start of the runtime, extensions, and static code. AWS names package size, the amount "
    "of work in Init and the speed of remote services as what decides its length.",
    DG + "lambda-runtime-environment.html",
    HOLDS_ALREADY,
    note="Copies of 2026-07 and 2025-04-29.",
)
figure(
    "cold.hello.node",
    "Init Duration of a hello-world function in Node (zip, x86, 128 MB), 50th, 90th and 99th "
    "percentile, was 143/167/202 ms for Node 22 and 138/167/232 ms for Node 24.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="22 143/167/202, 24 138/167/232 ms",
    note="Measured by lambda-perf, 2026-06-23 to 2026-08-22.",
)
figure(
    "cold.hello.java",
    "Init Duration of a hello-world function in Java (zip, x86, 128 MB), 50th, 90th and 99th "
    "percentile, was 206/233/392 ms for Java 17, 240/276/603 ms for Java 21 and 192/301/500 ms "
    "for Java 25; frameworks add seconds.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="17 206/233/392, 21 240/276/603, 25 192/301/500 ms",
    note="Measured by lambda-perf, 2026-06-23 to 2026-08-22.",
)
figure(
    "cold.hello.dotnet",
    "Init Duration of a hello-world function in .NET (zip, x86, 128 MB), 50th, 90th and 99th "
    "percentile, was 254/321/650 ms for .NET 8, 256/585/702 ms for .NET 10 and 73/83/121 ms for "
    ".NET 10 compiled ahead of time.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="8 254/321/650, 10 256/585/702, 10 native AOT 73/83/121 ms",
    note="Measured by lambda-perf, 2026-06-23 to 2026-08-22.",
)
figure(
    "cold.hello.ruby",
    "Init Duration of a hello-world function in Ruby 3.4 (zip, x86, 128 MB), 50th, 90th and 99th "
    "percentile, was 222/387/504 ms.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="3.4 222/387/504 ms",
    note="Measured by lambda-perf, 2026-06-23 to 2026-08-22.",
)
figure(
    "cold.hello.native",
    "Init Duration of a hello-world function in compiled code on provided.al2023 (zip, x86, 128 "
    "MB), 50th, 90th and 99th percentile, was 50/54/74 ms for Go and 16/21/52 ms for Rust.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="Go 50/54/74, Rust 16/21/52 ms",
    note="Measured by lambda-perf, 2026-06-23 to 2026-08-22.",
)
figure(
    "cold.memory.first_invoke",
    "The first run of a handler is bound by CPU and does scale with memory: a first call in .NET "
    "8 took 715, 357, 169 and 75 ms at 128, 256, 512 and 1,024 MB.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="715 / 357 / 169 / 75 ms at 128 / 256 / 512 / 1,024 MB",
    note=(
        "Zip, x86: duration goes with 1 / memory. The whole cold start of C# in 2021: 3.28, 1.75, "
        "1.00, 0.65 and 0.52 s at 128 to 2,048 MB (mikhail.io). Measured by lambda-perf, "
        "2026-08-22."
    ),
)
figure(
    "cold.package.image_vs_zip",
    "Hello-world images start more slowly than zips for managed runtimes. With real dependencies "
    "images win, beyond about 30 MB in Node or 200 MB in Python.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="image and zip, median: Python 3.13 161 and 88 ms, Node 24 280 and 138 ms",
    note="Measured by lambda-perf, 2026-06-23 to 2026-08-22, and by Aaron Stuyvenberg, 2024-01.",
)
figure(
    "cold.package.first_after_deploy",
    "The very first starts after a large image was deployed are much slower.",
    STUYVENBERG + "containers-on-lambda",
    basis="measured",
    value="99th percentile about 5 s and more",
    note="Measured by Aaron Stuyvenberg, 2024-01.",
)
figure(
    "cold.vpc.before_2019",
    "Before September 2019 a network interface was made during the cold start, which typically "
    "took ten seconds and more; one user measured 12.0 seconds before and 5.6 after the change.",
    "https://crespowang.medium.com/"
    "how-does-improved-vpc-help-reducing-lambda-cold-start-d930a9af448e",
    basis="measured",
    value="12,011 -> 5,581 ms",
    note="Measured by Crespo Wang, 2019-11.",
)
left_out(
    "cold.vpc.eni_share",
    "One Hyperplane interface serves all functions with the same pair of subnet and security "
    "group and up to 65,000 connections. Making it takes minutes, during which a new function is "
    "Pending.",
    DG + "configuration-vpc.html",
    NO_NETWORKS,
    value="65,000 connections",
    note="Copy of 2026-07.",
)
figure(
    "cold.snapstart.claim",
    "SnapStart brings starts of several seconds down to under a second at best, and works best "
    "with frequent calls. Provisioned concurrency starts in tens of milliseconds.",
    DG + "snapstart.html",
    note="AWS's words are sub-second and double-digit milliseconds. Copies of 2026 and 2026-07.",
)
left_out(
    "cold.total.formula",
    "The cold start that a caller sees is Restore Duration plus Duration with SnapStart, and on "
    "demand at least Init Duration plus Duration, plus a prelude that no log shows.",
    DG + "snapstart-monitoring.html",
    HOLDS_ALREADY,
    value="Init Duration + Duration + prelude",
    note="The part about the prelude was measured. Copies of 2026 and 2024-01.",
)
figure(
    "cold.end_to_end_2021",
    "Cold starts of hello-world functions, end to end, had these medians in January 2021: Python "
    "0.22, Node 0.26, Ruby 0.28, Go 0.31, Java 0.37, C# with 2 GB 0.52 and an image 0.79 seconds.",
    "https://mikhail.io/serverless/coldstarts/aws/",
    basis="measured",
    value="95% below 0.53 to 0.83 s, image 1.4 s",
    note="Measured by mikhail.io, 2021-01.",
)

# Limits -----------------------------------------------------------------------------------------

figure(
    "limit.cpu.cores",
    "How many cores a function sees grows with memory: 1 up to 1,769 MB, 2 up to 3,538, 3 up to "
    "5,307, 4 up to 7,076, 5 up to 8,845 and 6 above, according to a slide of AWS of 2020.",
    "https://stackoverflow.com/questions/66522916/aws-lambda-memory-vs-cpu-configuration",
    value="1, 2, 3, 4, 5, 6",
    note=(
        "The documents disagree: users measured 2 visible cores already from 128 to 3,008 MB, "
        "then 3, 4, 5, 6. It does not matter for the share of CPU. At 10,240 MB the announcement "
        "of 2020 says 6 vCPUs and the rule of 1,769 MB gives 5.79; we take 5.79 for the share and "
        "6 cores. Copies of 2021 (citing re:Invent 2020)."
    ),
)
left_out(
    "limit.payload.stream",
    "A streamed response may have 200 MB; it runs at full speed for the first 6 MB and then at 2 "
    "MB a second.",
    DG + "gettingstarted-limits.html",
    NO_STREAMING,
    value="200 MB; burst 6 MB; 2 MB/s",
    note="Earlier 20 MB (not checked again). Copies of mid/late 2026, 2026-07 and 2026-01.",
)
figure(
    "limit.headers",
    "The request line and the headers of an invocation together may have 1 MB.",
    DG + "gettingstarted-limits.html",
    value="1 MB",
    note="Copy of mid/late 2026.",
)
figure(
    "limit.fd",
    "An environment may have 1,024 file descriptors open.",
    DG + "gettingstarted-limits.html",
    value="1,024 (Managed Instances 4,096)",
    note="Copy of mid/late 2026.",
)
figure(
    "limit.threads",
    "An environment may have 1,024 processes and threads.",
    DG + "gettingstarted-limits.html",
    value=1024,
    note="Copy of mid/late 2026.",
)
figure(
    "limit.network",
    "An environment has a network bandwidth of 625 Mbps.",
    DG + "gettingstarted-limits.html",
    value="625 Mbps",
    note=(
        "New in 2026; outside a VPC it can be raised, up to 3,000 Mbps at 10,240 MB. Copy of "
        "mid/late 2026."
    ),
)
figure(
    "limit.storage.code",
    "The code of all functions of a Region may take 300 GB, unzipped.",
    DG + "gettingstarted-limits.html",
    value="300 GB",
    note=(
        "The documents disagree: 75 GB in older copies of the quotas page and in the console, 300 "
        "GB since 2026. We take 300 GB; whoever needs more stores code in S3. Copy of mid/late "
        "2026."
    ),
)
figure(
    "limit.eni",
    "A VPC may have 500 network interfaces by default.",
    DG + "gettingstarted-limits.html",
    value=500,
    note="The documents disagree: older texts say 250. We take 500. Copy of mid/late 2026.",
)
figure(
    "limit.policy",
    "The resource policy of a function may have 20 KB.",
    DG + "gettingstarted-limits.html",
    value="20 KB",
    note="Copy of mid/late 2026.",
)
figure(
    "limit.api.control",
    "Calls of the control plane are limited: GetFunction to 100 a second, GetPolicy to 15, all "
    "others together to 15.",
    DG + "gettingstarted-limits.html",
    value="100 / 15 / 15 per s",
    note="Copy of mid/late 2026.",
)
left_out(
    "limit.apigw",
    "Callers have shorter limits: API Gateway's REST APIs wait 29 seconds by default (more can be "
    "had for Regional and private ones), HTTP APIs 30 seconds.",
    AGENT_TOOLKIT + "lambda.md",
    HOLDS_ALREADY,
    value="29 s / 30 s",
    note="Read in a skill file of AWS. Copy of 2026-08.",
)
left_out(
    "limit.error.http",
    "These errors stop an invocation before the function runs: 413 payload, 415 not JSON, 400 bad "
    "parameter or recursion, 404 no function, 409 state conflict, 429 throttle, 408 SnapStart or "
    "EFS timeout, 402 quota, 502 VPC, KMS or runtime set-up, 500 service.",
    API + "API_Invoke.html",
    NO_SUCH_ERROR,
    value="413, 415, 400, 404, 409, 429, 408, 402, 502, 500",
    note=(
        "413, 429 and the refusal of what is not JSON are modelled. 415 is about the content "
        "type; a body that is not JSON gets 400 (sync.payload.bad-json). Copy of 2026-11-17 (the "
        "API model)."
    ),
)

# Prices -----------------------------------------------------------------------------------------

figure(
    "price.pc.breakeven",
    "Provisioned concurrency is cheaper than on demand if more than 60% of the provisioned units "
    "are in use.",
    "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
    value="4.1667 / (16.6667 - 9.7222) = 0.60",
    note=(
        "Documented by AWS and computed again from the prices; the same for arm. Copies of "
        "2025-04-29 and 2026-09-19 (AWS price list, by a public transcription)."
    ),
)
figure(
    "price.pc.example",
    "AWS's worked case: 1 GB x 1,000 units for two hours are 7,200,000 GB-seconds of allocation "
    "and cost 30.00 USD.",
    "https://aws.amazon.com/lambda/pricing/",
    value="7.2e6 x 0.0000041667 = 30.00",
    note="Copy of 2025/26.",
)
figure(
    "price.power.table",
    "AWS's example of prime numbers, 1,000 calls: 1,024 MB is eight times as fast as 128 MB for "
    "nearly the same money.",
    "https://docs.aws.amazon.com/lambda/latest/operatorguide/computing-power.html",
    value=(
        "128 MB 11.722 s 0.024628 USD; 256 MB 6.678 s 0.028035; 512 MB 3.194 s 0.026830; 1,024 MB "
        "1.465 s 0.024638"
    ),
    note=(
        "Computed again with 16.6667 per million GB-s and 0.20 per million requests: 0.024623, "
        "0.028029, 0.026825, 0.024633, which matches. The documents disagree: a later copy labels "
        "the rows 128, 512, 1,024 and 1,536 MB with the same numbers, which does not add up; we "
        "take the first labels. Copies of 2021 to 2023."
    ),
)
figure(
    "price.power.tuning",
    "AWS's examples of Power Tuning: 35 seconds at 128 MB became under 3 seconds at 1.5 GB and "
    "14% cheaper; 2.4 seconds became 300 ms at 1 GB for the same cost.",
    DG + "configuration-memory.html",
    value="35 -> 3 s, 14% cheaper; 2.4 s -> 300 ms",
    note="The tool: https://github.com/alexcasalboni/aws-lambda-power-tuning. Copy of 2026-07.",
)
figure(
    "fit.scale",
    "Lambda fits what has to grow at once, and to cost nothing when nobody comes.",
    DG + "welcome.html",
)
figure(
    "fit.operating_system",
    "Nobody can log in to the machines that run a function, or change the operating system of a "
    "runtime of AWS's.",
    DG + "welcome.html",
)
figure(
    "fit.ec2",
    "A container needs EC2 and not Fargate if it wants a GPU, a machine image of its own, "
    "parameters of Linux, or more than 16 vCPU.",
    "https://docs.aws.amazon.com/batch/latest/userguide/when-to-use-fargate.html",
    value=16,
    note="AWS Batch's advice, which is about the same two kinds of capacity.",
)
figure(
    "fit.eks",
    "Amazon EKS is Kubernetes, with a control plane that AWS runs.",
    "https://docs.aws.amazon.com/eks/latest/userguide/what-is-eks.html",
)
figure(
    "price.fargate.breakeven",
    "A function with 2 GB that runs all the time costs 0.12 USD an hour, a Fargate task with 1 "
    "vCPU and 2 GB 0.04937 USD, so Fargate is cheaper if it is busy for more than about 41% of "
    "the time.",
    "https://www.vantage.sh/blog/fargate-pricing",
    basis="assumed",
    value="0.0494 / 0.1200 = 0.41",
    note=(
        "Computed. It ignores that 2 GB of Lambda have 1.16 vCPU and need no idle tasks for "
        "peaks. As of 2021, with the same figures in guides of 2026, and 2026-09-19 (AWS price "
        "list, by a public transcription)."
    ),
)

# Logs and traces --------------------------------------------------------------------------------

left_out(
    "log.report.xray",
    "With active tracing a second line follows REPORT.",
    DG + "python-logging.html",
    NO_TRACING,
    value="XRAY TraceId: ..\tSegmentId: ..\tSampled: true",
    note="Copy of 2026-07.",
)
left_out(
    "log.report.max_memory",
    "Max Memory Used is the maximum over all invocations of that environment so far, so it never "
    "falls.",
    DG + "python-logging.html",
    NOT_MEASURED,
    note="Copy of 2026-07.",
)
left_out(
    "log.timeout.old",
    "In the old format a timeout is a line of its own between START and END.",
    DG + "lambda-runtime-environment.html",
    NEW_FORMAT,
    value="2024-03-04T17:22:38.033Z UUID Task timed out after 3.00 seconds",
    note=(
        "The documents disagree: both formats are in use. We write the new one (log.timeout.new). "
        "Copy of 2026-07."
    ),
)
left_out(
    "log.drop",
    "If a function logs faster than its lines can be shipped, lines are dropped "
    "(platform.logsDropped) and the function is not slowed down; logs can also be lost when an "
    "environment is stopped.",
    DG + "telemetry-schema-reference.html",
    NO_LOST_LINES,
    note="Copies of 2026 and 2026-07.",
)
left_out(
    "trace.xray",
    "X-Ray shows a Lambda segment and a function segment, with the sub-segments Initialization, "
    "Invocation and Overhead (Restore for SnapStart), or in the new format Init plus annotations. "
    "One request a second and 5% of the rest are sampled, which cannot be changed for Lambda.",
    DG + "services-xray.html",
    NO_TRACING,
    value="1/s + 5%",
    note="Copy of 2026-07.",
)

# Metrics ----------------------------------------------------------------------------------------

left_out(
    "metric.cold_none",
    "There is no built-in metric that counts cold starts; they are found by REPORT lines with "
    "Init Duration, or by init_duration of Lambda Insights.",
    "https://github.com/aws-samples/serverless-snippets",
    NOTHING_TO_MODEL,
    basis="assumed",
    note="Inferred from AWS's example queries. As of 2026-07 and 2025-04-29.",
)
left_out(
    "metric.lmi",
    "Managed Instances split Throttles into CPUThrottles, MemoryThrottles, DiskThrottles and "
    "ConcurrencyThrottles.",
    DG + "monitoring-metrics-types.html",
    NO_MANAGED_INSTANCES,
    note="Copy of 2026-07.",
)
left_out(
    "metric.offset-lag",
    "OffsetLag, for Kafka only, is the newest offset less the last one processed, for each topic.",
    DG + "monitoring-metrics-types.html",
    NO_KAFKA,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.optin",
    "Metrics of a mapping must be switched on for each mapping.",
    DG + "monitoring-metrics-types.html",
    ALWAYS_ON,
    value="MetricsConfig.Metrics = [EventCount]",
    note="Copy of 2026.",
)

# Newer features ---------------------------------------------------------------------------------

figure(
    "new.naming",
    "The API reference of November 2026 calls classic functions Lambda Event Functions, next to "
    "Lambda MicroVMs.",
    API + "API_Invoke.html",
    note="Copy of 2026-11-17 (the API model).",
)
left_out(
    "new.lmi.what",
    "With Managed Instances (late 2025) functions run on EC2 instances in the customer's VPC that "
    "Lambda operates; a capacity provider owns them.",
    DG + "lambda-managed-instances-execution-environment.html",
    NO_MANAGED_INSTANCES,
    note="Copy of 2026.",
)
left_out(
    "new.lmi.concurrency",
    "On Managed Instances one environment runs several invocations at once, with no freeze "
    "between them and no cold start for an invocation.",
    DG + "lambda-managed-instances-execution-environment.html",
    NO_MANAGED_INSTANCES,
    value="at most per vCPU: Node 64, Java and .NET 32, Python 16; API maximum 1,600",
    note=(
        "The documents disagree: the API's text counts environments in an instance, the scaling "
        "page invocations in an environment; elsewhere the numbers are the default of an "
        "environment. We take invocations in an environment. Copies of 2026, 2026-08 and "
        "2026-11-17 (the API model)."
    ),
)
left_out(
    "new.lmi.scaling",
    "Managed Instances scale by CPU and saturation, asynchronously and not per request; they keep "
    "room for traffic to double in five minutes, and answer 429 beyond that. They start with 3 "
    "instances and 3 environments and do not go to zero by default.",
    DG + "lambda-managed-instances-scaling.html",
    NO_MANAGED_INSTANCES,
    value="3; 5 min; 2 GB",
    note="The smallest size is 2 GB + 1 vCPU. Copies of 2026 and 2026-08.",
)
left_out(
    "new.lmi.timeout",
    "On Managed Instances a timed-out invocation is reported as failed, but its code keeps "
    "running and keeps its slot, and nothing is reset. Unhealthy environments are replaced, not "
    "repaired.",
    DG + "lambda-managed-instances-execution-environment.html",
    NO_MANAGED_INSTANCES,
    note="Copy of 2026.",
)
left_out(
    "new.lmi.limits",
    "On Managed Instances a timeout may be 5,400 seconds for asynchronous invocation and event "
    "sources except MQ and DocumentDB (September 2026), and memory 32 GB; instances live 14 days.",
    API + "API_CreateFunction.html",
    NO_MANAGED_INSTANCES,
    value="5,400 s; 32 GB; 14 days",
    note="Copies of 2026-11-17 (the API model) and 2026-08.",
)
left_out(
    "new.durable.what",
    "Durable functions (December 2025) run a handler again from the top and answer finished steps "
    "from a log of checkpoints; waits end the invocation and cost no compute.",
    DG + "durable-functions.html",
    NO_DURABLE,
    note="Copy of 2026.",
)
left_out(
    "new.durable.limits",
    "A durable function has two timeouts: an invocation takes at most 15 minutes, the execution "
    "at most a year. An execution may have 3,000 operations and 100 MB of stored data, and 300 "
    "may start in a second.",
    "https://docs.aws.amazon.com/durable-functions/getting-started/key-concepts/",
    NO_DURABLE,
    value="execution timeout 1 to 31,622,400 s; retention 1 to 90 days",
    note="Copies of 2026, mid/late 2026 and 2026-11-17 (the API model).",
)
left_out(
    "new.durable.determinism",
    "In a durable function, code outside the steps must give the same result on each replay.",
    "https://docs.aws.amazon.com/durable-functions/getting-started/key-concepts/",
    NO_DURABLE,
    note="Copy of 2026.",
)
left_out(
    "new.tenant.what",
    "With tenant isolation (November 2025) a call carries a tenant id, and environments are used "
    "again only for that tenant, so each tenant has a warm pool of its own.",
    DG + "tenant-isolation.html",
    NO_TENANTS,
    note="Copy of 2025/26.",
)
left_out(
    "new.tenant.limits",
    "Tenant isolation is set when a function is created and cannot be changed; it excludes "
    "provisioned concurrency, SnapStart, function URLs and all event sources but API Gateway. "
    "There are at most 2,500 tenant environments, busy or idle, for each 1,000 of concurrency; "
    "beyond that calls get 429.",
    DG + "tenant-isolation-troubleshooting.html",
    NO_TENANTS,
    value="2,500 per 1,000",
    note=(
        "The CDK's reference lists the exclusions. Copies of 2025/26 and 2026-11-17 (the API "
        "model)."
    ),
)
left_out(
    "new.microvm",
    "Lambda MicroVMs (2026) are another resource: containers in Firecracker virtual machines with "
    "an endpoint of their own, suspended and resumed, for up to eight hours, on arm64; they have "
    "no invocations.",
    DG + "gettingstarted-limits.html",
    NO_MICROVMS,
    value="8 h",
    note="Copies of mid/late 2026 and 2026-08.",
)
figure(
    "new.payload_async",
    "An asynchronous payload may have 1 MB; it was 256 KB before.",
    DG + "gettingstarted-limits.html",
    value="1 MB",
    note="Copies of mid/late 2026 and 2025/26.",
)
left_out(
    "new.gpu",
    "The API model of November 2026 has accelerator memory for functions on Managed Instances, "
    "and there a /tmp of up to 32,768 MB.",
    API + "API_CreateFunction.html",
    NO_MANAGED_INSTANCES,
    value="32,768 MB",
    note="Copy of 2026-11-17 (the API model).",
)
figure(
    "new.runtime",
    "The runtimes of the API model of November 2026 include Python 3.14 and 3.15, Node 24 and 26, "
    "and custom runtimes that the customer manages.",
    API + "API_CreateFunction.html",
    value="python3.14, python3.15, nodejs24.x, nodejs26.x",
    note="Copy of 2026-11-17 (the API model).",
)

# The call door: synchronous invocation ----------------------------------------------------------


left_out(
    "sync.throttle.retry-after",
    "The throttling exception has a Retry-After header, in seconds, that may be set.",
    API + "API_Invoke.html",
    NO_SUCH_ERROR,
    value="retryAfterSeconds (text, optional)",
    note="Copy of 2026-08.",
)

# Front doors ------------------------------------------------------------------------------------

left_out(
    "apigw.nonproxy.errors-are-200",
    "With a non-proxy integration a function error that is not mapped reaches the client as 200.",
    API_GATEWAY + "handle-errors-in-lambda-integration.html",
    NO_MAPPINGS,
    value=200,
    note="Copy of 2026-04.",
)
left_out(
    "apigw.nonproxy.async",
    "A non-proxy integration becomes asynchronous by sending the static header "
    "X-Amz-Invocation-Type: Event.",
    API_GATEWAY + "set-up-lambda-integration-async.html",
    NO_MAPPINGS,
    note="Copy of 2026-04.",
)

# The event door: asynchronous invocation --------------------------------------------------------

figure(
    "async.retry.function-error.waits-measured",
    "The real waits before the retries of a function error run a little long.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    basis="measured",
    value="66.2 s and 130.2 s",
    note="The aws-by-example notebook, 2025-11-21.",
)
left_out(
    "async.queue.backpressure",
    "With many events in the queue Lambda lengthens the intervals between retries and reads the "
    "queue more slowly.",
    DG + "invocation-async-error-handling.html",
    NO_NUMBERS,
    note="Documented without numbers. Copy of 2026.",
)
left_out(
    "async.queue.loss",
    "If the function cannot keep up, events may even be removed without being sent.",
    DG + "invocation-async-error-handling.html",
    NO_NUMBERS,
    note="Copy of 2026.",
)
left_out(
    "async.config.put-vs-update",
    "Of the calls that configure asynchronous invocation, Put replaces everything and removes "
    "what is left out, Update changes one item.",
    API + "API_PutFunctionEventInvokeConfig.html",
    NO_CONTROL_PLANE,
    note="Copy of 2026-08.",
)

# Sources that push ------------------------------------------------------------------------------

left_out(
    "upstream.scheduler.policy",
    "EventBridge Scheduler has the same ranges of retries and age for each schedule.",
    "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html",
    SCHEDULED_RULES,
    value="0 to 185 retries; 60 to 86,400 s",
    note="Copy of 2026-08.",
)
left_out(
    "source.model.esm-is-sync",
    "A mapping invokes the function synchronously and sees its result, so the function's "
    "dead-letter queue, its destinations and the asynchronous retries never apply to it.",
    DG + "with-sqs.html",
    HOLDS_ALREADY,
    note="Copy of 2026.",
)
left_out(
    "source.kinesis.concurrency",
    "A stream's mapping runs as many invocations at once as there are shards times the "
    "parallelization factor.",
    DG + "with-kinesis.html",
    HOLDS_ALREADY,
    value="shards x ParallelizationFactor",
    note="Copy of 2026.",
)

# Queues -----------------------------------------------------------------------------------------

left_out(
    "esm.sqs.scaling",
    "Polling of a queue starts with 5 concurrent batches and grows by up to 300 concurrent "
    "invocations a minute, up to 1,250 for a mapping; provisioned mode grows by up to 1,000 a "
    "minute.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="5; 300 / min; 1,250",
    note="Copy of 2026-07.",
)
figure(
    "sqs.vt.recommended",
    "AWS recommends a visibility timeout of at least six times the function's timeout, plus the "
    "batching window.",
    DG + "services-sqs-configure.html",
    value=">= 6 x timeout (+ MaximumBatchingWindowInSeconds)",
    note="Copies of 2026 and 2022.",
)
figure(
    "sqs.maxconc.reserved-min",
    "With reserved concurrency and no maximum concurrency AWS advises a reservation of at least "
    "five, since five batches start at once.",
    DG + "services-sqs-configure.html",
    value=">= 5",
    note="Copy of 2026.",
)

# Streams ----------------------------------------------------------------------------------------

left_out(
    "stream.poll.efo",
    "Enhanced fan-out pushes records over HTTP/2 instead of polling, with a throughput of its own.",
    DG + "with-kinesis.html",
    NO_FAN_OUT,
    value="20 consumers for a stream (50 in On-demand Advantage)",
    note="Copy of 2026.",
)
left_out(
    "stream.batch.window-rule-conflict",
    "The API's text demands a window of at least one second for a batch size above ten for "
    "streams too, yet the default of a stream is 100 with a window of 0.",
    API + "API_CreateEventSourceMapping.html",
    LAXER_TEXT,
    value="window >= 1 for BatchSize > 10",
    note="Documented, disagreeing: CloudFormation's text limits the rule to SQS. Copy of 2026.",
)
left_out(
    "stream.bisect.consolidated",
    "After bisecting, a failure record may describe more than one record, with consolidated "
    "metadata.",
    CLOUDFORMATION + "aws-resource-lambda-eventsourcemapping.html",
    RECORD_EACH,
    value="batchSize may be > 1",
    note="Copy of 2026-04.",
)
left_out(
    "kinesis.shard.write",
    "A shard of Kinesis takes 1,000 records and 1 MB a second.",
    "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html",
    NO_STREAM_RATES,
    value="1,000 records/s; 1 MB/s",
    note=(
        "The documents disagree on the size of one record: the limits page allows 10 MiB, the API "
        "text of GetRecords still says 1 MiB. Copy of 2026."
    ),
)
left_out(
    "kinesis.shard.read",
    "A shard of Kinesis with shared throughput is read five times and with 2 MB a second at most.",
    "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html",
    NO_STREAM_RATES,
    value="5 GetRecords/s; 2 MB/s; 10,000 records and 10 MB a call",
    note="Copy of 2026.",
)
left_out(
    "ddbstream.getrecords",
    "One read of a DynamoDB stream returns at most 1 MB or 1,000 records; larger batches need "
    "several reads.",
    DYNAMODB + "APIReference/API_streams_GetRecords.html",
    NO_STREAM_RATES,
    value="1 MB or 1,000 records",
    note="Copy of 2026-08.",
)
left_out(
    "ddbstream.readers",
    "A shard of a DynamoDB stream has at most two readers at the same time.",
    DG + "with-ddb.html",
    NO_STREAM_RATES,
    value="2 (1 for global tables)",
    note="Copy of 2026.",
)
left_out(
    "ddbstream.parent-first",
    "Parent shards are processed before their children.",
    DYNAMODB + "developerguide/Streams.html",
    NO_RESHARDING,
    note="Copy of 2026-04.",
)

# Tumbling windows -------------------------------------------------------------------------------

left_out(
    "window.reshard",
    "When a shard ends its window closes; child shards start afresh.",
    DG + "services-kinesis-windows.html",
    NO_RESHARDING,
    note="Copy of 2026.",
)

# Shapes of events -------------------------------------------------------------------------------

left_out(
    "sqs_standard",
    "The event of a standard queue has Records, with body and receiptHandle, and attributes that "
    "are strings.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    value=(
        "Records[]: messageId, receiptHandle, body, attributes{ApproximateReceiveCount:str, "
        "SentTimestamp:str ms, SenderId, ApproximateFirstReceiveTimestamp:str ms}, "
        "messageAttributes{name:{stringValue, stringListValues, binaryListValues, dataType}}, "
        'md5OfBody, md5OfMessageAttributes (null or string), eventSource "aws:sqs", '
        "eventSourceARN, awsRegion"
    ),
    note="The page's sample, checked against LocalStack's snapshots of AWS.",
)
left_out(
    "sqs_fifo",
    "The event of a FIFO queue is that of a standard one with three more attributes.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    value="as sqs_standard plus attributes SequenceNumber, MessageGroupId, MessageDeduplicationId",
)
left_out(
    "kinesis",
    "The event of Kinesis has Records, with the data in base64 under kinesis, sequence numbers as "
    "strings and times of arrival as seconds with a fraction.",
    DG + "with-kinesis.html",
    HOLDS_ALREADY,
    value=(
        "Records[]: kinesis{kinesisSchemaVersion, partitionKey, sequenceNumber:str, data:base64, "
        'approximateArrivalTimestamp:float s}, eventSource "aws:kinesis", eventVersion, eventID '
        '"shardId-..:seq", eventName "aws:kinesis:record", invokeIdentityArn, awsRegion, '
        "eventSourceARN"
    ),
)
left_out(
    "dynamodb_stream",
    "The event of a DynamoDB stream has Records, with keys and images under dynamodb.",
    DG + "with-ddb.html",
    HOLDS_ALREADY,
    value=(
        "Records[]: eventID, eventVersion, eventName INSERT|MODIFY|REMOVE, eventSource "
        '"aws:dynamodb", awsRegion, eventSourceARN, dynamodb{ApproximateCreationDateTime, Keys, '
        "NewImage?, OldImage?, SequenceNumber:str, SizeBytes:int, StreamViewType}"
    ),
)
left_out(
    "kinesis_tumbling_window",
    "The event of a tumbling window is that of a stream with window, state and two flags.",
    DG + "services-kinesis-windows.html",
    HOLDS_ALREADY,
    value=(
        "Records, window{start,end}, state{}, shardId, eventSourceARN, isFinalInvokeForWindow, "
        "isWindowTerminatedEarly"
    ),
)
