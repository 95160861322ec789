"""Puts the orchestrator in Python behind another door: CloudEvents on /events, names of its own, and a clock to advance."""

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))

import orchestrator

# The names of this installation; nothing in the orchestrator knows them.
orchestrator.ORCHESTRATOR["triggers"] = os.environ["TRIGGER_TOPIC"]
orchestrator.ORCHESTRATOR["state"] = os.environ["STATE_COLLECTION"]

AHEAD = timedelta()


def now():
    return datetime.now(timezone.utc) + AHEAD


orchestrator.now = now


class Door(orchestrator.Handler):
    """Takes structured CloudEvents on /events and `{"seconds": 5}` on /clock; the rest is the orchestrator's."""

    def do_GET(self):
        self.respond(200 if self.path == "/health" else 404, {})

    def do_POST(self):
        global AHEAD
        if self.path == "/clock":
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            AHEAD += timedelta(seconds=body["seconds"])
            return self.respond(200, {"now": orchestrator.utc(now())})
        if self.path == "/events":
            self.path = "/"
        return super().do_POST()


if __name__ == "__main__":
    orchestrator.Server(("127.0.0.1", int(os.environ["LISTEN_PORT"])), Door).serve_forever()
