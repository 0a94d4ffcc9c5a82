"""What the examples of the SDK ask a run."""

import textwrap
from typing import Any

import lambdalab as lab

HEAD = """
import boto3, json
from botocore.exceptions import ClientError

def refusal(act):
    try:
        act()
    except ClientError as error:
        return [error.response["Error"]["Code"], type(error).__name__]
    except Exception as error:
        return [type(error).__name__, str(error)]
    return None
"""
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/"


def function(body: str, name: str = "caller", **settings: Any) -> lab.Function:
    """Make a function whose handler runs the lines given; what it leaves in `said` is returned."""
    lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    code = f"{HEAD}\ndef handler(event, context):\n    said = None\n{lines}\n    return said\n"
    return lab.function(code, name=name, **({"timeout": 30} | settings))


def said(body: str, *also: Any, **options: Any) -> Any:
    """Run the lines given in a handler once, and give what they leave in `said`."""
    (returned,) = run(body, *also, **options).returned
    assert not isinstance(returned, lab.Failure), returned
    return returned


def run(body: str, *also: Any, settings: Any = None, **options: Any) -> lab.Run:
    """Run the lines given in a handler once."""
    return lab.run(function(body, **(settings or {})), at=[0], also=also, **options)
