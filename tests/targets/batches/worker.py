"""The worker: one answer per batch and player, kept with the message that tells it until the broker has it."""

import os
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import quote

from documents import change, get, publish
from door import schema_of, unwrap

HOLD_SECONDS = float(os.environ.get("HOLD_SECONDS", "60"))
TOPIC = "nba-phase5-prediction-ready"
is_request = schema_of("PredictionRequest")


class Taken(Exception):
    """Another instance works on it."""


def on_predict(headers, body):
    began = time.monotonic()
    request, _ = unwrap(headers, body, is_request)
    game_date = request["game_date"]
    path = f"answers/{game_date} {quote(request['batch_id'], safe='')} {quote(request['player_lookup'], safe='')}"
    mine = str(uuid.uuid4())
    row = features_of(request)

    def decide(known):
        if known and known["until"] > time.time():
            raise Taken(known["by"])
        attempt = request["attempt"]
        if known and known["is_out"] and known["attempt"] >= attempt:
            return known, None
        if known is None or (known["is_out"] and known["message"]["status"] == "failed"):
            message = answer_to(request, row, began)
        else:
            message = {**known["message"], "attempt": max(attempt, known["attempt"])}
        entry = {"by": mine, "until": time.time() + HOLD_SECONDS, "is_out": False, "attempt": message["attempt"], "message": message}
        return entry, entry

    entry = change(path, game_date, decide)
    if entry is None:
        return 200, {"known": True}
    try:
        publish(TOPIC, [entry["message"]], entry["until"] - time.time() - 0.3)
    except Exception:
        settle(path, game_date, mine, False)
        raise
    settle(path, game_date, mine, True)
    return 200, {"known": False}


def settle(path, game_date, mine, is_out):
    """Give the answer free; what is out stays out."""
    def decide(known):
        if known["by"] != mine:
            return known, None
        return {**known, "until": 0, "is_out": is_out}, None
    change(path, game_date, decide)


def features_of(request):
    place = f"feature_stores/{request['game_date']}~{int(request['run'])}/players/{request['player_lookup']}"
    row, _ = get(place)
    return row if row and row["complete"] else None


def answer_to(request, row, began):
    who = f"{request['player_lookup']} on {request['game_date']}"
    return {
        **{field: request[field] for field in ("batch_id", "player_lookup", "game_date", "run", "attempt")},
        "execution_id": str(uuid.uuid4()).upper(),
        "correlation_id": request.get("correlation_id") or request["execution_id"],
        "status": "success" if row else "failed",
        "predicted_points": round(row["form"] * row["minutes"] / 36, 1) if row else None,
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "duration_seconds": time.monotonic() - began,
        "error_message": None if row else f"expected features of {who}, found none that are complete",
        "error_type": None if row else "FEATURES_MISSING",
    }


ROUTES = {"/predict": on_predict}
