"""How TikTok writes: its envelope, pages and refusals."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

Json = dict[str, Any]

PARAMETER, TOKEN, SCOPE, SIGN, CIPHER = 36009004, 105002, 105005, 106001, 106013


class Refusal(Exception):
    def __init__(self, code: int, message: str, status: int = 200) -> None:
        self.code, self.message, self.status = code, message, status


def answered(data: Json) -> Response:
    return JSONResponse({"code": 0, "message": "Success", "request_id": uuid4().hex, "data": data})


def refused(refusal: Refusal) -> Response:
    said = {"code": refusal.code, "message": refusal.message, "request_id": uuid4().hex, "data": {}}
    return JSONResponse(said, refusal.status)


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def written(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01")))


def paged(query: Mapping[str, str], items: Sequence[Json], most: int) -> tuple[list[Json], str]:
    """The page, and the token of the next one, "" at the end."""
    size = int(query.get("page_size", most))
    if not 1 <= size <= most:
        raise Refusal(PARAMETER, f"page_size must be from 1 to {most}.")
    try:
        start = int(base64.b64decode(query["page_token"])) if query.get("page_token") else 0
    except ValueError:
        raise Refusal(PARAMETER, "page_token is invalid.") from None
    following = start + size
    token = base64.b64encode(str(following).encode()).decode() if following < len(items) else ""
    return list(items[start:following]), token


def within(body: Json, name: str, at: int) -> bool:
    since, until = body.get(f"{name}_ge"), body.get(f"{name}_lt")
    return (since is None or at >= since) and (until is None or at < until)
