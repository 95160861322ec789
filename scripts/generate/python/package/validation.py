"""The door: judges a value against a schema of the contract, with the words of the TypeScript validators."""

import functools
import json
from importlib.resources import files
from typing import Any, Literal, get_args

from .findings import Place, Schema, findings_of
from .names import SCHEMA_NAMES, SchemaName
from .problems import Problem, readable_problems

Direction = Literal["send", "receive"]
"""Judge as the sender, who must be exact, or as the receiver, who must be lenient."""

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


def validate(direction: Direction, name: SchemaName, value: object) -> list[Problem]:
    """Judge a JSON value.

    `send` refuses unknown fields. `receive` takes unknown fields, and fields that the contract marks
    x-receiver-optional may be missing or null. Gives one problem per wrong field; none when the value is valid.
    Raises ValueError for a direction or a name that the contract does not have.
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"expected a direction, {' or '.join(DIRECTIONS)}, got {direction!r}")
    if name not in SCHEMA_NAMES:
        raise ValueError(f"expected the name of a schema, such as AnalyticsCompletion, got {name!r}")
    schema = _schema(f"{direction}.{name}")
    return readable_problems(findings_of(Place(schema, value, "", _schema)))


def _schema(name: str) -> Schema:
    found: Schema = _schemas()[name]
    return found


@functools.cache
def _schemas() -> dict[str, Any]:
    text = (files(__package__) / "schemas.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
