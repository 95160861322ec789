"""The same orchestrator without a sweep and without second runs, and with `trace_id` where the contract says correlation_id."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import orchestrator  # noqa: E402
import serve  # noqa: E402

decode, publish, answer = orchestrator.decode, orchestrator.publish, orchestrator.answer


def renamed(value, names):
    if isinstance(value, list):
        return [renamed(element, names) for element in value]
    if isinstance(value, dict):
        return {names.get(key, key): renamed(member, names) for key, member in value.items()}
    return value


def decode_renamed(content_type, body):
    payload, message_id = decode(content_type, body)
    payload = renamed(payload, {"trace_id": "correlation_id"})
    if isinstance(payload, dict) and isinstance(payload.get("metadata"), dict) and isinstance(payload["metadata"].get("run"), int):
        payload["metadata"]["run"] = min(payload["metadata"]["run"], 1)
    return payload, message_id


def without_sweep(path, content_type, body):
    return (404, {"error": "POST / is served"}) if path == "/sweep" else answer(path, content_type, body)


orchestrator.decode = decode_renamed
orchestrator.publish = lambda topic, message, seconds: publish(topic, renamed(message, {"correlation_id": "trace_id"}), seconds)
serve.answer = without_sweep

if __name__ == "__main__":
    server = serve.Server(("127.0.0.1", 0), serve.Handler)
    print(f"lesser listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
