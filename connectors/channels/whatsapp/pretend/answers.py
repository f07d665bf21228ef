"""How the Graph API refuses."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

Json = dict[str, Any]


class Refusal(Exception):
    def __init__(self, code: int, message: str, status: int = 400, subcode: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.subcode = code, message, status, subcode


def refused(refusal: Refusal) -> Response:
    kind = "OAuthException" if refusal.code in (100, 190) or refusal.code > 1000 else "GraphMethodException"
    error: Json = {
        "message": f"(#{refusal.code}) {refusal.message}",
        "type": kind,
        "code": refusal.code,
        "fbtrace_id": "AsandboxTrace",
    }
    if refusal.subcode:
        error["error_subcode"] = refusal.subcode
    if refusal.code > 100_000:
        error["error_data"] = {"messaging_product": "whatsapp", "details": refusal.message}
    headers = {"Retry-After": "2"} if refusal.status == 429 else {}
    return JSONResponse({"error": error}, refusal.status, headers)


def no_such(what: str) -> Refusal:
    return Refusal(100, f"Object with ID '{what}' does not exist", subcode=33)
