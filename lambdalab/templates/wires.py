"""What a template says about which source feeds which function."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ..mistakes import LabError
from ..sources.pushes import Bus, Schedule
from .apis import DOORS
from .properties import Properties, about, flag, text, whole

if TYPE_CHECKING:
    from .building import Builder

SOURCES = ("AWS::SQS::Queue", "AWS::Kinesis::Stream", "AWS::DynamoDB::Table")
DEFAULT_BUS = "default"
MINUTE = 60  # seconds
UNITS = {"minute": MINUTE, "hour": 60 * MINUTE, "day": 24 * 60 * MINUTE}
NO_EFFECT = ("email", "email-json", "sms")  # subscriptions that nothing in the model sees

MAPPING = {
    "BatchSize": ("batch_size", whole),
    "MaximumBatchingWindowInSeconds": ("maximum_batching_window", whole),
    "ParallelizationFactor": ("parallelization_factor", whole),
    "StartingPosition": ("starting_position", text),
    "BisectBatchOnFunctionError": ("bisect_batch_on_function_error", flag),
    "MaximumRetryAttempts": ("maximum_retry_attempts", whole),
    "MaximumRecordAgeInSeconds": ("maximum_record_age", whole),
    "TumblingWindowInSeconds": ("tumbling_window", whole),
    "Enabled": ("enabled", flag),
}
RETRY_POLICY = {
    "MaximumRetryAttempts": ("maximum_retry_attempts", whole),
    "MaximumEventAgeInSeconds": ("maximum_event_age", whole),
}


def wire(builder: Builder) -> None:
    """Add every wire of a template, in its order."""
    for id, resource in list(builder.template.resources.items()):
        kind = str(resource["Type"])
        if kind in WIRES:
            with about(id, kind):
                WIRES[kind](builder, id, builder.properties(id))


def _to(builder: Builder, id: str, called: str, **settings: Any) -> None:
    """Let what is made so far of a source feed one more function."""
    source = builder.resources[id]
    builder.resources[id] = source.to(builder.functions.called(called), **settings)


def _mapping(builder: Builder, id: str, props: Properties) -> None:
    """Wire a queue, a stream or a table."""
    source = builder.find(str(props.take("EventSourceArn")), *SOURCES)
    settings = props.settings(MAPPING)
    most = props.part("ScalingConfig").take("MaximumConcurrency")
    if most is not None:
        settings["maximum_concurrency"] = whole(props, "MaximumConcurrency", most)
    if "ReportBatchItemFailures" in props.take("FunctionResponseTypes", []):
        settings["report_batch_item_failures"] = True
    filters = [item.take("Pattern") for item in props.part("FilterCriteria").each("Filters")]
    if filters:
        settings["filter"] = filters
    target = props.part("DestinationConfig").part("OnFailure").take("Destination")
    if target:
        settings["on_failure"] = builder.target(target)
    pollers = props.part("ProvisionedPollerConfig")
    least, most = pollers.take("MinimumPollers"), pollers.take("MaximumPollers")
    if least is not None:
        low = whole(props, "MinimumPollers", least)
        both = most is not None
        settings["provisioned_pollers"] = (
            (low, whole(props, "MaximumPollers", most)) if both else low
        )
    called = str(props.take("FunctionName"))
    props.done()
    builder.same[id] = source
    _to(builder, source, called, **settings)


def _subscription(builder: Builder, id: str, props: Properties) -> None:
    """Wire a topic."""
    source = builder.find(str(props.take("TopicArn")), "AWS::SNS::Topic")
    builder.same[id] = source
    _subscribe(builder, source, props)
    props.done()


def _subscribe(builder: Builder, source: str, props: Properties) -> None:
    """Subscribe a function to a topic."""
    protocol, endpoint = props.take("Protocol"), props.take("Endpoint")
    if protocol in NO_EFFECT:
        return
    props.only("Protocol", "lambda")
    policy = props.take("RedrivePolicy", {})
    policy = json.loads(policy) if isinstance(policy, str) else policy
    settings = {}
    if policy:
        settings["dead_letter"] = builder.target(policy["deadLetterTargetArn"])
    _to(builder, source, str(endpoint), **settings)


def _topic(builder: Builder, id: str, props: Properties) -> None:
    """Wire the subscriptions that a topic names itself."""
    for subscription in props.each("Subscription"):
        _subscribe(builder, id, subscription)
        subscription.done()


def _bucket(builder: Builder, id: str, props: Properties) -> None:
    """Wire the notifications of a bucket."""
    notifications = props.part("NotificationConfiguration")
    for one in notifications.each("LambdaConfigurations"):
        settings: dict[str, Any] = {"events": (text(one, "Event", one.take("Event")),)}
        for rule in one.part("Filter").part("S3Key").each("Rules"):
            name, value = str(rule.take("Name")).lower(), rule.take("Value")
            if name not in ("prefix", "suffix"):
                raise rule.wrong("Name", name, "prefix or suffix")
            settings[name] = value
        _to(builder, id, str(one.take("Function")), **settings)
    notifications.done()


def _rule(builder: Builder, id: str, props: Properties) -> None:
    """Wire a bus, or make a schedule."""
    pattern, expression = props.take("EventPattern"), props.take("ScheduleExpression")
    if (pattern is None) == (expression is None):
        raise LabError(
            "a rule with a pattern and a schedule, or with neither, is not modelled.",
            "EventPattern or ScheduleExpression",
            "a rule for each",
        )
    on, bus = props.take("State", "ENABLED"), str(props.take("EventBusName", DEFAULT_BUS))
    if expression is not None:
        name = builder.values.name_of(id)
        builder.resources[id] = Schedule(name, **_times(props, expression))
        source = id
    else:
        source = _bus(builder, bus)
        builder.same[id] = source
    for target in props.each("Targets"):
        settings = target.part("RetryPolicy").settings(RETRY_POLICY)
        dead = target.part("DeadLetterConfig").take("Arn")
        if dead:
            settings["dead_letter"] = builder.target(dead)
        if pattern is not None:
            settings["pattern"] = pattern
        called = str(target.take("Arn"))
        if on != "DISABLED":
            _to(builder, source, called, **settings)
    props.taken.add("Name")
    props.done()


def _bus(builder: Builder, name: str) -> str:
    """Find a bus; the default one is in every account."""
    if name.rpartition("/")[2] == DEFAULT_BUS:
        builder.resources.setdefault(DEFAULT_BUS, Bus(DEFAULT_BUS))
        return DEFAULT_BUS
    return builder.find(name, "AWS::Events::EventBus")


def _times(props: Properties, expression: str) -> dict[str, Any]:
    """Read how often a schedule fires, in seconds, and whether by the clock on the wall."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression.strip())
    every_so_many = re.fullmatch(r"cron\((?:\*|[0*]/(\d+)) \* \* \* \? \*\)", expression.strip())
    if rate:
        return {"every": int(rate[1]) * UNITS[rate[2]]}
    if every_so_many and UNITS["hour"] % (minutes := int(every_so_many[1] or 1) * MINUTE) == 0:
        return {"every": minutes, "cron": True}
    raise props.wrong("ScheduleExpression", expression, "rate(5 minutes), or cron(0/5 * * * ? *)")


WIRES: dict[str, Any] = {
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::S3::Bucket": _bucket,
    "AWS::Events::Rule": _rule,
    **DOORS,
}
