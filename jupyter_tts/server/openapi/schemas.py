"""JSON schemas, made of the declarations that values are checked by."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any, NotRequired, Union

from ...wire.conditions import CONDITIONS, Conditions
from ...wire.parameters import Kind, Parameter

__all__ = ["Schema", "Schemas", "conditions_schema", "nullable", "parameter_schema", "whole"]

Schema = dict[str, Any]

_SIMPLE: Mapping[object, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    None: {"type": "null"},
    type(None): {"type": "null"},
    object: {},
}
_KINDS: Mapping[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.SWITCH: {"type": "boolean"},
}


class Schemas:
    """The schemas of types; those with a name are kept to be referred to."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}

    def of(self, type_: Any) -> Schema:
        """Return the schema of a type: of JSON's own, a TypedDict, or `Conditions`."""
        if type_ in _SIMPLE:
            return _SIMPLE[type_]
        if type_ is Conditions:
            return self._named(type_, conditions_schema())
        if typing.is_typeddict(type_):
            return self._object(type_)
        origin, arguments = typing.get_origin(type_), typing.get_args(type_)
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(argument) for argument in arguments]}
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        raise TypeError(f"{type_} is not a type of JSON")

    def _object(self, type_: Any) -> Schema:
        if type_.__name__ not in self.named:
            properties: dict[str, Schema] = {}
            required: list[str] = []
            for name, hint in typing.get_type_hints(type_, include_extras=True).items():
                if typing.get_origin(hint) is NotRequired:
                    (hint,) = typing.get_args(hint)
                else:
                    required.append(name)
                properties[name] = self.of(hint)
            schema = {"type": "object", "properties": properties, "required": required}
            return self._named(type_, schema)
        return _reference(type_)

    def _named(self, type_: type, schema: Schema) -> Schema:
        self.named[type_.__name__] = schema
        return _reference(type_)


def parameter_schema(declared: Parameter, *, in_body: bool = False) -> Schema:
    """Return the schema of a parameter's values, in a query or a JSON body."""
    schema: Schema = dict(_KINDS[declared.kind])
    if declared.low is not None:
        schema |= {"minimum": declared.low, "maximum": declared.high}
    if declared.choices:
        schema["enum"] = [*declared.choices]
    elif declared.kind is Kind.TEXT:
        schema["pattern"] = whole(declared.pattern) if declared.pattern else r"\S"
    if in_body and declared.kind is Kind.NUMBER:
        # As ElevenLabs' older examples have it: true is 1.
        low, high = declared.low or 0.0, declared.high or 0.0
        switches = [value for value in (False, True) if low <= value <= high]
        schema = {"anyOf": [schema, {"enum": switches}]}
    if declared.default is not None:
        schema["default"] = declared.default
    return schema


def conditions_schema() -> Schema:
    """Return the schema of `Conditions`."""
    properties: dict[str, Schema] = {}
    for name, declared in CONDITIONS.items():
        type_ = "integer" if declared.whole else "number"
        properties[name] = {
            "type": type_ if declared.default is not None else [type_, "null"],
            "minimum": declared.low,
            "maximum": declared.high,
            "default": declared.default,
            "description": f"{declared.label}: {declared.help}.",
        }
    probability = {"type": "number", "minimum": 0, "maximum": 1}
    properties["status"] = {
        "type": "object",
        "patternProperties": {"^[45][0-9]{2}$": probability},
        "additionalProperties": False,
        "description": "HTTP statuses that a request is answered with instead, each with its "
        "probability; together at most 1.",
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def nullable(schema: Schema) -> Schema:
    """Return a schema that null passes, too: it stands for a field that is left out."""
    return {"anyOf": [schema, {"type": "null"}]}


def whole(pattern: str) -> str:
    """Return a pattern that a whole text must match, for JSON schema, which searches."""
    return f"^(?:{pattern})$"


def _reference(type_: type) -> Schema:
    return {"$ref": f"#/components/schemas/{type_.__name__}"}
