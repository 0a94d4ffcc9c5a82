"""How AWS Lambda behaves: each rule with its name, its number, a sentence and its page.

A number that decides anything stands here and nowhere else in the engine. `basis` says how it is
known: `documented` by AWS, `measured` on AWS by somebody (the note says by whom and when), or
`assumed` where nothing is published; what is not documented can be changed for a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .units import DAY, KB, MB, MS, SECOND

DG = "https://docs.aws.amazon.com/lambda/latest/dg/"
API = "https://docs.aws.amazon.com/lambda/latest/api/"
EVENTBRIDGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
S3_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
SNS_GUIDE = "https://docs.aws.amazon.com/sns/latest/dg/"
RUNTIME = (
    "https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/"
)
BOTOCORE = "https://github.com/boto/botocore/blob/0e6e2404b85d/botocore/"
API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
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
    "A crash or a timeout during Invoke makes the service reset the environment.",
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
    note="Five to seven minutes were measured in January 2021 (mikhail.io); AWS promises nothing.",
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

# The event door ---------------------------------------------------------------------------------

ASYNC_ACCEPT = rule(
    "async.accept.202",
    "An event is put into an internal queue and the caller gets 202 at once; a separate process "
    "runs the function later.",
    DG + "invocation-async.html",
    value=202,
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

# The model's own limits -------------------------------------------------------------------------

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
