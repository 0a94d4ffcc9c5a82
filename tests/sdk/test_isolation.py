"""The SDK stays where it belongs: not in a notebook, and not needed by those who do without it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lambdalab as lab
from tests.sdk.asking import QUEUE, function, run

ROOT = str(Path(__file__).parent.parent.parent)

WITHOUT = """
import sys
for name in ("boto3", "botocore", "moto"):
    sys.modules[name] = None
import lambdalab as lab
plain = lab.function("def handler(event, context):\\n    return 1", name="plain")
asks = lab.function("import boto3\\ndef handler(event, context):\\n    return 1", name="asks")
late = lab.function(
    "def handler(event, context):\\n    from botocore.config import Config", name="late")
run = lab.run({plain: [0], asks: [0], late: [0]}, also=[lab.queue("work").to(plain)])
print(run.returned[0], *(run.returned[k].message for k in (1, 2)), sep="\\n")
try:
    lab.account().client("sqs")
except lab.LabError as error:
    print(error)
"""

SAME = """
import lambdalab as lab
from tests.sdk.asking import HEAD, function
body = '''
import random, uuid
client = boto3.client("lambda")
table = boto3.resource("dynamodb").Table("t")
refusal(lambda: client.invoke(FunctionName="full"))
table.put_item(Item={"id": str(uuid.uuid4()), "n": random.randrange(99), "s": {"x", "y", "z"}})
boto3.client("s3").put_object(Bucket="photos", Key="k", Body=b"x")
'''
full = lab.handler("full", reserved_concurrency=0)
run = lab.run(function(body), at=[0, 5], also=[full, lab.table("t"), lab.bucket("photos")])
for entry in run.log:
    print(entry)
"""


def python(code: str, **environment: str) -> str:
    """Run code in an interpreter of its own and return what it prints."""
    variables = {**os.environ, "PYTHONPATH": ROOT, **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=variables
    )
    return done.stdout


def test_lambdalab_runs_without_boto3_and_a_handler_is_told_which_extra_it_needs() -> None:
    printed = python(WITHOUT)
    assert printed.startswith("1\nUnable to import module 'asks'")
    assert printed.count("pip install 'lambdalab[sdk]'") == 3


def test_the_log_is_the_same_with_another_order_of_hashes() -> None:
    pytest.importorskip("boto3")
    one, two = (python(SAME, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert "ItemWritten" in one
    assert one == two


def test_the_notebooks_own_boto3_is_untouched_during_and_after_a_run() -> None:
    boto3 = pytest.importorskip("boto3")
    import botocore.client
    import botocore.handlers
    import botocore.session

    def state() -> list[object]:
        return [
            boto3.DEFAULT_SESSION,
            boto3._get_default_session,
            boto3.setup_default_session,
            botocore.session.Session.create_client,
            botocore.client.BaseClient._make_api_call,
            # moto adds a switch there when it is imported, which is off.
            [h for h in botocore.handlers.BUILTIN_HANDLERS if "Stubber" not in str(h[1])],
            botocore.session.create_loader,
        ]

    secrets = {"aws_access_key_id": "mine", "aws_secret_access_key": "mine"}
    own = boto3.Session(region_name="eu-central-1", **secrets).client("sqs")
    before = state()
    asked = run(
        f"""
        client = boto3.client("sqs")
        client.send_message(QueueUrl="{QUEUE}work", MessageBody="x")
        boto3.setup_default_session(region_name="eu-west-1")
        said = [client.meta.region_name, boto3.client("sqs").meta.region_name]
        """,
        lab.queue("work"),
    )
    assert asked.returned == [["us-east-1", "eu-west-1"]]
    assert state() == before
    sent = []
    own.meta.events.register("before-send", lambda request, **_: sent.append(request.url) or STOP)
    own.list_queues()
    assert sent == ["https://sqs.eu-central-1.amazonaws.com/"]


class _Stop:
    """An answer that the test makes up."""

    status_code, headers, content, raw = 200, {}, b"{}", None


STOP = _Stop()


def test_each_environment_has_a_default_session_of_its_own() -> None:
    pytest.importorskip("boto3")
    body = """
        import time
        here = boto3._get_default_session().region_name
        boto3.setup_default_session(region_name="eu-west-1")
        time.sleep(1)
        said = [here, boto3.client("sqs").meta.region_name]
    """
    asked = lab.run(function(body), at=[0, 0, 2])
    assert asked.returned[:2] == [["us-east-1", "eu-west-1"]] * 2
    assert asked.returned[2] == ["eu-west-1"] * 2  # the process lives on


def test_settings_for_aws_on_this_machine_mean_nothing_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("boto3")
    config = tmp_path / "config"
    config.write_text("[default]\nregion = eu-north-1\nretry_mode = legacy\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    asked = run('said = boto3.client("sqs").meta.region_name')
    assert asked.returned == ["us-east-1"]
    assert lab.account().client("sqs").meta.region_name == "us-east-1"
    assert os.environ["AWS_PROFILE"] == "nobody"
