"""The app, its tokens and its consent page. One seller's app serves the accounts of that seller."""

from __future__ import annotations

import html
import time
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from connectors.meta.pretend.answers import Json, Refusal, shops
from connectors.sandbox.world import Shop, World
from connectors.signatures import equal, hmac_hex

REVOKED = "consent_withdrawn"  # among a shop's keys


def caller(world: World, kind: str, request: Request) -> Shop:
    """Whose token it is; the app demands the proof that whoever holds it knows the app's secret."""
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    found = next((each for each in shops(world, kind) if token and token in _tokens(each)), None)
    if found is None or found.keys.get(REVOKED):
        raise Refusal(190, "Error validating access token.", 463, 401)
    proof = request.query_params.get("appsecret_proof", "")
    if not equal(proof, hmac_hex(found.client_secret, token.encode())):
        raise Refusal(100, "Invalid appsecret_proof provided in the API argument")
    return found


def is_app(shop: Shop, request: Request) -> bool:
    return request.headers.get("authorization", "") == f"Bearer {app_token(shop)}"


def app_token(shop: Shop) -> str:
    return f"{shop.client_id}|{shop.client_secret}"


def page_token(shop: Shop) -> str:
    return _token(shop, "page")


def _tokens(shop: Shop) -> set[str]:
    return {page_token(shop), app_token(shop), _token(shop, "person"), _token(shop, "lasting")}


def _token(shop: Shop, kind: str) -> str:
    return f"EAA{hmac_hex(shop.client_secret, f'{kind} {shop.domain}'.encode())[:40]}"


def exchanged(world: World, kind: str, query: Json) -> Json:
    ours = [each for each in shops(world, kind) if each.client_id == query.get("client_id")]
    if not ours or ours[0].client_secret != query.get("client_secret"):
        raise Refusal(101, "Error validating client secret.")
    for shop in ours:
        if query.get("grant_type") == "fb_exchange_token":
            if query.get("fb_exchange_token") == _token(shop, "person"):
                return {
                    "access_token": _token(shop, "lasting"),
                    "token_type": "bearer",
                    "expires_in": 5_184_000,
                }
        elif query.get("code") and query["code"] == shop.keys.pop("code", ""):
            return {"access_token": _token(shop, "person"), "token_type": "bearer", "expires_in": 5400}
    raise Refusal(100, "This authorization code has been used.")


def debugged(world: World, kind: str, query: Json, scopes: tuple[str, ...]) -> Json:
    token = query.get("input_token", "")
    shop = next((each for each in shops(world, kind) if token in _tokens(each)), None)
    if shop is None or shop.keys.get(REVOKED):
        return {
            "data": {
                "is_valid": False,
                "error": {"code": 190, "message": "Session has expired"},
                "scopes": [],
            }
        }
    held = [each for each in scopes if each not in shop.keys.get("withheld", "").split()]
    until = int(time.time()) + 90 * 86_400
    return {
        "data": {
            "app_id": shop.client_id,
            "type": "PAGE",
            "is_valid": True,
            "expires_at": 0,
            "data_access_expires_at": until,
            "scopes": held,
            "user_id": shop.keys["user_id"],
        }
    }


def consent(world: World, kind: str, request: Request, form: dict[str, str] | None) -> Response:
    query = request.query_params
    ours = [each for each in shops(world, kind) if each.client_id == query.get("client_id")]
    if not ours:
        return HTMLResponse("Invalid App ID", 404)
    shop = ours[0]
    if form is None:
        scopes = "".join(f"<li>{html.escape(each)}" for each in query.get("scope", "").split(","))
        return HTMLResponse(
            f"<!doctype html><title>Agree</title><h1>{html.escape(shop.name)}</h1><ul>{scopes}</ul><form method=post>"
            "<button name=answer value=yes>Agree</button><button name=answer value=no>Not now</button></form>"
        )
    if form.get("answer") == "no":
        back = {"error": "access_denied", "error_reason": "user_denied"}
    else:
        shop.keys.pop(REVOKED, None)
        shop.keys["code"] = hmac_hex(shop.client_secret, f"code {time.time()}".encode())
        back = {"code": shop.keys["code"]}
    place = query.get("redirect_uri", "")
    more = urlencode({"state": query.get("state", ""), **back})
    return RedirectResponse(f"{place}{'&' if '?' in place else '?'}{more}", 303)
