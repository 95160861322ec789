"""The orchestrator under FastAPI, as on Cloud Run: `uvicorn main:app --port $PORT`."""

import sys
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from orchestrator import answer  # noqa: E402

app = FastAPI()


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/{path:path}")
async def serve(path: str, request: Request) -> JSONResponse:
    body = await request.body()
    content_type = request.headers.get("Content-Type", "")
    # The orchestrator waits for store and broker, which must not hold up the other deliveries.
    status, content = await run_in_threadpool(answer, f"/{path}", content_type, body)
    return JSONResponse(content, status)
