"""The few REST calls that are needed. One connection per thread and host, kept open."""

import base64
import http.client
import json
import os
import threading

PROJECT = os.environ["THE_PROJECT"]
ROOT = f"projects/{PROJECT}/databases/(default)/documents"
HOSTS = {"store": os.environ["FIRESTORE_EMULATOR_HOST"], "broker": os.environ["PUBSUB_EMULATOR_HOST"]}
PATIENCE_SECONDS = 5
kept = threading.local()


class CloudTrouble(Exception):
    """What was asked for is not done, or nobody knows."""


class Outrun(Exception):
    """The document is not as it was when it was read."""


def post(service, path, content):
    """Post JSON and give status and JSON of the answer; a connection that broke is opened anew, once, before anything was sent."""
    connection = getattr(kept, service, None) or http.client.HTTPConnection(HOSTS[service], timeout=PATIENCE_SECONDS)
    setattr(kept, service, connection)
    try:
        connection.request("POST", path, json.dumps(content), {"Content-Type": "application/json", "Authorization": "Bearer owner"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError) as error:
        connection.close()
        setattr(kept, service, None)
        raise CloudTrouble(f"POST {path}: {error!r}") from error


def publish(topic, message):
    """Publish once; returning means that the broker has confirmed."""
    entry = {"data": base64.b64encode(json.dumps(message).encode()).decode(), "attributes": {"producer": "unclaimed"}}
    status, answer = post("broker", f"/v1/projects/{PROJECT}/topics/{topic}:publish", {"messages": [entry]})
    if status != 200:
        raise CloudTrouble(f"the broker answered {status}: {answer}")


def read_all(names):
    """Read documents in one call. Gives for each name its text and version, or None where there is none."""
    wanted = [f"{ROOT}/{name}" for name in names]
    status, answer = post("store", f"/v1/{ROOT}:batchGet", {"documents": wanted})
    if status != 200:
        raise CloudTrouble(f"the store answered {status}: {answer}")
    found = {entry["found"]["name"]: entry["found"] for entry in answer if "found" in entry}
    return {name: unpack(found.get(full)) for name, full in zip(names, wanted)}


def write(name, game_date, text, version):
    """Write a document if it is still in the version that was read; None means that there was none."""
    condition = {"exists": False} if version is None else {"updateTime": version}
    fields = {"game_date": {"stringValue": game_date}, "text": {"stringValue": text}}
    change = {"update": {"name": f"{ROOT}/{name}", "fields": fields}, "currentDocument": condition}
    status, answer = post("store", f"/v1/{ROOT}:commit", {"writes": [change]})
    if status == 200:
        return
    reason = answer.get("error", {}).get("status") if isinstance(answer, dict) else None
    if reason in ("ALREADY_EXISTS", "FAILED_PRECONDITION", "NOT_FOUND", "ABORTED"):
        raise Outrun(name)
    raise CloudTrouble(f"the store answered {status}: {answer}")


def every(collection):
    """Give name and text of every document of a collection."""
    query = {"structuredQuery": {"from": [{"collectionId": collection}]}}
    status, answer = post("store", f"/v1/{ROOT}:runQuery", query)
    if status != 200:
        raise CloudTrouble(f"the store answered {status}: {answer}")
    documents = [entry["document"] for entry in answer if "document" in entry]
    return {document["name"].rsplit("/", 1)[1]: unpack(document)[0] for document in documents}


def unpack(document):
    return document and (document["fields"]["text"]["stringValue"], document["updateTime"])
