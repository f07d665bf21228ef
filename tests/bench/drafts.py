"""One pass without a model, embeddings warm: a customer with two orders, their parcels fresh, and knowledge.

Six letters of ours, the last one long and with something to propose, and where ../shared is, messages as people write them.
"""

from __future__ import annotations

import gc
import json
import time
from pathlib import Path
from typing import Any

from tests.bench.table import percentile, show

PASSES = 80
REAL = Path(__file__).parents[3] / "shared" / "data" / "intents" / "dev_500.jsonl"
EVERY = 4  # of them
ASKED = {
    "where is my order": "Hi, where is my order {number}? It should have been here on Friday and I need it for a trip.",
    "how to return": "Hello, how do I send back the jacket from {number}? It does not fit. How long do I have?",
    "a product": "Before I order more: can the Field Jacket be washed in a machine, and do you have it in moss?",
    "which one?": "Hello, where is it? It's been a while.",
    "two wishes": "Where is {number}? And if it does not fit, how long do I have to send it back?",
    "a long one": "Hello there. "
    + "We have been on the road for some weeks and only now came home. " * 12
    + "The jacket of {number} has still not come, and I wonder how your returns work.",
}
ARTICLES = {
    "Returns": "You can send anything back within 30 days of delivery. It must be unworn.\n\nWrite to us for a label.",
    "Shipping": "Orders leave within two working days. UPS takes three to five days.",
    "Care": "Wash the Field Jacket cold, in a machine, with its zips closed. Never tumble dry it.",
}


def run(profile: bool = False) -> None:
    from tests.world import build

    world = build()
    write_articles(world)
    gc.freeze()  # as the worker does (config/celery.py)
    rows: list[list[object]] = []
    asked = {name: [text] * (PASSES // len(ASKED) + 3) for name, text in ASKED.items()}
    if REAL.exists():
        asked["as people write"] = [json.loads(line)["text"] for line in REAL.open()][::EVERY]
    for name, texts in asked.items():
        took = [one_pass(world, text, at) for at, text in enumerate(texts)][3:]
        wall, cpu = [each[0] for each in took], [each[1] for each in took]
        rows.append([name, len(took), percentile(wall, 50), percentile(wall, 95), percentile(cpu, 95)])
    title = "One pass without a model (goal p95 < 250 ms; CPU is this process's, without the database's)"
    show(title, ["asked", "passes", "p50 ms", "p95 ms", "CPU p95 ms"], rows)


def one_pass(world: Any, text: str, at: int) -> tuple[float, float]:
    """Wall and CPU time, in ms."""
    from django.utils import timezone

    from agents.drafting import run_pass
    from agents.models import Draft, RunState
    from connectors import embedded
    from connectors.events import ParcelStatus
    from inbox.models import Shipment
    from tests.world import person

    buyer = person(f"Maya {chr(65 + at)}kafor")
    orders = [
        world.buys(
            f"#{4000 + at * 2 + n}", buyer, tracking_number=f"1Z999AA1{at:02}{n}{id(text) % 10_000:04}84"
        )
        for n in (0, 1)
    ]
    for order in orders:
        for shipment in order.shipments.all():
            world.parcel_moves(shipment, ParcelStatus.IN_TRANSIT)
    message = world.writes(text.replace("{number}", orders[0].number), buyer)
    with world.inside():
        Shipment.objects.filter(order__in=orders).update(checked_at=timezone.now())
    embedded.forget()  # every customer has words of their own
    began, spent = time.perf_counter(), time.process_time()
    work = run_pass(world.organization.pk, message.pk)
    seconds, busy = time.perf_counter() - began, time.process_time() - spent
    with world.inside():
        if work is None or work.state != RunState.DONE or not Draft.objects.filter(run=work).exists():
            raise SystemExit(f"No draft for {text!r}: {work and work.problem}")
    return seconds * 1000, busy * 1000


def write_articles(world: Any) -> None:
    from audit.record import Actor
    from knowledge import index
    from knowledge.models import Article, ArticleVersion

    with world.inside():
        for title, body in ARTICLES.items():
            Article.write(title, body, "", Actor("member", label="Alice"))
        versions = list(ArticleVersion.objects.values_list("pk", flat=True))
    for version in versions:
        index.index(world.organization.pk, version)
