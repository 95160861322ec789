"""A Phase 3 to Phase 4 orchestrator that shares nothing with the reference: Python's standard library over REST.

It waits for all five analytics processors of a game_date and run, and then sends one trigger to Phase 4. The state
document is the outbox: a trigger is decided and claimed in the commit that completes the set, published by the holder
of the claim, and recorded as published once the broker has confirmed it. Only then is the delivery acked.
"""

import json
import os
import sys
import traceback
import uuid
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cloud import Unavailable, documents, publish, update
from contract import LEVEL, NAME, ORCHESTRATOR, trigger_id
from delivery import Invalid, decode_delivery, read_completion

CLAIM_SECONDS = float(os.environ.get("PUBLISH_CLAIM_SECONDS", "60"))
ENTRY = LEVEL["entry"]
REMEMBERED = ("correlation_id", "execution_id", "status", "backfill_mode", "backfill_reason")

# Claims of this process begin with its name; those that are not at work any more were abandoned by a failed publish.
INSTANCE = str(uuid.uuid4())
AT_WORK = set()


class InFlight(Exception):
    """The trigger is being published by another delivery, which may yet fail."""


def decide_completion(state, completion, message_id, received_at, claimant):
    """Record a completion, decide the trigger when the set is complete, and claim its publish if nobody holds it."""
    state = dict(state or {})
    processor = completion["processor_name"]
    record = {"completed_at": completion["timestamp"], **{field: completion[field] for field in REMEMBERED}}
    if replaces(record, state.get(processor)):
        state[processor] = record
    if ENTRY not in state and not missing_from(state):
        message = build_trigger(state, completion, message_id, received_at)
        state[ENTRY] = {
            "status": "pending", "execution_id": message["execution_id"], "message": message,
            "decided_at": utc(now()), "claimed_by": None, "claim_expires_at": None,
            "published_at": None, "message_id": None,
        }
    return claim(state, claimant)


def replaces(record, recorded):
    """A run that counts stays for good; among the others the later one is remembered, whatever came first."""
    if recorded is None or counts(recorded) or counts(record):
        return recorded is None or not counts(recorded)
    order = [(datetime.fromisoformat(each["completed_at"]), each["execution_id"]) for each in (record, recorded)]
    return order[0] > order[1]


def counts(record):
    return record is not None and record["status"] in ORCHESTRATOR["counts"]


def missing_from(state):
    return [name for name in LEVEL["waits_for"] if not counts(state.get(name))]


def claim(state, claimant):
    """Give a pending trigger to the claimant, unless somebody is publishing it right now."""
    trigger = state.get(ENTRY)
    if trigger is None or trigger["status"] == "published":
        return state, None
    holder = trigger["claimed_by"]
    abandoned = holder is not None and holder.startswith(INSTANCE) and holder not in AT_WORK
    held = holder not in (None, claimant) and not abandoned and trigger["claim_expires_at"] > utc(now())
    if held:
        return state, InFlight(f"the trigger is being published until {trigger['claim_expires_at']} at most")
    expires_at = utc(now() + timedelta(seconds=CLAIM_SECONDS))
    claimed = {**trigger, "claimed_by": claimant, "claim_expires_at": expires_at}
    return {**state, ENTRY: claimed}, claimed


def build_trigger(state, completion, message_id, received_at):
    """Build the trigger once: it is stored, and sent as it is however often it is repeated."""
    finished_at = now()
    runs = [(name, state[name]) for name in LEVEL["waits_for"]]
    backfill = next((record for _, record in runs if record["backfill_mode"]), None)
    run = run_of(completion)
    return {
        "processor_name": NAME, "phase": "orchestration",
        "execution_id": trigger_id(completion["game_date"], run),
        "correlation_id": state[completion["processor_name"]]["correlation_id"],
        "game_date": completion["game_date"],
        "output_table": ORCHESTRATOR["table"], "output_dataset": ORCHESTRATOR["dataset"],
        "status": "success", "record_count": len(runs), "records_failed": 0,
        "timestamp": utc(finished_at), "duration_seconds": (finished_at - received_at).total_seconds(),
        "parent_processor": completion["processor_name"],
        "trigger_source": "pubsub", "trigger_message_id": message_id,
        "skip_downstream_trigger": False,
        "backfill_mode": backfill is not None,
        "backfill_reason": backfill and backfill["backfill_reason"],
        "error_message": None, "error_type": None,
        "metadata": {
            "run": run, "level": LEVEL["level"], "processors": LEVEL["runs"],
            "upstream": [
                {"processor": name, **{field: record[field] for field in ("execution_id", "correlation_id")}}
                for name, record in runs
            ],
        },
    }


def take_and_publish(path, decide):
    """Decide, commit, publish, record: the effect of one delivery or of one swept date. True if it published."""
    claimant = f"{INSTANCE}/{uuid.uuid4()}"
    AT_WORK.add(claimant)
    try:
        effect = update(path, lambda state: decide(state, claimant))
        if effect is None:
            return False
        if isinstance(effect, InFlight):
            raise effect
        # The publish ends before the claim does, so that no late one follows a publish that somebody else recorded.
        left = datetime.fromisoformat(effect["claim_expires_at"]) - now() - timedelta(milliseconds=200)
        message_id = publish(ORCHESTRATOR["triggers"], effect["message"], left.total_seconds())
        update(path, lambda state: (record_published(state, message_id), None))
        return True
    finally:
        AT_WORK.discard(claimant)


def record_published(state, message_id):
    if state[ENTRY]["status"] == "published":
        return state
    settled = {"status": "published", "claimed_by": None, "claim_expires_at": None}
    return {**state, ENTRY: {**state[ENTRY], **settled, "published_at": utc(now()), "message_id": message_id}}


def process_delivery(content_type, body):
    """Take one completion. Returning acks it; any exception nacks it."""
    received_at = now()
    payload, message_id = decode_delivery(content_type, body)
    completion = read_completion(payload)
    if completion["skip_downstream_trigger"]:
        return 200, {"outcome": "ignored", "reason": "skip_downstream_trigger"}
    run = run_of(completion)
    path = f"{ORCHESTRATOR['state']}/{completion['game_date']}{'' if run == 1 else f'.r{run}'}"
    published = take_and_publish(
        path, lambda state, claimant: decide_completion(state, completion, message_id, received_at, claimant)
    )
    return 200, {"outcome": "recorded", "published": published}


def sweep():
    """Publish every pending trigger that nobody is publishing, and name the dates that still wait."""
    published, pending, waiting = [], [], {}
    for date, state in documents(ORCHESTRATOR["state"]):
        if ENTRY not in state:
            waiting[date] = missing_from(state)
        elif state[ENTRY]["status"] == "pending":
            try:
                take_and_publish(f"{ORCHESTRATOR['state']}/{date}", claim)
                published.append(date)
            except (InFlight, Unavailable) as error:
                print(f"sweep of {date}: {error}", file=sys.stderr)
                pending.append(date)
    return 503 if pending else 200, {"published": published, "pending": pending, "waiting": waiting}


def run_of(completion):
    return int(completion["metadata"].get("run", 1))


def now():
    return datetime.now(timezone.utc)


def utc(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if self.path == "/sweep":
                answer = sweep()
            elif self.path == "/":
                answer = process_delivery(self.headers.get("Content-Type", ""), body)
            else:
                answer = 404, {"error": f"POST / and POST /sweep are served, got {self.path}"}
        except Invalid as error:
            answer = 400, {"error": str(error)}
        except InFlight as error:
            answer = 409, {"error": str(error)}
        except Unavailable as error:
            answer = 503, {"error": str(error)}
        except Exception as error:
            traceback.print_exc()
            answer = 500, {"error": repr(error)}
        self.respond(*answer)

    def respond(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)
    print(f"{NAME} listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
