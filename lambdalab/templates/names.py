"""What Ref and Fn::GetAtt of each type give: the names, ARNs and URLs of the simulated account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..engine.payloads import stream_arn
from ..engine.places import ACCOUNT, REGION, arn
from ..engine.shapes import aws_arn
from ..mistakes import LabError
from .supported import WITHOUT_EFFECT

if TYPE_CHECKING:
    from .intrinsics import Values

# The property that holds the name of a resource; without it the name is the logical id.
NAMES = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::Alias": "Name",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::Logs::LogGroup": "LogGroupName",
}


def bucket_arn(name: str) -> str:
    """Name a bucket."""
    return f"arn:aws:s3:::{name}"


def queue_url(name: str) -> str:
    """Give the URL of a queue, which is what Ref of it gives."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


Text = Callable[[str], str]
ITSELF: Text = lambda name: name  # noqa: E731
ARNS: dict[str, Text] = {
    "AWS::Lambda::Function": arn,
    "AWS::SQS::Queue": lambda name: aws_arn("sqs", name),
    "AWS::SNS::Topic": lambda name: aws_arn("sns", name),
    "AWS::Kinesis::Stream": lambda name: stream_arn(f"stream:{name}"),
    "AWS::DynamoDB::Table": lambda name: aws_arn("dynamodb", f"table/{name}"),
    "AWS::S3::Bucket": bucket_arn,
    "AWS::Events::EventBus": lambda name: aws_arn("events", f"event-bus/{name}"),
    "AWS::Events::Rule": lambda name: aws_arn("events", f"rule/{name}"),
    "AWS::Lambda::LayerVersion": lambda name: aws_arn("lambda", f"layer:{name}:1"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": lambda name: aws_arn(
        "elasticloadbalancing", f"targetgroup/{name}"
    ),
}
REFS: dict[str, Text] = {
    "AWS::SQS::Queue": queue_url,
    **{kind: ARNS[kind] for kind in ARNS if kind.split("::")[1] == "SNS"},
    "AWS::Lambda::LayerVersion": ARNS["AWS::Lambda::LayerVersion"],
    "AWS::ElasticLoadBalancingV2::TargetGroup": ARNS["AWS::ElasticLoadBalancingV2::TargetGroup"],
}
ATTRIBUTES: dict[tuple[str, str], Text] = {
    **{(kind, "Arn"): text for kind, text in ARNS.items() if "SNS" not in kind},
    ("AWS::SQS::Queue", "QueueName"): ITSELF,
    ("AWS::SQS::Queue", "QueueUrl"): queue_url,
    ("AWS::SNS::Topic", "TopicName"): ITSELF,
    ("AWS::SNS::Topic", "TopicArn"): ARNS["AWS::SNS::Topic"],
    ("AWS::DynamoDB::Table", "StreamArn"): lambda name: stream_arn(f"table:{name}"),
    ("AWS::Events::EventBus", "Name"): ITSELF,
    ("AWS::ApiGateway::RestApi", "RootResourceId"): lambda name: f"{name}-root",
}


def reference(id: str, kind: str, name: str, values: Values) -> str:
    """Say what Ref of a resource gives."""
    if kind == "AWS::Lambda::Version":
        return f"{function_arn(id, values)}:{number(id, values)}"
    if kind == "AWS::Lambda::Alias":
        return f"{function_arn(id, values)}:{name}"
    return REFS.get(kind, ITSELF)(name)


def attribute(id: str, kind: str, name: str, wanted: str, values: Values) -> str:
    """Say what Fn::GetAtt of a resource gives.

    Raises
    ------
    LabError
        If the type has no such attribute here.
    """
    if (kind, wanted) == ("AWS::Lambda::Version", "Version"):
        return number(id, values)
    if wanted == "Arn" and kind in ("AWS::Lambda::Version", "AWS::Lambda::Alias"):
        return reference(id, kind, name, values)
    if (kind, wanted) in ATTRIBUTES:
        return ATTRIBUTES[kind, wanted](name)
    if any(kind.startswith(family) for family in WITHOUT_EFFECT):
        return aws_arn(kind.split("::")[1].lower(), name) if wanted == "Arn" else f"{name}-{wanted}"
    raise LabError(
        f"{id}.{wanted} ({kind}) is not known here.",
        ", ".join(sorted(attr for of, attr in ATTRIBUTES if of == kind)) or "Ref alone",
        "a parameter, with its value in lab.load(..., parameters={...})",
    )


def function_arn(id: str, values: Values) -> str:
    """Name the function that a version or an alias belongs to."""
    name: str = values.of(values.template.resources[id]["Properties"]["FunctionName"])
    return name if name.startswith("arn:") else arn(name)


def number(id: str, values: Values) -> str:
    """Count the versions of a function as they stand in the template."""
    owner, resources = function_arn(id, values), values.template.resources
    versions = [
        other
        for other, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Version" and function_arn(other, values) == owner
    ]
    return str(versions.index(id) + 1)
