"""The orchestrator under Flask, as on Cloud Run: `python3 main.py`, or `gunicorn main:app` with several workers."""

import os
import sys
from pathlib import Path

from flask import Flask, request

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from orchestrator import answer  # noqa: E402

app = Flask(__name__)


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/", defaults={"path": ""})
@app.post("/<path:path>")
def serve(path):
    status, content = answer(f"/{path}", request.headers.get("Content-Type", ""), request.get_data())
    return content, status


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ.get("PORT", "8080")), threaded=True)
