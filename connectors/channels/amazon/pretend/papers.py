"""Files that come and go: uploads, feeds with their results, reports."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.channels.amazon.pretend import reports
from connectors.channels.amazon.pretend.door import error
from connectors.channels.amazon.pretend.feeds import Feed, Work
from connectors.channels.amazon.pretend.reports import Report
from connectors.sandbox.world import Shop, World

Json = dict[str, Any]

FEED_TAKES, REPORT_TAKES = 3.0, 3.0  # seconds; Amazon takes minutes, a demo should not


class Papers:
    def __init__(self, world: World) -> None:
        self.world = world
        self.work = Work(world)
        self.files: dict[str, bytes] = {}
        self.made: dict[str, Feed] = {}
        self.ordered: dict[str, Report] = {}
        self.md5: dict[str, str] = {}  # what an upload was announced to be
        self.tasks: set[asyncio.Task[None]] = set()

    async def document(self, request: Request) -> Response:
        """An address that is its own permission."""
        name = request.path_params["name"]
        if request.method == "GET":
            known = self.files.get(name)
            return (
                Response(known, media_type="application/octet-stream") if known else Response(status_code=404)
            )
        body = await request.body()
        if name not in self.files:
            return Response(status_code=403)
        digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        if self.md5.get(name, digest) != digest:
            return Response(status_code=400)
        self.files[name] = body
        return Response(status_code=200)

    async def upload(self, request: Request, shop: Shop) -> Response:
        name, url = self._place(request, "upload")
        self.md5[name] = request.query_params["contentMD5"]
        headers: Json = {}
        return JSONResponse({"payload": {"uploadDestinationId": name, "url": url, "headers": headers}}, 201)

    async def make_document(self, request: Request, shop: Shop) -> Response:
        name, url = self._place(request, "feed")
        return JSONResponse({"feedDocumentId": name, "url": url}, 201)

    async def make_feed(self, request: Request, shop: Shop) -> Response:
        asked = await request.json()
        content = self.files.get(asked["inputFeedDocumentId"])
        if asked["feedType"] not in self.work.kinds or content is None:
            return error(400, "InvalidInput", "Invalid request parameters")
        feed = Feed(
            str(self.world.next_id()), asked["feedType"], shop.seller_id, content, self.world.clock.now()
        )
        self.made[feed.id] = feed
        task = asyncio.get_running_loop().create_task(self._through(shop, feed))
        self.tasks.add(task)  # else nobody holds it, and it may vanish half-way
        task.add_done_callback(self.tasks.discard)
        return JSONResponse({"feedId": feed.id}, 202)

    async def feeds(self, request: Request, shop: Shop) -> Response:
        query = request.query_params
        kinds, since = query["feedTypes"].split(","), datetime.fromisoformat(query["createdSince"])
        mine = [each for each in self.made.values() if each.seller == shop.seller_id]
        found = [each.shown() for each in mine if each.kind in kinds and each.made_at >= since]
        return JSONResponse({"feeds": found})

    async def feed(self, request: Request, shop: Shop) -> Response:
        feed = self.made.get(request.path_params["feed"])
        if feed is None or feed.seller != shop.seller_id:
            return error(404, "NotFound", "There is no such feed.")
        return JSONResponse(feed.shown())

    async def feed_document(self, request: Request, shop: Shop) -> Response:
        name = request.path_params["name"]
        if name not in self.files:
            return error(404, "NotFound", "There is no such document.")
        return JSONResponse({"feedDocumentId": name, "url": _url(request, name)})

    async def make_report(self, request: Request, shop: Shop) -> Response:
        asked = await request.json()
        if asked["reportType"] not in reports.KINDS:
            return error(400, "InvalidInput", "Invalid report type")
        now = self.world.clock.now()
        since, until = (datetime.fromisoformat(asked[name]) for name in ("dataStartTime", "dataEndTime"))
        ready = now + timedelta(seconds=REPORT_TAKES)
        report = Report(
            str(self.world.next_id()), asked["reportType"], shop.seller_id, since, until, now, ready
        )
        self.ordered[report.id] = report
        return JSONResponse({"reportId": report.id}, 202)

    async def reports(self, request: Request, shop: Shop) -> Response:
        query, now = request.query_params, self.world.clock.now()
        kinds, since = query["reportTypes"].split(","), datetime.fromisoformat(query["createdSince"])
        mine = [
            each for each in self.ordered.values() if each.seller == shop.seller_id and each.kind in kinds
        ]
        listed = [each.shown(now) for each in mine if each.made_at >= since]
        wanted = query.get("processingStatuses", "").split(",")
        return JSONResponse({"reports": [each for each in listed if each["processingStatus"] in wanted]})

    async def report(self, request: Request, shop: Shop) -> Response:
        report = self.ordered.get(request.path_params["report"])
        if report is None or report.seller != shop.seller_id:
            return error(404, "NotFound", "There is no such report.")
        return JSONResponse(report.shown(self.world.clock.now()))

    async def report_document(self, request: Request, shop: Shop) -> Response:
        name = request.path_params["name"]
        report = self.ordered.get(name.removeprefix("report-"))
        if report is None or report.seller != shop.seller_id:
            return error(404, "NotFound", "There is no such document.")
        self.files[name] = gzip.compress(reports.content(self.world, shop, report))
        shown = {"reportDocumentId": name, "url": _url(request, name), "compressionAlgorithm": "GZIP"}
        return JSONResponse(shown)

    async def _through(self, shop: Shop, feed: Feed) -> None:
        feed.status = "IN_PROGRESS"
        await asyncio.sleep(FEED_TAKES)
        try:
            result = self.work.through(shop, feed)
            feed.status, feed.result_id = "DONE", f"result-{feed.id}"
            self.files[feed.result_id] = result.encode()
        except ValueError:
            feed.status = "FATAL"
        feed.ended_at = self.world.clock.now()
        self.world.changed("feed", feed)

    def _place(self, request: Request, kind: str) -> tuple[str, str]:
        name = f"{kind}-{self.world.next_id()}"
        self.files[name] = b""
        return name, _url(request, name)


def _url(request: Request, name: str) -> str:
    """Beside the API, at the address the caller knows it by."""
    base = str(request.base_url).rstrip("/")
    root = request.scope.get("root_path", "").rstrip("/")
    host = base[: -len(root)] if root and base.endswith(root) else base
    return f"{host}{root}/documents/{name}"
