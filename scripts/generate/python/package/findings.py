"""Judges a value by one schema and lists each keyword that it breaks, in the order of the TypeScript validators."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .formats import FORMATS
from .shown import is_finite_number, keys_of

Schema = Mapping[str, Any]
Named = Callable[[str], Schema]


@dataclass(frozen=True)
class Finding:
    """One keyword of a schema that a value breaks, and where."""

    pointer: str
    keyword: str
    schema: Schema
    value: object
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """A value, the schema that it is judged by, and the way to both."""

    schema: Schema
    value: object
    pointer: str
    named: Named

    def found(self, keyword: str, **params: str) -> Finding:
        return Finding(self.pointer, keyword, self.schema, self.value, params)

    def same(self, schema: Schema) -> list[Finding]:
        return findings_of(Place(schema, self.value, self.pointer, self.named))

    def below(self, step: str, schema: Schema, value: object) -> list[Finding]:
        pointer = f"{self.pointer}/{step.replace('~', '~0').replace('/', '~1')}"
        return findings_of(Place(schema, value, pointer, self.named))


def findings_of(place: Place) -> list[Finding]:
    """List what is wrong with a value, without an end at the first finding."""
    schema, value = place.schema, place.value
    if "$ref" in schema and not any(keyword in ALL for keyword in schema if keyword != "$ref"):
        return place.same(place.named(schema["$ref"]))
    types: list[str] = [schema["type"]] if isinstance(schema.get("type"), str) else list(schema.get("type", []))
    late = len(types) == 1 and any(keyword in schema for keyword in BY_TYPE.get(types[0], {}))
    found: list[Finding] = []
    if types and not late and not any(is_a(value, each) for each in types):
        found.append(place.found("type"))
    for keyword, judge in ANY.items():
        if keyword in schema:
            found += judge(place)
    for name, rules in BY_TYPE.items():
        if not any(keyword in schema for keyword in rules):
            continue
        if is_a(value, name):
            for keyword, judge in rules.items():
                if keyword in schema:
                    found += judge(place)
        elif late and types == [name]:
            found.append(place.found("type"))
    return found


def is_a(value: object, name: str) -> bool:
    """Tell whether a value has a type of JSON Schema; true is no number, 1.0 is an integer."""
    if name == "null":
        return value is None
    if name == "boolean":
        return isinstance(value, bool)
    if name == "string":
        return isinstance(value, str)
    if name == "array":
        return isinstance(value, list)
    if name == "object":
        return isinstance(value, dict) and all(isinstance(key, str) for key in value)
    if name == "integer":
        return is_finite_number(value) and float(value) % 1 == 0  # type: ignore[arg-type]
    return is_finite_number(value)


def equal(one: object, other: object) -> bool:
    """Compare two JSON values; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return type(one) is type(other) and one == other or is_a(one, "number") and is_a(other, "number") and one == other


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _if(place: Place) -> list[Finding]:
    branch = "else" if place.same(place.schema["if"]) else "then"
    return place.same(place.schema[branch]) if branch in place.schema else []


def _any_of(place: Place) -> list[Finding]:
    found: list[Finding] = []
    for branch in place.schema["anyOf"]:
        within = place.same(branch)
        if not within:
            return []
        found += within
    return [*found, place.found("anyOf")]


def _one_of(place: Place) -> list[Finding]:
    found: list[Finding] = []
    matching = 0
    for branch in place.schema["oneOf"]:
        within = place.same(branch)
        matching += 0 if within else 1
        if matching > 1:
            break
        found += within
    return [] if matching == 1 else [*found, place.found("oneOf")]


def _required(place: Place) -> list[Finding]:
    value: Any = place.value
    return [place.found("required", missing=name) for name in place.schema["required"] if name not in value]


def _additional(place: Place) -> list[Finding]:
    value: Any = place.value
    rule = place.schema["additionalProperties"]
    known = place.schema.get("properties", {})
    others = [key for key in keys_of(value) if key not in known]
    if rule is False:
        return [place.found("additionalProperties", extra=key) for key in others]
    return [] if rule is True else joined(place.below(key, rule, value[key]) for key in others)


def _properties(place: Place) -> list[Finding]:
    value: Any = place.value
    fields: Mapping[str, Schema] = place.schema["properties"]
    return joined(place.below(name, fields[name], value[name]) for name in keys_of(fields) if name in value)


def _items(place: Place) -> list[Finding]:
    value: Any = place.value
    return joined(place.below(str(at), place.schema["items"], each) for at, each in enumerate(value))


def _unique(place: Place) -> bool:
    value: Any = place.value
    return not place.schema["uniqueItems"] or not any(
        equal(one, other) for at, one in enumerate(value) for other in value[:at]
    )


def _format(place: Place) -> bool:
    judge, text = FORMATS.get(place.schema["format"]), str(place.value)
    return judge(text) if judge else compiled(place.schema["format"]).search(text) is not None


def joined(lists: Iterable[Sequence[Finding]]) -> list[Finding]:
    return [finding for found in lists for finding in found]


Judge = Callable[[Place], list[Finding]]


def keeps(keyword: str, kept: Callable[[Any, Any], bool]) -> Judge:
    """Judge by one comparison of the value with the keyword's own value."""
    return lambda place: [] if kept(place.value, place.schema[keyword]) else [place.found(keyword)]


def holds(keyword: str, kept: Callable[[Place], bool]) -> Judge:
    """Judge by one question about the place."""
    return lambda place: [] if kept(place) else [place.found(keyword)]


ANY: dict[str, Judge] = {
    "const": keeps("const", equal),
    "enum": keeps("enum", lambda value, values: any(equal(value, each) for each in values)),
    "not": holds("not", lambda place: bool(place.same(place.schema["not"]))),
    "anyOf": _any_of,
    "oneOf": _one_of,
    "allOf": lambda place: joined(place.same(part) for part in place.schema["allOf"]),
    "if": _if,
}
BY_TYPE: dict[str, dict[str, Judge]] = {
    "number": {
        "maximum": keeps("maximum", lambda value, most: bool(value <= most)),
        "minimum": keeps("minimum", lambda value, least: bool(value >= least)),
        "exclusiveMaximum": keeps("exclusiveMaximum", lambda value, most: bool(value < most)),
        "exclusiveMinimum": keeps("exclusiveMinimum", lambda value, least: bool(value > least)),
    },
    "string": {
        "maxLength": keeps("maxLength", lambda value, most: len(value) <= most),
        "minLength": keeps("minLength", lambda value, least: len(value) >= least),
        "pattern": keeps("pattern", lambda value, pattern: compiled(pattern).search(value) is not None),
        "format": holds("format", _format),
    },
    "array": {
        "maxItems": keeps("maxItems", lambda value, most: len(value) <= most),
        "minItems": keeps("minItems", lambda value, least: len(value) >= least),
        "uniqueItems": holds("uniqueItems", _unique),
        "items": _items,
    },
    "object": {
        "maxProperties": keeps("maxProperties", lambda value, most: len(value) <= most),
        "minProperties": keeps("minProperties", lambda value, least: len(value) >= least),
        "required": _required,
        "additionalProperties": _additional,
        "properties": _properties,
    },
}
ALL = {*ANY, *(keyword for rules in BY_TYPE.values() for keyword in rules)}
