"""One example for each rule of the SDK, where boto3 itself does what the rule says."""

import itertools

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, of
from tests.sdk.asking import QUEUE, function

botocore_config = pytest.importorskip("botocore.configprovider")

FULL = lab.handler("full", wait=800, timeout=900, reserved_concurrency=1)
CALLS = """
    client = boto3.client("lambda")
    said = [refusal(lambda: client.invoke(FunctionName="full"))[0] for _ in range(2)]
"""


def tries(seed: int = 0, **environment: str) -> list[float]:
    """Say when a function that calls a throttled one sends its requests."""
    caller = function(CALLS, timeout=300, environment=environment)
    run = lab.run({FULL: [0], caller: [1]}, seed=seed)
    assert run.returned[1] == ["TooManyRequestsException"] * 2
    return [entry.at / 1e6 for entry in of(run, facts.CallMade)]


def test_sdk_latency_the_answer_takes_as_long_as_a_run_assumes() -> None:
    body = f'boto3.client("sqs").send_message(QueueUrl="{QUEUE}q", MessageBody="x")'
    run = lab.run(function(body), at=[0], also=[lab.queue("q")], assume={"sdk.latency": 0.5})
    (answered,) = decided(run, "sdk.latency")
    assert answered.at == 500_000
    assert run.end == 0.5
    slow = lab.handler("slow", wait=1)
    body = 'boto3.client("lambda").invoke(FunctionName="slow")'
    run = lab.run(function(body), at=[0], also=[slow], assume={"sdk.latency": 0.5})
    assert run.end == 1.5


def test_sdk_boto3_mode_is_what_the_installed_botocore_has_by_default() -> None:
    (_, _, usual, _) = botocore_config.BOTOCORE_DEFAUT_SESSION_VARIABLES["retry_mode"]
    assert tries() == tries(AWS_RETRY_MODE=usual)
    assert len(tries()) == 2 * {"legacy": 5, "standard": 3}[usual]


def test_sdk_legacy_is_botocores_own_five_attempts() -> None:
    first = tries(AWS_RETRY_MODE="legacy")[:5]
    waits = [after - before for before, after in itertools.pairwise(first)]
    assert all(0 <= wait <= most for wait, most in zip(waits, (1, 2, 4, 8), strict=True))
    assert first != tries(seed=1, AWS_RETRY_MODE="legacy")[:5]
    assert first == tries(AWS_RETRY_MODE="legacy")[:5]


@pytest.mark.skipif(
    not getattr(botocore_config, "NEW_RETRIES_ENABLED", False), reason="an older botocore"
)
def test_sdk_standard_2026_waits_up_to_a_second_for_throttles_and_less_for_other_errors() -> None:
    first = tries(AWS_RETRY_MODE="standard")[:3]
    waits = [after - before for before, after in itertools.pairwise(first)]
    assert all(0 <= wait <= most for wait, most in zip(waits, (1, 2), strict=True))
    slow = lab.handler("slow", wait=100, timeout=900)
    caller = function(
        'said = refusal(lambda: boto3.client("lambda").invoke(FunctionName="slow"))[0]',
        timeout=900,
        environment={"AWS_RETRY_MODE": "standard"},
    )
    run = lab.run(caller, at=[0], also=[slow])
    assert run.returned == ["ReadTimeoutError"]
    sent = [entry.at / 1e6 for entry in of(run, facts.CallMade)]
    assert 60 <= sent[1] <= 60.05
    assert sent[1] + 60 <= sent[2] <= sent[1] + 60.1


def test_sdk_adaptive_delays_a_first_request_after_throttles() -> None:
    sent = tries(AWS_RETRY_MODE="adaptive")
    assert len(sent) == 6
    assert sent[3] > sent[2]  # the first try of the second call had to wait


def test_sdk_read_timeout_duplicates_the_first_invocation_goes_on() -> None:
    slow = lab.handler("slow", wait=70, timeout=900)
    caller = function(
        """
        from botocore.config import Config
        retries = Config(retries={"mode": "legacy", "max_attempts": 1})
        client = boto3.client("lambda", config=retries)
        said = refusal(lambda: client.invoke(FunctionName="slow"))[0]
        """,
        timeout=900,
    )
    run = lab.run(caller, at=[0], also=[slow])
    assert run.returned == ["ReadTimeoutError"]
    assert len(decided(run, "sdk.read-timeout-duplicates")) == 2
    ends = [x.end / 1e6 for x in run.invocations if x.function == "slow"]
    assert ends[0] == 70
    assert 130 <= ends[1] <= 131
    heard = [e.fact.heard for e in of(run, facts.ResponseSent) if e.fact.request != "req-1"]
    assert heard == [False, False]
