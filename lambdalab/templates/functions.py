"""Functions of a template, with their versions, aliases, layers and event settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..engine.places import arn
from ..engine.world import LATEST
from ..mistakes import LabError
from ..stack import Alias, Function, Published, Work, function
from .names import number
from .properties import Properties, about, text, whole
from .reading import LOCAL

if TYPE_CHECKING:
    from .building import Builder

FUNCTION = "AWS::Lambda::Function"
VERSION = "AWS::Lambda::Version"
ALIAS = "AWS::Lambda::Alias"
EVENTS = "AWS::Lambda::EventInvokeConfig"
LAYER = "AWS::Lambda::LayerVersion"
MEGABYTE = 1024 * 1024

SETTINGS = {
    "Handler": ("handler", text),
    "MemorySize": ("memory", whole),
    "Timeout": ("timeout", whole),
    "ReservedConcurrentExecutions": ("reserved_concurrency", whole),
    "Runtime": ("runtime", text),
}
# What $LATEST has and a version does not take over: each qualifier has event settings of its own.
EVENT_SETTINGS: dict[str, Any] = {
    "maximum_retry_attempts": 2,
    "maximum_event_age": 21_600,
    "on_success": None,
    "on_failure": None,
}


class Functions:
    """The functions of a template."""

    def __init__(self, builder: Builder, code: Mapping[str, Any]) -> None:
        self.builder, self.code = builder, dict(code)
        self.ids = {  # by ARN
            builder.values.of({"Fn::GetAtt": [id, "Arn"]}): id for id in builder.of_type(FUNCTION)
        }
        for id in (*builder.of_type(VERSION), *builder.of_type(ALIAS)):
            self.ids[builder.values.of({"Ref": id})] = id
        self.made: dict[str, Function | Published | Alias] = {}
        self._waiting: list[str] = []
        self._events = [self._event_settings(id) for id in builder.of_type(EVENTS)]
        for id in self.code:
            if builder.template.resources.get(id, {}).get("Type") != FUNCTION:
                raise LabError(
                    f"code is given for {id!r}, which is no function of the template.",
                    ", ".join(builder.of_type(FUNCTION)),
                    'code={"OrderFunction": lab.work(wait=0.2)}',
                )

    def called(self, name: str) -> Function | Published | Alias:
        """Find a function by its name or ARN, with or without a qualifier."""
        return self.make(self.id_of(name))

    def id_of(self, name: str) -> str:
        """Find the logical id of a function by its name or ARN."""
        full = name if name.startswith("arn:") else arn(name)
        id = self.ids.get(full.removesuffix(f":{LATEST}"))
        if id is None:
            raise LabError(
                f"{name!r} is no function of this template.",
                "a function, a version or an alias of the same template",
                "!Ref OrderFunction",
            )
        return id

    def make(self, id: str) -> Function | Published | Alias:
        """Make a function, a version or an alias, once."""
        if id in self.made:
            return self.made[id]
        props = self.builder.properties(id)
        if id in self._waiting:
            raise LabError(
                f"{id} ({props.kind}) is a destination of its own destinations.",
                "functions that do not send to one another in a circle",
                "a queue between them",
            )
        self._waiting.append(id)
        with about(id, props.kind):
            made: Function | Published | Alias
            if props.kind == FUNCTION:
                made = self._function(id, props)
            elif props.kind == VERSION:
                made = self._version(id, props)
            else:
                made = self._alias(id, props)
            props.done()
        self._waiting.remove(id)
        self.made[id] = made
        return made

    # Functions

    def _function(self, id: str, props: Properties) -> Function:
        name = self.builder.values.name_of(id)
        settings = props.settings(SETTINGS)
        props.taken.add("FunctionName")
        environment = props.part("Environment").take("Variables", {})
        if environment:
            settings["environment"] = {key: _text(value) for key, value in environment.items()}
        size = props.part("EphemeralStorage").take("Size")
        if size is not None:
            settings["ephemeral_storage"] = whole(props, "EphemeralStorage.Size", size)
        architectures = props.take("Architectures")
        if architectures:
            settings["architecture"] = architectures[0]
        target = props.part("DeadLetterConfig").take("TargetArn")
        if target:
            settings["dead_letter"] = self.builder.target(target)
        settings |= self._further(props)
        settings |= self._events_of(name, LATEST)
        code = self._code(id, props)
        if isinstance(code, Work):
            settings.pop("handler", None)
            props.taken.add("ImageConfig")
        return function(code, name=name, **settings)

    def _further(self, props: Properties) -> dict[str, Any]:
        """Read the settings that few functions have."""
        settings: dict[str, Any] = {}
        if props.part("SnapStart").take("ApplyOn") == "PublishedVersions":
            settings["snap_start"] = True
        if props.part("VpcConfig").take("SubnetIds"):
            settings["vpc"] = True
        layers = [self._layer(given) for given in props.take("Layers", [])]
        if layers:
            settings["layers"] = tuple(layers)
        logging = props.part("LoggingConfig")
        if logging.take("LogFormat") == "JSON":
            settings["log_format"] = "json"
        levels = {
            "ApplicationLogLevel": "application_log_level",
            "SystemLogLevel": "system_log_level",
        }
        settings |= logging.settings({key: (name, text) for key, name in levels.items()})
        if props.take("PackageType") == "Image":
            settings["package_type"] = "image"
        props.only("RecursiveLoop", "Terminate")
        return settings

    def _code(self, id: str, props: Properties) -> Any:
        """Find the code: what the learner gives instead, text, or a place on this machine."""
        code, runtime = props.part("Code"), str(props.given.get("Runtime", ""))
        inline, bucket, key = (code.take(name) for name in ("ZipFile", "S3Bucket", "S3Key"))
        if id in self.code:
            code.given = {}
            return self.code[id]
        instead = f'lab.load(..., code={{"{id}": lab.work(wait=0.2)}})'
        if runtime and not runtime.startswith("python"):
            raise LabError(f"the runtime {runtime!r} is not Python.", "Python's runtimes", instead)
        if inline is not None:
            return _source(str(inline))
        if bucket != LOCAL:
            raise LabError(
                f"its code is in {bucket or code.take('ImageUri') or 'no place'}.",
                "a folder, a zip or a file on this machine, or code in the template itself",
                instead,
            )
        return self.builder.place(str(key))

    def _layer(self, given: str) -> Any:
        """Name a layer, with the megabytes of what this machine has of it."""
        for id in self.builder.of_type(LAYER):
            if self.builder.values.of({"Ref": id}) == given:
                props = self.builder.properties(id)
                props.taken.add("LayerName")
                content = props.part("Content")
                key = content.take("S3Key")
                local = content.take("S3Bucket") == LOCAL
                props.done()
                name = self.builder.values.name_of(id)
                return (name, _megabytes(self.builder.place(key))) if local else name
        return given.split(":")[6] if given.count(":") > 6 else given

    # Versions, aliases, and the event settings of each

    def _version(self, id: str, props: Properties) -> Published:
        owner = self.called(props.take("FunctionName"))
        assert isinstance(owner, Function)
        qualifiers = [number(id, self.builder.values)]
        for alias in self.builder.of_type(ALIAS):
            other = self.builder.properties(alias)
            if self._same_function(other, owner) and other.take("FunctionVersion") == qualifiers[0]:
                qualifiers.append(self.builder.values.name_of(alias))
        name = str(owner.name)
        usual = {key: EVENT_SETTINGS[key] for key in self._events_of(name, LATEST)}
        found = [events for one in qualifiers if (events := self._events_of(name, one))]
        if len(found) > 1:
            raise LabError(
                "two aliases of this version have event settings of their own.",
                "one EventInvokeConfig for the names of a version",
                "a version for each",
            )
        return owner.publish(**(usual | found[0] if found else usual))

    def _alias(self, id: str, props: Properties) -> Alias:
        owner = self.called(props.take("FunctionName"))
        assert isinstance(owner, Function)
        props.taken.add("Name")
        weights = {
            self._numbered(owner, other.take("FunctionVersion")): float(
                other.take("FunctionWeight")
            )
            for other in props.part("RoutingConfig").each("AdditionalVersionWeights")
        }
        units = props.part("ProvisionedConcurrencyConfig").take("ProvisionedConcurrentExecutions")
        ready = 0 if units is None else whole(props, "ProvisionedConcurrentExecutions", units)
        version = self._numbered(owner, props.take("FunctionVersion"))
        return owner.alias(self.builder.values.name_of(id), version, weights, ready)

    def _same_function(self, props: Properties, owner: Function) -> bool:
        return self.called(props.take("FunctionName")) is owner

    def _numbered(self, owner: Function, wanted: Any) -> Published:
        """Find a version of a function by its number."""
        id = self.ids.get(arn(str(owner.name), str(wanted)), "")
        version = self.make(id) if id else None
        if not isinstance(version, Published):
            raise LabError(
                f"the version {wanted!r} of {owner.name} is not in the template.",
                "a version that the template publishes",
                "FunctionVersion: !GetAtt OrderVersion.Version",
            )
        return version

    def _event_settings(self, id: str) -> tuple[str, str, Properties]:
        props = self.builder.properties(id)
        name = str(props.take("FunctionName"))
        owner = self.ids.get(name if name.startswith("arn:") else arn(name), "")
        if not owner:
            raise props.wrong("FunctionName", name, "a function of the template")
        return self.builder.values.name_of(owner), str(props.take("Qualifier")), props

    def _events_of(self, name: str, qualifier: str) -> dict[str, Any]:
        """Read the event settings of a qualifier."""
        found: dict[str, Any] = {}
        for owner, of, props in self._events:
            if (owner, of) != (name, qualifier):
                continue
            found |= props.settings(
                {
                    "MaximumRetryAttempts": ("maximum_retry_attempts", whole),
                    "MaximumEventAgeInSeconds": ("maximum_event_age", whole),
                }
            )
            destinations = props.part("DestinationConfig")
            for part, setting in (("OnSuccess", "on_success"), ("OnFailure", "on_failure")):
                target = destinations.part(part).take("Destination")
                if target:
                    found[setting] = self.builder.target(target)
            props.done()
        return found


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(source: str) -> str:
    """Take code of one line for code, and not for a path."""
    return source if "\n" in source else f"{source}\n"


def _megabytes(path: Path) -> float:
    """Measure a folder or a file."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    size = sum(f.stat().st_size for f in files if f.is_file() and "__pycache__" not in f.parts)
    return round(size / MEGABYTE, 3)
