"""Orchestrators without any claim. A document per completion, and one per trigger that is known to be out.

Whoever finds a set complete, and no note that its trigger is out, publishes it and leaves the note. Two that find the
same at the same time both publish: the same execution_id twice, which the contract allows and does not like.
"""

import datetime
import json
import os
import sys
import time
import uuid
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from google_rest import CloudTrouble, Outrun, every, publish, read_all, write
from inbox import CONTRACT, Refused, check, open_delivery

NAME = sys.argv[1]
OWN = CONTRACT["orchestrators"][NAME]
PHASE = {"phase3-to-phase4-orchestrator": "phase_3_analytics", "phase4-orchestrator": "phase_4_precompute"}[NAME]
ARRIVALS = "arrivals-" + PHASE.replace("_", "-")
NOTES = "triggers-out"
KEPT = ("execution_id", "status", "backfill_mode", "backfill_reason", "timestamp")


def arrival_name(game_date, run, processor):
    return f"{ARRIVALS}/{game_date} {run} {processor}"


def note_name(game_date, run, level):
    return f"{NOTES}/{game_date} {run} {level}"


def remember(message, run):
    """Keep the completion, unless one that counts is there already."""
    name = arrival_name(message["game_date"], run, message["processor_name"])
    entry = {field: message[field] for field in KEPT}
    entry["correlation_id"] = message.get("correlation_id") or message["execution_id"]
    for _ in range(20):
        found = read_all([name])[name]
        if found and (counts(json.loads(found[0])) or json.loads(found[0]) == entry):
            return
        try:
            return write(name, message["game_date"], json.dumps(entry), found and found[1])
        except Outrun:
            continue
    raise CloudTrouble(f"{name} never stood still")


def counts(entry):
    return entry is not None and entry["status"] in OWN["counts"]


def send_if_owed(game_date, run, cause, started):
    """Publish each trigger whose set is complete and that nobody has noted as sent."""
    for level in OWN["levels"]:
        places = {processor: arrival_name(game_date, run, processor) for processor in level["waits_for"]}
        note = note_name(game_date, run, level["level"])
        found = read_all([*places.values(), note])
        entries = {processor: found[place] and json.loads(found[place][0]) for processor, place in places.items()}
        if found[note] or not all(map(counts, entries.values())):
            continue
        publish(OWN["triggers"], trigger(game_date, run, level, entries, cause, started))
        try:
            write(note, game_date, "out", None)
        except Outrun:
            pass


def trigger(game_date, run, level, entries, cause, started):
    rule = CONTRACT["trigger_identity"]
    name = rule["name"].format(orchestrator=NAME, game_date=game_date, run=run, level=level["level"])
    old = [entry for entry in entries.values() if entry["backfill_mode"]]
    return {
        **cause,
        "processor_name": NAME, "phase": "orchestration", "game_date": game_date,
        "execution_id": str(uuid.uuid5(uuid.UUID(rule["namespace"]), name)),
        "correlation_id": max(entry["correlation_id"] for entry in entries.values()),
        "output_dataset": OWN["dataset"], "output_table": OWN["table"],
        "status": "success", "record_count": 0, "records_failed": 0,
        "timestamp": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "duration_seconds": round(time.monotonic() - started, 6),
        "skip_downstream_trigger": False,
        "backfill_mode": bool(old), "backfill_reason": old[0]["backfill_reason"] if old else None,
        "error_message": None, "error_type": None,
        "metadata": {
            "run": run, "level": level["level"], "processors": list(reversed(level["runs"])),
            "upstream": [
                {"processor": processor, "execution_id": entry["execution_id"], "correlation_id": entry["correlation_id"]}
                for processor, entry in sorted(entries.items())
            ],
        },
    }


def deliver(content_type, body):
    started = time.monotonic()
    payload, number = open_delivery(content_type, body)
    message = check(payload, PHASE)
    if message["skip_downstream_trigger"]:
        return
    run = int(message["metadata"].get("run", 1))
    remember(message, run)
    cause = {"parent_processor": message["processor_name"], "trigger_source": "pubsub", "trigger_message_id": number}
    send_if_owed(message["game_date"], run, cause, started)


def sweep():
    cause = {"parent_processor": None, "trigger_source": "scheduler", "trigger_message_id": None}
    trouble = None
    for game_date, run in sorted({tuple(name.split(" ")[:2]) for name in every(ARRIVALS)}):
        try:
            send_if_owed(game_date, int(run), cause, time.monotonic())
        except (CloudTrouble, Outrun) as error:
            trouble = error
    if trouble is not None:
        raise trouble


def serve(request, respond):
    route = f"{request['REQUEST_METHOD']} {request['PATH_INFO']}"
    body = request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))
    try:
        if route == "POST /events":
            deliver(request.get("CONTENT_TYPE", ""), body)
        elif route == "POST /sweep":
            sweep()
        else:
            return say(respond, "404 Not Found", "nothing is here")
        return say(respond, "200 OK", "done")
    except Refused as error:
        return say(respond, "400 Bad Request", str(error))
    except (CloudTrouble, Outrun) as error:
        return say(respond, "503 Service Unavailable", str(error))


def say(respond, status, words):
    content = words.encode()
    respond(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))])
    return [content]


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 100


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    listener = make_server("127.0.0.1", int(os.environ["LISTEN_ON"]), serve, Threaded, Silent)
    print("serving", NAME, flush=True)
    listener.serve_forever()
