"""Who is probably the same person: suggested with its reasons on the panel, and decided by a person."""

from __future__ import annotations

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.models import Draft
from connectors.events import Party
from inbox import suggesting
from inbox.models import Apart, Conversation, Customer, Identity, Join, Order
from tests.inbox.joined import platform, says
from tests.world import World, person

HTMX = {"HX-Request": "true"}


def two(world: World) -> tuple[Conversation, Conversation]:
    """Somebody by mail and somebody of that name on a platform."""
    name = f"Maya {uuid4().hex[:8].translate(str.maketrans('0123456789', 'ghijklmnop'))}"
    mail = world.conversation(sender=person(name))
    there = says(world, platform(world), {"ebay": uuid4().hex}, display=name.replace(" ", ".").lower())
    return mail, there.conversation


def panel(world: World, conversation: Conversation) -> str:
    client = world.client_of(world.bob)
    return client.get(world.url(f"c/{conversation.pk}/panel"), headers=HTMX).content.decode()


def post(world: World, path: str, **form: object) -> int:
    return world.client_of(world.bob).post(world.url(path), form, headers=HTMX).status_code


def test_somebody_called_alike_on_another_channel_is_suggested_and_joined_by_a_person(world: World) -> None:
    mail, there = two(world)
    page = panel(world, mail)
    assert "Probably the same person" in page
    assert "they are called alike" in page
    assert post(world, f"c/{mail.pk}/joins", other=there.customer.pk, reason="") == 422
    assert post(world, f"c/{mail.pk}/joins", other=there.customer.pk, reason="They said so") == 200
    with world.inside():
        row = Join.objects.get()
        assert (row.by, row.reason) == (world.bob, "They said so")
        there.refresh_from_db()
    assert there.customer_id == mail.customer_id
    page = panel(world, mail)
    assert "They said so" in page
    assert "Probably the same person" not in page


def test_the_phone_typed_on_an_order_is_a_suggestion(world: World) -> None:
    number = f"+1555{uuid4().int % 10_000_000:07}"
    texts = says(world, platform(world), {"phone": number}).conversation
    world.buys("#8001", Party({"shopify": uuid4().hex, "phone": number}, "Ivan Petrov"))
    assert "the same phone number, which nobody has verified" in panel(world, texts)


def test_not_the_same_is_remembered_and_can_be_undone(world: World) -> None:
    mail, there = two(world)
    assert post(world, f"c/{mail.pk}/apart", other=there.customer.pk) == 200
    assert "Probably the same" not in panel(world, mail)
    assert "Probably the same" not in panel(world, there)
    assert post(world, f"c/{mail.pk}/apart/delete?other={there.customer.pk}") == 200
    assert "Probably the same" in panel(world, mail)


def test_parting_says_what_moves_and_the_undo_of_a_click_is_not_remembered(world: World) -> None:
    mail, there = two(world)
    post(world, f"c/{mail.pk}/joins", other=there.customer.pk, reason="They said so")
    with world.inside():
        row = Join.objects.get()
    said = world.client_of(world.bob).get(world.url(f"c/{mail.pk}/joins/{row.pk}")).content.decode()
    assert "1 conversation" in said
    assert post(world, f"c/{mail.pk}/joins/{row.pk}/delete?undo=1") == 200
    assert post(world, f"c/{mail.pk}/joins/{row.pk}/delete") == 422
    with world.inside():
        there.refresh_from_db()
        assert not Apart.objects.exists()
    assert there.customer_id != mail.customer_id


def test_whoever_waits_is_read_anew_when_they_turn_out_to_be_a_known_customer(world: World) -> None:
    maya, phone = person("Maya Okafor"), "+13035550142"
    world.buys("#1042", buyer=maya)
    texts = platform(world, "sms")
    asked = says(world, texts, {"phone": phone}, "Where is my order #1042?", thread=phone).conversation
    with world.inside():
        known = Customer.objects.get(name="Maya Okafor")
        assert "can't find an order with that number" in Draft.objects.get(conversation=asked).text
    assert post(world, f"c/{asked.pk}/joins", other=known.pk, reason="They said so") == 200
    with world.inside():
        row, fresh = Join.objects.get(), Draft.objects.filter(conversation=asked, state="ready").get()
    assert "can't find" not in fresh.text
    assert "#1042" in fresh.text
    said = panel(world, asked)
    assert "+1 303-555-0142" in said
    assert "Unknown customer" not in said
    parting = world.client_of(world.bob).get(world.url(f"c/{asked.pk}/joins/{row.pk}")).content.decode()
    assert "1 name and 1 conversation" in parting
    assert post(world, f"c/{asked.pk}/joins/{row.pk}/delete") == 200
    with world.inside():
        last = Draft.objects.filter(conversation=asked, state="ready").get()
    assert "can't find" in last.text, "another's order is told no more"


def test_suggestions_cost_the_same_however_many_there_are(world: World) -> None:
    mail, there = two(world)
    identities: list[Identity] = []
    orders: list[Order] = []

    def cost() -> tuple[int, int]:
        with world.inside():
            identities[:] = Identity.objects.filter(customer=mail.customer)
            orders[:] = Order.objects.filter(customer=mail.customer)
        with world.inside(), CaptureQueriesContext(connection) as asked:
            found = suggesting.alike(mail.customer, identities, orders)
        return len(found), len(asked)

    one, few = cost()
    number = f"+1555{uuid4().int % 10_000_000:07}"
    for _ in range(2):
        says(world, platform(world), {"ebay": uuid4().hex}, display=there.customer.name)
    for place in range(8):
        buyer = Party(
            {"shopify": uuid4().hex, **mail.handles, "phone": f"{number}{place}"}, mail.customer.name
        )
        world.buys(f"#81{place:02}", buyer, external_id=f"gid://{uuid4().hex}", tracking_number="")
    says(world, platform(world), {"phone": f"{number}3"})
    many, most = cost()
    assert (one, many) == (1, 4)
    assert most <= few + 2  # whose the phones are, and nothing for each of them
    assert most <= 6


def test_a_stranger_neither_joins_nor_parts_nor_sees(world: World) -> None:
    mail, there = two(world)
    charlie = world.client_of(world.charlie)
    for path in (f"c/{mail.pk}/joins", f"c/{mail.pk}/apart"):
        answer = charlie.post(world.url(path), {"other": there.customer.pk, "reason": "Mine"}, headers=HTMX)
        assert answer.status_code == 404
    own = f"/o/{world.neighbour.slug}/"
    assert (
        charlie.post(f"{own}c/{mail.pk}/joins", {"other": there.customer.pk, "reason": "x"}).status_code
        == 404
    )
    with world.inside():
        assert not Join.objects.exists()
        assert (
            Customer.objects.filter(joined_into=None, pk__in=[mail.customer_id, there.customer_id]).count()
            == 2
        )
