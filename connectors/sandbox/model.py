"""A stand-in for a language model: OpenAI's API over real HTTP, with answers that can be foreseen.

The name of the requested model picks its manners, so one server serves all tests at once:

  honest       says what the evidence says, sentence by sentence
  inventing    makes up dates, amounts, tracking numbers, refunds, promises and links, and cites evidence for them
  slow         answers after `ModelStandIn.patience` seconds
  broken       answers with JSON that ends half-way
  busy         429 with Retry-After
  expired      401
  schemaless   refuses response_format json_schema, otherwise honest

Drafts are asked for with the schema {"sentences": [{"text", "evidence"}], "question", "actions"}; the evidence is read from
the user prompt, one JSON object a line with "id", "label" and "value". Any other schema is filled with the first
values it allows; `ModelStandIn.answers` overrides what comes next, whatever is asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import re
import struct
import threading
import time
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Json = dict[str, Any]
_PIECE = 24  # characters of a streamed answer that come at once

INVENTIONS = (
    "Your parcel will arrive on March 3, 2031.",
    "I have refunded $731.55 to your card.",
    "The tracking number is 1Z999AA10123456784.",
    "We promise it will be with you tomorrow.",
    "You can follow it at https://parcels.example.net/t/48151623.",
    "Your order #99417 was delivered to the front desk at 4:12 pm.",
    "As an apology you get 50% off your next order.",
)


@dataclass
class ModelStandIn:
    answers: deque[Json] = field(default_factory=deque)
    seen: list[Json] = field(default_factory=list)  # bodies of all requests, oldest first
    patience: float = 30.0  # seconds that "slow" takes
    pace: float = 0.0  # seconds between the pieces of a streamed answer

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/v1/chat/completions", self.chat, methods=["POST"]),
            Route("/v1/embeddings", self.embeddings, methods=["POST"]),
        ]

    async def chat(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append(body)
        manners = str(body.get("model"))
        if (refusal := _refusal(request, body)) is not None:
            return refusal
        if manners == "slow":
            await asyncio.sleep(self.patience)
        answer = self.answers.popleft() if self.answers else _answer(manners, body)
        text = json.dumps(answer)
        text = text[: len(text) // 2] if manners == "broken" else text
        if body.get("stream"):
            return StreamingResponse(self._pieces(body, text), media_type="text/event-stream")
        return JSONResponse(_completion(body, text))

    async def _pieces(self, body: Json, text: str) -> AsyncIterator[str]:
        """The same answer in small pieces, `pace` seconds apart, the usage last."""
        whole = _completion(body, text)
        base = {name: whole[name] for name in ("id", "created", "model")} | {
            "object": "chat.completion.chunk"
        }
        for start in range(0, len(text), _PIECE):
            delta = {"role": "assistant", "content": text[start : start + _PIECE]}
            yield _event({**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            await asyncio.sleep(self.pace)
        yield _event({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        yield _event({**base, "choices": [], "usage": whole["usage"]})
        yield "data: [DONE]\n\n"

    async def embeddings(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append(body)
        if (refusal := _refusal(request, body)) is not None:
            return refusal
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        rows = [_vector(text, body.get("dimensions", 1536)) for text in texts]
        packed = body.get("encoding_format") == "base64"
        data = [
            {"object": "embedding", "index": index, "embedding": _packed(row) if packed else row}
            for index, row in enumerate(rows)
        ]
        usage = {"prompt_tokens": sum(map(_tokens, texts)), "total_tokens": sum(map(_tokens, texts))}
        return JSONResponse({"object": "list", "data": data, "model": body["model"], "usage": usage})


@contextmanager
def running(stand_in: ModelStandIn) -> Iterator[str]:
    """Serves on a free port of this machine; gives the base URL for `ModelConfig`."""
    import uvicorn

    config = uvicorn.Config(Starlette(routes=stand_in.routes), port=0, log_level="error", lifespan="off")
    config.timeout_graceful_shutdown = 1
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        thread.join(timeout=5)


def _refusal(request: Request, body: Json) -> Response | None:
    manners = body.get("model")
    if manners == "expired" or not request.headers.get("authorization", "").startswith("Bearer "):
        return _error(401, "Incorrect API key provided.", "invalid_api_key")
    if manners == "busy":
        return _error(429, "Rate limit reached.", "rate_limit_exceeded", {"Retry-After": "7"})
    if manners == "schemaless" and body.get("response_format", {}).get("type") == "json_schema":
        return _error(400, "response_format json_schema is not supported.", "unsupported_value")
    return None


def _error(status: int, message: str, code: str, headers: Mapping[str, str] | None = None) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def _answer(manners: str, body: Json) -> Json:
    schema = _schema(body)
    if "sentences" not in schema.get("properties", {}):
        return dict(_filled(schema))
    evidence = _evidence(body)
    if manners == "inventing":
        ids = [item["id"] for item in evidence] or ["made-up"]
        sentences = [
            {"text": text, "evidence": [ids[index % len(ids)]]} for index, text in enumerate(INVENTIONS)
        ]
    else:
        sentences = [
            {"text": f"{item['label']}: {item['value']}.", "evidence": [item["id"]]} for item in evidence[:4]
        ]
    question = None if sentences else "Could you tell us your order number?"
    said = {"sentences": sentences, "question": question, "actions": []}
    return {name: said.get(name, _filled(part)) for name, part in schema["properties"].items()}


def _schema(body: Json) -> Json:
    wanted = body.get("response_format", {})
    if wanted.get("type") == "json_schema":
        return dict(wanted["json_schema"]["schema"])
    system = str(body["messages"][0]["content"])
    return dict(json.loads(system[system.rindex("\n{") :])) if "\n{" in system else {}


def _evidence(body: Json) -> list[Json]:
    found = []
    for line in str(body["messages"][-1]["content"]).splitlines():
        try:
            item = json.loads(line.strip().rstrip(","))
        except ValueError:
            continue
        if isinstance(item, dict) and {"id", "label", "value"} <= item.keys():
            found.append(item)
    return found


def _filled(schema: Mapping[str, Any]) -> Any:
    """The smallest value a schema allows: first of each choice, empty lists and texts, zero."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    if kind == "object":
        return {name: _filled(part) for name, part in schema.get("properties", {}).items()}
    return {"array": [], "string": "", "number": 0.0, "integer": 0, "boolean": False, "null": None}[kind]


def _event(data: Json) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _completion(body: Json, text: str) -> Json:
    prompt = sum(_tokens(str(message["content"])) for message in body["messages"])
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "chatcmpl-sandbox",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": _tokens(text),
            "total_tokens": prompt + _tokens(text),
        },
    }


def _tokens(text: str) -> int:
    return max(1, len(text) // 4)


def _vector(text: str, dimensions: int) -> list[float]:
    """Words hashed into places: texts that share words are near each other."""
    row = [0.0] * dimensions
    for word in re.findall(r"\w+", text.lower()) or [""]:
        digest = hashlib.sha256(word.encode()).digest()
        row[int.from_bytes(digest[:4], "big") % dimensions] += 1.0 if digest[4] % 2 else -1.0
    length = math.sqrt(sum(value * value for value in row)) or 1.0
    return [value / length for value in row]


def _packed(row: list[float]) -> str:
    return b64encode(struct.pack(f"<{len(row)}f", *row)).decode()
