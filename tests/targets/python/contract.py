"""What this implementation knows of the contract: generated JSON, and how to hold a message to a JSON Schema."""

import json
import re
import uuid
from datetime import date, datetime
from pathlib import Path

GENERATED = Path(__file__).resolve().parents[3] / "generated"
CONTRACT = json.loads((GENERATED / "contract.json").read_text("utf-8"))
COMPLETION_SCHEMA = json.loads((GENERATED / "schemas" / "AnalyticsCompletion.json").read_text("utf-8"))

NAME = "phase3-to-phase4-orchestrator"
ORCHESTRATOR = CONTRACT["orchestrators"][NAME]
LEVEL = ORCHESTRATOR["levels"][0]

CANONICAL = {
    spelling: name
    for name, processor in CONTRACT["processors"]["phase_3_analytics"].items()
    for spelling in (name, *processor["aliases"])
}

TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None), "number": (int, float)}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FORMATS = {"date": date.fromisoformat, "date-time": datetime.fromisoformat, "uuid": lambda text: UUID.fullmatch(text)[0]}


def trigger_id(game_date, run):
    """Name the trigger of a date and run: the same for every instance and every repeat."""
    identity = CONTRACT["trigger_identity"]
    name = identity["name"].format(orchestrator=NAME, game_date=game_date, run=run, level=LEVEL["level"])
    return str(uuid.uuid5(uuid.UUID(identity["namespace"]), name))


def problems_of(value, schema=COMPLETION_SCHEMA, place="message"):
    """List what a received value lacks, as sentences. Unknown fields are fine: the contract may have grown."""
    if "$ref" in schema:
        schema = COMPLETION_SCHEMA["definitions"][schema["$ref"].rsplit("/", 1)[-1]]
    allowed = schema.get("type")
    if allowed and not any(is_a(value, name) for name in ([allowed] if isinstance(allowed, str) else allowed)):
        return [f"{place} must be {allowed}, got {json.dumps(value)}"]
    problems = []
    if "const" in schema and value != schema["const"]:
        problems.append(f"{place} must be {schema['const']!r}, got {value!r}")
    if "enum" in schema and value not in schema["enum"]:
        problems.append(f"{place} must be one of {schema['enum']}, got {value!r}")
    if isinstance(value, str):
        problems += text_problems(value, schema, place)
    if is_a(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        problems.append(f"{place} is out of range: {value}")
    if isinstance(value, list):
        for index, element in enumerate(value):
            problems += problems_of(element, schema.get("items", {}), f"{place}[{index}]")
    if isinstance(value, dict):
        problems += object_problems(value, schema, place)
    return problems


def is_a(value, name):
    """Tell whether a JSON value has a type of JSON Schema; true is no number, 1.0 is an integer."""
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, TYPES[name])


def text_problems(text, schema, place):
    problems = []
    if len(text) < schema.get("minLength", 0):
        problems.append(f"{place} must not be empty")
    # In Python `$` also matches before a final newline.
    if "pattern" in schema and not re.search(schema["pattern"].replace("$", r"\Z"), text, re.ASCII):
        problems.append(f"{place} must match {schema['pattern']}, got {text!r}")
    try:
        FORMATS.get(schema.get("format"), str)(text)
    except (ValueError, TypeError):
        problems.append(f"{place} must be a {schema['format']}, got {text!r}")
    return problems


def object_problems(value, schema, place):
    fields = schema.get("properties", {})
    optional = {name for name, field in fields.items() if field.get("x-receiver-optional")}
    problems = [f"{place}.{name} is missing" for name in schema.get("required", []) if name not in {*value, *optional}]
    for name, field in fields.items():
        if name in value and not (name in optional and value[name] is None):
            problems += problems_of(value[name], field, f"{place}.{name}")
    for rule in schema.get("allOf", []):
        branch = "else" if problems_of(value, rule["if"], place) else "then"
        problems += problems_of(value, rule.get(branch, {}), place)
    return problems
