"""A customer who is to be forgotten is forgotten everywhere, and the trail still proves what was done."""

from __future__ import annotations

from io import StringIO
from threading import Thread
from uuid import uuid4

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from connectors.contract import RawDelivery
from connectors.events import ErasureAsked, File, Party
from inbox import erasing, intake, joining
from inbox.models import Attachment, Conversation, Customer, Delivery, Erasure, Ground, Order
from tests.inbox.joined import platform, says
from tests.world import World, an_order, person


def secret(world: World) -> str:
    """Words of this test alone, since others leave theirs in the same tables."""
    return f"The zebra jacket is a present for {world.organization.slug[-8:]}"


@pytest.fixture
def maya(world: World) -> Customer:
    """She bought, wrote twice with a photograph, and was answered; the raw mail is here as well."""
    world.buys("#1042", external_id="gid://shop/Order/88443311")
    photograph = File("zebra.png", "image/png", b"\x89PNG zebra")
    message = world.writes(secret(world), files=(photograph,))
    with world.inside():
        message.conversation.reply(f"{secret(world)}? How kind.", world.alice, key=uuid4().hex)
        message.conversation.note("Maya Okafor is a friend of the house", world.bob)
        raw = f"From: {world.maya.names['email'].upper()}\r\n\r\n{secret(world)}".encode()
        Delivery.store(world.mailbox, RawDelivery("mail", uuid4().hex, raw))
        Delivery.objects.update(state="applied")
    return message.conversation.customer


def forget(world: World, customer: Customer) -> Erasure:
    with world.inside():
        row = Erasure.ask(customer, world.alice.actor, by=world.alice)
    with world.inside():
        return Erasure.objects.get(pk=row.pk)


def everything(owner: psycopg.Connection) -> str:
    """Every row of every table as text; raw bytes as the text they hold."""
    tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows = [str(row) for (table,) in tables for row in owner.execute(f'SELECT * FROM "{table}"')]
    return "\n".join(rows).lower()


def test_no_table_and_no_file_knows_an_erased_customer(
    world: World, maya: Customer, owner: psycopg.Connection
):
    with world.inside():
        files = list(Attachment.objects.values_list("file", flat=True))
    told = [secret(world), world.maya.names["email"]]
    before = everything(owner)
    assert all(words.lower() in before for words in told)
    forget(world, maya)
    after = everything(owner)
    assert [words for words in told if words.lower() in after] == []
    with world.inside():
        order = Order.objects.select_related("customer").get()
        assert (str(order.customer), order.shipping_address) == ("Erased customer", {})
        assert str(order.total) == "147.62"
        assert not Conversation.objects.exists()
    assert not any(default_storage.exists(file) for file in files)


def test_whoever_was_joined_to_them_is_forgotten_with_them_and_by_either_name(
    world: World, owner: psycopg.Connection
):
    ebay, shopper, name = platform(world), f"maya-{uuid4().hex}", f"Zoe {uuid4().hex}"
    for forgotten in ("kept", "joined"):
        address = f"zoe.{uuid4().hex}@mail.example"
        mail = says(world, world.mailbox, {"email": address}, secret(world)).conversation
        there = says(world, ebay, {"ebay": shopper}, secret(world), display=name).conversation
        with world.inside():
            intake.receive(ebay, an_order(f"99-{forgotten}", Party({"ebay": shopper}, name)))
        with world.inside():
            row = joining.join(
                mail.customer, there.customer, ground=Ground.PERSON, by=world.bob, reason=f"{name} said so"
            )
        assert row is not None
        told = [secret(world), address, shopper, name]
        assert all(words.lower() in everything(owner) for words in told)
        assert forget(world, getattr(row, forgotten)).done_at
        after = everything(owner)
        assert [words for words in told if words.lower() in after] == []
        with world.inside():
            assert not Customer.objects.filter(pk__in=[row.kept_id, row.joined_id], erased_at=None).exists()
            assert not Conversation.objects.exists()
            assert not joining.part(row, world.bob), "nobody is left to be parted"


def test_what_they_wrote_in_conversations_of_others_goes_too(world: World, owner: psycopg.Connection):
    ebay, shopper, other = platform(world), f"maya-{uuid4().hex}", f"rosa-{uuid4().hex}"
    mine = says(world, ebay, {"ebay": other}, "How long is it?", thread="comment-1")
    theirs = says(world, ebay, {"ebay": shopper}, secret(world), thread="comment-1")
    assert theirs.conversation == mine.conversation
    with world.inside():
        customer = Customer.objects.get(pk=theirs.customer_id)
    assert forget(world, customer).counts["messages"] == 1
    assert secret(world).lower() not in everything(owner)
    with world.inside():
        conversation = Conversation.objects.get()
        assert [each.text for each in conversation.messages.all()] == ["How long is it?"]
        assert conversation.snippet == "How long is it?"
        assert conversation.waiting_since


def test_nobody_is_joined_to_somebody_while_they_are_forgotten(world: World, monkeypatch: pytest.MonkeyPatch):
    mail = world.conversation().customer
    there = says(world, platform(world), {"ebay": uuid4().hex}).conversation.customer
    delete, joins = erasing._delete_conversations, []

    def join() -> None:
        with world.inside():
            joins.append(joining.join(mail, there, ground=Ground.PERSON, by=world.bob))
        connection.close()

    def meanwhile(customer: Customer) -> int:
        thread.start()
        thread.join(0.5)
        return delete(customer)

    thread = Thread(target=join)
    monkeypatch.setattr(erasing, "_delete_conversations", meanwhile)
    assert forget(world, mail).done_at
    thread.join()
    assert joins == [None]
    with world.inside():
        there.refresh_from_db()
    assert (there.joined_into, there.erased_at) == (None, None)


def test_the_trail_still_verifies_and_tells_who_asked(world: World, maya: Customer):
    forget(world, maya)
    page = world.client_of(world.alice).get(world.url("settings/privacy")).content.decode()
    assert "Erased" in page
    assert "1 conversation" in page
    assert "Alice" in page
    said = StringIO()
    call_command("verify_trail", organization=world.organization.slug, stdout=said)


def test_whoever_writes_again_is_a_new_customer(world: World, maya: Customer):
    forget(world, maya)
    assert world.writes("Hello again").conversation.customer_id != maya.pk


def test_what_the_platform_still_tells_of_the_order_names_nobody(world: World, maya: Customer):
    forget(world, maya)
    world.buys("#1042", external_id="gid://shop/Order/88443311")
    with world.inside():
        order = Order.objects.select_related("customer").get()
        assert (str(order.customer), order.shipping_address) == ("Erased customer", {})


def test_a_platform_asks_and_only_its_shopper_goes(world: World, maya: Customer):
    stranger = world.writes("Hi", sender=person("Rosa Novak")).conversation
    for _ in range(2):
        with world.inside():
            intake.receive(world.shop, ErasureAsked(Party({"email": world.maya.names["email"]})))
    with world.inside():
        assert list(Erasure.objects.values_list("customer", "channel")) == [(maya.pk, world.shop.pk)]
        assert list(Conversation.objects.all()) == [stranger]
        intake.receive(world.shop, ErasureAsked(Party({"email": "nobody@mail.example"})))
        assert Erasure.objects.count() == 1


def test_one_that_nobody_was_woken_for_is_found(
    world: World, maya: Customer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Erasure, "wake", lambda row: None)
    assert forget(world, maya).done_at is None
    erasing.sweep(world.organization.pk)
    with world.inside():
        assert Erasure.objects.get().done_at


def test_a_failure_is_told_with_its_reason_and_stops_nothing_else(
    world: World, maya: Customer, monkeypatch: pytest.MonkeyPatch
):
    def break_down(*_: object) -> None:
        raise RuntimeError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(erasing, "_delete_conversations", break_down)
        assert forget(world, maya).done_at is None
    with world.inside():
        assert Conversation.objects.exists()
    page = world.client_of(world.alice).get(world.url("settings/privacy")).content.decode()
    assert "The disk is full." in page
    erasing.sweep(world.organization.pk)
    with world.inside():
        assert Erasure.objects.get().done_at


class TestScreen:
    def test_it_wants_the_name_typed(self, world: World, maya: Customer):
        alice = world.client_of(world.alice)
        page = world.url(f"customers/{maya.pk}/erasure")
        assert "Maya Okafor" in alice.get(page).content.decode()
        alice.post(f"{page}/create", {"name": "Maya"})
        with world.inside():
            assert not Erasure.objects.exists()
        alice.post(f"{page}/create", {"name": "maya okafor"})
        with world.inside():
            assert Erasure.objects.get().done_at

    def test_agents_may_not_and_strangers_find_nothing(self, world: World, maya: Customer):
        page = world.url(f"customers/{maya.pk}/erasure")
        assert world.client_of(world.bob).get(page).status_code == 403
        assert world.client_of(world.bob).post(f"{page}/create", {"name": "Maya Okafor"}).status_code == 403
        assert world.client_of(world.charlie).get(page).status_code == 404


def test_the_delivery_of_somebody_with_a_longer_address_is_kept(world: World, maya: Customer):
    theirs = f"From: x{world.maya.names['email']}".encode()
    with world.inside():
        Delivery.store(world.mailbox, RawDelivery("mail", uuid4().hex, theirs))
        Delivery.objects.update(state="applied")
    forget(world, maya)
    with world.inside():
        assert [bytes(each.body) for each in Delivery.objects.exclude(body=b"")] == [theirs]
