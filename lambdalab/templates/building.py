"""Turn a template into resources of the stack, and wire them as the template does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..mistakes import LabError
from ..sources.pushes import Bucket, Bus, Topic, bucket, bus, topic
from ..sources.queues import queue
from ..sources.streams import Stream, Table, stream, table
from ..stack import Function, Resource
from .functions import ALIAS, EVENTS, FUNCTION, LAYER, VERSION, Functions
from .intrinsics import Values
from .names import ARNS
from .properties import Properties, about, text, whole
from .reading import Template, is_true, not_modelled
from .supported import WITHOUT_EFFECT
from .wires import WIRES, wire

HOUR = 3600  # seconds


class Builder:
    """A template that is being turned into resources."""

    def __init__(self, template: Template, code: Mapping[str, Any]) -> None:
        self.template, self.values = template, Values(template)
        self._drop_unwanted()
        self.resources: dict[str, Any] = {}  # logical id -> a queue, a topic, a door, ...
        self.same: dict[str, str] = {}  # the logical id of a wire -> what it is a wire of
        self.left_out = {
            id: str(resource["Type"])
            for id, resource in template.resources.items()
            if str(resource["Type"]).startswith(WITHOUT_EFFECT)
        }
        self._check_types()
        self.functions = Functions(self, code)

    def build(self) -> dict[str, Any]:
        """Make everything: what is sent to first, then functions, then the wires."""
        for kind in MAKE:
            for id in self.of_type(kind):
                self.make(id)
        for kind in (FUNCTION, VERSION, ALIAS):
            for id in self.of_type(kind):
                self.functions.make(id)
        wire(self)
        found = {**self.functions.made, **self.resources}
        named = {id: found[self.same.get(id, id)] for id in self.template.resources if self._is(id)}
        return named | {id: found[id] for id in found if id not in named}

    def _is(self, id: str) -> bool:
        known = (*self.functions.made, *self.resources)
        return self.same.get(id, id) in known

    # What the chapters about functions and wires ask for

    def of_type(self, kind: str) -> list[str]:
        """List the logical ids of a type, in the order of the template."""
        return [id for id, resource in self.template.resources.items() if resource["Type"] == kind]

    def properties(self, id: str) -> Properties:
        """Open the properties of a resource."""
        resource = self.template.resources[id]
        return Properties(id, str(resource["Type"]), resource.get("Properties"), self.values)

    def place(self, key: str) -> Path:
        """Find code on this machine; a template names it from its own folder."""
        return self.template.path.parent / key

    def make(self, id: str) -> Any:
        """Make a resource that is not a function, once, without its wires."""
        if id not in self.resources:
            props = self.properties(id)
            with about(id, props.kind):
                self.resources[id] = MAKE[props.kind](self, id, props)
        return self.resources[id]

    def find(self, name: str, *kinds: str) -> str:
        """Find the logical id of a resource by its ARN or its name."""
        for kind in kinds:
            for id in self.of_type(kind):
                own = self.values.name_of(id)
                arns = [ARNS[kind](own)]
                if kind == "AWS::DynamoDB::Table":
                    arns.append(self.values.of({"Fn::GetAtt": [id, "StreamArn"]}))
                if name in (own, *arns):
                    return id
        raise LabError(
            f"{name!r} is not in this template.",
            f"a resource of type {', '.join(kinds)} of the same template",
            "!GetAtt OrdersQueue.Arn",
        )

    def target(self, arn: str) -> Function | Resource:
        """Find what documents are sent to, by its ARN."""
        if ":lambda:" in arn:
            function = self.functions.called(arn)
            if not isinstance(function, Function):
                raise LabError(
                    f"the destination {arn} is a version or an alias.",
                    "a function, a queue, a topic, a bus or a bucket",
                    "!GetAtt OrderFunction.Arn",
                )
            return function
        kinds = ("AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::Events::EventBus", "AWS::S3::Bucket")
        found: Resource = self.make(self.find(arn, *kinds))
        return found

    # What the template has

    def _drop_unwanted(self) -> None:
        """Leave out the resources whose condition does not hold."""
        resources = self.template.resources
        self.template.resources = {
            id: resource
            for id, resource in resources.items()
            if "Condition" not in resource or self.values.holds(resource["Condition"])
        }

    def _check_types(self) -> None:
        known = {FUNCTION, VERSION, ALIAS, EVENTS, LAYER, *MAKE, *WIRES}
        for id, resource in self.template.resources.items():
            if resource["Type"] not in known and id not in self.left_out:
                raise not_modelled(id, str(resource["Type"]))


# What is made without wires ---------------------------------------------------------------------


def _queue(builder: Builder, id: str, props: Properties) -> Resource:
    policy = props.take("RedrivePolicy", {})
    settings = props.settings(
        {
            "VisibilityTimeout": ("visibility_timeout", whole),
            "MessageRetentionPeriod": ("message_retention", whole),
            "DelaySeconds": ("delay", whole),
        }
    )
    if policy:
        dead = builder.find(str(policy.get("deadLetterTargetArn")), "AWS::SQS::Queue")
        settings["dead_letter"] = builder.make(dead)
        settings["max_receive_count"] = whole(props, "maxReceiveCount", policy["maxReceiveCount"])
    fifo = is_true(props.take("FifoQueue"))
    _named(props, "QueueName")
    return queue(builder.values.name_of(id), fifo=fifo, **settings)


def _topic(builder: Builder, id: str, props: Properties) -> Topic:
    fifo = is_true(props.take("FifoTopic"))
    props.taken.add("Subscription")  # the wires see to it
    _named(props, "TopicName")
    return topic(builder.values.name_of(id), fifo=fifo)


def _stream(builder: Builder, id: str, props: Properties) -> Stream:
    shards = props.take("ShardCount")
    mode = props.part("StreamModeDetails").take("StreamMode", "PROVISIONED")
    if mode != "PROVISIONED" or shards is None:
        raise props.wrong("StreamModeDetails.StreamMode", "ON_DEMAND", "PROVISIONED, a ShardCount")
    settings = {"shards": whole(props, "ShardCount", shards)}
    hours = props.take("RetentionPeriodHours")
    if hours is not None:
        settings["retention"] = whole(props, "RetentionPeriodHours", hours) * HOUR
    _named(props, "Name")
    return stream(builder.values.name_of(id), **settings)


def _table(builder: Builder, id: str, props: Properties) -> Table:
    keys = props.take("KeySchema", [])
    if [key.get("KeyType") for key in keys] != ["HASH"]:
        raise props.wrong("KeySchema", keys, "one key, of type HASH")
    settings = {"key": str(keys[0]["AttributeName"])}
    view = props.part("StreamSpecification").take("StreamViewType")
    if view:
        settings["stream_view"] = text(props, "StreamViewType", view)
    _named(props, "TableName")
    return table(builder.values.name_of(id), **settings)


def _bucket(builder: Builder, id: str, props: Properties) -> Bucket:
    props.taken.add("NotificationConfiguration")  # the wires see to it
    _named(props, "BucketName")
    return bucket(builder.values.name_of(id))


def _bus(builder: Builder, id: str, props: Properties) -> Bus:
    _named(props, "Name")
    return bus(builder.values.name_of(id))


def _named(props: Properties, name: str) -> None:
    """Take the name, which `name_of` has read, and let nothing be left."""
    props.taken.add(name)
    props.done()


MAKE: dict[str, Any] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SNS::Topic": _topic,
    "AWS::Kinesis::Stream": _stream,
    "AWS::DynamoDB::Table": _table,
    "AWS::S3::Bucket": _bucket,
    "AWS::Events::EventBus": _bus,
}
