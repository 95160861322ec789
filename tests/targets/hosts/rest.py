"""Documents of JSON and publishes over Google's REST surface, with the standard library alone; Google's clients do the same."""

import base64
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request

PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
BROKER = f"http://{os.environ['PUBSUB_EMULATOR_HOST']}/v1/projects/{PROJECT}"
ROOT = f"projects/{PROJECT}/databases/(default)/documents"
STORE = f"http://{os.environ['FIRESTORE_EMULATOR_HOST']}/v1/{ROOT}"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Unavailable(Exception):
    """Store or broker did not do what was asked, or nobody knows whether they did: 503."""


def update(path, decide):
    """Read, decide, and commit if nobody was faster; else begin anew. Gives what is committed."""
    for attempt in range(40):
        status, found = call("GET", f"{STORE}/{path}")
        state, version = read(found) if status == 200 else ({}, None)
        following = decide(state)
        if following == state:
            return state
        condition = {"exists": False} if version is None else {"updateTime": version}
        fields = {"state": {"stringValue": json.dumps(following)}}
        write = {"update": {"name": f"{ROOT}/{path}", "fields": fields}, "currentDocument": condition}
        status, said = call("POST", f"{STORE}:commit", {"writes": [write]})
        if status == 200:
            return following
        if status not in (400, 404, 409):
            break
        time.sleep(random.uniform(0, 0.002 * (attempt + 1)))
    raise Unavailable(f"commit of {path} answered {status}")


def read(document):
    return json.loads(document["fields"]["state"]["stringValue"]), document["updateTime"]


def list_documents(collection):
    token = ""
    while True:
        _, page = call("GET", f"{STORE}/{collection}?pageSize=100&pageToken={urllib.parse.quote(token)}")
        for document in page.get("documents", []):
            yield f"{collection}/{document['name'].rsplit('/', 1)[-1]}", read(document)
        token = page.get("nextPageToken", "")
        if not token:
            return


def publish(topic, message, timeout_seconds):
    data = base64.b64encode(json.dumps(message).encode()).decode()
    status, _ = call("POST", f"{BROKER}/topics/{topic}:publish", {"messages": [{"data": data}]}, timeout_seconds)
    if status != 200:
        raise Unavailable(f"publish to {topic} answered {status}")


def call(method, url, body=None, timeout_seconds=20):
    """Make one REST call. A status that says nothing about this request, such as 503, is no answer."""
    headers = {"Authorization": "Bearer owner", "Content-Type": "application/json"}
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers, method=method)
    try:
        with OPENER.open(request, timeout=max(timeout_seconds, 0.001)) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        if error.code in (400, 404, 409):
            return error.code, {}
        raise Unavailable(f"{method} {url} answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"{method} {url}: {error}") from error
