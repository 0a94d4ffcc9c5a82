"""What Lambda answers to calls that configure functions, versions, aliases and mappings."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from ..engine.places import ACCOUNT, arn
from ..engine.shapes import aws_arn
from ..engine.units import SECOND
from ..engine.world import LATEST, Version, version_id
from .account import Asked, Operation, Result
from .names import function_name, last_part
from .wire import Refused

Params = dict[str, Any]

SETTINGS = {
    "Handler": "handler",
    "Runtime": "runtime",
    "MemorySize": "memory",
    "Timeout": "timeout",
}
EVENT_SETTINGS = {
    "MaximumRetryAttempts": "maximum_retry_attempts",
    "MaximumEventAgeInSeconds": "maximum_event_age",
}
MAPPING = {
    "BatchSize": "batch_size",
    "MaximumBatchingWindowInSeconds": "maximum_batching_window",
    "ParallelizationFactor": "parallelization_factor",
    "StartingPosition": "starting_position",
    "BisectBatchOnFunctionError": "bisect_batch_on_function_error",
    "MaximumRetryAttempts": "maximum_retry_attempts",
    "MaximumRecordAgeInSeconds": "maximum_record_age",
    "TumblingWindowInSeconds": "tumbling_window",
    "Enabled": "enabled",
}
SERVICES = {"sqs": "queue", "sns": "topic", "kinesis": "stream", "dynamodb": "table"}
OTHERS = {"events": "bus", "s3": "bucket", "lambda": "function"}


def _name(call: Asked, params: Params) -> str:
    """Read which function is meant, and refuse one that is not there."""
    name, _ = function_name(params["FunctionName"])
    if name not in call.account.configurer.functions():
        raise Refused("ResourceNotFoundException", f"Function not found: {arn(name)}", Type="User")
    return name


def target_of(name: str) -> str:
    """Turn the ARN of a target into queue:orders; "" stays that."""
    if not name:
        return ""
    _, _, service, _, _, *rest = name.split(":")
    kind = (SERVICES | OTHERS)[service]
    if service == "dynamodb":
        return f"table:{rest[0].split('/')[1]}"
    return f"{kind}:{last_part(rest[-1])}"


# Functions --------------------------------------------------------------------------------------


def _settings(params: Params) -> Params:
    given = {SETTINGS[name]: params[name] for name in SETTINGS if name in params}
    if "Environment" in params:
        given["environment"] = params["Environment"].get("Variables", {})
    if "Architectures" in params:
        given["architecture"] = params["Architectures"][0]
    if "EphemeralStorage" in params:
        given["ephemeral_storage"] = params["EphemeralStorage"]["Size"]
    if "SnapStart" in params:
        given["snap_start"] = params["SnapStart"].get("ApplyOn") == "PublishedVersions"
    if target := params.get("DeadLetterConfig", {}).get("TargetArn"):
        given["dead_letter"] = target_of(target)
    return given


def _packed(call: Asked, code: Params) -> bytes:
    """Give the bytes of a zip, from the call itself or from a bucket of the run."""
    if "ZipFile" in code:
        return code["ZipFile"]
    if "S3Bucket" in code:
        from .s3 import content

        found = content(call, code["S3Bucket"], code["S3Key"])
        if found is not None:
            return found
        message = "Error occurred while GetObject. S3 Error Code: NoSuchKey."
        raise Refused("InvalidParameterValueException", message, Type="User")
    raise Refused(
        "InvalidParameterValueException", "Please provide a source for function code.", Type="User"
    )


def _create_function(call: Asked, params: Params) -> Result:
    name, _ = function_name(params["FunctionName"])
    configurer = call.account.configurer
    if name in configurer.functions():
        message = f"Function already exist: {name}"
        raise Refused("ResourceConflictException", message, Type="User")
    packed = _packed(call, params["Code"])
    configurer.create_function(name, packed, _settings(params))
    call.account.parts[f"code:{name}"] = packed
    if params.get("Publish"):
        return described(call, name, configurer.publish(name))
    return described(call, name)


def _update_code(call: Asked, params: Params) -> Result:
    name, packed = _name(call, params), _packed(call, params)
    call.account.configurer.change_function(name, {"packed": packed})
    call.account.parts[f"code:{name}"] = packed
    if params.get("Publish"):
        return described(call, name, call.account.configurer.publish(name))
    return described(call, name)


def _update_configuration(call: Asked, params: Params) -> Result:
    name = _name(call, params)
    call.account.configurer.change_function(name, _settings(params))
    return described(call, name)


def _delete_function(call: Asked, params: Params) -> Result:
    call.account.configurer.delete_function(_name(call, params))
    return {}


def described(call: Asked, name: str, qualifier: str = LATEST) -> Params:
    """Say everything about a version of a function."""
    version = call.sim.world.versions.get(version_id(name, qualifier))
    if version is None:
        message = f"Function not found: {arn(name, qualifier)}"
        raise Refused("ResourceNotFoundException", message, Type="User")
    function = call.account.configurer.function(name)
    packed = call.account.parts.get(f"code:{name}", b"")
    said = {
        "FunctionName": name,
        "FunctionArn": arn(name, "" if qualifier == LATEST else qualifier),
        "Runtime": version.runtime,
        "Role": f"arn:aws:iam::{ACCOUNT}:role/lambda-role",
        "Handler": function.handler or "lambda_function.lambda_handler",
        "CodeSize": len(packed),
        "CodeSha256": base64.b64encode(hashlib.sha256(packed).digest()).decode(),
        "Timeout": version.timeout // SECOND,
        "MemorySize": version.memory,
        "Version": qualifier,
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": [version.architecture],
        "EphemeralStorage": {"Size": version.ephemeral_storage},
    }
    return said | _more(version, call.sim.world.functions[name].dead_letter)


def _more(version: Version, dead_letter: str) -> Params:
    said: Params = {}
    if version.variables:
        said["Environment"] = {"Variables": dict(version.variables)}
    if dead_letter:
        said["DeadLetterConfig"] = {"TargetArn": arn_of(dead_letter)}
    return said


def arn_of(target: str) -> str:
    """Turn queue:orders into its ARN."""
    kind, _, name = target.partition(":")
    if kind == "function":
        return arn(name)
    service = {kind: service for service, kind in (SERVICES | OTHERS).items()}[kind]
    prefix = {"bus": "event-bus/", "stream": "stream/", "table": "table/"}.get(kind, "")
    return f"arn:aws:s3:::{name}" if kind == "bucket" else aws_arn(service, prefix + name)


def _get_configuration(call: Asked, params: Params) -> Result:
    name = _name(call, params)
    qualifier = params.get("Qualifier") or function_name(params["FunctionName"])[1] or LATEST
    alias = call.sim.world.aliases.get(version_id(name, qualifier))
    return described(call, name, alias.version if alias else qualifier)


def _get_function(call: Asked, params: Params) -> Result:
    found = {"Configuration": _get_configuration(call, params)}
    units = call.sim.world.functions[_name(call, params)].reserved_concurrency
    if units >= 0:
        found["Concurrency"] = {"ReservedConcurrentExecutions": units}
    return found


def _list_functions(call: Asked, _params: Params) -> Result:
    return {"Functions": [described(call, name) for name in call.account.configurer.functions()]}


# Concurrency ------------------------------------------------------------------------------------


def _put_concurrency(call: Asked, params: Params) -> Result:
    units = params["ReservedConcurrentExecutions"]
    call.account.configurer.change_function(_name(call, params), {"reserved_concurrency": units})
    return {"ReservedConcurrentExecutions": units}


def _delete_concurrency(call: Asked, params: Params) -> Result:
    call.account.configurer.change_function(_name(call, params), {"reserved_concurrency": None})
    return {}


def _get_concurrency(call: Asked, params: Params) -> Result:
    units = call.sim.world.functions[_name(call, params)].reserved_concurrency
    return {"ReservedConcurrentExecutions": units} if units >= 0 else {}


def _put_provisioned(call: Asked, params: Params) -> Result:
    units = params["ProvisionedConcurrentExecutions"]
    call.account.configurer.provision(_name(call, params), params["Qualifier"], units)
    return _get_provisioned(call, params)


def _delete_provisioned(call: Asked, params: Params) -> Result:
    call.account.configurer.provision(_name(call, params), params["Qualifier"], 0)
    return {}


def _get_provisioned(call: Asked, params: Params) -> Params:
    name, world = _name(call, params), call.sim.world
    alias = world.aliases.get(version_id(name, params["Qualifier"]))
    number = alias.version if alias else params["Qualifier"]
    version = world.versions.get(version_id(name, number))
    if version is None or not version.provisioned:
        message = "No Provisioned Concurrency Config found for this function"
        raise Refused("ProvisionedConcurrencyConfigNotFoundException", message, Type="User")
    there = sum(
        env.version == version.id and env.initialization_type == "provisioned-concurrency"
        for env in world.environments.values()
        if env.initialized
    )
    return {
        "RequestedProvisionedConcurrentExecutions": version.provisioned,
        "AvailableProvisionedConcurrentExecutions": version.provisioned_serving,
        "AllocatedProvisionedConcurrentExecutions": there,
        "Status": version.provisioned_status,
    }


# Events -----------------------------------------------------------------------------------------


def _put_event_config(call: Asked, params: Params) -> Result:
    name = _name(call, params)
    given = {EVENT_SETTINGS[key]: params[key] for key in EVENT_SETTINGS if key in params}
    destinations = params.get("DestinationConfig", {})
    for key, setting in (("OnSuccess", "on_success"), ("OnFailure", "on_failure")):
        if target := destinations.get(key, {}).get("Destination"):
            given[setting] = target_of(target)
    call.account.configurer.change_function(name, given)
    return _get_event_config(call, params)


def _get_event_config(call: Asked, params: Params) -> Params:
    name = _name(call, params)
    version = call.sim.world.versions[version_id(name, LATEST)]
    destinations = {
        key: {"Destination": arn_of(target)}
        for key, target in (("OnSuccess", version.on_success), ("OnFailure", version.on_failure))
        if target
    }
    return {
        "FunctionArn": arn(name, LATEST),
        "MaximumRetryAttempts": version.maximum_retry_attempts,
        "MaximumEventAgeInSeconds": version.maximum_event_age // SECOND,
        "DestinationConfig": destinations,
    }


# Versions and aliases ---------------------------------------------------------------------------


def _publish(call: Asked, params: Params) -> Result:
    name = _name(call, params)
    return described(call, name, call.account.configurer.publish(name))


def _create_alias(call: Asked, params: Params) -> Result:
    name, alias = _name(call, params), params["Name"]
    if version_id(name, alias) in call.sim.world.aliases:
        message = f"Alias already exists: {arn(name, alias)}"
        raise Refused("ResourceConflictException", message, Type="User")
    call.account.configurer.create_alias(name, alias, params["FunctionVersion"])
    version = params["FunctionVersion"]
    return {"AliasArn": arn(name, alias), "Name": alias, "FunctionVersion": version}


# Mappings ---------------------------------------------------------------------------------------


def _mapping(params: Params) -> Params:
    given = {MAPPING[name]: params[name] for name in MAPPING if name in params}
    if "FunctionResponseTypes" in params:
        types = params["FunctionResponseTypes"]
        given["report_batch_item_failures"] = "ReportBatchItemFailures" in types
    if "ScalingConfig" in params:
        given["maximum_concurrency"] = params["ScalingConfig"].get("MaximumConcurrency")
    if filters := params.get("FilterCriteria", {}).get("Filters"):
        given["filter"] = [each["Pattern"] for each in filters]
    if target := params.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
        given["on_failure"] = target_of(target)
    return given


def _create_mapping(call: Asked, params: Params) -> Result:
    name = _name(call, params)
    _, qualifier = function_name(params["FunctionName"])
    source = target_of(params["EventSourceArn"])
    if not call.account.has(source):
        message = "Error occurred while ReceiveMessage: the event source does not exist."
        raise Refused("InvalidParameterValueException", message, Type="User")
    made = call.account.configurer.map(source, name, qualifier, _mapping(params))
    return _shown(call, made)


def _found(call: Asked, params: Params) -> str:
    if params["UUID"] not in call.account.configurer.mappings():
        message = "The resource you requested does not exist."
        raise Refused("ResourceNotFoundException", message, Type="User")
    return params["UUID"]


def _update_mapping(call: Asked, params: Params) -> Result:
    uuid = _found(call, params)
    call.account.configurer.change_mapping(uuid, _mapping(params))
    return _shown(call, uuid)


def _delete_mapping(call: Asked, params: Params) -> Result:
    """Disable it: nothing is read any more, as if it were gone."""
    uuid = _found(call, params)
    call.account.configurer.change_mapping(uuid, {"enabled": False})
    return _shown(call, uuid) | {"State": "Deleting"}


def _get_mapping(call: Asked, params: Params) -> Result:
    return _shown(call, _found(call, params))


def _list_mappings(call: Asked, params: Params) -> Result:
    shown = [_shown(call, uuid) for uuid in call.account.configurer.mappings()]
    name, source = params.get("FunctionName"), params.get("EventSourceArn")
    wanted = [
        each
        for each in shown
        if (not source or each["EventSourceArn"] == source)
        and (not name or function_name(each["FunctionArn"])[0] == function_name(name)[0])
    ]
    return {"EventSourceMappings": wanted}


def _shown(call: Asked, uuid: str) -> Params:
    source, wire = call.account.configurer.mappings()[uuid]
    settings = wire.settings
    function, qualifier = call.account.configurer.stack.callee(wire.function)
    said: Params = {
        "UUID": uuid,
        "EventSourceArn": arn_of(source),
        "FunctionArn": arn(function, "" if qualifier == LATEST else qualifier),
        "State": "Enabled" if settings["enabled"] else "Disabled",
        "StateTransitionReason": "USER_INITIATED",
    }
    for name, setting in MAPPING.items():
        if name != "Enabled" and settings.get(setting) is not None:
            said[name] = settings[setting]
    if settings["report_batch_item_failures"]:
        said["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    if settings.get("maximum_concurrency"):
        said["ScalingConfig"] = {"MaximumConcurrency": settings["maximum_concurrency"]}
    return said


def _account_settings(call: Asked, _params: Params) -> Result:
    limit = call.sim.world.account_concurrency
    free = limit - call.sim.world.set_aside
    return {"AccountLimit": {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": free}}


OPERATIONS: dict[str, Operation] = {
    "CreateAlias": _create_alias,
    "CreateEventSourceMapping": _create_mapping,
    "CreateFunction": _create_function,
    "DeleteEventSourceMapping": _delete_mapping,
    "DeleteFunction": _delete_function,
    "DeleteFunctionConcurrency": _delete_concurrency,
    "DeleteProvisionedConcurrencyConfig": _delete_provisioned,
    "GetAccountSettings": _account_settings,
    "GetEventSourceMapping": _get_mapping,
    "GetFunction": _get_function,
    "GetFunctionConcurrency": _get_concurrency,
    "GetFunctionConfiguration": _get_configuration,
    "GetFunctionEventInvokeConfig": _get_event_config,
    "GetProvisionedConcurrencyConfig": _get_provisioned,
    "ListEventSourceMappings": _list_mappings,
    "ListFunctions": _list_functions,
    "PublishVersion": _publish,
    "PutFunctionConcurrency": _put_concurrency,
    "PutFunctionEventInvokeConfig": _put_event_config,
    "PutProvisionedConcurrencyConfig": _put_provisioned,
    "UpdateEventSourceMapping": _update_mapping,
    "UpdateFunctionCode": _update_code,
    "UpdateFunctionConfiguration": _update_configuration,
    "UpdateFunctionEventInvokeConfig": _put_event_config,
}
