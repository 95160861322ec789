"""What comes in: envelopes, bodies of calls, and the schemas that they are held to, made into functions once."""

import base64
import calendar
import json
import pathlib
import re

GENERATED = pathlib.Path(__file__).resolve().parents[3] / "generated"
CONTRACT = json.loads((GENERATED / "contract.json").read_bytes())
WORDS = {"uuid": re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z", re.I)}


class Invalid(Exception):
    """It can never be right."""


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


KINDS = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
}


def real_day(text):
    if not re.match(r"\d{4}-\d{2}-\d{2}\Z", text, re.A):
        return False
    year, month, day = map(int, text.split("-"))
    return year > 0 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def real_moment(text):
    parts = re.match(r"(\S{10})T(\d\d):(\d\d):(\d\d)(\.\d+)?Z\Z", text, re.A)
    return bool(parts) and real_day(parts[1]) and int(parts[2]) < 24 and int(parts[3]) < 60 and int(parts[4]) < 60


FORMATS = {"date": real_day, "date-time": real_moment, "uuid": lambda text: bool(WORDS["uuid"].match(text))}


def compiled(schema, definitions):
    """A schema as a function that is true for what it allows. Members that it does not name are allowed."""
    if "$ref" in schema:
        return compiled(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    tests = []
    if "type" in schema:
        kinds = [KINDS[name] for name in ([schema["type"]] if isinstance(schema["type"], str) else schema["type"])]
        tests.append(lambda value: any(kind(value) for kind in kinds))
    if "const" in schema:
        tests.append(lambda value: value == schema["const"] and type(value) is type(schema["const"]))
    if "enum" in schema:
        tests.append(lambda value: value in schema["enum"])
    if "format" in schema:
        tests.append(lambda value: not isinstance(value, str) or FORMATS[schema["format"]](value))
    tests.append(lambda value: not isinstance(value, str) or within(len(value), schema, "Length"))
    tests.append(lambda value: not is_number(value) or within(value, schema, "imum"))
    if "items" in schema:
        every = compiled(schema["items"], definitions)
        tests.append(lambda value: not isinstance(value, list) or all(map(every, value)))
    tests.append(members(schema, definitions))
    for rule in schema.get("allOf", []):
        tests.append(conditional(rule, definitions))
    return lambda value: all(test(value) for test in tests)


def within(size, schema, what):
    return schema.get(f"min{what}", size) <= size <= schema.get(f"max{what}", size)


def members(schema, definitions):
    fields = schema.get("properties", {})
    lenient = {name for name, field in fields.items() if field.get("x-receiver-optional")}
    tests = {name: compiled(field, definitions) for name, field in fields.items()}
    required = set(schema.get("required", [])) - lenient

    def holds(value):
        if not isinstance(value, dict):
            return True
        given = {name: test for name, test in tests.items() if name in value}
        return required <= set(value) and all(
            (name in lenient and value[name] is None) or test(value[name]) for name, test in given.items()
        )
    return holds


def conditional(rule, definitions):
    condition, *branches = (compiled(rule.get(part, {}), definitions) for part in ("if", "then", "else"))
    return lambda value: branches[0 if condition(value) else 1](value)


def schema_of(name):
    schema = json.loads((GENERATED / "schemas" / f"{name}.json").read_bytes())
    return compiled(schema, schema.get("definitions", {}))


def parse(content):
    def never(word):
        raise Invalid(f"{word} is no JSON")
    try:
        return json.loads(content.decode(), parse_constant=never)
    except ValueError as error:
        raise Invalid(f"no JSON: {error}") from error


def unwrap(headers, body, allowed):
    """Message and messageId of a push envelope or an event."""
    outer = parse(body)
    if headers.get("content-type", "").startswith("application/cloudevents+json"):
        outer = outer.get("data") if isinstance(outer, dict) else None
    message = outer.get("message") if isinstance(outer, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("data"), str):
        raise Invalid("expected message.data")
    number = message.get("messageId") or message.get("message_id")
    if not number:
        raise Invalid("expected message.messageId")
    try:
        content = base64.b64decode(message["data"], validate=True)
    except ValueError as error:
        raise Invalid(f"no base64: {error}") from error
    payload = parse(content)
    if not isinstance(payload, dict) or not allowed(payload):
        raise Invalid("the message breaks its schema")
    return payload, str(number)


def call_body(body, rules):
    """Body of a call: nothing, or an object of known fields."""
    content = {} if body.strip() == b"" else parse(body)
    if not isinstance(content, dict) or not set(content) <= set(rules):
        raise Invalid(f"expected an object of {sorted(rules)}")
    wrong = [name for name, value in content.items() if not rules[name](value)]
    if wrong:
        raise Invalid(f"not valid: {wrong}")
    return content


def is_day(value):
    return isinstance(value, str) and real_day(value)


def is_run(value):
    return KINDS["integer"](value) and value >= 1
