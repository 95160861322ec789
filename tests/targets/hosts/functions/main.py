"""The orchestrator as a function of functions-framework that takes CloudEvents: returning acks, raising nacks."""

import json
import sys
from pathlib import Path

import functions_framework

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from orchestrator import answer  # noqa: E402


class Refused(Exception):
    """The framework answers 500, which is a nack: Pub/Sub delivers it again, and in the end to the dead letters."""


@functions_framework.cloud_event
def on_completion(event):
    status, content = answer("/", "application/json", json.dumps(event.data).encode())
    if status >= 300:
        raise Refused(f"{status} {content}")
