"""Judges JSON lines of {direction, name, value}: problems, and what the model of that name makes of the value."""

import json
import sys

from pydantic import ValidationError

from nba_pipeline_contract import ContractModel, models, validate


def answer_to(question):
    direction, name, value = question["direction"], question["name"], question["value"]
    problems = [[one.field, one.expected, one.got] for one in validate(direction, name, value)]
    model = getattr(models, name, None)
    if not (isinstance(model, type) and issubclass(model, ContractModel)):
        return {"problems": problems}
    try:
        made = model.receive(value) if direction == "receive" else model.model_validate(value)
    except ValidationError:
        return {"problems": problems, "model": "refuses"}
    return {"problems": problems, "model": "takes", "same": direction == "receive" or numbers(made.to_message()) == numbers(value)}


def numbers(value):
    """Read every number as JavaScript does, so that 123456789012345680000 is one number however it is written."""
    if isinstance(value, dict):
        return {key: numbers(member) for key, member in value.items()}
    if isinstance(value, list):
        return [numbers(member) for member in value]
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


for line in sys.stdin:
    print(json.dumps(answer_to(json.loads(line))), flush=True)
