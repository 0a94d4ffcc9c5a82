"""How AWS Lambda behaves: each rule with its name, its number, a sentence and its page.

A number that decides anything stands here and nowhere else in the engine. `basis` says how it is
known: `documented` by AWS, `measured` on AWS by somebody (the note says by whom and when), or
`assumed` where nothing is published; what is not documented can be changed for a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .units import DAY, KB, MB, MINUTE, MS, SECOND

DG = "https://docs.aws.amazon.com/lambda/latest/dg/"
API = "https://docs.aws.amazon.com/lambda/latest/api/"
DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/"
EVENTBRIDGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
S3_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
SQS_API = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/"
SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg/"
SNAPSHOTS = (
    "https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/"
    "tests/aws/services/lambda_/"
)
RUNTIME = (
    "https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/"
)
BOTOCORE = "https://github.com/boto/botocore/blob/0e6e2404b85d/botocore/"
API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
LOAD_BALANCING = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
SNAPSHOTS = (
    "https://github.com/localstack/localstack/blob/"
    "8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/lambda_/"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of how Lambda behaves."""

    id: str
    sentence: str
    page: str
    basis: str = "documented"
    value: Any = None
    setting: str = ""  # the setting of a function or account that this rule is about
    note: str = ""
    unit: str = ""  # us: a length of time, which a learner gives in seconds
    choices: tuple[str, ...] = ()  # the words that a run may assume instead
    changeable: bool = False  # not documented, so a run may assume another value
    measured: Any = None  # what a learner who wants measured times assumes, times in seconds
    checked: str = "2026-11-23"


TABLE: dict[str, Rule] = {}


def rule(id: str, sentence: str, page: str, **more: Any) -> Rule:
    """Write a rule into the table."""
    if id in TABLE:
        raise ValueError(f"two rules are called {id}")
    TABLE[id] = Rule(id, sentence, page, **more)
    return TABLE[id]


# What the learner decides -----------------------------------------------------------------------

YOUR_SETTING = rule("you.setting", "You set it so, or left it at its default.", "", basis="yours")
YOUR_REQUEST = rule("you.request", "You sent this request.", "", basis="yours")
YOUR_FAULT = rule("you.fault", "You let this go wrong.", "", basis="yours")
YOUR_CODE = rule("you.code", "Your code does this.", "", basis="yours")

# Life of an environment -------------------------------------------------------------------------

FREEZE = rule(
    "lifecycle.phase.signal",
    "A phase ends when the runtime asks for its next event; with nothing pending after that, "
    "the environment is frozen.",
    DG + "lambda-runtime-environment.html",
)
SINGLE_CONCURRENCY = rule(
    "lifecycle.env.single_concurrency",
    "One environment serves one request at a time.",
    DG + "lambda-concurrency.html",
    value=1,
    note="Not so for Lambda Managed Instances, which are not modelled.",
)
INIT_TASKS = rule(
    "lifecycle.init.tasks",
    "Init starts the runtime and runs the module's own code, everything outside the handler.",
    DG + "lambda-runtime-environment.html",
)
INIT_TIMEOUT = rule(
    "lifecycle.init.timeout",
    "Init may take at most ten seconds.",
    DG + "lambda-runtime-environment.html",
    value=10 * SECOND,
    unit="us",
)
INIT_RERUN = rule(
    "lifecycle.init.timeout.rerun",
    "An Init that has not finished in ten seconds is run again from the start inside the first "
    "invocation, and there the function's timeout is its limit.",
    DG + "lambda-runtime-environment.html",
    setting="timeout",
)
INIT_ERROR = rule(
    "lifecycle.init.error.first",
    "A failed Init is logged and run once more as part of the invocation that waits for it; if "
    "that fails too, the invocation fails with the same error.",
    DG + "lambda-runtime-environment.html",
    basis="measured",
    note="Public log samples of 2025 and 2026; the page documents the log lines.",
)
INIT_OVERTAKEN = rule(
    "lifecycle.init.overtaken",
    "A request that waits for an Init takes an environment that becomes free meanwhile; the new "
    "environment then stays as a spare.",
    "https://aaronstuyvenberg.com/posts/understanding-proactive-initialization",
    basis="assumed",
    value=True,
    changeable=True,
    note="AWS described it in 2023 (lifecycle.init.proactive.causes); today's pages are silent.",
)
PRELUDE = rule(
    "lifecycle.init.prelude",
    "Before Init the service fetches the code and builds the environment; the caller waits for "
    "this prelude, and no log line shows it.",
    "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
    value=0,
    unit="us",
    choices=("measured",),
    changeable=True,
    measured="measured",
    note="Seconds, or `measured`. AWS gives no number and charges nothing for it: the page on "
    "environments says that download and set-up are charged, REPORT shows Init Duration only.",
)
PRELUDE_MEASURED = rule(
    "model.prelude",
    "What is left of a cold start when Init Duration is taken off is about a tenth of a second "
    "for a zip and half a second for an image.",
    "https://mikhail.io/serverless/coldstarts/aws/",
    basis="assumed",
    value={"zip": 100 * MS, "image": 500 * MS},
    note="Whole cold starts had medians of 0.22 s (Python) and 0.79 s (image) in January 2021; "
    "Init Durations of 2026 are taken off, so this is a rough figure.",
)
SPARE = rule(
    "lifecycle.init.proactive",
    "Some environments are initialised with no invocation waiting for them.",
    DG + "lambda-runtime-environment.html",
    value=0.0,
    changeable=True,
    measured=0.65,
    note="The value is the share of environments ended by maintenance or an update that are "
    "replaced ahead of any request; AWS gives none. 56 of 89 Inits were ahead under continuous "
    "calling in July 2023 (Aaron Stuyvenberg).",
)
PROACTIVE_CAUSES = rule(
    "lifecycle.init.proactive.causes",
    "AWS named three reasons: an environment is about to be shut down, a deployment has made all "
    "of them cold, or a request took one that became free and left its own as a spare.",
    "https://aaronstuyvenberg.com/posts/understanding-proactive-initialization",
    note="Documented in July 2023, as quoted by the author of the page; today's pages are silent.",
)
TIMEOUT_KILL = rule(
    "lifecycle.invoke.timeout.kill",
    "At the timeout the process is killed: code after that point does not run, and the caller "
    "gets a function error.",
    DG + "lambda-runtime-environment.html",
    setting="timeout",
)
TIMEOUT_EXCESS = rule(
    "lifecycle.timeout.excess",
    "A handler is stopped exactly at its timeout.",
    DG + "lambda-runtime-environment.html",
    basis="assumed",
    value=0,
    unit="us",
    changeable=True,
    measured=(0, 0.017),
    note="REPORT lines show up to 17 ms more: Duration 3016.78 ms with a timeout of 3 s.",
)
TIMEOUT_SCOPE = rule(
    "lifecycle.invoke.timeout.scope",
    "The function's timeout bounds the handler and whatever extensions still do.",
    DG + "lambda-runtime-environment.html",
    setting="timeout",
)
RESPONSE_FIRST = rule(
    "lifecycle.invoke.response_before_extensions",
    "The caller gets the response when the handler is done, even if extensions are still working; "
    "the environment stays busy and the duration grows until they finish.",
    DG + "invocation-sync.html",
    setting="extensions",
)
EXTENSIONS_NOT_AWAITED = rule(
    "sync.extensions-not-awaited",
    "A response is returned without waiting for external extensions.",
    DG + "invocation-sync.html",
)
EXTENSION_CRASH = rule(
    "lifecycle.invoke.extension_crash",
    "An extension that dies ends the invocation with an error and a reset; in Init it fails the "
    "Init.",
    DG + "lambda-runtime-environment.html",
    value={"init": "Extension.InitError", "invoke": "Extension.Crash"},
    setting="extensions",
    note="The words are read in the source of AWS's emulator.",
)
EXTENSION_MAX = rule(
    "lifecycle.extension.max",
    "Up to ten extensions can register in one environment.",
    DG + "runtimes-extensions-api.html",
    value=10,
    setting="extensions",
)
HANDLED = rule(
    "lifecycle.invoke.error.handled",
    "An exception that the runtime catches is reported as a function error and the process "
    "lives on: memory, /tmp and connections stay.",
    RUNTIME + "bootstrap.py",
)
EXITED = rule(
    "lifecycle.invoke.runtime_exit",
    "A process that ends by itself during an invocation, exit status 0 included, fails it with "
    "Runtime.ExitError.",
    DG + "lambda-runtime-environment.html",
    value="Runtime.ExitError",
)
OUT_OF_MEMORY = rule(
    "lifecycle.invoke.oom",
    "A process that needs more than the configured memory is killed, and the invocation fails "
    "with Runtime.OutOfMemory.",
    "https://aaronstuyvenberg.com/posts/ice-cold-starts",
    basis="measured",
    value="Runtime.OutOfMemory",
    setting="memory",
    note="Public log samples of 2025 and 2026; measured in 2022 by the author of the page.",
)
RESET = rule(
    "lifecycle.invoke.reset.triggers",
    "A crash or a timeout during Invoke makes the service reset the environment: as in a Shutdown, "
    "extensions are told and have their time before it is free again.",
    DG + "lambda-runtime-environment.html",
)
SUPPRESSED_INIT = rule(
    "lifecycle.invoke.suppressed_init",
    "After a reset Init runs again inside the next invocation: its time counts into that "
    "invocation's duration and no Init Duration is reported.",
    DG + "lambda-runtime-environment.html",
)
SUPPRESSED_BUDGET = rule(
    "lifecycle.invoke.suppressed_init.budget",
    "The repeated Init counts against the function's timeout; the first Init of an environment "
    "does not.",
    "https://aaronstuyvenberg.com/posts/lambda-timeout-doom-loop",
    setting="timeout",
)
IDLE = rule(
    "lifecycle.idle",
    "An environment that nobody has called for a while is shut down; AWS calls the time "
    "non-deterministic, so this one is our choice.",
    DG + "lambda-runtime-environment.html",
    basis="assumed",
    value=360 * SECOND,
    unit="us",
    changeable=True,
    note="Five to seven minutes were measured in January 2021 (mikhail.io); AWS promises nothing. "
    "Of a range or a distribution it is drawn anew at each freeze.",
)

MAX_AGE = rule(
    "lifecycle.env.max_age",
    "Environments are ended every few hours for updates and maintenance, however busy they are.",
    DG + "lambda-runtime-environment.html",
    value=0,
    unit="us",
    changeable=True,
    note="AWS gives no number. 0 means never, so that short runs stay simple; 2 and 14 hours are "
    "the figures that people use.",
)
SHUTDOWN_BUDGET = rule(
    "lifecycle.shutdown.budget",
    "Shutdown takes no time without extensions, and at most half a second with internal or two "
    "seconds with external ones; then the process is killed.",
    DG + "lambda-runtime-environment.html",
    value={"internal": 500 * MS, "external": 2 * SECOND},
    setting="extensions",
)
SHUTDOWN_SHARE = rule(
    "lifecycle.shutdown.runtime_share",
    "With external extensions the runtime, and what is inside it, gets the first slice of the two "
    "seconds.",
    DG + "runtimes-extensions-api.html",
    value=300 * MS,
    unit="us",
    changeable=True,
    note="The documents disagree: 300 ms in the guide, 600 ms in the source of the emulator.",
)
NO_SHUTDOWN_EVENT = rule(
    "lifecycle.shutdown.no_runtime_event",
    "Code of a function without extensions gets no notice of Shutdown at all.",
    "https://github.com/aws/aws-lambda-runtime-interface-emulator",
)
RESTORE_LIMIT = rule(
    "lifecycle.restore.limit",
    "Restore must end within ten seconds, or the call fails.",
    DG + "lambda-runtime-environment.html",
    value=10 * SECOND,
    unit="us",
)
RESTORE_ERROR = rule(
    "model.restore.error",
    "A call whose Restore takes too long is answered with 408 SnapStartTimeoutException.",
    API + "API_Invoke.html",
    value=408,
    note="That events are tried again after it as after a throttle is our reading.",
)
SNAPSHOT_FAILED = rule(
    "model.snapshot.failed",
    "A version whose Init failed when it was published cannot be called: 409.",
    DG + "functions-states.html",
    basis="assumed",
    value=409,
    note="The page says that calls of a failed function fail, not with which status.",
)
SNAPSTART = rule(
    "cold.snapstart.runtimes",
    "SnapStart works with Java 11, Python 3.12, .NET 8 and later ones, on published versions "
    "only; not with container images, provisioned concurrency or a /tmp above 512 MB.",
    DG + "snapstart.html",
    value={"java": 11, "python3.": 12, "dotnet": 8},
    setting="snap_start",
    note="A note on the concurrency page says Java 11 and 17 only.",
)
SNAPSTART_EXCLUSIVE = rule(
    "concurrency.pc.snapstart_exclusive",
    "Provisioned concurrency and SnapStart cannot be used on the same version.",
    DG + "snapstart.html",
    setting="snap_start",
)
SNAPSHOT_UNIQUE = rule(
    "cold.snapstart.uniqueness",
    "Every environment starts from the same memory: ids, random seeds, cached time and "
    "connections made in Init are equal in all of them.",
    DG + "snapstart.html",
    note="Played by running the module again with the same draws and time of day. After that "
    "os.urandom, secrets and uuid differ, and a seeded generator goes on alike.",
)
RESTORE_TIME = rule(
    "cold.snapstart.restore_time",
    "A Restore takes about half a second to three quarters of one.",
    "https://github.com/maxday/lambda-perf/blob/main/data/2025/2025-06-01.json",
    basis="measured",
    value=0,
    unit="us",
    changeable=True,
    measured=(0.56, 0.765),
    note="560 to 765 ms for hello-world snapshots in Java (lambda-perf, 2025-06-01), which "
    "lab.MEASURED draws evenly from; 0 unless assumed.",
)
BILLED_RESTORE = rule(
    "price.snapstart.billed_restore",
    "Billed Restore Duration is the part that loads the runtime, not what happens outside of the "
    "environment.",
    DG + "snapstart-monitoring.html",
    value=21,
    changeable=True,
    note="The value is its share in percent: the median of five public REPORT lines of 2023 to "
    "2025, which show 8 to 59%.",
)
BILLED_RESTORE_OF = rule("model.percent", "Shares are in percent.", "", basis="assumed", value=100)
COLD_INIT = rule(
    "cold.hello.python",
    "A Python hello world takes about a tenth of a second to initialise.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="none",
    choices=("none", "measured"),
    changeable=True,
    measured="measured",
    note="lambda-perf, 2026-06-23 to 2026-08-22, about 590 cold starts for each runtime; with "
    "`measured` a log-normal time by its median and 99th percentile is added to Init.",
)
PACKAGE_ZIP = rule(
    "cold.package.zip",
    "The size of what a zip loads dominates a cold start: each megabyte adds about a tenth of a "
    "second in Node, and less in Python.",
    "https://mikhail.io/serverless/coldstarts/aws/",
    basis="measured",
    value={"other": 103 * MS, "python": 15 * MS},  # for each MB
    note="January 2021, Node with 1 KB, 14 MB and 35 MB: 0.26, 1.70 and 3.87 s. For Python it is "
    "inferred: images win beyond 30 MB in Node and 200 MB in Python.",
)
IMAGE_SIZE = rule(
    "cold.package.image",
    "The size of an image barely matters: it is loaded in pieces, when they are needed.",
    "https://mikhail.io/serverless/coldstarts/aws/",
    basis="measured",
    note="January 2021: 0.79 s minimal, 0.87 s with 100 MB and 0.82 s with 5 GB more.",
)
LAYERS_LOAD = rule(
    "cold.mitigation.layers",
    "Layers do not shorten cold starts: they count in the 250 MB and are loaded like the package.",
    DG + "lambda-runtime-environment.html",
    note="The size is documented, the effect inferred.",
)
VPC_TIME = rule(
    "cold.vpc.now",
    "A VPC adds about a quarter of a second to a cold start, as its network interface exists "
    "beforehand.",
    "https://mikhail.io/serverless/coldstarts/aws/",
    basis="measured",
    value=240 * MS,
    unit="us",
    setting="vpc",
    note="January 2021: the median rose from 0.26 to 0.50 s.",
)
INIT_TIMEOUT_AHEAD = rule(
    "lifecycle.init.timeout.pc_snapstart_lmi",
    "An Init that runs ahead, for provisioned concurrency or SnapStart, may take 130 seconds or "
    "the function's timeout, whichever is longer.",
    DG + "lambda-runtime-environment.html",
    value=130 * SECOND,
)
RECYCLE_PROVISIONED = rule(
    "lifecycle.env.recycle.pc",
    "A provisioned environment that fails is initialised again, so that as many stay ready as "
    "were asked for.",
    DG + "provisioned-concurrency.html",
)
RECYCLE_UPDATE = rule(
    "lifecycle.env.recycle.update",
    "Changing code or configuration replaces the environments; what runs ends with the old ones.",
    DG + "functions-states.html",
)

# Memory and CPU ---------------------------------------------------------------------------------

CPU_SHARE = rule(
    "limit.cpu.share",
    "CPU is proportional to memory: 1,769 MB have one full vCPU.",
    DG + "configuration-memory.html",
    value=1769,
    setting="memory",
    note="At 10,240 MB that is 5.79 vCPUs; AWS announced 6.",
)
CPU_ABOVE = rule(
    "limit.cpu.above",
    "Above 1,769 MB one thread cannot go faster than one vCPU.",
    DG + "configuration-memory.html",
    basis="assumed",
    setting="memory",
    note="It follows from the documented share.",
)
INIT_CPU = rule(
    "cold.init_cpu",
    "The CPU of an Init does not depend on the memory setting.",
    "https://bitesizedserverless.com/bite/lambda-cold-start-bootstrap/",
    basis="assumed",
    value=False,
    changeable=True,
    note="Users measured two full vCPUs during Init whatever the memory (about 2022).",
)
MEMORY_BASELINE = rule(
    "open.memory.baseline",
    "The Python runtime itself uses about this much memory, in megabytes.",
    DG + "python-logging.html",
    basis="assumed",
    value=40,
    changeable=True,
    note="A stand-in for Max Memory Used: what a real handler allocates is not measured.",
)

# Concurrency ------------------------------------------------------------------------------------

ASSIGNMENT = rule(
    "concurrency.assignment.rule",
    "A request takes an initialised environment that is free; if there is none, a new one is "
    "created for it.",
    DG + "lambda-concurrency.html",
)
ASSIGNMENT_WHICH = rule(
    "concurrency.assignment.which",
    "Of several free environments we take the one that was used last.",
    "https://github.com/pacslab/simfaas",
    basis="assumed",
    value="mru",
    choices=("mru", "newest", "lru", "random"),
    changeable=True,
    note="AWS does not say which is taken. SimFaaS, validated against Lambda, takes the newest.",
)
ACCOUNT_LIMIT = rule(
    "concurrency.account.limit",
    "All functions of an account in a Region share one pool of concurrency.",
    DG + "lambda-concurrency.html",
    value=1000,
    setting="account_concurrency",
)
UNRESERVED_MINIMUM = rule(
    "concurrency.unreserved.minimum",
    "At least 100 units of an account's concurrency stay unreserved.",
    DG + "configuration-concurrency.html",
    value=100,
)
RESERVED = rule(
    "concurrency.reserved.both",
    "Reserved concurrency is a guarantee and a ceiling at once: nobody else may use it, and the "
    "function never runs more requests at once than that.",
    DG + "configuration-concurrency.html",
    setting="reserved_concurrency",
)

RESERVED_ZERO = rule(
    "concurrency.reserved.zero",
    "Reserved concurrency 0 throttles every invocation.",
    DG + "configuration-concurrency.html",
    setting="reserved_concurrency",
)
RESERVED_POOL = rule(
    "concurrency.reserved.pool_effect",
    "Reserved units leave the shared pool even while nobody uses them.",
    DG + "lambda-concurrency.html",
)
CLAIMED = rule(
    "concurrency.claimed",
    "Room is judged on what is claimed: unreserved requests in flight, all reservations, and the "
    "provisioned concurrency of functions without one.",
    DG + "monitoring-concurrency.html",
)
PROVISIONED_TARGET = rule(
    "concurrency.pc.target",
    "Provisioned concurrency is set on a published version or an alias, never on $LATEST.",
    DG + "provisioned-concurrency.html",
)
PROVISIONED_CAP = rule(
    "concurrency.pc.cap",
    "The provisioned concurrency of a function's versions and aliases cannot exceed its reserved "
    "concurrency.",
    DG + "provisioned-concurrency.html",
)
PROVISIONED_EQUALS = rule(
    "concurrency.pc.equals_rc",
    "If it equals the reservation, everything runs on provisioned environments and $LATEST is "
    "throttled.",
    DG + "lambda-concurrency.html",
)
PROVISIONED_DELAY = rule(
    "concurrency.pc.alloc_delay",
    "Allocation begins a minute or two after the request.",
    DG + "lambda-concurrency.html",
    value=60 * SECOND,
    unit="us",
    note="Documented as one to two minutes; the shorter one is played.",
)
PROVISIONED_RATE = rule(
    "concurrency.pc.alloc_rate",
    "Lambda allocates up to 6,000 provisioned environments a minute for a function.",
    DG + "lambda-concurrency.html",
    value=10 * MS,  # from one to the next
    note="The value is the time from one environment to the next.",
)
PROVISIONED_ALL = rule(
    "concurrency.pc.all_or_nothing",
    "None of the environments that were asked for serves until all of them are allocated.",
    DG + "lambda-concurrency.html",
)
PROVISIONED_USED = rule(
    "concurrency.pc.init_type",
    "An environment that was provisioned stays one; AWS_LAMBDA_INITIALIZATION_TYPE says so.",
    DG + "provisioned-concurrency.html",
)
PROVISIONED_STATUS = rule(
    "concurrency.pc.status",
    "An allocation is IN_PROGRESS, READY or FAILED; how many environments were requested, how many "
    "are allocated and how many are available is told apart.",
    API + "API_GetProvisionedConcurrencyConfig.html",
    note="That an Init that fails ends the allocation is our reading.",
)
AUTOSCALE_TARGET = rule(
    "concurrency.pc.autoscale.target",
    "Application Auto Scaling keeps the busy share of provisioned environments near a target of 10 "
    "to 90 %: it adds some above it, and takes some away below 90 % of it.",
    DG + "provisioned-concurrency.html",
    value=(10, 90, 90),
    setting="auto_scaling",
    note="How many is assumed: as many as would have met the target in the last minute.",
)
AUTOSCALE_LAG = rule(
    "concurrency.pc.autoscale.lag",
    "Both alarms need three data points in a row, a minute each; without traffic there are none, "
    "and provisioned concurrency stays as it is, and costs.",
    DG + "provisioned-concurrency.html",
    value=3,
    note="That they are counted anew after a change of the number is assumed.",
)
AUTOSCALE_SCHEDULE = rule(
    "model.autoscale.schedule",
    "A scheduled action sets the least and the most; a number outside of them is moved to the "
    "nearer one at once.",
    "",
    basis="assumed",
)
METRIC_UTILIZATION = rule(
    "metric.pc.utilization",
    "ProvisionedConcurrencyUtilization is the busy share of the allocated environments; it is not "
    "emitted without traffic.",
    DG + "monitoring-concurrency.html",
    value=60 * SECOND,
    note="The value is the period. That its average goes by time is our reading.",
)
PROVISIONED_SPILLOVER = rule(
    "concurrency.pc.spillover",
    "When all provisioned environments are busy, further requests run on standard concurrency, "
    "with cold starts.",
    DG + "lambda-concurrency.html",
    setting="provisioned_concurrency",
)
PROVISIONED_RPS = rule(
    "concurrency.pc.rps",
    "Provisioned concurrency also spills over at ten requests a second per unit, even if units "
    "are idle.",
    DG + "lambda-concurrency.html",
    setting="provisioned_concurrency",
)
SCALING_RATE = rule(
    "scaling.rate",
    "Each function may grow by at most 1,000 environments every ten seconds, refilled "
    "continuously.",
    DG + "scaling-behavior.html",
    note="The throttle's reason is assumed.",
)
SCALING_REFILL = rule(
    "scaling.rate.refill",
    "The budget is refilled by 100 environments a second.",
    DG + "scaling-behavior.html",
    basis="assumed",
    value=100,
    changeable=True,
    note="That it is refilled continuously is documented, how fast is inferred.",
)
SCALING_BURST = rule(
    "scaling.rate.no_accrual",
    "Unused scaling is not saved up: never more than 1,000 environments at one instant.",
    DG + "scaling-behavior.html",
    value=1000,
)
SCALING_RPS = rule(
    "scaling.rps.limit",
    "Requests per second are capped at ten times the concurrency, for the account, for a "
    "reservation and for provisioned concurrency alike.",
    DG + "lambda-concurrency.html",
    value=10,
)
RPS_WINDOW = rule(
    "scaling.rps.window",
    "Requests per second are counted over one second.",
    DG + "lambda-concurrency.html",
    basis="assumed",
    value=SECOND,
    unit="us",
    changeable=True,
    note="AWS does not say over which time.",
)
SCALING_RPS_ASYNC = rule(
    "scaling.rps.async",
    "Asynchronous requests are not capped by rate; only concurrency limits them.",
    DG + "gettingstarted-limits.html",
)

# The call door ----------------------------------------------------------------------------------
STATUS = rule(
    "sync.invoke.status",
    "A request that ran is answered with status code 200.",
    API + "API_Invoke.html",
    value=200,
)
STATUS_ERROR = rule(
    "sync.error.status-stays-200",
    "When the function ran but failed, the status code is still 200; the failure shows in "
    "FunctionError and in the payload.",
    API + "API_Invoke.html",
    value=200,
)
FUNCTION_ERROR = rule(
    "sync.error.functionerror-value",
    "FunctionError is the word Unhandled for exceptions, timeouts and exits alike.",
    API + "API_Invoke.html",
    basis="measured",
    value="Unhandled",
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
TIMEOUT_SHAPE = rule(
    "sync.error.timeout-shape",
    "A timed-out invocation returns errorType Sandbox.Timedout and a message that names the "
    "configured timeout.",
    DG + "troubleshooting-invocation.html",
    basis="measured",
    value="Sandbox.Timedout",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
EXIT_SHAPE = rule(
    "sync.error.exit-shape",
    "A process that exits during the invocation returns errorType Runtime.ExitError and says "
    "whether there was an exit status.",
    DG + "troubleshooting-invocation.html",
    basis="measured",
    value="without providing a reason",
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
PAYLOAD_LIMIT = rule(
    "sync.payload.limit",
    "A synchronous request and its response may each have 6 MB.",
    DG + "gettingstarted-limits.html",
    value=6 * MB,
    note="AWS's source allows 100 bytes more in a response.",
)
PAYLOAD_TOO_LARGE = rule(
    "sync.payload.too-large",
    "A request over the limit is refused with 413 before anything runs.",
    API + "API_Invoke.html",
    value=413,
)
BAD_JSON = rule(
    "sync.payload.bad-json",
    "A payload that is not JSON is refused before anything runs.",
    API + "API_Invoke.html",
    value=400,
)
RESPONSE_TOO_LARGE = rule(
    "sync.error.response-too-large",
    "A response over the limit becomes a function error, Function.ResponseSizeTooLarge.",
    DG + "gettingstarted-limits.html",
    basis="measured",
    value=6 * MB + 100,
    note="LocalStack's snapshots of AWS, 2025-11-24: 6,291,556 bytes.",
)
THROTTLE = rule(
    "sync.throttle.429",
    "A request for which there is no room fails with 429 TooManyRequestsException; nothing runs.",
    API + "API_Invoke.html",
    value=429,
)

RESERVED_ZERO_SYNC = rule(
    "sync.throttle.reserved-zero",
    "With reserved concurrency 0 every synchronous call fails with 429.",
    DG + "configuration-concurrency.html",
)
ALIAS_WEIGHT = rule(
    "alias.weight",
    "A weighted alias sends each request to one of two versions by chance.",
    DG + "configuring-alias-routing.html",
    value=1_000_000,
    note="The value is the unit in which weights are kept.",
)
FUNCTION_GONE = rule(
    "sync.api.errors",
    "A request for a function that does not exist is refused with 404.",
    API + "API_Invoke.html",
    value=404,
)

DRY_RUN = rule(
    "sync.invoke.types",
    "One operation serves three ways to call: RequestResponse, in which the caller waits; Event, "
    "in which it only gets an acknowledgement; and DryRun, which checks and runs nothing.",
    API + "API_Invoke.html",
    value=204,
)
CLIENT_CONTEXT = rule(
    "sync.client-context",
    "A client context of at most 3,583 bytes in base64 reaches the function in synchronous calls "
    "only.",
    API + "API_Invoke.html",
    value=3583,
)

# The event door ---------------------------------------------------------------------------------

ASYNC_ACCEPT = rule(
    "async.accept.202",
    "An event is put into an internal queue and the caller gets 202 at once; a separate process "
    "runs the function later.",
    DG + "invocation-async.html",
    value=202,
)
ASYNC_DONE = rule(
    "async.done",
    "An event that the function has processed leaves the internal queue; nobody is told but a "
    "destination.",
    DG + "invocation-async.html",
    basis="assumed",
    note="It follows: what is retried and what is given up is documented.",
)
ASYNC_AT_LEAST_ONCE = rule(
    "async.delivery.at-least-once",
    "The internal queue is eventually consistent: it may deliver an event more than once, even "
    "without errors.",
    DG + "invocation-async-error-handling.html",
)
ASYNC_ACCEPT_THROTTLED = rule(
    "async.accept.even-when-throttled",
    "Whether an event is accepted does not depend on concurrency.",
    DG + "lambda-services.html",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
ASYNC_PAYLOAD = rule(
    "async.payload.limit",
    "An event may have 1 MB.",
    DG + "gettingstarted-limits.html",
    value=MB,
)
ASYNC_SAME_ID = rule(
    "async.request-id.stable",
    "All attempts of one event have the request id that its caller was given.",
    DG + "monitoring-cloudwatchlogs-view.html",
    basis="measured",
    note="LocalStack's validated tests, 2025-11-25.",
)
ASYNC_RETRIES = rule(
    "async.retry.function-error.count",
    "An event whose function fails is run again up to two more times.",
    DG + "invocation-async-error-handling.html",
    value=2,
    setting="maximum_retry_attempts",
)
ASYNC_WAITS = rule(
    "async.retry.function-error.waits",
    "Lambda waits one minute before the first retry and two minutes before the second.",
    DG + "invocation-async-error-handling.html",
    value=60 * SECOND,
    unit="us",
)
ASYNC_KINDS = rule(
    "async.retry.function-error.kinds",
    "Exceptions, timeouts and lost processes are all function errors to the queue.",
    DG + "invocation-async-error-handling.html",
)
ASYNC_THROTTLE = rule(
    "async.retry.throttle",
    "A throttled event goes back into the queue and is tried again, first after one second, then "
    "after longer and longer waits of at most five minutes, until it is too old.",
    DG + "invocation-async-error-handling.html",
    value=(SECOND, 300 * SECOND),
    unit="us",
)
ASYNC_SEPARATE = rule(
    "async.retry.throttle.separate-budget",
    "Tries that were throttled do not count as retries; only the event's age limits them.",
    DG + "invocation-async-error-handling.html",
)
ASYNC_FACTOR = rule(
    "async.retry.throttle.factor",
    "The waits of a throttled event double.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    basis="measured",
    value=2,
    changeable=True,
    note="Measured on 2025-11-21: tries at about 0, 1, 3, 8, 16.6, 32.8 and 67.9 s. AWS's jitter "
    "is left out (open.async.backoff-factor).",
)
ASYNC_ORIGIN = rule(
    "open.async.wait-origin",
    "Whether the wait of 60 or 120 seconds starts at the start or at the end of the failed attempt "
    "is not documented; we count from the end.",
    DG + "invocation-async-error-handling.html",
    basis="assumed",
    value="end",
    note="A choice; the guide speaks of the wait between attempts.",
    changeable=True,
    choices=("end", "start"),
)
ASYNC_LATE = rule(
    "async.retry.throttle.resumes-late",
    "A waiting event starts at its next planned try, not when room appears.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    basis="measured",
    note="Measured on 2025-11-21: room at 60 s, run at 67.9 s.",
)
ASYNC_RETRIES_RANGE = rule(
    "async.retry.attempts-range",
    "An event is retried after a function error 0 to 2 times, 2 by default.",
    API + "API_PutFunctionEventInvokeConfig.html",
    value=(0, 2),
    setting="maximum_retry_attempts",
)
ASYNC_AGE_RANGE = rule(
    "async.age.range",
    "An event may stay in the queue for 60 to 21,600 seconds, 21,600 by default.",
    API + "API_PutFunctionEventInvokeConfig.html",
    value=(60, 21600),
    setting="maximum_event_age",
)
ASYNC_LOOKAHEAD = rule(
    "async.age.lookahead",
    "An event is given up at once when its next try would come too late for its maximum age.",
    DG + "invocation-async-error-handling.html",
    basis="measured",
    setting="maximum_event_age",
    note="LocalStack's validated tests, 2025-11-27; that a try at the very age is too late is "
    "our reading.",
)
ASYNC_ZERO = rule(
    "async.zero-reserved",
    "With reserved concurrency 0 a new event goes to the dead-letter queue and the on-failure "
    "destination without any attempt.",
    DG + "invocation-async-retain-records.html",
    setting="reserved_concurrency",
)
DEST_TYPES = rule(
    "dest.types",
    "A destination is a standard queue, a standard topic, a function or a bus; for failures also "
    "a bucket.",
    DG + "invocation-async-retain-records.html",
)
DLQ_TYPES = rule(
    "dlq.types",
    "A dead-letter target is a standard queue or a standard topic.",
    DG + "invocation-async-retain-records.html",
)
SELF_DESTINATION = rule(
    "async.config.self-destination",
    "A function cannot be its own destination.",
    API + "API_PutFunctionEventInvokeConfig.html",
    basis="measured",
    note="LocalStack's validated tests, 2025.",
)
DEST_SUCCESS = rule(
    "dest.when.success",
    "A record is sent to the on-success destination once the function has processed the event.",
    DG + "invocation-async-retain-records.html",
)
DEST_FAILURE = rule(
    "dest.when.failure",
    "A record is sent to the on-failure destination when an event is given up, right after the "
    "last attempt.",
    DG + "invocation-async-retain-records.html",
)
DEST_KEYS = rule(
    "dest.record.keys",
    "A record tells the request, the condition, the number of attempts, the event and, if the "
    "function ran, its response.",
    DG + "invocation-async-retain-records.html",
    value="1.0",
)
DEST_BUS = rule(
    "dest.format.eventbridge",
    "On a bus the record is the detail of an event whose detail-type tells success or failure.",
    DG + "invocation-async-retain-records.html",
    value="lambda",
    note="AWS documents the source as aws.lambda; a real bus delivered lambda (2025-11-24).",
)
DEST_SNS = rule(
    "dest.size.sns",
    "A record of more than 256 KB goes to a topic without the event and the response.",
    API + "API_OnFailure.html",
    value=256 * KB,
    note="The guide says that the delivery may fail instead.",
)
DEST_SHAPE = rule(
    "dest.format.sqs-sns-lambda",
    "In SQS the record is the body of the message, in SNS its Message, for a Lambda function the "
    "payload of the event.",
    DG + "invocation-async-retain-records.html",
)
DEST_BUCKET = rule(
    "dest.format.s3",
    "In a bucket each record is an object of its own, named by function, day, second and an id.",
    DG + "invocation-async-retain-records.html",
    value="aws/lambda/async",
)
DEST_FIFO = rule(
    "dest.fifo",
    "FIFO queues and topics are not supported: sending to one is a delivery failure.",
    DG + "invocation-async-retain-records.html",
)
DEST_FAILED = rule(
    "dest.delivery-failure",
    "A delivery to a destination that fails shows in a metric alone.",
    DG + "invocation-async-retain-records.html",
)
DLQ_ORDER = rule(
    "open.dlq-order",
    "In which order a destination and a dead-letter queue get an event is not documented; we serve "
    "the destination first, at the same instant.",
    API + "API_PutFunctionEventInvokeConfig.html",
    basis="assumed",
    value="destination",
    note="A choice; see dlq.and-destination.",
    changeable=True,
    choices=("destination", "dead_letter"),
)
DLQ_MESSAGE = rule(
    "dlq.message",
    "The dead-letter target gets the event itself, with RequestID, ErrorCode and ErrorMessage as "
    "attributes.",
    DG + "invocation-async-retain-records.html",
    value=KB,  # of the error message
)
DLQ_FAILED = rule(
    "dlq.failure",
    "If the dead-letter target cannot be written the event is deleted and DeadLetterErrors "
    "counts it.",
    DG + "invocation-async-retain-records.html",
)

# Calls from inside a function, and loops of them -------------------------------------------------

NESTED_CALL = rule(
    "sync.lambda-to-lambda",
    "A function that waits for another one goes on running meanwhile: both count and both are "
    "billed, and a timeout of the first does not stop the second.",
    DG + "invocation-retries.html",
    basis="assumed",
    note="Inferred: nothing in the documents says otherwise.",
)
CALLER_GONE = rule(
    "sync.client-disconnect",
    "A function is not stopped because its caller has gone; nobody reads its answer then.",
    API + "API_Invoke.html",
    note="That the connection may be lost is documented, that the function goes on is inferred.",
)
RECURSION = rule(
    "recursion.limit",
    "A function that has run about sixteen times in one chain of requests is not run again in it: "
    "a caller gets RecursiveInvocationException, an event is dropped and sent on as a failure.",
    DG + "invocation-recursion.html",
    value=16,
    changeable=True,
    note="None switches it off. Counted for each function, as the lineage header of AWS does. The "
    "condition in the record of a dropped event is our word.",
)
RECURSION_STATUS = rule(
    "model.recursion.status",
    "A request that would continue a recursive loop is refused with 400.",
    API + "API_Invoke.html",
    value=400,
)

# SDKs as callers --------------------------------------------------------------------------------

SDK_TIMEOUT = rule(
    "sdk.boto3.timeouts",
    "By default boto3 waits 60 seconds for an answer.",
    BOTOCORE + "config.py",
    value=60 * SECOND,
    unit="us",
    setting="read_timeout",
)
SDK_LEGACY = rule(
    "sdk.legacy",
    "Legacy mode makes five attempts in all, on HTTP 429, 500, 502, 503, 504 and 509 and on "
    "timeouts; the waits double from up to one second on, uncapped.",
    BOTOCORE + "data/_retry.json",
    value={"attempts": 5, "statuses": (429, 500, 502, 503, 504, 509)},
    setting="retries",
    note="The wait is a random share of 1, 2, 4, 8 seconds; here it is all of it.",
)
SDK_STANDARD = rule(
    "sdk.standard.pre2026",
    "Standard mode makes three attempts in all; the waits double from up to one second on, to 20 "
    "seconds at most, and a token bucket of the client limits retries.",
    BOTOCORE + "retries/standard.py",
    value={
        "attempts": 3,
        "statuses": (429, 500, 502, 503, 504),
        "most": 20 * SECOND,
        "bucket": 500,
        "cost": 5,
        "timeout_cost": 10,
        "gain": 1,
        "success": (200, 299),
    },
    setting="retries",
    note="The wait is a random share of that; here it is all of it.",
)
SDK_FIRST_WAIT = rule(
    "model.sdk.first-wait",
    "Before its second attempt an SDK waits at most so long.",
    BOTOCORE + "data/_retry.json",
    value=SECOND,
    unit="us",
)
SDK_ONCE = rule(
    "model.client.once",
    "A plain client may try once more, at once, after a timeout or an error of the server.",
    "",
    basis="assumed",
    value={"attempts": 2, "statuses": (429, 500, 502, 503, 504)},
    setting="retries",
)
SDK_NONE = rule(
    "model.client.none",
    "A client without retries sends its request once.",
    "",
    basis="assumed",
    value={"attempts": 1, "statuses": ()},
    setting="retries",
)
SDK_LATENCY = rule(
    "sdk.latency",
    "A service acts at once on a call from code; its answer takes this long.",
    BOTOCORE + "config.py",
    basis="assumed",
    value=0,
    unit="us",
    changeable=True,
    note="How long services take is not documented; this page has only how long a client waits.",
)
SDK_MODE = rule(
    "sdk.boto3.mode",
    "The default retry mode of boto3 is legacy, with an environment variable that opts in to what "
    "is new in 2026; releases from autumn 2026 on have that by default, which is standard mode.",
    BOTOCORE + "configprovider.py",
    value="standard",
    note="Read in botocore 1.44.5. In a run the installed botocore itself decides.",
)
SDK_ADAPTIVE = rule(
    "sdk.adaptive",
    "Adaptive mode is standard mode plus a rate limiter in the client, which can delay even a "
    "first request after throttling was seen.",
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
    value="adaptive",
)
SDK_STANDARD_2026 = rule(
    "sdk.standard.2026",
    "Standard mode with the opt-in waits from 50 ms for transient and 1,000 ms for throttling "
    "errors, with full jitter, doubling and capped, and has other costs of tokens. DynamoDB "
    "clients get one attempt more, and the server may steer with x-amz-retry-after.",
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
    value="standard",
)
SDK_THROTTLE = rule(
    "sdk.throttle-is-retryable",
    "A throttled call is tried again in every retry mode, so Lambda sees it several times.",
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html",
)
SDK_FUNCTION_ERROR = rule(
    "sdk.function-error-not-retried",
    "A function error comes back as a normal answer with 200, so no SDK tries it again.",
    API + "API_Invoke.html",
    basis="assumed",
    note="Inferred from sync.error.status-stays-200.",
)
SDK_DUPLICATES = rule(
    "sdk.read-timeout-duplicates",
    "After a read timeout the request is sent again, while the first invocation still runs.",
    BOTOCORE + "retryhandler.py",
    basis="assumed",
    note="Inferred from the source of botocore.",
)

# Front doors ------------------------------------------------------------------------------------

APIGW_MODE = rule(
    "apigw.mode",
    "API Gateway calls the function and waits; it never tries again, and hands on or maps what "
    "came of it.",
    DG + "services-apigateway-errors.html",
)
REST_TIMEOUT = rule(
    "apigw.rest.timeout",
    "A REST API waits 29 seconds for the function, or less if set so; a quota request can raise "
    "that for Regional and private APIs.",
    API_GATEWAY + "api-gateway-execution-service-limits-table.html",
    value=(50 * MS, 29 * SECOND),
    unit="us",
    setting="timeout",
)
REST_TIMED_OUT = rule(
    "apigw.rest.timeout-status",
    "When a REST API has waited long enough its client gets 504; the function runs on.",
    API_GATEWAY + "supported-gateway-response-types.html",
    value=(504, "Endpoint request timed out"),
    setting="timeout",
    note="The status is documented; that the function runs on is inferred.",
)
REST_ERROR = rule(
    "apigw.rest.function-error",
    "A REST API answers 502 if the function raised, timed out or returned no proxy response.",
    DG + "services-apigateway-errors.html",
    value=(502, "Internal server error"),
)
REST_REJECTED = rule(
    "apigw.rest.invoke-rejected",
    "If Lambda refuses the request, for example by a throttle, a REST API answers 500, not 429.",
    DG + "services-apigateway-errors.html",
    value=(500, "Internal server error"),
)
APIGW_THROTTLE = rule(
    "apigw.rest.own-throttle",
    "API Gateway answers 429 for its own limits alone: 10,000 requests a second of an account, "
    "from a bucket of 5,000.",
    API_GATEWAY + "supported-gateway-response-types.html",
    value={"rate": 10_000, "burst": 5_000, "answer": (429, "Too Many Requests")},
    note="Of the account only: limits of stages, methods and usage plans are not modelled. Some "
    "Regions have 2,500/1,250. Copy of 2026-04.",
)
APIGW_PAYLOAD = rule(
    "apigw.payload",
    "API Gateway takes bodies of up to 10 MB and answers 413 above; the 6 MB of Lambda bind first.",
    API_GATEWAY + "api-gateway-execution-service-limits-table.html",
    value=10 * MB,
)
APIGW_TOO_LARGE = rule(
    "model.apigw.too-large",
    "A body over the limit of API Gateway is answered with 413.",
    API_GATEWAY + "supported-gateway-response-types.html",
    value=(413, "Request Too Long"),
)
HTTP_TIMEOUT = rule(
    "apigw.http.timeout",
    "An HTTP API waits 30 seconds for the function and then answers 503; the function runs on.",
    "https://github.com/awsdocs/amazon-api-gateway-developer-guide/pull/74",
    value=(50 * MS, 30 * SECOND),
    unit="us",
    setting="timeout",
    note="The 30 s are documented (2020 to 2023), the 503 was reported by users.",
)
HTTP_TIMED_OUT = rule(
    "model.apigw.http.timed-out",
    "When an HTTP API has waited long enough its client gets 503; the function runs on.",
    "https://github.com/awsdocs/amazon-api-gateway-developer-guide/pull/74",
    basis="measured",
    value=(503, "Service Unavailable"),
    setting="timeout",
    note="Reported by users, 2021 to 2023.",
)
HTTP_ERROR = rule(
    "apigw.http.function-error",
    "An HTTP API answers 500 when the function fails or its own timeout expires.",
    "https://github.com/denoland/deno_registry2/issues/87",
    basis="measured",
    value=(500, "Internal Server Error"),
    note="Reported by users in 2020; not verified again.",
)
HTTP_REJECTED = rule(
    "open.apigw.http",
    "If Lambda refuses the request, an HTTP API answers 500.",
    "https://github.com/denoland/deno_registry2/issues/87",
    basis="assumed",
    value=500,
    changeable=True,
    note="A choice; no document was found.",
)
HTTP_INFERENCE = rule(
    "apigw.http.response-inference",
    "With format 2.0 a result without statusCode is answered as 200, application/json, with the "
    "result as its body.",
    API_GATEWAY + "http-api-develop-integrations-lambda.html",
    value=200,
)
ALB_MODE = rule(
    "alb.mode",
    "A load balancer calls the function and waits until it answers or times out; it has no "
    "timeout of its own for that.",
    LOAD_BALANCING + "lambda-functions.html",
)
ALB_LIMITS = rule(
    "alb.limits",
    "Behind a load balancer the body of a request and the response as JSON may each have 1 MB.",
    LOAD_BALANCING + "lambda-functions.html",
    value=MB,
)
ALB_TOO_LARGE = rule(
    "alb.status.413",
    "A load balancer answers 413 if the body of the request is over the limit.",
    LOAD_BALANCING + "load-balancer-troubleshooting.html",
    value=(413, "Payload Too Large"),
)
ALB_ERROR = rule(
    "alb.status.502",
    "A load balancer answers 502 for a function error, a timeout of the function, a throttle, a "
    "malformed response and a response over the limit alike.",
    LOAD_BALANCING + "load-balancer-troubleshooting.html",
    value=(502, "Bad Gateway"),
)
ALB_NO_TARGET = rule(
    "alb.status.other",
    "A load balancer without a registered target answers 503.",
    LOAD_BALANCING + "load-balancer-troubleshooting.html",
    value=(503, "Service Temporarily Unavailable"),
    note="Its 504, for a Lambda service that does not answer at all, has no case here.",
)
ALB_BASE64 = rule(
    "alb.base64",
    "A load balancer encodes a body as base64 if it has a content-encoding, or if its type is not "
    "text, JSON, JavaScript or XML.",
    LOAD_BALANCING + "lambda-functions.html",
)
ALB_MULTIVALUE = rule(
    "alb.multivalue",
    "A load balancer hands on the last value of a repeated header or query key, or all of them in "
    "multi-value fields if set so.",
    LOAD_BALANCING + "lambda-functions.html",
)
URL_FORMAT = rule(
    "furl.format",
    "A function URL calls the function and waits; it has the format 2.0 of HTTP APIs, with "
    "$default as its route and stage.",
    DG + "urls-invocation.html",
)
URL_THROTTLE = rule(
    "furl.throttle",
    "A function URL itself answers a throttled request with 429.",
    DG + "urls-configuration.html",
    value=429,
)
URL_ERROR = rule(
    "furl.function-error",
    "Behind a function URL a function that fails is answered as a bad gateway, in plain text.",
    SNAPSHOTS + "test_lambda.py",
    basis="measured",
    value=(502, "Internal Server Error"),
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
URL_INFERENCE = rule(
    "furl.response-inference",
    "Behind a function URL a result without statusCode is answered as 200, application/json; a "
    "status code must be from 100 to 599.",
    DG + "urls-invocation.html",
    value=(100, 599),
)
PROXY_RESPONSE = rule(
    "model.proxy_response",
    "A front door reads statusCode, headers, cookies, body and isBase64Encoded of what the "
    "function returns.",
    API_GATEWAY + "set-up-lambda-proxy-integrations.html",
)
SHAPE_REST = rule(
    "apigw_rest_v1",
    "The event of a REST API has the request in twelve keys; maps and bodies that are absent are "
    "null.",
    API_GATEWAY + "set-up-lambda-proxy-integrations.html",
)
SHAPE_HTTP = rule(
    "apigw_http_v2",
    "The event of an HTTP API has the request in format 2.0: names of headers in lower case, "
    "repeated values joined by commas.",
    API_GATEWAY + "http-api-develop-integrations-lambda.html",
)
SHAPE_URL = rule(
    "function_url",
    "The event of a function URL is that of an HTTP API, with $default as its route and stage.",
    DG + "urls-invocation.html",
)
SHAPE_ALB = rule(
    "alb",
    "The event of a load balancer has the request in seven keys.",
    LOAD_BALANCING + "lambda-functions.html",
)

# Databases, as they stand in for any server with a limit on connections ---------------------------

POOL = rule(
    "model.database.pool",
    "A database takes so many connections at once; each belongs to the environment that opened it "
    "and lives as long as its process.",
    "",
    basis="assumed",
    note="You give the number with lab.database(...).",
)
IDLE_CUTOFF = rule(
    "model.database.idle",
    "A database closes a connection that was not used for its idle cutoff; a frozen environment "
    "does not notice.",
    "",
    basis="assumed",
    note="You give the time with lab.database(...).",
)

PROXY_POOLING = rule(
    "rds.proxy.pooling",
    "A proxy takes any number of connections and lends each query one of the database's own; while "
    "all of those are busy a query waits in line.",
    RDS + "rds-proxy-connections.html",
    note="Transactions borrow in fact, and some pin their connection. That whoever came first is "
    "served first, and that a place in line is kept when whoever waits is stopped, is assumed.",
)
PROXY_BORROW = rule(
    "rds.proxy.borrow-timeout",
    "A proxy refuses a query for which no connection of the database is free for 120 seconds.",
    RDS + "rds-proxy-connections.html",
    value=120 * SECOND,
    unit="us",
)
PROXY_IDLE = rule(
    "rds.proxy.idle-client",
    "A proxy closes a connection over which nothing was asked for 1,800 seconds.",
    RDS + "rds-proxy-connections.html",
    value=1800 * SECOND,
    unit="us",
    note="You give another time with lab.database(..., idle_cutoff=...).",
)

# Limits of a function's settings ----------------------------------------------------------------

LIMIT_MEMORY = rule(
    "limit.memory",
    "A function has 128 to 10,240 MB of memory, in steps of 1 MB.",
    DG + "configuration-memory.html",
    value=(128, 10240),
    setting="memory",
)
LIMIT_TIMEOUT = rule(
    "limit.timeout",
    "A function's timeout is 1 to 900 whole seconds, 3 by default.",
    DG + "configuration-timeout.html",
    value=(1, 900),
    setting="timeout",
)
LIMIT_TMP = rule(
    "limit.tmp",
    "A function's /tmp has 512 to 10,240 MB, in steps of 1 MB.",
    DG + "configuration-ephemeral-storage.html",
    value=(512, 10240),
    setting="ephemeral_storage",
)
LIMIT_ENV_VARS = rule(
    "limit.env_vars",
    "All environment variables of a function together have at most 4 KB.",
    DG + "gettingstarted-limits.html",
    value=4 * KB,
    setting="environment",
)

LIMIT_ZIP = rule(
    "limit.package.zip",
    "A zip may have 250 MB unzipped, with its layers.",
    DG + "gettingstarted-limits.html",
    value=250,
    setting="package_size",
    note="50 MB if it is uploaded zipped through the API or the console.",
)
LIMIT_IMAGE = rule(
    "limit.package.image",
    "A container image may have 10 GB, uncompressed and with all its layers.",
    DG + "gettingstarted-limits.html",
    value=10 * KB,
    setting="package_size",
)
LIMIT_LAYERS = rule(
    "limit.layers",
    "A function may have five layers.",
    DG + "gettingstarted-limits.html",
    value=5,
    setting="layers",
)

# Logs and money ---------------------------------------------------------------------------------

LOG_STREAM = rule(
    "log.group_stream",
    "A function has one log group, and each environment writes a log stream of its own.",
    DG + "monitoring-cloudwatchlogs-view.html",
)
LOG_LINES = rule(
    "log.minimum_lines",
    "Every invocation writes at least START, END and REPORT.",
    DG + "monitoring-cloudwatchlogs-view.html",
)
LOG_REPORT = rule(
    "log.report",
    "REPORT holds the duration, the billed duration and the memory, and Init Duration on the "
    "first request of an environment.",
    DG + "lambda-runtime-environment.html",
)
LOG_INIT_REPORT = rule(
    "log.init_report",
    "INIT_REPORT tells of an Init that failed, and with provisioned concurrency or SnapStart of "
    "every Init.",
    DG + "lambda-runtime-environment.html",
)
LOG_INIT_HIDDEN = rule(
    "lifecycle.init.report.success_hidden",
    "A successful on-demand Init writes no INIT_REPORT line in plain-text logs.",
    DG + "lambda-runtime-environment.html",
)
LOG_RESTORE_REPORT = rule(
    "log.restore_report",
    "RESTORE_REPORT is written when a restore fails or times out.",
    DG + "lambda-runtime-environment.html",
)
LOG_SNAPSTART = rule(
    "log.snapstart.report",
    "The first request of a SnapStart environment has Restore Duration and Billed Restore "
    "Duration in its REPORT, and no Init Duration.",
    DG + "snapstart-monitoring.html",
    note="Public REPORT lines: Billed Duration is Duration plus Billed Restore Duration.",
)
LOG_JSON = rule(
    "log.json.shape",
    "In JSON format the log lines are objects with time, type and record.",
    DG + "monitoring-cloudwatchlogs-logformat.html",
    setting="log_format",
)
LOG_JSON_METRICS = rule(
    "log.json.report_metrics",
    "A platform.report record has durations, the memory and, where there was one, the Init or "
    "Restore.",
    DG + "telemetry-schema-reference.html",
)
LOG_JSON_ENUMS = rule(
    "log.json.enums",
    "In JSON records the status is success, failure, error or timeout, and the phase is init, "
    "invoke or snap-start.",
    DG + "telemetry-schema-reference.html",
)
LOG_LEVELS = rule(
    "log.json.levels",
    "System events are filtered by level: at INFO start and report pass, a good on-demand "
    "initReport is DEBUG, and failures are WARN.",
    DG + "monitoring-cloudwatchlogs-log-level.html",
    value=("DEBUG", "INFO", "WARN"),
    setting="system_log_level",
)
LOG_TAIL = rule(
    "limit.log.tail",
    "The log tail of a response is the last 4 KB of what the invocation wrote.",
    API + "API_Invoke.html",
    value=4 * KB,
    note="A monitoring page says the first 4 KB.",
)
LOG_TIMEOUT = rule(
    "log.timeout.new",
    "The REPORT of a timed-out invocation ends with Status: timeout.",
    DG + "lambda-runtime-environment.html",
    note="Older logs have a line Task timed out instead; AWS says that both are in use.",
)
BILLED_INIT = rule(
    "price.init.formula",
    "The billed duration is Init Duration plus Duration, rounded up once to whole milliseconds.",
    "https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/",
    note="The page on the environment says that download and set-up are charged too; no REPORT "
    "line shows that.",
)

# Sources that push ------------------------------------------------------------------------------

PUSHED = rule(
    "source.model.push-vs-pull",
    "Push sources (triggers) call Lambda themselves and own the configuration; for mappings "
    "Lambda polls and owns the configuration.",
    DG + "invocation-eventsourcemapping.html",
)
ONE_TRIGGER = rule(
    "source.trigger.one-event-one-trigger",
    "An event carries data of one trigger only; several triggers act as independent clients.",
    DG + "lambda-services.html",
)
PUSH_LAYERS = rule(
    "source.api-retry.layers",
    "Up to three layers of retries lie on a push path: the client's SDK or the source until 202, "
    "Lambda's asynchronous queue until success or drop, and after a drop nothing but a "
    "dead-letter queue or destination.",
    DG + "invocation-retries.html",
    basis="assumed",
    note="It follows from the other rules.",
)
UPSTREAM = rule(
    "upstream.boundary",
    "For SNS, S3, EventBridge and other asynchronous callers delivery is over when Lambda accepts "
    "the event with 202. Function errors are handled by Lambda alone and are invisible to them.",
    DG + "lambda-services.html",
)
SNS_ENVELOPE = rule(
    "source.sns.envelope",
    "From SNS the function gets Records with EventSource aws:sns and the message under Sns; "
    "values of attributes appear as Type and Value.",
    DG + "with-sns.html",
)
SNS_SHAPE = rule(
    "sns",
    "The event of SNS has Records, with the message under Sns and names that begin with a capital.",
    DG + "with-sns.html",
    value=("1.0", "aws:sns"),
)
SNS_FIFO = rule(
    "upstream.sns.fifo",
    "Only standard topics can trigger Lambda.",
    DG + "with-sns.html",
)
SNS_POLICY = rule(
    "upstream.sns.policy",
    "SNS tries again only when Lambda's API cannot take the event (server errors, throttles): 3 "
    "times at once, 2 times after 1 s, 10 times after 1 s growing to 20 s, 100,000 times after "
    "20 s; 100,015 times over 23 days in all.",
    SNS_GUIDE + "sns-message-delivery-retries.html",
    value=(
        (3, 0, 0),
        (2, SECOND, SECOND),
        (10, SECOND, 20 * SECOND),
        (100_000, 20 * SECOND, 20 * SECOND),
    ),
    note="How the ten waits grow is not published; here each is longer by the same factor.",
)
SNS_CLIENT_ERROR = rule(
    "upstream.sns.client-error",
    "SNS does not retry client-side errors (function deleted, permission removed): such messages "
    "go straight to the dead-letter queue of the subscription or are lost.",
    SNS_GUIDE + "sns-dead-letter-queues.html",
)
BUS_POLICY = rule(
    "upstream.eventbridge.policy",
    "EventBridge tries again after retriable errors of a target, at growing intervals, for 24 h "
    "and at most 185 times unless a rule asks for less.",
    EVENTBRIDGE + "eb-rule-retry-policy.html",
    value={"maximum_retry_attempts": (0, 185), "maximum_event_age": (60, 86_400)},
)
BUS_BACKOFF = rule(
    "open.eventbridge.backoff",
    "The intervals double from 1 s to at most 480 s.",
    EVENTBRIDGE + "eb-rule-retry-policy.html",
    basis="assumed",
    value=(SECOND, 480 * SECOND),
    note="AWS says exponential backoff and jitter, without numbers; 185 such waits fill 24 h.",
)
BUS_NO_RETRY = rule(
    "upstream.eventbridge.no-retry",
    "On a missing permission, a missing target or a bad address EventBridge does not retry: the "
    "event goes straight to the dead-letter queue of the rule's target, if there is one.",
    EVENTBRIDGE + "eb-rule-dlq.html",
)
BUS_DEAD_LETTER = rule(
    "upstream.eventbridge.dlq",
    "The dead-letter queue of a rule's target is a standard SQS queue, and attributes of the "
    "message describe the failure.",
    EVENTBRIDGE + "eb-rule-dlq.html",
)
EVENTBRIDGE_SHAPE = rule(
    "eventbridge",
    "The event of EventBridge is one event, with no Records.",
    EVENTBRIDGE + "eb-run-lambda-schedule.html",
    value="0",
)
SCHEDULE = rule(
    "source.eventbridge.schedule",
    "Scheduled rules have a resolution of one minute and may start some seconds late; the event "
    "has an empty detail.",
    EVENTBRIDGE + "eb-run-lambda-schedule.html",
    value=60,
    note="Here they are never late, and fire first when the run begins.",
)
EVENTBRIDGE_SCHEDULED = rule(
    "eventbridge_scheduled",
    "The event of a schedule has the keys of EventBridge and an empty detail.",
    EVENTBRIDGE + "eb-run-lambda-schedule.html",
    value=("aws.events", "Scheduled Event"),
)
UPSTREAM_S3 = rule(
    "upstream.s3",
    "S3 notifications come at least once, usually within seconds but sometimes after a minute or "
    "more, and in no order. How S3 itself retries their delivery is not documented today.",
    S3_GUIDE + "EventNotifications.html",
    note="Here they come at once, and once each.",
)
S3_RETRIES = rule(
    "open.s3.retries",
    "S3 tries to deliver a notification as often and as long as EventBridge does.",
    S3_GUIDE + "EventNotifications.html",
    basis="assumed",
    note="Not published today; an old FAQ of Lambda spoke of 24 h.",
)
S3_NAME = rule(
    "source.s3.event-name",
    "The eventName of an S3 event has no s3: in front, and the test event has another form at its "
    "top.",
    S3_GUIDE + "notification-content-structure.html",
    note="No test event is sent: what a run starts with was set up before.",
)
S3_SHAPE = rule(
    "s3_put",
    "The event of an S3 put has Records, with the bucket and the object under s3.",
    S3_GUIDE + "notification-content-structure.html",
    value=("2.1", "aws:s3", "1.0"),
)
S3_KEY = rule(
    "source.s3.key-encoding",
    "The key of the object in an S3 event is encoded as in a URL form: a space is a plus.",
    S3_GUIDE + "notification-content-structure.html",
    value="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._*/",
)
S3_SEQUENCER = rule(
    "source.s3.sequencer",
    "The order of S3 events for one key can be found by the sequencer string, padded on the left "
    "and compared; across keys it cannot.",
    S3_GUIDE + "notification-content-structure.html",
)

# Filters ----------------------------------------------------------------------------------------

FILTER_COUNT = rule(
    "filter.count",
    "A mapping may have up to five patterns, up to ten by quota, and one that matches is enough.",
    DG + "invocation-eventfiltering.html",
    value=5,
    setting="filter",
    note="Copy of 2026. The quota of ten is granted on request and not modelled.",
)
FILTER_LENGTH = rule(
    "filter.length",
    "A pattern has at most 4,096 characters.",
    API + "API_Filter.html",
    value=4_096,
    setting="filter",
)
FILTER_NUMBERS = rule(
    "filter.numbers",
    "Strings match exactly, and numbers are compared as they are written: 300, 300.0 and 3.0e2 "
    "all differ.",
    DG + "invocation-eventfiltering.html",
    setting="filter",
    note="Copy of 2026. The operator numeric compares by value.",
)
FILTER_OPERATORS = rule(
    "filter.operators",
    "Beside plain values a pattern may use the operators prefix, suffix, equals-ignore-case, "
    "anything-but, numeric and exists, and $or over several keys.",
    DG + "invocation-eventfiltering.html",
    value={
        "prefix": "a text",
        "suffix": "a text",
        "equals-ignore-case": "a text",
        "exists": "true or false",
        "anything-but": "texts or numbers, or an object with prefix, suffix or equals-ignore-case",
        "numeric": 'a comparison such as [">=", 10], or a range such as [">", 0, "<=", 5]',
    },
    setting="filter",
    note="exists looks at values only: it does not find a key under which an object stands. "
    "EventBridge itself also knows wildcard and cidr, which Lambda's page does not list.",
)

# Streams ----------------------------------------------------------------------------------------

STREAM_MODE = rule(
    "stream.mode",
    "A mapping reads each shard for itself, in batches, and invokes the function synchronously; a "
    "batch never mixes shards.",
    DG + "with-kinesis.html",
)
STREAM_POLL_KINESIS = rule(
    "stream.poll.kinesis",
    "Kinesis with shared throughput is polled once a second for each shard.",
    DG + "with-kinesis.html",
    value=SECOND,
    unit="us",
)
STREAM_POLL_DYNAMODB = rule(
    "stream.poll.dynamodb",
    "DynamoDB Streams are polled four times a second for each shard.",
    DG + "with-ddb.html",
    value=SECOND // 4,
    unit="us",
)
STREAM_CATCH_UP = rule(
    "stream.catch-up",
    "When more records are waiting, batches follow one another without waiting for the next poll.",
    DG + "with-kinesis.html",
)
STREAM_ONE_AT_A_TIME = rule(
    "stream.one-at-a-time",
    "With a parallelization factor of 1 a shard has at most one batch in progress; the next one "
    "starts after success.",
    DG + "with-kinesis.html",
)
STREAM_PARALLELIZATION = rule(
    "stream.parallelization",
    "A shard may have up to ten concurrent batches; the order is then kept for each partition key "
    "(Kinesis) or item key (DynamoDB).",
    DG + "with-kinesis.html",
    value=(1, 10),
    setting="parallelization_factor",
)
STREAM_BATCH_SIZE = rule(
    "stream.batch.size",
    "A batch from a stream has 100 records at most by default.",
    DG + "services-kinesis-parameters.html",
    value=(1, 10_000),
    setting="batch_size",
    note="The copy of 2022-11 already says 10,000 for DynamoDB.",
)
STREAM_BATCH_WINDOW = rule(
    "stream.batch.window",
    "A mapping of a stream may wait for a batching window.",
    DG + "invocation-eventsourcemapping.html",
    value=(0, 300),
    setting="maximum_batching_window",
)
STREAM_TRIGGERS = rule(
    "stream.batch.triggers",
    "A batch is sent at its full size, at the end of the window or at the payload limit; with a "
    "window of 0 as soon as there are records, even one.",
    DG + "invocation-eventsourcemapping.html",
    value=6 * MB,
    setting="batch_size",
)
STREAM_START = rule(
    "stream.start.position",
    "A new mapping starts at the oldest record, at the newest, or, for Kinesis only, at a time "
    "that is not in the future.",
    API + "API_CreateEventSourceMapping.html",
    value=("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"),
    setting="starting_position",
)
STREAM_EVENTUAL = rule(
    "stream.start.eventual",
    "Making or changing a mapping takes up to minutes to have an effect; with LATEST, records "
    "that arrive meanwhile can be missed.",
    DG + "services-kinesis-create.html",
)
STREAM_PAUSE = rule(
    "stream.pause",
    "Disabling a mapping pauses polling; enabling it goes on from the same position.",
    API + "API_UpdateEventSourceMapping.html",
)
STREAM_BLOCKS = rule(
    "stream.error.blocks-shard",
    "A function error stops the shard: the whole batch is retried in order until success, expiry, "
    "age or retry limit, while other shards go on.",
    DG + "invocation-eventsourcemapping.html",
)
STREAM_BLOCKING_TIME = rule(
    "stream.error.blocking-time",
    "With the defaults a bad record can block a shard for as long as records are kept.",
    DG + "kinesis-on-failure-destination.html",
)
STREAM_RETRIES = rule(
    "stream.retry.max-attempts",
    "A batch is given up after a configured number of retries after its first attempt.",
    DG + "services-kinesis-parameters.html",
    value=(-1, 10_000),
    setting="maximum_retry_attempts",
)
STREAM_TOTAL = rule(
    "stream.retry.total",
    "N retries mean N + 1 invocations, and the failure record shows N + 1.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
STREAM_THROTTLE_FREE = rule(
    "stream.retry.throttle-free",
    "Throttles and service errors, where the batch never reached the function, do not use up "
    "retries; they repeat until expiry or the maximum record age.",
    DG + "invocation-eventsourcemapping.html",
)
STREAM_BACKOFF_SEEN = rule(
    "stream.retry.backoff",
    "How long a mapping waits between attempts is not documented; one measurement saw a record "
    "with an invoke count of 8 when it passed 60 seconds of age.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25. Measured indirectly.",
)
STREAM_BACKOFF = rule(
    "open.stream.backoff",
    "How long a mapping waits between retries of a stream is not documented; the waits double from "
    "this one.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="assumed",
    value=SECOND // 2,
    unit="us",
    changeable=True,
    note="A choice; see stream.retry.backoff.",
)
STREAM_BACKOFF_MOST = rule(
    "open.stream.backoff.most",
    "A mapping of a stream waits no longer than this between two tries.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="assumed",
    value=16 * SECOND,
    unit="us",
    changeable=True,
    note="A choice: with waits that double from half a second it gives the eight tries in 60 s "
    "that were seen (stream.retry.backoff).",
)
STREAM_AGE = rule(
    "stream.age",
    "A record that is older than a configured age is discarded.",
    DG + "services-kinesis-parameters.html",
    value=(60, 604_800),
    setting="maximum_record_age",
)
STREAM_AGE_EACH = rule(
    "stream.age.per-record",
    "Expiry is decided for each record: expired ones are taken out of a batch and reported, "
    "younger ones are still delivered.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    setting="maximum_record_age",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
STREAM_AGE_FIRST = rule(
    "stream.age.before-first",
    "A record that is too old when it is first read is discarded without an invocation; its "
    "failure record still shows an invoke count of 1.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    setting="maximum_record_age",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
STREAM_BISECT = rule(
    "stream.bisect",
    "With BisectBatchOnFunctionError a failing batch is split in two and the halves are retried "
    "apart. Splitting uses up no retries, and the configured batch size does not change.",
    DG + "kinesis-on-failure-destination.html",
    setting="bisect_batch_on_function_error",
)
STREAM_BISECT_ODD = rule(
    "open.stream.bisect-odd",
    "Where a batch of odd size is split is not documented; the first half gets the smaller part.",
    DG + "kinesis-on-failure-destination.html",
    basis="assumed",
    value="smaller",
    note="A choice; nothing is published.",
    changeable=True,
    choices=("smaller", "larger"),
)
STREAM_BISECT_RETRY = rule(
    "open.stream.bisect-retry",
    "What retry counter the halves of a split batch have is not documented; each half inherits it, "
    "and the split adds nothing.",
    DG + "kinesis-on-failure-destination.html",
    basis="assumed",
    note="A choice; see stream.bisect.",
)
STREAM_BISECT_PARTIAL = rule(
    "stream.bisect.with-partial",
    "With partial responses on as well, the batch is split at the reported sequence number and "
    "only the rest is retried; on an exception it is halved all the same.",
    DG + "services-kinesis-batchfailurereporting.html",
    setting="report_batch_item_failures",
)
STREAM_CHECKPOINT = rule(
    "stream.partial.checkpoint",
    "Of several identifiers the lowest sequence number is the checkpoint: earlier records count "
    "as done, and everything from it on is retried, also records that had succeeded.",
    DG + "services-kinesis-batchfailurereporting.html",
    setting="report_batch_item_failures",
)
STREAM_SUCCESS_FORMS = rule(
    "stream.partial.success-forms",
    "An empty or null list or response means complete success.",
    DG + "services-kinesis-batchfailurereporting.html",
    setting="report_batch_item_failures",
    note='"" and [] were measured. Measured: LocalStack\'s snapshots of AWS, 2025-11.',
)
STREAM_FAILURE_FORMS = rule(
    "stream.partial.failure-forms",
    "An identifier that is an empty string or null and a wrong key mean complete failure; so do "
    "an identifier that is not in the batch and an exception.",
    DG + "services-kinesis-batchfailurereporting.html",
    setting="report_batch_item_failures",
    note="The last two were measured. Measured: LocalStack's snapshots of AWS, 2025-11.",
)
STREAM_RESTARTS = rule(
    "stream.partial.budget-restarts",
    "After a partial success the records that remain start with a fresh budget of retries: with "
    "MaximumRetryAttempts 3 the failing record was delivered 5 times in all, while the failure "
    "record says 4.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25. Measured on both kinds of streams; the "
    "interpretation is inferred.",
)
STREAM_ERROR_NULL = rule(
    "stream.partial.function-error-null",
    "When retries run out through partial responses, functionError in the failure record is null, "
    "not Unhandled.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
STREAM_WHOLE_BATCH = rule(
    "stream.default.checkpoint",
    "Without partial responses the checkpoint moves only when the whole batch succeeds.",
    DG + "services-kinesis-batchfailurereporting.html",
)
STREAM_DEST_TYPES = rule(
    "stream.dest.types",
    "The on-failure destination of a stream's mapping is SQS, SNS or S3; there is no on-success "
    "destination.",
    API + "API_OnFailure.html",
    value=("queue", "topic", "bucket"),
    setting="on_failure",
    note="The API's text also lists a Kafka topic.",
)
STREAM_DEST_RECORD = rule(
    "stream.dest.record",
    "SQS and SNS get metadata of a failed batch only; S3 gets the metadata and the whole event in "
    "payload.",
    DG + "kinesis-on-failure-destination.html",
    value="1.0",
    setting="on_failure",
)
STREAM_DEST_INFO = rule(
    "stream.dest.batchinfo",
    "The metadata of a failed batch says where it lies in the stream.",
    DG + "kinesis-on-failure-destination.html",
)
STREAM_DEST_CONDITION = rule(
    "stream.dest.condition",
    "The conditions in failure records of streams differ from those of asynchronous invocation.",
    DG + "kinesis-on-failure-destination.html",
    note="The first is documented, the second was measured (LocalStack's snapshots of AWS, "
    "2025-11).",
)
STREAM_DEST_AGE = rule(
    "stream.dest.age-no-response",
    "The record of a batch that was too old has no responseContext.",
    SNAPSHOTS + "event_source_mapping/test_lambda_integration_kinesis.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
STREAM_DEST_ARN = rule(
    "stream.dest.arn",
    "The functionArn in failure records of streams is unqualified.",
    DG + "kinesis-on-failure-destination.html",
    note="Measured: LocalStack's snapshots of AWS.",
)
STREAM_DEST_S3 = rule(
    "stream.dest.s3-name",
    "In S3 a failed batch is an object with the mapping, the shard and the date in its name.",
    DG + "kinesis-on-failure-destination.html",
    value="aws/lambda",
)
STREAM_DEST_AFTER = rule(
    "stream.dest.after",
    "After a batch was discarded the shard goes on with the next one.",
    DG + "kinesis-on-failure-destination.html",
)
STREAM_FILTER = rule(
    "stream.filter",
    "Records that match no filter are skipped; the iterator moves on.",
    DG + "invocation-eventfiltering.html",
    setting="filter",
)
STREAM_AT_LEAST_ONCE = rule(
    "stream.at-least-once",
    "Each record of a stream is processed at least once.",
    DG + "invocation-eventsourcemapping.html",
)
STREAM_PHASE = rule(
    "open.stream.phase",
    "When in a second a stream is polled is not documented; records are read as soon as they are "
    "there, or, if a run assumes so, at polls counted from when the mapping was enabled.",
    DG + "with-kinesis.html",
    basis="assumed",
    value="none",
    choices=("none", "enablement"),
    changeable=True,
    note="A choice; see stream.poll.kinesis.",
    measured="enablement",
)
WINDOW_LENGTH = rule(
    "window.length",
    "With tumbling windows a state is carried from one invocation to the next within a window of "
    "time.",
    DG + "services-kinesis-windows.html",
    value=(0, 900),
    setting="tumbling_window",
)
WINDOW_BOUNDARIES = rule(
    "window.boundaries",
    "To which window a record belongs follows from the timestamp of its arrival.",
    DG + "services-kinesis-windows.html",
    setting="tumbling_window",
)
WINDOW_STATE = rule(
    "window.state",
    "The function must return the state, or the invocation counts as failed. The state is limited "
    "for each shard, and going over the limit ends the window early.",
    DG + "services-kinesis-windows.html",
    value=MB,
    setting="tumbling_window",
)
WINDOW_FINAL = rule(
    "window.final",
    "At the end of a window one final invocation has isFinalInvokeForWindow true. If it fails, "
    "processing waits until it succeeds; then the state is dropped.",
    DG + "services-kinesis-windows.html",
    setting="tumbling_window",
)
WINDOW_WAIT = rule(
    "window.wait",
    "If no new records arrive, Lambda waits up to two minutes before it takes the window for over; "
    "here it does not wait unless a run assumes so.",
    DG + "services-kinesis-windows.html",
    value=0,
    unit="us",
    changeable=True,
    note="At most 120 s are documented; no wait is an idealisation.",
    measured=120,
)
WINDOW_RETRY = rule(
    "window.retry",
    "The settings of retries and record age work with windows as they do without.",
    DG + "services-kinesis-windows.html",
)
KINESIS_RETENTION = rule(
    "kinesis.retention",
    "Records of a Kinesis stream can be read for a day by default, up to a year.",
    "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html",
    value=(86_400, 31_536_000),
    setting="retention",
)
TABLE_RETENTION = rule(
    "ddbstream.retention",
    "Records of a DynamoDB stream live for one day.",
    DYNAMODB + "developerguide/Streams.html",
    value=DAY,
    unit="us",
)
TABLE_ORDER = rule(
    "ddbstream.order",
    "Each change of a table appears exactly once in its stream, in order for each item; a write "
    "that changes nothing makes no record.",
    DYNAMODB + "developerguide/Streams.html",
)
TABLE_VIEWS = rule(
    "ddbstream.views",
    "A record of a DynamoDB stream holds the keys, the new image, the old image or both, as the "
    "stream is set.",
    DYNAMODB + "developerguide/Streams.html",
    value=("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
    setting="stream_view",
)

# Queues -----------------------------------------------------------------------------------------

SQS_MODE = rule(
    "sqs.mode",
    "A mapping polls the queue and invokes the function synchronously, once for each batch. The "
    "queue and the function must be in the same Region; the accounts may differ.",
    DG + "with-sqs.html",
    note="Copy of 2026.",
)
SQS_AT_LEAST_ONCE = rule(
    "sqs.at-least-once",
    "Every message is processed at least once; duplicates are possible even without failures.",
    DG + "with-sqs.html",
    note="Copy of 2026.",
)
SQS_POLL = rule(
    "sqs.poll.long",
    "The mapping uses long polling: a poll returns as soon as something is there, and empty only "
    "after its waiting time.",
    DG + "services-sqs-scaling.html",
    value=10,
    note="At most 20 s, and 10 messages for a ReceiveMessage. Idealised: a message is received "
    "at the "
    "instant at which it can be, while there is capacity. Copy of 2026.",
)
SQS_DELETE = rule(
    "sqs.success.delete",
    "When the function returns without an error, Lambda deletes all messages of the batch.",
    DG + "with-sqs.html",
    note="Copy of 2026.",
)
SQS_HIDES = rule(
    "sqs.receive.hides",
    "Receiving hides messages for the visibility timeout of the queue; they stay in the queue "
    "meanwhile.",
    DG + "with-sqs.html",
    value=(0, 43_200),
    setting="visibility_timeout",
    note="Copy of 2026.",
)
SQS_WHOLE_BATCH = rule(
    "sqs.failure.whole-batch",
    "By default one failing message fails the batch: nothing is deleted, and all its messages "
    "come back, also those already processed.",
    DG + "services-sqs-errorhandling.html",
    note="Copy of 2026.",
)
SQS_WHEN_VISIBLE = rule(
    "sqs.failure.when-visible",
    "Messages of a failed batch come back when the visibility timeout, counted from the receive, "
    "runs out, and not when the function fails.",
    DG + "services-sqs-errorhandling.html",
    setting="visibility_timeout",
    note="Copy of 2026.",
)
SQS_NO_CHANGE = rule(
    "sqs.failure.no-visibility-change",
    "Lambda does not shorten the visibility timeout after a failure.",
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/"
    "AWSLambdaSQSQueueExecutionRole.html",
    basis="assumed",
    note="Inferred: the AWS managed role for these mappings (policy version 1 of 2018) has these "
    "three"
    " actions only and no ChangeMessageVisibility. As of 2026.",
)
SQS_NO_RETRY = rule(
    "sqs.failure.no-immediate-retry",
    "After a function error Lambda is done with that batch: it does not retry within the same "
    "receive.",
    DG + "services-sqs-errorhandling.html",
    note="Copy of 2026.",
)
SQS_THROTTLE = rule(
    "sqs.throttle.retry-within-receive",
    "If the invocation is throttled, Lambda keeps retrying that batch until its visibility "
    "timeout is over and then lets go of it; it appears in the queue again.",
    DG + "services-sqs-errorhandling.html",
    setting="visibility_timeout",
    note="The intervals are not given. Copy of 2026.",
)
SQS_COUNTS_RECEIVE = rule(
    "sqs.throttle.counts-receive",
    "A throttled batch was received, so its receive count has gone up although the function never"
    " ran. With a low maxReceiveCount it reaches the dead-letter queue unprocessed.",
    DG + "services-sqs-configure.html",
    note="The recommendation is documented, the effect was measured. Measured 2019-2023. Copy of "
    "2026.",
)
SQS_BACKOFF_ERROR = rule(
    "sqs.backoff.function-error",
    "On function errors Lambda also lowers the concurrency of the mapping gradually.",
    DG + "services-sqs-errorhandling.html",
    note="Documented without numbers. Copy of 2026.",
)
SQS_BACKOFF_THROTTLE = rule(
    "sqs.backoff.throttle",
    "On throttles Lambda lowers the concurrency of the mapping gradually as well.",
    DG + "services-sqs-errorhandling.html",
    note="Documented without numbers. Copy of 2026.",
)
SQS_BACKOFF_EXEMPT = rule(
    "sqs.backoff.partial-exempt",
    "With partial batch responses switched on, failures do not slow down polling.",
    DG + "services-sqs-errorhandling.html",
    note="Copy of 2026.",
)
SQS_BATCH = rule(
    "sqs.batch.size",
    "A batch from a queue has 10 messages at most by default.",
    API + "API_CreateEventSourceMapping.html",
    value=10,
    setting="batch_size",
    note="Copy of 2026-08.",
)
SQS_WINDOW_REQUIRED = rule(
    "sqs.batch.window-required",
    "A batch size above ten needs a batching window of at least one second.",
    API + "API_CreateEventSourceMapping.html",
    value=10,
    setting="maximum_batching_window",
    note="Copy of 2026-08.",
)
SQS_WINDOW = rule(
    "sqs.batch.window",
    "The batching window is the longest time to gather messages, in whole seconds, and exists for"
    " standard queues only.",
    DG + "invocation-eventsourcemapping.html",
    value=(0, 300),
    setting="maximum_batching_window",
    note="Copy of 2026.",
)
SQS_TRIGGERS = rule(
    "sqs.batch.triggers",
    "A batch is sent as soon as the window is over, the batch size is reached or the payload "
    "limit is reached.",
    DG + "invocation-eventsourcemapping.html",
    value=6 * MB,
    setting="batch_size",
    note="Copy of 2026.",
)
SQS_NEXT_WINDOW = rule(
    "sqs.batch.next-window",
    "The next window starts when the previous invocation has completed.",
    DG + "invocation-eventsourcemapping.html",
    note="Copy of 2026.",
)
SQS_LOW_TRAFFIC = rule(
    "sqs.batch.low-traffic",
    "With a window on a nearly empty queue the wait may be up to twenty seconds, even if the "
    "window is shorter; unless assumed, the window is kept exactly.",
    DG + "with-sqs.html",
    value=0,
    note="Idealised: 20 s is documented as the most, and not when. Copies of 2026 and 2022.",
    unit="us",
    changeable=True,
    measured=20,
    basis="assumed",
)
SQS_ONE_QUEUE = rule(
    "sqs.batch.one-queue",
    "Several mappings may feed one function; each batch comes from one queue.",
    DG + "services-sqs-configure.html",
    note="Copy of 2026.",
)
SQS_VALIDATION = rule(
    "sqs.vt.validation",
    "Making or changing a mapping fails if the function's timeout is longer than the queue's "
    "visibility timeout.",
    DG + "services-sqs-configure.html",
    setting="visibility_timeout",
    note="Copy of 2026.",
)
SQS_INITIAL = rule(
    "sqs.scale.initial",
    "For a standard queue processing starts with five concurrent batches.",
    DG + "services-sqs-scaling.html",
    value=5,
    note="Copy of 2026.",
)
SQS_RATE = rule(
    "sqs.scale.rate",
    "While messages remain, the concurrency of a mapping grows by up to 300 a minute.",
    DG + "services-sqs-scaling.html",
    value=300,
    note="Since 2023-11-06; before + 60 a minute. Copy of 2026.",
)
SQS_MAX = rule(
    "sqs.scale.max",
    "A mapping of a queue has at most 1,250 concurrent invocations.",
    DG + "services-sqs-scaling.html",
    value=1_250,
    note="Documented, disagreeing: the guide of 2026 and a blog of 2023-11 say 1,250, older "
    "copies of "
    "the guide and the text on Pipes 1,000. Copies of 2026 and of 2022 to 2025.",
)
SQS_ACCOUNT = rule(
    "sqs.scale.account",
    "The concurrency of a mapping is also bounded by what the account and the reservation really "
    "have.",
    DG + "services-sqs-scaling.html",
    note="Copy of 2026.",
)
SQS_DOWN = rule(
    "sqs.scale.down",
    "At low traffic a mapping goes back to five concurrent batches, and may go down to two unless "
    "maximum concurrency is set; unless assumed, it keeps what it has.",
    DG + "services-sqs-scaling.html",
    basis="assumed",
    value=False,
    changeable=True,
    note="Five and two are documented, when is not: if assumed, back to five at a full minute "
    "without a backlog, and never to two.",
)
SQS_MAXCONC = rule(
    "sqs.maxconc",
    "Maximum concurrency caps the concurrent invocations of a mapping. At the cap it stops "
    "reading from the queue, so nothing is throttled and no receive count goes up.",
    DG + "services-sqs-scaling.html",
    value=(2, 1_000),
    setting="maximum_concurrency",
    note="The cap is documented; that reading stops was measured. Measured 2023-01. Copy of 2026.",
)
SQS_MAXCONC_RESERVED = rule(
    "sqs.maxconc.vs-reserved",
    "Maximum concurrency is independent of reserved concurrency, which must be at least the sum "
    "over the mappings, or messages may be throttled.",
    DG + "services-sqs-scaling.html",
    note="Copy of 2026.",
)
SQS_POLLERS = rule(
    "sqs.prov.pollers",
    "Provisioned mode gives a mapping event pollers of its own; it excludes maximum concurrency.",
    DG + "with-sqs.html",
    note="Documented, disagreeing: the pages on configuration and parameters still say 2,000 "
    "pollers "
    "at most, as at the launch on 2025-11-14. Copy of 2026.",
    value={"minimum": (2, 200), "maximum": (2, 10_000), "most": 200},
    setting="provisioned_pollers",
)
SQS_POLLER = rule(
    "sqs.prov.capacity",
    "One provisioned poller has a fixed capacity.",
    DG + "with-sqs.html",
    note="Copy of 2026.",
    value={"invocations": 10, "polls": 10, "bytes": MB},
)
SQS_POLLERS_RATE = rule(
    "sqs.prov.rate",
    "Provisioned mode adds 1,000 concurrent invocations a minute and can go much higher than the "
    "default mode.",
    DG + "with-sqs.html",
    value=1_000,
    note="20,000 at launch in 2025-11. Copies of 2026 and 2025-11.",
)
SQS_POLLER_EPS = rule(
    "sqs.prov.eps",
    "A formula gives the events per second of a poller, and so how many pollers are needed.",
    DG + "with-sqs.html",
    note="The second example of the page (1 s -> 10 EPS) contradicts the formula (100). Copy of "
    "2026.",
)
SQS_PARTIAL = rule(
    "sqs.partial.enable",
    "Partial batch responses work only if the mapping has that response type set; otherwise the "
    "returned document is ignored and a normal return means success.",
    DG + "services-sqs-errorhandling.html",
    setting="report_batch_item_failures",
    note="Copy of 2026.",
)
SQS_LISTED = rule(
    "sqs.partial.listed",
    "Messages whose ids are listed stay in the queue and are visible after the timeout; all "
    "others of the batch are deleted.",
    DG + "services-sqs-errorhandling.html",
    setting="report_batch_item_failures",
    note="Copy of 2026.",
)
SQS_SUCCESS_FORMS = rule(
    "sqs.partial.success-forms",
    "An empty or null list and an empty or null response mean complete success.",
    DG + "services-sqs-errorhandling.html",
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copy of 2026.",
)
SQS_FAILURE_FORMS = rule(
    "sqs.partial.failure-forms",
    "Invalid JSON, an identifier that is an empty string or null, a wrong name of a key and an "
    "identifier that is not in the batch mean complete failure.",
    DG + "services-sqs-errorhandling.html",
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copies of 2026 and 2022-11.",
)
SQS_EXCEPTION = rule(
    "sqs.partial.exception",
    "An exception is a complete failure even with partial responses on.",
    DG + "services-sqs-errorhandling.html",
    note="Copy of 2026.",
)
SQS_PARTIAL_FIFO = rule(
    "sqs.partial.fifo",
    "With a FIFO queue a handler should stop at the first failure and report it and all that it "
    "has not processed; otherwise the order is lost, since Lambda deletes what is not listed.",
    DG + "services-sqs-errorhandling.html",
    note="Copy of 2026.",
)
SQS_REDRIVE = rule(
    "sqs.redrive.rule",
    "A message that was received maxReceiveCount times without being deleted is moved to the "
    "dead-letter queue instead of being delivered again; the function sees it exactly "
    "maxReceiveCount times.",
    SQS_API + "API_SetQueueAttributes.html",
    value=10,
    setting="max_receive_count",
    note="10 where a dead-letter queue is given without a count. Measured: LocalStack's "
    "snapshots of "
    "AWS, 2025-11. Copy of 2026.",
)
SQS_SAME_MESSAGE = rule(
    "sqs.redrive.same-message",
    "A message that is moved keeps its id and its body.",
    "https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/lambda_/event_source_mapping/"
    "test_lambda_integration_sqs.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
SQS_REDRIVE_RETENTION = rule(
    "sqs.redrive.retention",
    "In a standard dead-letter queue the expiry still counts from when the message was first "
    "sent; in a FIFO queue it starts anew at the move.",
    SQS_GUIDE + "sqs-dead-letter-queues.html",
    note="Copy of 2026.",
)
SQS_RECEIVE_COUNT = rule(
    "sqs.receive-count",
    "ApproximateReceiveCount, a string in the event, goes up by one with each receive; the first "
    "delivery shows 1.",
    SQS_API + "API_ReceiveMessage.html",
    note="Measured: LocalStack's snapshots of AWS. Copy of 2026.",
)
SQS_REORDER = rule(
    "sqs.poison.reorder",
    "In a standard queue with a maxReceiveCount above three a message goes to the back of the "
    "queue from its third receive without deletion.",
    SQS_GUIDE + "sqs-dead-letter-queues.html",
    value=3,
    note="Copy of 2026.",
)
SQS_ONE_PER_GROUP = rule(
    "sqs.fifo.one-per-group",
    "At most one invocation works on a message group at any time; different groups run in "
    "parallel.",
    SQS_GUIDE + "fifo-queue-lambda-behavior.html",
    note="Measured: LocalStack's snapshots of AWS, 2025-11. Copy of 2026.",
)
SQS_FIFO_CAP = rule(
    "sqs.fifo.cap",
    "The concurrency of a FIFO mapping is the smaller of the number of groups and maximum "
    "concurrency.",
    DG + "services-sqs-scaling.html",
    note="Copy of 2026.",
)
SQS_FIFO_MIX = rule(
    "sqs.fifo.batch-mix",
    "A batch may hold messages of several groups, in order.",
    DG + "services-sqs-scaling.html",
    note="Documented, disagreeing: an older text (2022), still used for Pipes, says that "
    "messages are "
    "sorted into groups and only one batch of a group is sent at a time. Copies of 2026 and 2022.",
)
SQS_FIFO_BLOCK = rule(
    "sqs.fifo.block-on-failure",
    "While messages of a group are invisible no later message of that group is received; the "
    "group is retried until success, redrive or expiry.",
    SQS_GUIDE + "sqs-visibility-timeout.html",
    note="Copy of 2026.",
)
SQS_FILTER = rule(
    "sqs.filter.drop",
    "Messages that match no filter are deleted from the queue without an invocation.",
    DG + "invocation-eventfiltering.html",
    setting="filter",
    note="Copy of 2026.",
)
SQS_FILTER_BODY = rule(
    "sqs.filter.body-only",
    "Filters of a queue look only at the body; a plain-text body against a JSON pattern, or the "
    "reverse, drops the message.",
    DG + "with-sqs-filtering.html",
    setting="filter",
    note="Copy of 2026.",
)
SQS_RETENTION = rule(
    "sqs.retention",
    "A message that is not deleted within the retention period disappears.",
    SQS_GUIDE + "quotas-messages.html",
    value=(60, 1_209_600),
    setting="message_retention",
    note="Copy of 2026.",
)
SQS_DELAY = rule(
    "sqs.delay",
    "Delivery can be delayed for a queue or for a message; for FIFO only for the queue.",
    SQS_API + "API_SetQueueAttributes.html",
    value=(0, 900),
    setting="delay",
    note="Copy of 2026.",
)
SQS_INFLIGHT = rule(
    "sqs.inflight",
    "The number of messages that were received and not deleted is limited; with long polling SQS "
    "returns nothing when the limit is reached.",
    SQS_GUIDE + "sqs-visibility-timeout.html",
    value=120_000,
    note="FIFO was 20,000 in the copy of 2023. Copy of 2026.",
)
SQS_SIZE = rule(
    "sqs.size",
    "A message has from 1 byte to 1 MB.",
    SQS_GUIDE + "quotas-messages.html",
    value=MB,
    note="256 KB in the copy of 2023. Copy of 2026.",
)
SQS_DEDUP = rule(
    "sqs.fifo.dedup",
    "A FIFO queue takes messages with one deduplication id for duplicates within five minutes.",
    SQS_API + "API_SendMessage.html",
    value=5 * MINUTE,
    note="Copy of 2026. Without an id the body stands for it, and each message group is looked "
    "at for "
    "itself, as in queues with content-based deduplication and high throughput.",
    unit="us",
)
SQS_NO_DESTINATIONS = rule(
    "sqs.esm.no-destinations",
    "Mappings of a queue have no on-failure destination and none of the retry settings of "
    "streams; the redrive policy of the queue stands in.",
    API + "API_CreateEventSourceMapping.html",
    note="Copy of 2026-08.",
)
SQS_INTERVAL = rule(
    "open.sqs.throttle-interval",
    "A throttled batch is tried again every second, for the last time before its loan is over.",
    DG + "services-sqs-errorhandling.html",
    basis="assumed",
    value=SECOND,
    note="The documents say only that it is tried again and again. Tries at a receive, and one "
    "second "
    "apart, lose 4 of 12 messages of 10 s at reserved concurrency 1, one receive and 30 s; without "
    "tries inside the loan it would be 8.",
    unit="us",
    changeable=True,
)
SQS_STEP = rule(
    "open.sqs.scale-step",
    "The concurrency grows in one step at each full minute at which messages remain.",
    DG + "services-sqs-scaling.html",
    basis="assumed",
    value=MINUTE,
    note="A choice: the documents say up to 300 a minute and not how they are spread. A run may "
    "assume shorter steps: with 1 second it is 5 more each second.",
    unit="us",
    changeable=True,
)
SQS_BACKOFF = rule(
    "open.sqs.backoff-down",
    "How much concurrency a mapping loses on errors is not documented: none, or half of it.",
    DG + "services-sqs-errorhandling.html",
    basis="assumed",
    value="off",
    note="A choice; see sqs.backoff.function-error.",
    changeable=True,
    choices=("off", "halve"),
)
SQS_SPLIT = rule(
    "open.sqs.batch-split",
    "Pollers fill one batch after the other in the order sent; a FIFO queue hands out what one "
    "message group has before it goes on to the next.",
    DG + "services-sqs-scaling.html",
    basis="assumed",
    note="A choice; nothing is published.",
)
ESM_ACTIVATION = rule(
    "open.esm.activation",
    "A mapping that was made or enabled takes no time to become active.",
    DG + "services-kinesis-create.html",
    basis="assumed",
    value=0,
    note="Idealised: the documents say up to minutes.",
    unit="us",
    changeable=True,
)
STALE_RECEIPT = rule(
    "open.sqs.stale-receipt",
    "A poller whose loan is over deletes its messages all the same, even while another poller has "
    "them, and tries what it holds even if another delivery has deleted it.",
    SQS_API + "API_DeleteMessage.html",
    basis="assumed",
    value=True,
    changeable=True,
    note="The page says that a delete with an old receipt handle may or may not take effect.",
)

# The model's own limits -------------------------------------------------------------------------

FUNCTION_DELETED = rule(
    "model.deleted",
    "With a function its settings and its environments go: invocations at work end, and an event "
    "that waits is discarded at its next try.",
    "",
    basis="assumed",
)
ALIAS_MOVED = rule(
    "model.alias.moved",
    "When a provisioned alias stands for another version, the environments of the old one are "
    "given up at once and those of the new one are allocated with the usual delay.",
    "",
    basis="assumed",
)
READY_AT_START = rule(
    "model.ready",
    "What a run starts with is ready at 0; changes during the run take their documented time.",
    "",
    basis="assumed",
)
RUNAWAY = rule(
    "model.runaway",
    "A run in which this many entries fall into one microsecond does not get on.",
    "",
    basis="assumed",
    value=100_000,
)
RUNAWAY_SHOWN = rule(
    "model.runaway.shown",
    "So many of its last entries are shown then.",
    "",
    basis="assumed",
    value=8,
)
GIVEN_MOST = rule(
    "model.given",
    "An entry names at most this many others that its decision rested on.",
    "",
    basis="assumed",
    value=10,
)
LONGEST_RUN = rule(
    "model.longest_run",
    "A run without a given end stops after one simulated day.",
    "",
    basis="assumed",
    value=DAY,
    unit="us",
)
