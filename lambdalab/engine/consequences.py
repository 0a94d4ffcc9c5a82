"""What follows from the rules: no entry names these, and for each there is an example.

They are rules of AWS like those of `rules.py`, but nothing has to be decided by them: they hold
because of how the others are played. `docs/supported.md` lists them.
"""

from __future__ import annotations

from typing import Any

from .rules import API, DG, TABLE, Rule

RUNTIME_2026_06 = (
    "https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/46e4c6a11064/"
    "awslambdaric/"
)
SNAPSHOTS = (
    "https://github.com/localstack/localstack/blob/"
    "8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/lambda_/"
)
STUYVENBERG = "https://aaronstuyvenberg.com/posts/"

CONSEQUENCES: dict[str, Rule] = {}


def follows(id: str, sentence: str, page: str, **more: Any) -> None:
    """Write down a rule that follows from others."""
    if id in CONSEQUENCES or id in TABLE:
        raise ValueError(f"two rules are called {id}")
    CONSEQUENCES[id] = Rule(id, sentence, page, **more)


follows(
    "lifecycle.env.binding",
    "An environment belongs to one version of one function in one account and is never handed to "
    "another, so two published versions, or an alias split over two, have two separate warm pools.",
    "https://docs.aws.amazon.com/whitepapers/latest/security-overview-aws-lambda/"
    "lambda-executions.html",
    note="Copies of 2021 to 2025.",
)
follows(
    "lifecycle.init.timeout.log",
    "After an Init that was stopped at ten seconds the log holds an INIT_REPORT with phase init "
    "and status timeout, START only after the second Init, and a REPORT without Init Duration "
    "whose Duration is the second Init plus the handler. The ten seconds are not in that REPORT's "
    "Billed Duration, but the caller waits for all of it: ten seconds, second Init and handler.",
    DG + "lambda-runtime-environment.html",
    basis="measured",
    value="INIT_REPORT of 9,998.03 to 9,999.91 ms; Duration 17,026.72 ms, billed 17,027 ms",
    note="Public log samples, several and independent, 2025 to 2026.",
)
follows(
    "lifecycle.init.timeout.short_function_timeout",
    "If the second Init and the handler do not fit into the function's timeout, as is typical "
    "with three seconds, the invocation times out, and the next one fails in the same way.",
    DG + "troubleshooting-invocation.html",
    value="default timeout = 3 s",
    note="AWS documented it on 2024-10-04. Copies of 2025/26 and 2024-10.",
)
follows(
    "lifecycle.init.error.billing",
    "When a failed Init was repeated inside the invocation, REPORT's Duration and Billed Duration "
    "cover only the second Init plus overhead, and there is no Init Duration.",
    DG + "lambda-runtime-environment.html",
    basis="measured",
    value="122.39 ms, billed 123 ms",
    note="Public log samples of 2026.",
)
follows(
    "lifecycle.invoke.reset.tmp_survives",
    "A reset does not clear /tmp: files written before the failure are still there at the next "
    "Init in the same environment.",
    DG + "lambda-runtime-environment.html",
    note="Copy of 2026-07.",
)
follows(
    "lifecycle.invoke.reset.globals_lost",
    "After a reset all state in memory (globals, connections) is gone, because the process is a "
    "new one.",
    STUYVENBERG + "ice-cold-starts",
    basis="measured",
    note=(
        "The same after a timeout and after running out of memory. Measured by Aaron Stuyvenberg, "
        "2022-02."
    ),
)
follows(
    "lifecycle.invoke.reset.same_env_reused",
    "The environment itself can be kept after a reset, with its code in place. The next "
    "invocation that is sent to it runs Init first and shows no Init Duration.",
    DG + "lambda-runtime-environment.html",
    note="Documented by AWS, and measured by Aaron Stuyvenberg. Copies of 2026-07 and 2022-02.",
)
follows(
    "lifecycle.state.globals",
    "Objects created outside the handler stay valid for all later invocations in the same "
    "environment.",
    DG + "lambda-runtime-environment.html",
    note="Copy of 2026-07.",
)
follows(
    "lifecycle.state.tmp",
    "What is in /tmp stays while the environment lives and is not shared between environments.",
    DG + "lambda-runtime-environment.html",
    value="512 to 10,240 MB",
    note="Copy of 2026-07.",
)
follows(
    "lifecycle.shutdown.when",
    "Shutdown happens when no invocation has come for a while, on a recycle, and, as a reset, "
    "after a failure.",
    DG + "runtimes-extensions-api.html",
    note="Recycling is not modelled yet. Copies of 2022-11 and 2026-07.",
)
follows(
    "concurrency.definition",
    "Concurrency is the number of requests in flight at a moment; each of them needs an "
    "environment of its own.",
    DG + "lambda-concurrency.html",
    note="Copy of 2026.",
)
follows(
    "concurrency.reserved.scope",
    "Reserved concurrency holds for the function as a whole, all versions and $LATEST together. "
    "It costs nothing and warms nothing.",
    API + "API_PutFunctionConcurrency.html",
    value="price = 0",
    note="Copies of 2026-11-17 (the API model) and 2026.",
)
follows(
    "concurrency.pc.still_cold",
    "With provisioned concurrency a cold start is still possible: by spillover, in an environment "
    "that is being reset, or by calling another version than the provisioned one.",
    DG + "lambda-concurrency.html",
    note="Copies of 2026 and 2025/26.",
)
follows(
    "scaling.rate.exceeded",
    "Synchronous requests that arrive faster than the function may scale are throttled with 429; "
    "they do not queue.",
    DG + "scaling-behavior.html",
    value=429,
    note="Copy of 2026-07.",
)
follows(
    "scaling.rps.not_per_env",
    "Ten requests per second is not a cap on each environment; only totals count.",
    DG + "lambda-concurrency.html",
    note=(
        "The documents disagree: the quotas page words it for each environment, a note on the "
        "concurrency page says that only totals count. We take totals. Copy of 2026."
    ),
)
follows(
    "scaling.down",
    "When traffic falls, unused environments are stopped after an idle period; frozen ones cost "
    "nothing.",
    DG + "foundation-progmodel.html",
    note="Copies of 2026-07 and 2022-11.",
)
follows(
    "throttle.http",
    "A throttled synchronous call gets TooManyRequestsException, maybe with retryAfterSeconds. It "
    "is no invocation, is not billed and starts no environment.",
    API + "API_Invoke.html",
    value=429,
    note="Copies of 2026-11-17 (the API model) and 2026-07.",
)
follows(
    "throttle.body",
    "The body of a throttled call is a JSON object with Reason, Type User and the message Rate "
    "Exceeded.",
    API + "API_Invoke.html",
    basis="measured",
    value='{"Reason":"...","Type":"User","message":"Rate Exceeded."}',
    note="A recorded answer in the tests of erlcloud, about 2020. API model of 2026-11-17.",
)
follows(
    "throttle.reasons",
    "A throttle names one of six reasons.",
    API + "API_Invoke.html",
    value=(
        "ConcurrentInvocationLimitExceeded, ReservedFunctionConcurrentInvocationLimitExceeded, "
        "FunctionInvocationRateLimitExceeded, ReservedFunctionInvocationRateLimitExceeded, "
        "CallerRateLimitExceeded, ConcurrentSnapshotCreateLimitExceeded"
    ),
    note="The two reasons of concurrency are modelled. Copy of 2026-11-17 (the API model).",
)
follows(
    "throttle.reason.mapping",
    "ConcurrentInvocationLimitExceeded means that the account's unreserved pool is used up, "
    "ReservedFunctionConcurrentInvocationLimitExceeded that the function's reservation is.",
    API + "API_Invoke.html",
    note=(
        "That the two reasons with InvocationRateLimitExceeded stand for the limits of ten times "
        "concurrency is inferred from their names. Copy of 2026-11-17 (the API model)."
    ),
)
follows(
    "throttle.async",
    "Throttled asynchronous events (429) and system errors (5xx) go back to the internal queue "
    "and are retried for up to six hours, at growing intervals.",
    DG + "invocation-async-error-handling.html",
    value="1 s to 5 min; at most 6 h",
    note="Copy of 2026-07.",
)
follows(
    "throttle.async.function_error",
    "Function errors of asynchronous events are retried twice: about one minute after the first "
    "try and two minutes after the second.",
    DG + "invocation-async-error-handling.html",
    value="2 retries; 60 s, 120 s",
    note="All tries have the same request id. Copy of 2026-07.",
)
follows(
    "cold.memory.init_flat",
    "The memory setting does not change the Init Duration of hello-world functions: Init gets "
    "more CPU than the memory setting pays for.",
    "https://github.com/maxday/lambda-perf",
    basis="measured",
    value="128 and 1,024 MB: Node 24 138 and 135 ms, Java 21 240 and 241 ms",
    note=(
        "Both measurements agree. Modelled as cold.init_cpu. Measured by lambda-perf, 2026-06-23 "
        "to 2026-08-22, and by mikhail.io, 2021-01."
    ),
)
follows(
    "cold.memory.init_cpu",
    "Init runs on two unthrottled vCPUs whatever the memory; the handler is throttled to the "
    "share of its memory.",
    "https://bitesizedserverless.com/bite/lambda-cold-start-bootstrap/",
    basis="measured",
    value="2 vCPU",
    note=(
        "A finding of the community, never documented by AWS, and only for the on-demand Init of "
        "a new environment. Modelled as cold.init_cpu. Measured by bitesizedserverless.com, ~2022."
    ),
)
follows(
    "limit.cpu.below",
    "Below 1,769 MB a single thread is throttled to the fraction memory / 1,769 of a core: about "
    "7.2% at 128 MB and 14.5% at 256 MB.",
    DG + "configuration-memory.html",
    value="128 MB -> 0.0724 vCPU",
    note=(
        "The fraction was measured in 2021 as well. Modelled as limit.cpu.share. Copies of "
        "2026-07 and 2021 (citing re:Invent 2020)."
    ),
)
follows(
    "limit.payload.sync",
    "A synchronous request and its response may each have 6 MB.",
    DG + "gettingstarted-limits.html",
    value="6 MB",
    note=(
        "AWS's source code: 6,291,456 + 100 bytes. A larger request gets "
        "RequestTooLargeException, HTTP 413; a larger response becomes "
        "Function.ResponseSizeTooLarge. Modelled as sync.payload.limit. Copies of mid/late 2026 "
        "and 2026-01."
    ),
)
follows(
    "limit.payload.async",
    "An asynchronous event may have 1 MB.",
    DG + "gettingstarted-limits.html",
    value="1 MB",
    note="The guide of 2022 says 256 KB. Copies of mid/late 2026 and 2026-11-17 (the API model).",
)
follows(
    "limit.reserved.rps",
    "A reservation of R also means at most 10 x R requests per second.",
    DG + "lambda-concurrency.html",
    value="10 x R",
    note="See scaling.rps.limit. Copy of 2026.",
)
follows(
    "limit.context.deadline",
    "The runtime is given an absolute deadline with every event, from which the remaining time is "
    "derived.",
    DG + "runtimes-api.html",
    value="Lambda-Runtime-Deadline-Ms",
    note="Copy of 2026-07.",
)
follows(
    "limit.client_context",
    "The client context may have 3,583 bytes and reaches the function in synchronous calls only.",
    API + "API_Invoke.html",
    value="3,583 bytes",
    note="Copy of 2026-11-17 (the API model).",
)
follows(
    "log.init_start",
    "When an environment starts, INIT_START names the version of the runtime and its ARN.",
    DG + "monitoring-cloudwatchlogs-logformat.html",
    value="INIT_START Runtime Version: python:3.12.v18\tRuntime Version ARN: arn:...",
    note="Copy of 2026-07.",
)
follows(
    "log.start",
    "START is the first line of an invocation; it is written when the handler begins, after a "
    "suppressed Init.",
    DG + "lambda-runtime-environment.html",
    value="START RequestId: UUID Version: $LATEST",
    note="Copies of 2026-07 and 2026-01.",
)
follows(
    "log.end",
    "END closes the block of one invocation; REPORT follows.",
    DG + "lambda-runtime-environment.html",
    value="END RequestId: UUID",
    note="Copies of 2026-07 and 2026-01.",
)
follows(
    "log.report.duration",
    "In REPORT, Duration has two decimals and Billed Duration is a whole number.",
    DG + "lambda-runtime-environment.html",
    note="Copy of 2026-07.",
)
follows(
    "log.report.init_scope",
    "Init Duration is the time for the runtime to load the function and run the code outside the "
    "handler; it is shown for the first request served.",
    DG + "python-logging.html",
    note="Copy of 2026-07.",
)
follows(
    "log.crash.old_new",
    "A crash was told by the line RequestId: .. Error: Runtime exited .. and Runtime.ExitError in "
    "the old format; in the new one REPORT ends with Status: error and Error Type: "
    "Runtime.ExitError.",
    DG + "lambda-runtime-environment.html",
    value="Status: error\tError Type: Runtime.ExitError",
    note="Copy of 2026-07.",
)
follows(
    "log.timeout.payload",
    "A timed-out call is answered with errorType Sandbox.Timedout, which is new, and an "
    "errorMessage that names the request and the timeout.",
    DG + "troubleshooting-invocation.html",
    value="RequestId: UUID Error: Task timed out after 1.00 seconds",
    note=(
        "Measured by users in 2024 and 2025 (the changelog of seek-oss/aws-codedeploy-hooks), and "
        "documented. Modelled as sync.error.timeout-shape. Copy of 2025/26."
    ),
)
follows(
    "log.error.payload",
    "The payload of a function error holds errorMessage, errorType and stackTrace, in Python also "
    "requestId; the header X-Amz-Function-Error has the value Unhandled.",
    DG + "runtimes-api.html",
    value="errorMessage, errorType, stackTrace, requestId; Unhandled",
    note="Copies of 2026-07, 2022-11 and 2026-06.",
)
follows(
    "log.retry.same_id",
    "A retried asynchronous event keeps its request id, so the same id shows in several groups of "
    "START, END and REPORT.",
    DG + "monitoring-cloudwatchlogs-view.html",
    note="Copy of 2026-07.",
)
follows(
    "log.default_format",
    "The default format of logs is plain text; Managed Instances have only JSON.",
    DG + "monitoring-cloudwatchlogs-logformat.html",
    value="text",
    note="Copy of 2026-07.",
)
follows(
    "metric.pc.minute_example",
    "One call a minute that takes two minutes: the maximum of ProvisionedConcurrentExecutions is "
    "1, then 2, 2 and so on, and the sum of invocations is 1 each minute.",
    DG + "monitoring-concurrency.html",
    value="1, 2, 2, ...; 1 each minute",
    note="Copy of 2026-07.",
)
follows(
    "metric.async",
    "Asynchronous invocation has five metrics.",
    DG + "monitoring-metrics-types.html",
    value=(
        "AsyncEventsReceived, AsyncEventAge, AsyncEventsDropped, DeadLetterErrors, "
        "DestinationDeliveryFailures"
    ),
    note="Copy of 2026-07.",
)
follows(
    "invoke.status_codes",
    "A synchronous success or function error is answered with 200, an accepted event with 202, a "
    "dry run with 204. Errors of the function show in the FunctionError header, not in the status "
    "code.",
    API + "API_Invoke.html",
    value="200 / 202 / 204",
    note="The call door's 200 is modelled. Copies of 2026-11-17 (the API model) and 2026-07.",
)
follows(
    "sync.invoke.event-response-empty",
    "An accepted Event call is answered with an empty payload and neither ExecutedVersion nor "
    "FunctionError, only with the status and, in the metadata, the request id.",
    DG + "invocation-async.html",
    value="empty payload",
    note="Measured: LocalStack's snapshots of AWS, 2025-11-24.",
)
follows(
    "sync.error.python-shape",
    "The error document of a Python function has errorMessage (the text of the exception), "
    "errorType (its class), requestId (of the invocation) and stackTrace (a list of formatted "
    "lines without those of the runtime).",
    RUNTIME_2026_06 + "bootstrap.py",
    value="errorMessage, errorType, requestId, stackTrace",
    note=(
        "Read in the runtime's source of 2026-06. Old pages of the guide leave out requestId; API "
        "Gateway's pages still show the nested stackTrace of Python 2. Measured: LocalStack's "
        "snapshots of AWS, 2025-11-24."
    ),
)
follows(
    "sync.error.python-init-requestid",
    "If importing the module fails, the error document has the same four keys, but requestId is "
    "an empty string.",
    RUNTIME_2026_06 + "bootstrap.py",
    basis="measured",
    value='requestId = ""',
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
follows(
    "sync.error.python-faults",
    "Faults at the level of the runtime have an errorType that begins with Runtime.: a missing "
    "module, a missing handler, a bad handler name, a syntax error and a return value that JSON "
    "cannot hold each have their own.",
    RUNTIME_2026_06 + "lambda_runtime_exception.py",
    value=(
        "Runtime.ImportModuleError, Runtime.HandlerNotFound, Runtime.MalformedHandlerName, "
        "Runtime.UserCodeSyntaxError, Runtime.MarshalError, Runtime.UnmarshalError, "
        "Runtime.BuiltInModuleConflict"
    ),
    note="Read in source code. Copy of 2026-06.",
)
follows(
    "sync.error.marshal",
    "Returning a value that JSON cannot hold is a function error, Runtime.MarshalError, with a "
    'message that begins with "Unable to marshal response:".',
    RUNTIME_2026_06 + "lambda_runtime_marshaller.py",
    value="Runtime.MarshalError",
    note="Copy of 2026-06.",
)
follows(
    "sync.response.null",
    "A handler that returns nothing is answered with the JSON text null.",
    DG + "invocation-sync.html",
    value="null",
    note="Measured: LocalStack's snapshots of AWS. Copy of 2026.",
)
follows(
    "sync.invoke.logtail",
    "With LogType Tail the answer to a synchronous call carries the end of the execution log, "
    "base64 encoded.",
    API + "API_Invoke.html",
    value="at most 4 KB",
    note="The documents disagree on which 4 KB; see limit.log.tail. Copy of 2026.",
)
follows(
    "sync.invoke.executed-version",
    "The answer names the version that ran; an alias is resolved to its version.",
    API + "API_Invoke.html",
    value="header X-Amz-Executed-Version",
    note="Copy of 2026-08.",
)
follows(
    "sync.invoke.qualifier",
    "A version number or an alias may be given as Qualifier, a query parameter, or as a suffix of "
    "the name or ARN; without it $LATEST runs.",
    API + "API_Invoke.html",
    value="1 to 128 characters",
    note="Copy of 2026-08.",
)
follows(
    "sync.no-service-retry",
    "Lambda itself never retries a synchronous invocation; that is up to the caller.",
    DG + "invocation-retries.html",
    value=0,
    note="Copy of 2026.",
)
follows(
    "sync.throttle.reason",
    "The throttling exception carries a reason that tells which limit was met: of the account, of "
    "the function, of its request rate or of the caller's rate.",
    API + "API_Invoke.html",
    value=(
        "ConcurrentInvocationLimitExceeded; ReservedFunctionConcurrentInvocationLimitExceeded; "
        "FunctionInvocationRateLimitExceeded; ReservedFunctionInvocationRateLimitExceeded; "
        "CallerRateLimitExceeded; ConcurrentSnapshotCreateLimitExceeded"
    ),
    note="The two reasons of concurrency are modelled. Copy of 2026-08 (the API model).",
)
follows(
    "sync.throttle.metrics",
    "A throttled call adds one to Throttles and nothing to Invocations or Errors.",
    DG + "monitoring-metrics-types.html",
    value="Throttles += 1",
    note="Copy of 2026.",
)
follows(
    "sync.rate.rps",
    "The rate of synchronous requests is capped at ten a second for each unit of concurrency, "
    "also of provisioned concurrency, and of reserved concurrency on a function URL. Asynchronous "
    "invocation has no such cap.",
    DG + "gettingstarted-limits.html",
    value="10 requests / s for a unit of concurrency",
    note=(
        "The documents disagree on whether it holds for each environment; see "
        "scaling.rps.not_per_env. Copy of 2026."
    ),
)
follows(
    "sync.scale.rate",
    "Each function may grow by a fixed number of environments every ten seconds, refilled "
    "continuously and not saved up; requests above that are throttled.",
    DG + "scaling-behavior.html",
    value="1,000 environments / 10 s for a function; 10,000 requests/s / 10 s",
    note=(
        "Since November 2023; before, a burst of 500 to 3,000 and then 500 a minute. The "
        "documents disagree; see scaling.rate. Copy of 2026."
    ),
)
follows(
    "async.age.examples",
    "With a maximum age of 60 seconds only the first attempt runs; with 90 seconds the first "
    "retry runs too, and then the event is dropped.",
    SNAPSHOTS + "test_lambda_destinations.py",
    basis="measured",
    value="60 -> 1 attempt; 90 -> 2 attempts (60 + 120 > 90)",
    note="LocalStack's snapshots of AWS, 2025-11-27.",
)
follows(
    "async.zero-reserved.record",
    "The record of an event at reserved concurrency zero has a condition of its own, an invoke "
    "count of zero and neither responseContext nor responsePayload.",
    SNAPSHOTS + "test_lambda.snapshot.json",
    basis="measured",
    value="condition = ZeroReservedConcurrency; approximateInvokeCount = 0",
    note="LocalStack's snapshots of AWS, 2025-11-25.",
)
follows(
    "async.zero-reserved.metrics",
    "An event at reserved concurrency zero gives one AsyncEventsReceived and one "
    "AsyncEventsDropped, and no datapoint of Throttles.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    basis="measured",
    value="AsyncEventsReceived 1; AsyncEventsDropped 1; Throttles none",
    note="The aws-by-example notebook, 2025-11-21.",
)
follows(
    "async.queue.age-out",
    "When the queue is long, events can expire before their first attempt; an expired or "
    "exhausted event is discarded.",
    DG + "invocation-async-error-handling.html",
    note="Copy of 2026.",
)
follows(
    "async.concurrency",
    "No cap on queued or in-flight events is documented; how many attempts run is bounded by the "
    "concurrency that the function has.",
    DG + "gettingstarted-limits.html",
    note="Copy of 2026.",
)
follows(
    "async.queue.new-code-applies",
    "Events that were queued before a change of configuration or code run with the new $LATEST.",
    SNAPSHOTS + "test_lambda.py",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11-24.",
)
follows(
    "async.config.scope",
    "Retries, age and destinations can be set on the function ($LATEST), a version or an alias. "
    "The dead-letter queue can be set only on the function, and versions use the setting of "
    "$LATEST.",
    DG + "invocation-async-configuring.html",
    note="Copy of 2026.",
)
follows(
    "dest.record.condition",
    "The condition of a record is one of four words.",
    DG + "invocation-async-retain-records.html",
    value="Success, RetriesExhausted, EventAgeExceeded or ZeroReservedConcurrency",
    note=(
        "RetriesExhausted is documented; all four were measured. Measured: LocalStack's snapshots "
        "of AWS, 2025-11."
    ),
)
follows(
    "dest.record.count",
    "The approximateInvokeCount of a record is the number of attempts that were made.",
    DG + "invocation-async-retain-records.html",
    value=(
        "always failing 3; maximum age 60 = 1; maximum age 90 = 2; retries 0 = 1; zero reserved = 0"
    ),
    note=(
        "The 3 is documented, the others were measured. Measured: LocalStack's snapshots of AWS, "
        "2025-11."
    ),
)
follows(
    "dest.record.function-error",
    "The functionError of a record is absent on success and Unhandled on failure; its statusCode "
    "is 200 in both cases.",
    DG + "invocation-async-retain-records.html",
    value="statusCode = 200",
    note="Measured: LocalStack's snapshots of AWS, 2025-11.",
)
follows(
    "dest.record.arn",
    "The functionArn of a record carries the qualifier, even when the caller gave none.",
    DG + "invocation-async-retain-records.html",
    value="...:function:{name}:$LATEST",
    note="Measured: LocalStack's snapshots of AWS, 2025-11.",
)
follows(
    "dest.record.response",
    "The responsePayload of a record is the handler's result or the error document as JSON, not "
    "as text.",
    SNAPSHOTS + "test_lambda_destinations.snapshot.json",
    basis="measured",
    note="LocalStack's snapshots of AWS, 2025-11.",
)
follows(
    "dest.async-only",
    "The destinations of a function serve asynchronous invocations only; synchronous calls and "
    "mappings do not use them.",
    DG + "invocation-async-retain-records.html",
    note="Copy of 2026.",
)
follows(
    "dlq.when",
    "A dead-letter queue gets an event in the same cases as an on-failure destination: all "
    "attempts failed, age exceeded, or reserved concurrency zero.",
    DG + "invocation-async-retain-records.html",
    note="Copy of 2026.",
)
follows(
    "dlq.and-destination",
    "A dead-letter queue and an on-failure destination are independent: both may be configured, "
    "and then both receive the event in their own form.",
    API + "API_PutFunctionEventInvokeConfig.html",
    note=(
        "That they combine is documented; the order is not, and LocalStack sends to the "
        "destination first. Copy of 2026-08."
    ),
)
follows(
    "dlq.scope",
    "The dead-letter queue of a function serves only the asynchronous queue. For SQS sources the "
    "redrive policy belongs to the source queue, for streams the destination to the mapping.",
    DG + "invocation-recursion.html",
    note="Copy of 2026.",
)
follows(
    "open.async.backoff-factor",
    "How fast the intervals between asynchronous throttle retries grow, and with what jitter, is "
    "not documented; a model may double them without jitter.",
    "https://cosmo-grant.github.io/aws-by-example/lambda_retries.html",
    basis="assumed",
    value="2.0: 1, 2, 4, ... 256, 300, 300 s",
    note="A choice; async.retry.throttle.factor was measured.",
)
follows(
    "open.async.counter-mix",
    "Whether throttles between function errors reset anything is not documented; a model may keep "
    "two counters that know nothing of each other.",
    "https://aws.amazon.com/blogs/compute/"
    "introducing-new-asynchronous-invocation-metrics-for-aws-lambda/",
    basis="assumed",
    value=(
        "function-error retries 0 to 2; throttle tries with an exponent of their own, reset after "
        "a run"
    ),
    note="A choice, as assumed by LocalStack in event_manager.py.",
)
follows(
    "open.async.age-for-throttle",
    "What the record of an event looks like that became too old before the function ever ran is "
    "not documented; a model may leave out responseContext and responsePayload and give the "
    "number of runs as count.",
    SNAPSHOTS + "test_lambda.snapshot.json",
    basis="assumed",
    value="count = number of runs",
    note="A choice, by analogy with async.zero-reserved.record.",
)
follows(
    "open.async.queue-rate",
    "How fast the internal queue is read, and how it slows down, is not documented; a model may "
    "read it without limit.",
    DG + "invocation-async-error-handling.html",
    basis="assumed",
    value="none (infinite rate)",
    note="A choice; async.queue.backpressure has no numbers.",
)
follows(
    "open.async.duplicates",
    "How often an event is delivered twice is not documented; a model may never do so, unless "
    "asked.",
    DG + "invocation-async-error-handling.html",
    basis="assumed",
    value=0,
    note="A choice; a duplicate can be an injected fault (async.delivery.at-least-once).",
)
follows(
    "open.async.dest-latency",
    "How long a record takes from the last attempt to its destination is not documented; a model "
    "may take no time.",
    SNAPSHOTS + "test_lambda_destinations.py",
    basis="assumed",
    value="0 s",
    note="A choice; async.age.lookahead shows no extra wait.",
)
follows(
    "lifecycle.freeze.background",
    "Work that is still pending when the handler ends (timers, promises, threads) is frozen with "
    "the environment and goes on when the next invocation thaws it, or never.",
    DG + "lambda-runtime-environment.html",
    note="Copies of 2026-07 and 2025-07.",
)
