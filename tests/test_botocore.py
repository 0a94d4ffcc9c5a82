"""An oracle: limits and words of the Lambda API as botocore's own model of it has them.

The numbers of lambdalab are read from its rules and settings, those of AWS from the model that is
installed, and neither is written out here.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest

import lambdalab as lab
from lambdalab.engine import OUTCOMES
from lambdalab.engine.known import FIRST_RUNS, INIT_DURATIONS
from lambdalab.engine.places import arn
from lambdalab.engine.rules import (
    ASYNC_ACCEPT,
    ASYNC_AGE_RANGE,
    ASYNC_PAYLOAD,
    ASYNC_RETRIES_RANGE,
    BAD_JSON,
    FUNCTION_GONE,
    LIMIT_MEMORY,
    LIMIT_TIMEOUT,
    LIMIT_TMP,
    PAYLOAD_LIMIT,
    PAYLOAD_TOO_LARGE,
    RECURSION_STATUS,
    STATUS,
    THROTTLE,
    Rule,
)
from lambdalab.engine.units import MB
from lambdalab.engine.world import LATEST
from lambdalab.stack import CHECKS, Function

API = botocore.session.get_session().get_service_model("lambda")
INVOKE = API.operation_model("Invoke")
CREATE = API.shape_for("CreateFunctionRequest").members
DEFAULTS = Function("")
SOURCE = "def handler(event, context): pass"
NAP = lab.handler("nap")


def limits(shape: str) -> tuple[int, int | None]:
    metadata = API.shape_for(shape).metadata
    return metadata["min"], metadata.get("max")


def words(shape: str) -> set[str]:
    return set(API.shape_for(shape).enum)


def matches(shape: str, text: str) -> bool:
    return bool(re.fullmatch(API.shape_for(shape).metadata["pattern"], text))


def allowed(setting: str, value: object) -> bool:
    try:
        CHECKS[setting](setting, value)
    except lab.LabError:
        return False
    return True


def texts_of_the_engine(pattern: str) -> set[str]:
    """Find the texts in the source of the engine that match as a whole."""

    def texts(path: Path) -> Iterator[str]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value

    engine = Path(lab.__file__).parent / "engine"
    found = {text for path in engine.glob("*.py") for text in texts(path)}
    return {text for text in found if re.fullmatch(pattern, text)}


# Limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "rule", "shape"),
    [
        ("maximum_retry_attempts", ASYNC_RETRIES_RANGE, "MaximumRetryAttempts"),
        ("maximum_event_age", ASYNC_AGE_RANGE, "MaximumEventAgeInSeconds"),
    ],
)
def test_a_limit_is_the_one_of_the_api(setting: str, rule: Rule, shape: str) -> None:
    low, high = limits(shape)
    assert rule.value == (low, high)
    assert [allowed(setting, value) for value in (low, high)] == [True, True]
    assert [allowed(setting, value) for value in (low - 1, high + 1)] == [False, False]
    assert low <= getattr(DEFAULTS, setting) <= high


@pytest.mark.parametrize(
    ("setting", "rule", "shape", "member"),
    [
        # Functions on Lambda Managed Instances, which are not modelled, may have more memory.
        ("memory", LIMIT_MEMORY, "MemorySize", "MemorySize"),
        # They may also run for 90 minutes, if nobody waits for the answer.
        ("timeout", LIMIT_TIMEOUT, "Timeout", "Timeout"),
        # Functions with an accelerator, not modelled either, may have a larger /tmp.
        ("ephemeral_storage", LIMIT_TMP, "EphemeralStorageSize", "EphemeralStorage"),
    ],
)
def test_a_limit_is_the_one_of_the_api_for_a_default_function(
    setting: str, rule: Rule, shape: str, member: str
) -> None:
    low, high = rule.value
    widest = limits(shape)
    assert low == widest[0]
    assert high < widest[1], f"{shape} is not wider than {rule.id} any more"
    assert [allowed(setting, value) for value in (low, high)] == [True, True]
    assert [allowed(setting, value) for value in (low - 1, high + 1)] == [False, False]
    said = CREATE[member].documentation
    assert f"default value is {getattr(DEFAULTS, setting)}" in said or (
        f"default is {getattr(DEFAULTS, setting)}" in said
    )
    if shape != "MemorySize":  # of which the model does not say the narrower limit
        assert re.search(rf"\b{high:,}\b", said)


def test_reserved_concurrency_may_be_0_and_has_no_limit_of_its_own() -> None:
    low, high = limits("ReservedConcurrentExecutions")
    assert high is None
    assert allowed("reserved_concurrency", low)
    assert not allowed("reserved_concurrency", low - 1)
    assert allowed("reserved_concurrency", 10**9)  # the account limits it, not the API


def test_provisioned_concurrency_is_a_positive_number() -> None:
    low, high = limits("PositiveInteger")
    provisioned = API.shape_for("PutProvisionedConcurrencyConfigRequest").members
    assert provisioned["ProvisionedConcurrentExecutions"].name == "PositiveInteger"
    assert high is None
    run = lab.run(NAP.alias("live", provisioned_concurrency=low), at=[0])
    assert run.count("cold") == 0
    assert NAP.alias("live").provisioned_concurrency == low - 1  # which is none at all


def test_provisioned_concurrency_is_not_negative() -> None:
    low, _ = limits("PositiveInteger")
    with pytest.raises(lab.LabError):
        NAP.alias("live", provisioned_concurrency=low - 2)


@pytest.mark.parametrize("beyond", [-1, 1])
def test_the_weight_of_a_version_has_limits(beyond: int) -> None:
    low, high = limits("Weight")
    with pytest.raises(lab.LabError):
        NAP.alias("live", weights={NAP.publish(): (low if beyond < 0 else high) + beyond})


def test_payloads_have_the_size_that_the_api_says() -> None:
    said = re.findall(r"maximum payload size is (\d+) MB", INVOKE.documentation)
    assert [int(mb) * MB for mb in said] == [PAYLOAD_LIMIT.value, ASYNC_PAYLOAD.value]


# Words ------------------------------------------------------------------------------------------


def test_the_reasons_of_a_throttle() -> None:
    used = texts_of_the_engine(r"\w+LimitExceeded")
    assert used < words("ThrottleReason")
    # One is about the caller's own rate at the API, the other about SnapStart: not modelled.
    not_used = {"CallerRateLimitExceeded", "ConcurrentSnapshotCreateLimitExceeded"}
    assert words("ThrottleReason") - used == not_used


def test_a_throttle_has_the_members_of_its_exception() -> None:
    response = lab.run(NAP.with_(reserved_concurrency=0), at=[0]).responses[0]
    members = API.shape_for("TooManyRequestsException").members
    document = json.loads(response.payload)
    assert document.keys() <= members.keys()
    assert document["Reason"] in members["Reason"].enum


# The types of initialisation (on-demand, provisioned-concurrency) are no words of this API.


def test_invocation_types() -> None:
    types = {key for key in OUTCOMES if key[0].isupper()}  # the others are kinds of senders
    assert words("InvocationType") - types == {"DryRun"}  # nothing runs then
    assert types < words("InvocationType")


def test_architectures_and_package_types() -> None:
    assert DEFAULTS.architecture in words("Architecture")
    assert all(allowed("architecture", word) for word in words("Architecture"))
    assert not any(allowed("architecture", word) for word in words("PackageType"))
    assert {architecture for _, _, architecture in INIT_DURATIONS} == words("Architecture")
    packages = {package for _, package, _ in INIT_DURATIONS}
    assert packages == {word.lower() for word in words("PackageType")}


def test_runtimes() -> None:
    pythons = {word for word in words("Runtime") if word.startswith("python3.")}
    assert DEFAULTS.runtime in pythons
    assert all(allowed("runtime", word) for word in pythons)
    others = {word for word in words("Runtime") - pythons if allowed("runtime", word)}
    assert {"java21", "nodejs22.x"} < others  # for modelled code alone
    measured = {runtime for runtime, _, _ in INIT_DURATIONS} | FIRST_RUNS.keys()
    assert {runtime for runtime in measured if runtime.startswith("python")} < pythons


def test_a_runtime_that_the_api_does_not_know_is_refused() -> None:
    assert not allowed("runtime", "python3.0")


def test_versions_and_names() -> None:
    assert matches("Version", LATEST)
    (version,) = (r.executed_version for r in lab.run(NAP.publish(), at=[0]).responses)
    assert matches("Version", version)
    assert all(matches("FunctionArn", arn("nap", name)) for name in ("", LATEST, "1", "live"))


@pytest.mark.parametrize("name", ["1", LATEST, ""])
def test_an_alias_is_not_called_like_a_version(name: str) -> None:
    assert not matches("Alias", name)
    with pytest.raises(lab.LabError):
        NAP.alias(name)


# Errors and status codes ------------------------------------------------------------------------


def test_the_names_of_exceptions() -> None:
    used = texts_of_the_engine(r"\w+Exception")
    exceptions = {shape.name for shape in INVOKE.error_shapes}
    assert used >= {"RequestTooLargeException", "ResourceNotFoundException"}
    common = {"AccessDeniedException"}  # of every API, so no model lists it
    assert used <= exceptions | common


@pytest.mark.parametrize(
    ("exception", "rule"),
    [
        ("TooManyRequestsException", THROTTLE),
        ("RecursiveInvocationException", RECURSION_STATUS),
        ("RequestTooLargeException", PAYLOAD_TOO_LARGE),
        ("ResourceNotFoundException", FUNCTION_GONE),
        ("InvalidRequestContentException", BAD_JSON),
    ],
)
def test_an_exception_has_its_status_code(exception: str, rule: Rule) -> None:
    (shape,) = (shape for shape in INVOKE.error_shapes if shape.name == exception)
    assert shape.metadata["error"]["httpStatusCode"] == rule.value


def test_an_answer_has_its_status_code() -> None:
    assert INVOKE.http["responseCode"] == STATUS.value
    # Invoke answers an event with the code of the older operation that did nothing else.
    assert API.operation_model("InvokeAsync").http["responseCode"] == ASYNC_ACCEPT.value
