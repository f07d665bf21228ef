"""From a shop's page to the draft, and from the approval back to the page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

from asgiref.sync import sync_to_async

from agents.models import Draft, Run
from connectors.contract import Money
from connectors.events import ProductChanged, VariantData
from inbox import intake
from inbox.models import Message
from tests.inbox.test_chat import Page, a_chat
from tests.inbox.test_chat_socket import tab
from tests.world import World


def sells(world: World, external_id: str, title: str, sku: str, stock: int) -> None:
    price = Money(Decimal("128.00"), "USD")
    variants = (VariantData(f"v-{sku}", "Moss / M", sku, price, stock),)
    with world.inside():
        intake.receive(world.shop, ProductChanged(external_id, title, "", datetime.now(UTC), variants))


def test_said_on_a_page_drafted_approved_and_back_on_the_page(world: World) -> None:
    sells(world, "gid://shop/Product/17", "Field Jacket", "FJ-MOS-M", 4)
    page = Page(a_chat(world).external_id)
    page.open()
    where = {"url": "https://shop.example/field-jacket", "title": "Field Jacket", "product": "17"}

    def approve() -> str:
        with world.inside():
            draft = Draft.objects.select_related("conversation").get(
                conversation__channel__external_id=page.key
            )
        answer = world.client_of(world.bob).post(
            world.url(f"drafts/{draft.pk}/approval"), {"text": draft.text}
        )
        assert answer.status_code in {200, 302}
        return str(draft.text)

    async def story() -> None:
        async with tab(page) as (wire, _):
            await wire.say("say", key=str(uuid4()), text="Is it in stock in M?", page=where)
            await wire.hear_text("Is it in stock in M?")
            text = await sync_to_async(approve)()
            assert (await wire.hear_text(text))["from"] == "team"

    asyncio.run(story())


def test_what_is_looked_at_is_what_a_question_is_about(world: World) -> None:
    sells(world, "gid://shop/Product/17", "Field Jacket", "FJ-MOS-M", 4)
    sells(world, "gid://shop/Product/18", "Rain Jacket", "RJ-MOS-M", 0)
    page = Page(a_chat(world).external_id)
    page.open()
    page.say("Is this jacket in stock in M?", page={"product": "RJ-MOS-M", "title": "Rain Jacket"})
    with world.inside():
        evidence = str(Run.objects.get(message=Message.objects.get(channel__external_id=page.key)).evidence)
    assert "Rain Jacket" in evidence
    assert "Field Jacket" not in evidence
