"""Firestore and Pub/Sub over Google's REST APIs, as far as an orchestrator needs them."""

import base64
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request

PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
PUBSUB = f"http://{os.environ['PUBSUB_EMULATOR_HOST']}/v1/projects/{PROJECT}"
DATABASE = f"projects/{PROJECT}/databases/(default)/documents"
FIRESTORE = f"http://{os.environ['FIRESTORE_EMULATOR_HOST']}/v1/{DATABASE}"

# The services are named by the environment; a proxy of the machine has no part in it.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unavailable(Exception):
    """The store or the broker did not do what it was asked, or nobody knows whether it did."""


class Conflict(Exception):
    """Somebody else changed the document since it was read."""


def call(method, url, body=None, timeout_seconds=20):
    """Make one REST call. Gives the status and the JSON of the answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": "Bearer owner", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with OPENER.open(request, timeout=timeout_seconds) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, ValueError) as error:
        raise Unavailable(f"{method} {url}: {error}") from error


def publish(topic, message, timeout_seconds):
    """Publish one JSON message and give its id, once the broker has confirmed it."""
    if timeout_seconds <= 0:
        raise Unavailable(f"no time is left to publish to {topic}")
    data = base64.b64encode(json.dumps(message).encode()).decode()
    url = f"{PUBSUB}/topics/{topic}:publish"
    status, answer = call("POST", url, {"messages": [{"data": data}]}, timeout_seconds)
    if status != 200:
        raise Unavailable(f"publish to {topic} answered {status}: {answer}")
    return answer["messageIds"][0]


def update(path, decide, attempts=40):
    """Read a document, decide, and commit if nobody was faster; else begin anew.

    `decide` takes the document (None if there is none) and gives the next one and what to do after the commit.
    """
    for attempt in range(attempts):
        document, version = read(path)
        following, effect = decide(document)
        if following == document:
            return effect
        try:
            commit(path, following, version)
            return effect
        except Conflict:
            time.sleep(random.uniform(0, 0.002 * (attempt + 1)))
    raise Unavailable(f"{path} changed {attempts} times while it was being written")


def read(path):
    """Give a document and the version it was read in; None and None if there is none."""
    status, answer = call("GET", f"{FIRESTORE}/{urllib.parse.quote(path)}")
    if status == 404:
        return None, None
    if status != 200:
        raise Unavailable(f"read of {path} answered {status}: {answer}")
    return decode({"mapValue": answer}), answer["updateTime"]


def commit(path, document, version):
    """Write a document if it is still in the version that was read."""
    precondition = {"exists": False} if version is None else {"updateTime": version}
    write = {"update": {"name": f"{DATABASE}/{path}", **encode(document)["mapValue"]}, "currentDocument": precondition}
    status, answer = call("POST", f"{FIRESTORE}:commit", {"writes": [write]})
    if status in (404, 409) or (status == 400 and "FAILED_PRECONDITION" in answer):
        raise Conflict(path)
    if status != 200:
        raise Unavailable(f"commit of {path} answered {status}: {answer}")


def documents(collection):
    """Give the id and the content of every document in a collection."""
    token = ""
    while True:
        query = urllib.parse.urlencode({"pageSize": 100, "pageToken": token} if token else {"pageSize": 100})
        status, answer = call("GET", f"{FIRESTORE}/{collection}?{query}")
        if status != 200:
            raise Unavailable(f"list of {collection} answered {status}: {answer}")
        for document in answer.get("documents", []):
            yield document["name"].rsplit("/", 1)[-1], decode({"mapValue": document})
        token = answer.get("nextPageToken", "")
        if not token:
            return


def encode(value):
    """Write a JSON value as Firestore's REST API has it."""
    if value is None:
        return {"nullValue": None}
    if isinstance(value, bool):
        return {"booleanValue": value}
    if isinstance(value, int):
        return {"integerValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [encode(element) for element in value]}}
    return {"mapValue": {"fields": {name: encode(field) for name, field in value.items()}}}


def decode(value):
    """Read a value of Firestore's REST API as JSON."""
    (kind, content), = value.items()
    if kind == "mapValue":
        return {name: decode(field) for name, field in content.get("fields", {}).items()}
    if kind == "arrayValue":
        return [decode(element) for element in content.get("values", [])]
    return int(content) if kind == "integerValue" else content
