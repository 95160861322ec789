"""The routes of the coordinator. A batch is one document; whoever publishes for it holds it for a while."""

import datetime
import os
import time
import uuid
import zoneinfo

import batch as rules
from documents import change, children, get, load, publish
from door import CONTRACT, Invalid, call_body, is_day, is_number, is_run, schema_of, unwrap

HOLD_SECONDS = float(os.environ.get("HOLD_SECONDS", "60"))
WAIT_SECONDS = float(os.environ.get("WAIT_SECONDS", "1740"))
LOOK_SECONDS = float(os.environ.get("LOOK_SECONDS", "60"))
PACIFIC, EASTERN = zoneinfo.ZoneInfo("America/Los_Angeles"), zoneinfo.ZoneInfo("America/New_York")
LIMITS = CONTRACT["readiness"]
PHASE_5 = CONTRACT["processors"]["phase_5_predictions"]["prediction_coordinator"]
STORE_NAMES = ["ml_feature_store_v2", *CONTRACT["processors"]["phase_4_precompute"]["ml_feature_store_v2"]["aliases"]]
is_feature_store, is_result = schema_of("FeatureStoreCompletion"), schema_of("PredictionReady")
REQUESTS, END = "nba-phase5-prediction-request", "nba-phase5-predictions-complete"
AT_ONCE = 40
KEYS = {"game_date": is_day, "run": is_run}
SOURCES = ("pubsub", "scheduler", "manual")


class Busy(Exception):
    """Another publishes for this batch, or it is not yet time; a later delivery finds it done."""


def path_of(game_date, run):
    return f"batches/{game_date}~{int(run)}"


def moment():
    return datetime.datetime.now(datetime.timezone.utc)


def stamp(when):
    return when.isoformat().replace("+00:00", "Z")


def pacific_today():
    return moment().astimezone(PACIFIC).date().isoformat()


# ---------------------------------------------------------------------------------------------- what is ready
def look(game_date, run, min_minutes=None):
    """The feature store of a date: its run, who is ready, and how many are listed."""
    place = f"feature_stores/{game_date}~{int(run)}"
    finished, _ = get(place)
    listed = dict(children(f"{place}/players"))
    ready = {
        name for name, row in listed.items()
        if row["complete"] and (min_minutes is None or row["minutes"] >= min_minutes)
    }
    return finished, ready, len(listed)


def enough(ready, listed):
    return len(ready) >= LIMITS["ready_players_min"] or (
        listed > 0 and 100 * len(ready) >= LIMITS["ready_percent_min"] * listed
    )


# ---------------------------------------------------------------------------------------------- holding a batch
def take_hold(state):
    """Hold the batch for this request, unless another does."""
    if state["hold"] and state["hold"]["until"] > time.time():
        raise Busy("another publishes for this batch")
    state["hold"] = {"by": str(uuid.uuid4()), "until": time.time() + HOLD_SECONDS}
    return state["hold"]


def let_go(game_date, run, hold):
    def decide(state):
        if state and state["hold"] and state["hold"]["by"] == hold["by"]:
            state["hold"] = None
        return state, None
    change(path_of(game_date, run), game_date, decide)


def left(hold):
    return hold["until"] - time.time() - 0.3


def finish(game_date, run, hold):
    """Publish what is owed: requests first, then the end of the round when everybody has answered. Then let go."""
    path = path_of(game_date, run)
    try:
        state, _ = load(path)
        names = rules.owed(state)
        for at in range(0, len(names), AT_ONCE):
            part = names[at:at + AT_ONCE]
            publish(REQUESTS, [request_for(state, name) for name in part], left(hold))
            state = change(path, game_date, lambda now: (rules.confirmed(now, part),) * 2)
        if rules.is_due(state):
            publish(END, [announcement(state)], left(hold))
            change(path, game_date, lambda now: ({**now, "announced": max(now["announced"], state["round"])}, None))
    finally:
        let_go(game_date, run, hold)


def request_for(state, name):
    return {
        "player_lookup": name, "attempt": state["players"][name]["attempt"], "timestamp": stamp(moment()),
        **{field: state[field] for field in (
            "batch_id", "game_date", "run", "execution_id", "correlation_id", "backfill_mode", "backfill_reason",
        )},
    }


def announcement(state):
    status, counted, now = rules.outcome(state), rules.figures(state), moment()
    broken = status == "failed"
    return {
        "processor_name": "prediction_coordinator", "phase": "phase_5_predictions", "status": status,
        **{field: state[field] for field in (
            "execution_id", "correlation_id", "game_date", "backfill_mode", "backfill_reason",
            "parent_processor", "trigger_source", "trigger_message_id",
        )},
        "output_table": PHASE_5["table"], "output_dataset": PHASE_5["dataset"],
        "record_count": counted["players_completed"], "records_failed": counted["players_failed"],
        "timestamp": stamp(now), "duration_seconds": max(0, now.timestamp() - state["round_at"]),
        "skip_downstream_trigger": False,
        "error_message": f"nobody of {counted['players_requested']} is predicted" if broken else None,
        "error_type": "NO_PREDICTIONS" if broken else None,
        "metadata": {
            "run": state["run"], "batch_id": state["batch_id"], "rounds": state["round"], **counted,
            "upstream": state["upstream"],
        },
    }


# ---------------------------------------------------------------------------------------------- starting
def start(game_date, run, cause, min_minutes=None, force=False):
    """Begin the batch, or go on with one that was interrupted. Gives a word for what was found."""
    finished, ready, listed = look(game_date, run, min_minutes)
    is_enough = len(ready) >= LIMITS["degraded_players_min"] or (finished is not None and enough(ready, listed))

    def decide(state):
        found = rules.standing(state) if state else "none"
        is_replaced = found == "complete" and force
        if found in ("running", "complete") and not is_replaced:
            if rules.is_due(state):
                return state, ("due", take_hold(state))
            return state, (found, None)
        if found == "starting":
            return state, ("started", take_hold(state))
        if not is_enough or (finished is None and cause["trigger_source"] == "pubsub"):
            return state, ("insufficient", None)
        state = rules.begun(facts(game_date, run, finished, cause, min_minutes), ready)
        return state, ("started", take_hold(state))

    word, hold = change(path_of(game_date, run), game_date, decide)
    if hold:
        finish(game_date, run, hold)
    return word


def facts(game_date, run, finished, cause, min_minutes):
    chain = cause["correlation_id"] or (finished or {}).get("correlation_id") or str(uuid.uuid4())
    upstream = finished and [{"processor": STORE_NAMES[0], "execution_id": finished["execution_id"], "correlation_id": chain}]
    return {
        **cause, "batch_id": uuid.uuid4().hex, "game_date": game_date, "run": int(run), "execution_id": str(uuid.uuid4()),
        "correlation_id": chain, "upstream": upstream or [], "min_minutes": min_minutes,
        "round_at": time.time(), "hold": None,
    }


def on_trigger(headers, body):
    message, number = unwrap(headers, body, is_feature_store)
    if message["processor_name"] not in STORE_NAMES:
        raise Invalid(f"{message['processor_name']} does not start a batch")
    if message["skip_downstream_trigger"] or message["status"] in ("failed", "no_data"):
        return 204, None
    if message["game_date"] < pacific_today():
        print(f"the feature store of {message['game_date']} came too late", flush=True)
        return 204, None
    word = start(message["game_date"], message["metadata"].get("run", 1), {
        "correlation_id": message.get("correlation_id") or message["execution_id"],
        "backfill_mode": message["backfill_mode"], "backfill_reason": message["backfill_reason"],
        "parent_processor": STORE_NAMES[0], "trigger_source": "pubsub", "trigger_message_id": number,
    })
    if word == "insufficient":
        raise Busy("too few players are ready")
    return (202, {"status": "started"}) if word == "started" else (204, None)


def on_start(headers, body):
    asked = call_body(body, {
        **KEYS, "min_minutes": lambda value: is_number(value) and value >= 0,
        "force": lambda value: isinstance(value, bool), "trigger_source": lambda value: value in SOURCES,
    })
    game_date, run = asked.get("game_date", pacific_today()), asked.get("run", 1)
    is_scheduled = headers.get("x-cloudscheduler") == "true"
    source = "scheduler" if is_scheduled or asked.get("trigger_source") == "scheduler" else "manual"
    cause = {
        "correlation_id": None, "backfill_mode": False, "backfill_reason": None,
        "parent_processor": None, "trigger_source": source, "trigger_message_id": None,
    }
    if is_scheduled:
        await_features(game_date, run)
    try:
        word = start(game_date, run, cause, asked.get("min_minutes"), asked.get("force", False))
    except Busy:
        word = "running"
    if word == "insufficient" and not is_scheduled and is_under_way(game_date, run):
        return 200, {"status": "waiting_for_phase4"}
    answers = {
        "started": (202, "started"), "running": (200, "already_running"), "due": (200, "already_complete"),
        "complete": (200, "already_complete"), "insufficient": (503, "insufficient_data"),
    }
    status, said = answers[word]
    return status, {"status": said}


def is_under_way(game_date, run):
    """Phase 4 has begun and is not done: its own end will start the batch."""
    place = f"feature_stores/{game_date}~{int(run)}"
    return get(place)[0] is None and any(True for _ in children(f"{place}/begun"))


def await_features(game_date, run):
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        if load(path_of(game_date, run))[0] or get(f"feature_stores/{game_date}~{int(run)}")[0]:
            return
        time.sleep(LOOK_SECONDS)


# ---------------------------------------------------------------------------------------------- going on
def on_retry(_, body):
    asked = call_body(body, KEYS)
    game_date, run = asked.get("game_date", pacific_today()), asked.get("run", 1)
    path = path_of(game_date, run)
    known, _ = load(path)
    if known is None:
        return 200, {"status": "no_batch"}
    if rules.is_due(known):
        finish(game_date, run, change(path, game_date, lambda state: (state, take_hold(state))))
    _, ready, _ = look(game_date, run, known["min_minutes"])

    def decide(state):
        # What was looked up is about the batch that was found, and says nothing of one that began meanwhile.
        if state["batch_id"] != known["batch_id"]:
            return state, (0, None)
        state = rules.withdrawn(state, ready)
        names = rules.stragglers(state, ready)
        if not names and not rules.owed(state) and not rules.is_due(state):
            return state, (0, None)
        hold = take_hold(state)
        if names:
            state = rules.next_round(state, names, str(uuid.uuid4()), time.time())
        return state, (len(names), hold)

    count, hold = change(path, game_date, decide)
    if hold:
        finish(game_date, run, hold)
    return (202, {"status": "retrying", "players": count}) if count else (200, {"status": "nothing_to_retry"})


def on_complete(headers, body):
    result, _ = unwrap(headers, body, is_result)
    game_date, run = result["game_date"], result["run"]

    def decide(state):
        if state is None or state["batch_id"] != result["batch_id"]:
            return state, None
        state = rules.answered(state, result)
        return state, rules.is_due(state)

    path = path_of(game_date, run)
    if change(path, game_date, decide):
        # The count is kept before the hold is asked for, so that nobody's answer waits for an announcement.
        hold = change(path, game_date, lambda state: (state, take_hold(state) if rules.is_due(state) else None))
        if hold:
            finish(game_date, run, hold)
    return 204, None


def on_status(query):
    game_date = query.get("game_date", pacific_today())
    run = query.get("run", "1")
    if not is_day(game_date) or not run.isdecimal() or int(run) < 1:
        raise Invalid("expected game_date=YYYY-MM-DD and run=1 or more")
    state, _ = load(path_of(game_date, run))
    counted = rules.figures(state)
    year, month, day = map(int, game_date.split("-"))
    deadline = datetime.datetime(year, month, day, 10, tzinfo=EASTERN)
    is_met = counted["coverage_percent"] >= LIMITS["coverage_percent_min"]
    is_missed = not is_met and moment() >= deadline
    return 503 if is_missed else 200, {
        "game_date": game_date, "run": int(run), "state": rules.standing(state) if state else "none",
        "batch_id": state and state["batch_id"], **counted,
        "sla": "missed" if is_missed else "met" if is_met else "open",
    }


ROUTES = {"/trigger": on_trigger, "/start": on_start, "/retry": on_retry, "/complete": on_complete}
