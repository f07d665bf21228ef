"""Parcels, their history, and buttons for what happens next."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from connectors.events import ParcelStatus as S
from connectors.sandbox import moving
from connectors.sandbox.pages.rendering import page
from connectors.sandbox.stage import Stage
from connectors.sandbox.world import Order, Parcel, Shop, Shopper, World

VIEWS = {"open": "On the way", "done": "Arrived", "all": "All"}
_MOST = 60  # rows a page
_TONES = {
    S.DELIVERED: "good",
    S.EXCEPTION: "warn",
    S.FAILURE: "bad",
    S.RETURNED: "bad",
    S.OUT_FOR_DELIVERY: "accent",
}
_STEPS = {S.PRE_TRANSIT: 1, S.IN_TRANSIT: 2, S.EXCEPTION: 3, S.OUT_FOR_DELIVERY: 4, S.AVAILABLE_FOR_PICKUP: 4}
_LOOK: dict[str, Any] = {"presses": moving.PRESSES, "final": moving.FINAL, "tones": _TONES, "bar": _STEPS}


def routes(stage: Stage) -> list[BaseRoute]:
    async def index(request: Request) -> Response:
        return _index(stage, request)

    async def press(request: Request) -> Response:
        form = await request.form()
        return _press(stage, request, str(form.get("press", "")))

    return [Route("/parcels", index), Route("/parcels/{number}/press", press, methods=["POST"])]


def _index(stage: Stage, request: Request) -> Response:
    view = request.query_params.get("view", "open")
    query = request.query_params.get("q", "").strip()
    rows = [_row(stage.world, parcel) for parcel in stage.world.parcels.values() if _is_in(parcel, view)]
    rows = [row for row in rows if query.lower() in _words(*row)]
    rows.sort(key=lambda row: row[0].steps[-1].at, reverse=True)
    return page(
        stage,
        "parcels.html",
        here="parcels",
        rows=rows[:_MOST],
        more=max(0, len(rows) - _MOST),
        view=view,
        views=VIEWS,
        query=query,
        **_LOOK,
    )


def _press(stage: Stage, request: Request, name: str) -> Response:
    """Back to the list, or just the one card for a browser that asks for it."""
    number = request.path_params["number"]
    if number not in stage.world.parcels or name not in moving.PRESSES:
        raise HTTPException(404, "There is no such parcel or move.")
    problem = ""
    try:
        moving.press(stage.world, number, name)
    except moving.Finished:
        problem = "This parcel has arrived; there is no next scan."
    if request.headers.get("x-part") == "card":
        row = _row(stage.world, stage.world.parcels[number])
        return page(stage, "_parcel.html", row=row, problem=problem, **_LOOK)
    query = urlsplit(request.headers.get("referer", "")).query
    return RedirectResponse(f"/parcels?{query}#p-{number}", 303)


def _row(world: World, parcel: Parcel) -> tuple[Parcel, Shop, Shopper, Order]:
    shop = world.shops[parcel.shop]
    order = shop.orders[parcel.order_id]
    return parcel, shop, shop.shoppers[order.shopper_id], order


def _is_in(parcel: Parcel, view: str) -> bool:
    return view == "all" or (parcel.status in moving.FINAL) == (view == "done")


def _words(parcel: Parcel, shop: Shop, shopper: Shopper, order: Order) -> str:
    words = (
        parcel.number,
        parcel.carrier,
        parcel.status,
        shop.name,
        shopper.name,
        order.number,
        parcel.steps[-1].text,
    )
    return " ".join(words).lower()
