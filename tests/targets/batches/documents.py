"""Documents of one JSON text each, written only over what was read; and the broker. Both over REST."""

import base64
import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import quote, urlencode

PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
BASE = f"projects/{PROJECT}/databases/(default)/documents"
STORE = f"http://{os.environ['FIRESTORE_EMULATOR_HOST']}/v1/"
BROKER = f"http://{os.environ['PUBSUB_EMULATOR_HOST']}/v1/projects/{PROJECT}/topics/"
# Threads of one instance take turns at a document; the guard is against other instances.
turns = {}
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unsure(Exception):
    """It did not happen, or nobody knows."""


class Overtaken(Exception):
    """Another wrote first."""


def ask(method, url, content=None, seconds=6.0):
    request = urllib.request.Request(url, None if content is None else json.dumps(content).encode(), method=method)
    request.add_header("Authorization", "Bearer owner")
    request.add_header("Content-Type", "application/json")
    try:
        with direct.open(request, timeout=seconds) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except (OSError, ValueError) as trouble:
        raise Unsure(f"{method} {url}: {trouble}") from trouble


def get(path):
    """Fields and version of a document; None and None if there is none."""
    status, answer = ask("GET", STORE + quote(f"{BASE}/{path}"))
    if status == 404:
        return None, None
    if status != 200:
        raise Unsure(f"reading {path}: {status} {answer}")
    return {name: plain(value) for name, value in answer.get("fields", {}).items()}, answer["updateTime"]


def load(path):
    fields, version = get(path)
    return (None if fields is None else json.loads(fields["json"])), version


def save(path, game_date, value, version):
    """Write a document over the version that was read; a version of None means that there was none."""
    guard = {"exists": False} if version is None else {"updateTime": version}
    fields = {"game_date": {"stringValue": game_date}, "json": {"stringValue": json.dumps(value)}}
    write = {"update": {"name": f"{BASE}/{path}", "fields": fields}, "currentDocument": guard}
    status, answer = ask("POST", f"{STORE}{BASE}:commit", {"writes": [write]})
    if status == 200:
        return
    if status in (404, 409) or "FAILED_PRECONDITION" in str(answer) or "ALREADY_EXISTS" in str(answer):
        raise Overtaken(path)
    raise Unsure(f"writing {path}: {status} {answer}")


def change(path, game_date, decide):
    """Read, decide, write if it is another value; again when another was faster. Gives what was decided beside it."""
    turn = turns.setdefault(path, threading.Lock())
    for attempt in range(60):
        with turn:
            before, version = load(path)
            after, outcome = decide(json.loads(json.dumps(before)))
            if after == before:
                return outcome
            try:
                save(path, game_date, after, version)
                return outcome
            except Overtaken:
                pass
        time.sleep(random.random() * 0.004 * attempt)
    raise Unsure(f"{path} is written by too many")


def children(path):
    """Id and fields of every document of a collection."""
    page = {"pageSize": 300}
    while True:
        status, answer = ask("GET", f"{STORE}{quote(f'{BASE}/{path}')}?{urlencode(page)}")
        if status != 200:
            raise Unsure(f"listing {path}: {status} {answer}")
        for document in answer.get("documents", []):
            fields = {name: plain(value) for name, value in document["fields"].items()}
            yield document["name"].rsplit("/", 1)[1], fields
        if not answer.get("nextPageToken"):
            return
        page["pageToken"] = answer["nextPageToken"]


def plain(value):
    (kind, content), = value.items()
    return float(content) if kind in ("integerValue", "doubleValue") else content


def publish(topic, messages, seconds):
    """Publish messages in one call; returning means that the broker has every one of them."""
    if seconds <= 0:
        raise Unsure("no time is left in which to publish")
    sent = [{"data": base64.b64encode(json.dumps(each, indent=1).encode()).decode()} for each in messages]
    status, answer = ask("POST", f"{BROKER}{topic}:publish", {"messages": sent}, seconds)
    if status != 200:
        raise Unsure(f"publishing to {topic}: {status} {answer}")
