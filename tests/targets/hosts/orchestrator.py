"""A Phase 3 to Phase 4 orchestrator in one file, the example to start from.

It waits for all processors of a game_date and run and then sends one trigger. The state document is the outbox: the
commit that completes the set also decides the trigger and claims its publish; the trigger is published, recorded as
published, and only then is the delivery acked. What fails in between is repeated by a redelivery or by the sweep, under
the same execution_id. `serve.py` and the other hosts call `answer`; `rest.py` stands in for Google's clients.
"""

import base64
import json
import os
import sys
from datetime import datetime, timedelta, timezone

from pydantic import ValidationError

from nba_pipeline_contract import canonical_processor_name, trigger_execution_id
from nba_pipeline_contract.contract import ORCHESTRATORS
from nba_pipeline_contract.models import AnalyticsCompletion, Phase4Trigger
from rest import Unavailable, list_documents, publish, update

NAME = "phase3-to-phase4-orchestrator"
US = ORCHESTRATORS[NAME]
LEVEL = US["levels"][0]
CLAIM_SECONDS = float(os.environ.get("PUBLISH_CLAIM_SECONDS", "60"))

class Invalid(Exception):
    """A delivery that can never be processed: 400."""


class Busy(Exception):
    """Somebody else is publishing the trigger, and may yet fail: 409."""


def answer(path, content_type, body):
    """Give the status and the JSON for one request. A status of 2xx acks a delivery; any other nacks it."""
    try:
        if path == "/sweep":
            return sweep()
        return receive(decode(content_type, body))
    except Invalid as error:
        return 400, {"error": str(error)}
    except Busy as error:
        return 409, {"error": str(error)}
    except Unavailable as error:
        return 503, {"error": str(error)}


def decode(content_type, body):
    """Give payload and message id of a push envelope, or of a CloudEvent that holds one."""
    try:
        envelope = parse(body)
        if content_type.startswith("application/cloudevents+json"):
            envelope = envelope["data"]
        message = envelope["message"]
        return parse(base64.b64decode(message["data"], validate=True)), str(message.get("messageId") or message["message_id"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"expected a Pub/Sub push envelope with JSON in base64, got {error!r}") from error


def receive(delivery):
    """Take one completion. It is acked once its state is committed and the trigger that it completes is confirmed."""
    payload, message_id = delivery
    received_at = now()
    try:
        completion = AnalyticsCompletion.receive(payload)
    except ValidationError as error:
        raise Invalid(error.errors()[0]["msg"]) from error
    processor = canonical_processor_name("phase_3_analytics", completion.processor_name)
    if processor is None:
        raise Invalid(f"expected a processor of phase_3_analytics, got {completion.processor_name}")
    if completion.skip_downstream_trigger:
        return 200, {"outcome": "ignored"}
    if completion.correlation_id is None:
        print(f"no correlation_id; {completion.execution_id} stands in for it", file=sys.stderr)
    run = completion.metadata.run or 1

    def decide(state):
        record = completion.model_dump(include={"execution_id", "status", "backfill_mode", "backfill_reason"})
        record["correlation_id"] = completion.correlation_id or completion.execution_id
        runs = state.get("runs", {})
        if not counts(runs.get(processor)):  # A success is never undone.
            runs = {**runs, processor: record}
        trigger = state.get("trigger")
        if trigger is None and all(counts(runs.get(name)) for name in LEVEL["waits_for"]):
            message = build_trigger(runs, completion, processor, message_id, received_at)
            trigger = {"message": message, "claimed_until": "", "published_at": None}
        return {"runs": runs, "trigger": trigger}

    published = commit_and_publish(f"fan_in/{completion.game_date}.r{run}", decide)
    return 200, {"outcome": "recorded", "published": published}


def counts(record):
    return record is not None and record["status"] in US["counts"]


def build_trigger(runs, completion, processor, message_id, received_at):
    """Build the trigger once: it is stored, and sent as it is however often it is repeated."""
    upstream = [(name, runs[name]) for name in LEVEL["waits_for"]]
    backfill = next((record for _, record in upstream if record["backfill_mode"]), None)
    run = completion.metadata.run or 1
    return Phase4Trigger(
        processor_name=NAME, phase="orchestration", game_date=completion.game_date,
        execution_id=trigger_execution_id(NAME, completion.game_date, run, LEVEL["level"]),
        correlation_id=runs[processor]["correlation_id"], parent_processor=processor,
        output_table=US["table"], output_dataset=US["dataset"], status="success",
        record_count=len(upstream), records_failed=0, timestamp=utc(now()),
        duration_seconds=(now() - received_at).total_seconds(),
        trigger_source="pubsub", trigger_message_id=message_id, skip_downstream_trigger=False,
        backfill_mode=backfill is not None, backfill_reason=backfill and backfill["backfill_reason"],
        error_message=None, error_type=None,
        metadata={
            "run": run, "level": LEVEL["level"], "processors": LEVEL["runs"],
            "upstream": [{"processor": name, "execution_id": record["execution_id"],
                          "correlation_id": record["correlation_id"]} for name, record in upstream],
        },
    ).to_message()


def commit_and_publish(path, decide=lambda state: state):
    """Commit the next state; if its trigger is due, claim it in the same commit, publish it and record that. True if it did."""
    until = now() + timedelta(seconds=CLAIM_SECONDS)

    def claim(state):
        state = decide(state)
        trigger = state["trigger"]
        if trigger is None or trigger["published_at"] is not None:
            return state
        if trigger["claimed_until"] > utc(now()):
            raise Busy(f"the trigger is being published until {trigger['claimed_until']} at most")
        return {**state, "trigger": {**trigger, "claimed_until": utc(until)}}

    def settle(**fields):
        return lambda state: {**state, "trigger": {**state["trigger"], **fields}}

    trigger = update(path, claim)["trigger"]
    if trigger is None or trigger["published_at"] is not None:
        return False
    try:  # The publish ends before the claim does, so that no late one follows that of somebody else.
        publish(US["triggers"], trigger["message"], (until - now()).total_seconds() - 0.2)
    except Unavailable:
        update(path, lambda state: settle(claimed_until="")(state) if state["trigger"]["claimed_until"] == utc(until) else state)
        raise
    update(path, settle(published_at=utc(now())))
    return True


def sweep():
    """Publish every trigger that is due and that nobody is publishing; called by the scheduler."""
    published, pending = [], []
    for path, (state, _) in list_documents("fan_in"):
        if state["trigger"] is None or state["trigger"]["published_at"] is not None:
            continue
        try:
            published += [path] if commit_and_publish(path) else []
        except (Busy, Unavailable) as error:
            pending.append(f"{path}: {error}")
    return (503 if pending else 200), {"published": published, "pending": pending}


def parse(content):
    def refuse(word):
        raise ValueError(f"{word} is no JSON")
    return json.loads(str(content, "utf-8"), parse_constant=refuse)


def now():
    return datetime.now(timezone.utc)


def utc(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
