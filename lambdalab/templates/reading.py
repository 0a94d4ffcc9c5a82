"""Read a template: YAML with CloudFormation's short forms, or JSON; SAM becomes CloudFormation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..mistakes import LabError

SAM = "AWS::Serverless-2016-10-31"
# Code on this machine, as it is called while the SAM translator, which knows S3 only, is at work.
LOCAL = "code-on-this-machine"
SERVERLESS = ("Api", "Connector", "Function", "HttpApi", "LayerVersion", "SimpleTable")
CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
}


@dataclass
class Template:
    """What a template says, in CloudFormation's words alone."""

    path: Path
    resources: dict[str, dict[str, Any]]
    parameters: dict[str, Any] = field(default_factory=dict)  # their values
    mappings: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)


def read(path: Path, parameters: Mapping[str, Any]) -> Template:
    """Read a template with the values that its parameters are given.

    Raises
    ------
    LabError
        If there is no such file, it is no template, or a parameter has no value.
    """
    document = _document(path)
    resources = _section(path, document, "Resources")
    if not resources:
        raise LabError(
            f"{path} has no Resources.",
            "an AWS SAM or CloudFormation template",
            'lab.load("template.yaml")',
        )
    values = _parameters(path, _section(path, document, "Parameters"), parameters)
    document["Resources"] = {name: _with_local_code(name, of) for name, of in resources.items()}
    globals = _section(path, document, "Globals").get("Function", {})
    if isinstance(globals.get("CodeUri"), str):
        globals["CodeUri"] = f"s3://{LOCAL}/{globals['CodeUri']}"
    transforms = document.get("Transform", [])
    transforms = transforms if isinstance(transforms, list) else [transforms]
    for transform in transforms:
        if transform != SAM:
            raise LabError(f"{path} needs the transform {transform!r}.", SAM, "leave it out")
    if transforms:
        document = _translated(path, document, values)
    return Template(
        path,
        document["Resources"],
        values,
        document.get("Mappings", {}),
        document.get("Conditions", {}),
    )


def _document(path: Path) -> dict[str, Any]:
    """Load YAML; JSON is YAML too."""
    try:
        import yaml
    except ImportError:
        raise needs_extra("templates are read with PyYAML, which is not installed.") from None
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabError(
            f"{str(path)!r} cannot be read: {error.strerror or error}.",
            "the path of a template",
            'lab.load("template.yaml")',
        ) from None
    try:
        document = yaml.load(text, _loader())
    except yaml.YAMLError as error:
        raise LabError(f"{path} is no YAML: {error}", "YAML or JSON", "mend that line") from None
    return document if isinstance(document, dict) else {}


def _loader() -> Any:
    """Make a loader of YAML that knows !Ref, !GetAtt, !Sub and their kin."""
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
        """PyYAML's safe loader with CloudFormation's short forms; dates stay text."""

    def short_form(loader: Loader, tag: str, node: Any) -> dict[str, Any]:
        if isinstance(node, yaml.ScalarNode):
            value: Any = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        if tag == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}

    Loader.yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_multi_constructor("!", short_form)
    return Loader


def _section(path: Path, document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name) or {}
    if not isinstance(found, dict) or any(not isinstance(of, dict) for of in found.values()):
        raise LabError(f"{name} of {path} is no section.", "names, and below each what it is", name)
    return found


def _parameters(
    path: Path, declared: dict[str, Any], given: Mapping[str, Any]
) -> dict[str, str | list[str]]:
    """Give each parameter its value: what was given, or its default."""
    for name in given:
        if name not in declared:
            raise LabError(
                f"{path} has no parameter {name!r}.",
                ", ".join(declared) or "none",
                f'lab.load("{path}", parameters={{...}})',
            )
    values: dict[str, str | list[str]] = {}
    for name, of in declared.items():
        value = given.get(name, of.get("Default"))
        kind = str(of.get("Type", "String"))
        if value is None or (kind.startswith("AWS::SSM::") and name not in given):
            raise LabError(
                f"the parameter {name} of {path} has no value.",
                kind,
                f'parameters={{"{name}": ...}}',
            )
        allowed = of.get("AllowedValues")
        if allowed and text_of(value) not in [text_of(one) for one in allowed]:
            raise LabError(
                f"the parameter {name} cannot be {value!r}.",
                ", ".join(text_of(one) for one in allowed),
                f'parameters={{"{name}": {text_of(allowed[0])!r}}}',
            )
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            items = value if isinstance(value, list) else str(value).split(",")
            values[name] = [text_of(item).strip() for item in items]
        else:
            values[name] = text_of(value)
    return values


def text_of(value: Any) -> str:
    """Write a value as CloudFormation hands it on: as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def is_true(value: Any) -> bool:
    """Read a yes or no, which may be text."""
    return text_of(value).lower() == "true"


def _with_local_code(name: str, resource: dict[str, Any]) -> dict[str, Any]:
    """Mark where the code of a function or a layer stands on this machine."""
    kind = resource.get("Type")
    if not isinstance(kind, str):
        raise LabError(f"{name} has no Type.", "a resource type", "Type: AWS::Lambda::Function")
    family, _, last = kind.rpartition("::")
    if family == "AWS::Serverless" and last not in SERVERLESS:
        raise not_modelled(name, kind)
    properties = resource.get("Properties") or {}
    setting = CODE.get(kind, "")
    where = properties.get(setting)
    if not isinstance(where, str):
        return resource
    if where.startswith("s3://"):
        raise LabError(
            f"the code of {name} ({kind}) is in S3: {where}.",
            "a folder, a zip or a file on this machine, or code in the template itself",
            f"{setting}: src/",
        )
    uri = f"s3://{LOCAL}/{where}"
    place: Any = uri if family == "AWS::Serverless" else {"S3Bucket": LOCAL, "S3Key": where}
    return {**resource, "Properties": {**properties, setting: place}}


def _translated(path: Path, document: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Let AWS's own translator turn SAM into CloudFormation."""
    try:
        from boto3.session import Session
        from samtranslator.model.exceptions import InvalidDocumentException
        from samtranslator.parser.parser import Parser
        from samtranslator.translator.translator import Translator
    except ImportError:
        raise needs_extra("aws-sam-translator is not installed.") from None
    logging.getLogger("samtranslator").addHandler(logging.NullHandler())  # it speaks of itself
    translator = Translator({}, Parser(), boto_session=Session(region_name="us-east-1"))
    try:
        translated: dict[str, Any] = translator.translate(document, dict(values))
    except InvalidDocumentException as error:
        causes = " ".join(cause.message for cause in error.causes)
        raise LabError(
            f"{path} is no valid SAM template. {causes}",
            "what the AWS SAM specification allows",
            "sam validate --lint names the line",
        ) from None
    finally:
        translator.metrics.publish()  # to nobody; it warns of what is not published
    return translated


def not_modelled(name: str, kind: str, setting: str = "") -> LabError:
    """Refuse a resource, or one of its properties, by name."""
    what = f"{setting} of {name} ({kind})" if setting else f"{name} ({kind})"
    return LabError(
        f"{what} is not modelled.",
        "what docs/templates.md lists",
        f"a template without it, or without={name!r}" if not setting else "a template without it",
    )


def needs_extra(why: str) -> LabError:
    """Say which packages are missing."""
    return LabError(why, "the extra sdk", 'pip install "lambdalab[sdk]"')
