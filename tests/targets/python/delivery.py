"""The door: what a push delivers, decoded and held to the contract."""

import base64
import json
import sys

from contract import CANONICAL, problems_of


class Invalid(Exception):
    """A delivery that can never be processed."""


def decode_delivery(content_type, body):
    """Give the payload and the message id of a push envelope, or of a CloudEvent that holds one."""
    try:
        envelope = parse(body)
        if content_type.startswith("application/cloudevents+json"):
            envelope = envelope["data"]
        message = envelope["message"]
        payload = parse(base64.b64decode(message["data"], validate=True))
        return payload, str(message.get("messageId") or message["message_id"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"expected a Pub/Sub push envelope with JSON in base64, got {error!r}") from error


def parse(content):
    """Read JSON in UTF-8, without the words for numbers that only Python takes."""
    def refuse(word):
        raise ValueError(f"{word} is no JSON")
    return json.loads(str(content, "utf-8"), parse_constant=refuse)


def read_completion(payload):
    """Check a payload against the contract and give the completion under the processor's canonical name."""
    problems = problems_of(payload)
    if problems:
        raise Invalid("; ".join(problems))
    if payload["processor_name"] not in CANONICAL:
        raise Invalid(f"processor_name must be one of {', '.join(CANONICAL)}, got {payload['processor_name']!r}")
    completion = {**payload, "processor_name": CANONICAL[payload["processor_name"]]}
    if completion.get("correlation_id") is None:
        print(f"no correlation_id; execution_id {completion['execution_id']} stands in for it", file=sys.stderr)
        completion["correlation_id"] = completion["execution_id"]
    return completion
