"""How AWS Lambda behaves: each rule with its name, its number, a sentence and its page.

A number that decides anything stands here and nowhere else in the engine. `basis` says how it is
known: `documented` by AWS, `measured` on AWS by somebody (the note says by whom and when), or
`assumed` where nothing is published; what is not documented can be changed for a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .units import DAY, KB, MB, SECOND

DG = "https://docs.aws.amazon.com/lambda/latest/dg/"
API = "https://docs.aws.amazon.com/lambda/latest/api/"
RUNTIME = (
    "https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/"
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
SPARE = rule(
    "lifecycle.init.proactive",
    "Some environments are initialised with no invocation waiting for them.",
    DG + "lambda-runtime-environment.html",
)
TIMEOUT_KILL = rule(
    "lifecycle.invoke.timeout.kill",
    "At the timeout the process is killed: code after that point does not run, and the caller "
    "gets a function error.",
    DG + "lambda-runtime-environment.html",
    setting="timeout",
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

# The model's own limits -------------------------------------------------------------------------

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
