"""How clients try again, compared with the SDK itself."""

import json
from pathlib import Path

import botocore
from botocore.config import Config
from botocore.endpoint import DEFAULT_TIMEOUT
from botocore.retries import quota, standard

from lambdalab.engine.rules import SDK_FIRST_WAIT, SDK_LEGACY, SDK_STANDARD, SDK_TIMEOUT
from lambdalab.engine.units import SECOND


def test_a_client_waits_as_long_as_boto3_does() -> None:
    assert SDK_TIMEOUT.value == DEFAULT_TIMEOUT * SECOND
    assert Config().read_timeout == DEFAULT_TIMEOUT


def test_legacy_mode_is_that_of_botocore() -> None:
    path = Path(botocore.__file__).parent / "data" / "_retry.json"
    model = json.loads(path.read_text())
    default = model["retry"]["__default__"]
    assert SDK_LEGACY.value["attempts"] == default["max_attempts"]
    assert default["delay"] == {"type": "exponential", "base": "rand", "growth_factor": 2}
    policies = default["policies"].values()
    named = {name for p in policies for name in [p.get("$ref", "")] if name}
    statuses = {
        response["http_status_code"]
        for name in named
        for policy in [model["definitions"][name]["applies_when"]]
        for response in [policy.get("response", {})]
        if "http_status_code" in response and "service_error_code" not in response
    }
    inline = {
        p["applies_when"]["response"]["http_status_code"]
        for p in policies
        if "http_status_code" in p.get("applies_when", {}).get("response", {})
    }
    assert set(SDK_LEGACY.value["statuses"]) == statuses | inline


def test_standard_mode_is_that_of_botocore() -> None:
    value = SDK_STANDARD.value
    assert value["attempts"] == standard.DEFAULT_MAX_ATTEMPTS
    assert value["bucket"] == quota.RetryQuota.INITIAL_CAPACITY
    assert value["gain"] == standard.RetryQuotaChecker._NO_RETRY_INCREMENT
    # What is installed may be of 2026: its costs and its first wait are others (sdk.standard.2026).
    assert value["most"] == standard.ExponentialBackoff._MAX_BACKOFF * SECOND
    assert SDK_FIRST_WAIT.value == SECOND
    transient = standard.TransientRetryableChecker._TRANSIENT_STATUS_CODES
    assert set(value["statuses"]) == {429, *transient}
    assert "TooManyRequestsException" in standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES
