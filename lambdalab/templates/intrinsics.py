"""What CloudFormation's functions in a template come to: Ref, Fn::GetAtt, Fn::Sub, Fn::If, ..."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from ..engine.places import ACCOUNT, REGION
from ..mistakes import LabError
from .names import NAMES, attribute, reference
from .reading import Template, is_true, text_of

PSEUDO: dict[str, Any] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::NotificationARNs": [],
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/stack/{'0' * 8}",
    "AWS::StackName": "stack",
    "AWS::URLSuffix": "amazonaws.com",
}
NOTHING = object()  # what AWS::NoValue leaves
VARIABLE = re.compile(r"\$\{([^}]*)\}")


class Values:
    """What stands in the properties of a template, as AWS would read it."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.holds,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda x: text_of(self.of(x[0])).join(map(text_of, self.of(x[1]))),
            "Fn::Select": lambda x: self.of(x[1])[int(self.of(x[0]))],
            "Fn::Split": lambda x: text_of(self.of(x[1])).split(x[0]),
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": lambda x: base64.b64encode(text_of(self.of(x)).encode()).decode(),
            "Fn::ToJsonString": lambda x: json.dumps(self.of(x)),
            "Fn::Length": lambda x: len(self.of(x)),
            "Fn::If": lambda x: self.of(x[1] if self.holds(x[0]) else x[2], keep=True),
            "Fn::Equals": lambda x: text_of(self.of(x[0])) == text_of(self.of(x[1])),
            "Fn::And": lambda x: all(self.of(one) for one in x),
            "Fn::Or": lambda x: any(self.of(one) for one in x),
            "Fn::Not": lambda x: not self.of(x[0]),
        }

    def of(self, given: Any, keep: bool = False, shallow: bool = False) -> Any:
        """Work out a value; `keep` keeps AWS::NoValue, `shallow` leaves what is inside as it is."""
        if isinstance(given, list):
            if shallow:
                return given
            found = [self.of(item, keep=True) for item in given]
            return [item for item in found if item is not NOTHING]
        if not isinstance(given, dict):
            return given
        name, argument = next(iter(given.items()), ("", None))
        if len(given) == 1 and (name in self._functions or name.startswith("Fn::")):
            value = self._call(name, argument)
            return None if value is NOTHING and not keep else value
        if shallow:
            return given
        entries = {key: self.of(value, keep=True) for key, value in given.items()}
        return {key: value for key, value in entries.items() if value is not NOTHING}

    def holds(self, condition: Any) -> bool:
        """Say whether a condition of the template holds."""
        if condition not in self.template.conditions:
            raise _wrong("Condition", condition)
        return bool(self.of(self.template.conditions[condition]))

    def _call(self, name: str, argument: Any) -> Any:
        if name not in self._functions:
            raise LabError(
                f"{name} cannot be worked out: {json.dumps(argument, default=str)}.",
                ", ".join(self._functions),
                "a parameter, with its value in lab.load(..., parameters={...})",
            )
        try:
            return self._functions[name](argument)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError):
            raise _wrong(name, argument) from None

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.template.parameters:
            return self.template.parameters[name]
        return reference(name, self._kind(name), self.name_of(name), self)

    def _get_att(self, given: Any) -> Any:
        name, *rest = given.split(".", 1) if isinstance(given, str) else given
        wanted = ".".join(text_of(self.of(part)) for part in rest)
        return attribute(name, self._kind(name), self.name_of(name), wanted, self)

    def _sub(self, given: Any) -> str:
        text, own = (given, {}) if isinstance(given, str) else given

        def put(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in own:
                return text_of(self.of(own[name]))
            return text_of(self._get_att(name) if "." in name else self._ref(name))

        return VARIABLE.sub(put, text)

    def _find_in_map(self, given: list[Any]) -> Any:
        table, row, column = (text_of(self.of(part)) for part in given[:3])
        return self.template.mappings[table][row][column]

    def _kind(self, name: str) -> str:
        """Name the type of a resource."""
        if name not in self.template.resources:
            raise LabError(
                f"the template refers to {name!r}, which it does not have.",
                "its parameters and resources",
                "a parameter or a resource of that name",
            )
        return str(self.template.resources[name]["Type"])

    def name_of(self, name: str) -> str:
        """Give the name that a resource has at AWS: the one it is given, or its logical id."""
        resource = self.template.resources[name]
        properties = resource.get("Properties") or {}
        chosen = self.of(properties.get(NAMES.get(str(resource["Type"]), "")))
        fifo = any(is_true(self.of(properties.get(key))) for key in ("FifoQueue", "FifoTopic"))
        text = text_of(chosen) if chosen else name
        return f"{text.removesuffix('.fifo')}.fifo" if fifo else text


def _wrong(name: str, argument: Any) -> LabError:
    shown = json.dumps(argument, default=str)
    return LabError(f"{name} cannot be worked out: {shown}.", "what CloudFormation allows", name)
