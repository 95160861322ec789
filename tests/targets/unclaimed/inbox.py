"""Reads what was delivered, and refuses what the contract does not allow."""

import base64
import binascii
import datetime
import json
import pathlib
import re

CONTRACT = json.loads((pathlib.Path(__file__).parents[3] / "generated" / "contract.json").read_text())
STATUSES = {"success", "partial", "no_data", "failed"}
SOURCES = {"pubsub", "scheduler", "manual"}
ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Refused(Exception):
    """It is not what the contract describes."""


def demand(holds, what):
    if not holds:
        raise Refused(what)


def open_delivery(content_type, body):
    """Give message and messageId, out of a push body or of an event in either mode."""
    outer = load(body)
    if content_type.startswith("application/cloudevents+json"):
        demand(isinstance(outer, dict), "an event is an object")
        outer = outer.get("data")
    inner = outer.get("message") if isinstance(outer, dict) else None
    demand(isinstance(inner, dict) and isinstance(inner.get("data"), str), "message.data is missing")
    number = inner.get("messageId", inner.get("message_id"))
    demand(number is not None, "message.messageId is missing")
    try:
        content = base64.b64decode(inner["data"], validate=True)
    except binascii.Error as error:
        raise Refused(f"message.data: {error}") from error
    return load(content), str(number)


def load(content):
    def no_number(word):
        raise Refused(f"{word} is not in JSON")
    try:
        return json.loads(content.decode("utf-8"), parse_constant=no_number)
    except ValueError as error:
        raise Refused(f"no JSON: {error}") from error


def is_count(value, least=0):
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and value >= least


def is_id(value):
    return isinstance(value, str) and ID.fullmatch(value) is not None


def is_filled(value):
    return isinstance(value, str) and value != ""


def is_day(value):
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value)
        return True
    except ValueError:
        return False


def is_moment(value):
    parts = MOMENT.fullmatch(value) if isinstance(value, str) else None
    return bool(parts) and is_day(parts[1]) and int(parts[2]) < 24 and int(parts[3]) < 60 and int(parts[4]) < 60


def is_chain(value):
    return isinstance(value, str) and 1 <= len(value) <= 128


def is_run_of_upstream(value):
    return (
        isinstance(value, dict) and is_filled(value.get("processor"))
        and is_id(value.get("execution_id")) and is_chain(value.get("correlation_id"))
    )


def check(message, phase):
    """Hold a message to the contract and give it back, under its canonical name."""
    demand(isinstance(message, dict), "a message is an object")
    of = message.get
    for name in ("processor_name", "output_table", "output_dataset"):
        demand(is_filled(of(name)), f"{name} must be text")
    for name in ("record_count", "records_failed"):
        demand(is_count(of(name)), f"{name} must be a count")
    for name in ("skip_downstream_trigger", "backfill_mode"):
        demand(isinstance(of(name), bool), f"{name} must be true or false")
    for name in ("parent_processor", "trigger_message_id", "backfill_reason", "error_message", "error_type"):
        demand(name in message and (of(name) is None or isinstance(of(name), str)), f"{name} must be text or null")
    demand(of("phase") == phase, f"phase must be {phase}")
    demand(is_id(of("execution_id")), "execution_id must be a UUID")
    demand(of("correlation_id") is None or is_chain(of("correlation_id")), "correlation_id has 1 to 128 characters")
    demand(is_day(of("game_date")), "game_date must be a day")
    demand(is_moment(of("timestamp")), "timestamp must be a moment in UTC")
    demand(isinstance(of("status"), str) and of("status") in STATUSES, "status is not listed")
    demand(isinstance(of("trigger_source"), str) and of("trigger_source") in SOURCES, "trigger_source is not listed")
    seconds = of("duration_seconds")
    demand(isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and seconds >= 0, "duration_seconds")
    check_together(message)
    check_metadata(of("metadata"), phase)
    return {**message, "processor_name": canonical(of("processor_name"), phase)}


def check_together(message):
    status = message["status"]
    if status == "failed":
        demand(message["error_message"] and message["error_type"], "failed without its error")
    demand(status != "partial" or message["records_failed"] > 0, "partial without failed records")
    demand(status != "no_data" or message["record_count"] == 0, "no_data with records")
    by_message = message["trigger_source"] == "pubsub"
    number, reason = message["trigger_message_id"], message["backfill_reason"]
    demand(bool(number) if by_message else number is None, "trigger_message_id contradicts trigger_source")
    demand(bool(reason) if message["backfill_mode"] else reason is None, "backfill_reason contradicts backfill_mode")


def check_metadata(metadata, phase):
    demand(isinstance(metadata, dict), "metadata must be an object")
    demand(is_count(metadata.get("run", 1), 1), "metadata.run counts from 1")
    upstream = metadata.get("upstream", [])
    demand(isinstance(upstream, list) and all(map(is_run_of_upstream, upstream)), "metadata.upstream")
    if phase == "phase_4_precompute":
        demand(is_count(metadata.get("level", 1), 1) and metadata.get("level", 1) <= 3, "metadata.level")
        for name in ("players_ready", "players_total", "players_failed"):
            demand(is_count(metadata.get(name, 0)), f"metadata.{name} must be a count")


def canonical(spelling, phase):
    for name, processor in CONTRACT["processors"][phase].items():
        if spelling == name or spelling in processor["aliases"]:
            return name
    raise Refused(f"{spelling!r} is nobody in {phase}")
