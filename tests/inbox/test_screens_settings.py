"""Settings: who may change what, how people come in, how channels and deliveries tell how they are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from connectors.contract import Health
from inbox.models import Channel, ChannelState, Delivery, Invitation, Membership, User
from tests.world import World

ADMIN_PAGES = ["channels", "channels/new/email", "deliveries", "members", "organization"]


@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_admin_pages_are_for_admins(world: World, page: str) -> None:
    path = world.url(f"settings/{page}")
    assert world.client_of(world.alice).get(path).status_code == 200
    assert world.client_of(world.bob).get(path).status_code == 403
    assert world.client_of(world.charlie).get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["channels/{0}/pause", "members/{1}/role", "members/{1}/delete", "deliveries/replay"]
)
def test_agents_change_nothing_in_the_settings(world: World, path: str) -> None:
    address = world.url("settings/" + path.format(world.mailbox.pk, world.sam.pk))
    assert world.client_of(world.bob).post(address, {"role": "admin"}).status_code == 403
    with world.inside():
        assert Channel.objects.get(pk=world.mailbox.pk).state == ChannelState.ACTIVE
        assert Membership.objects.get(pk=world.sam.pk).role == "supervisor"


def test_everybody_has_a_profile_and_can_turn_the_keys_off(world: World) -> None:
    client = world.client_of(world.bob)
    assert client.get(world.url("settings"), follow=True).status_code == 200
    client.post(world.url("settings/profile"), {"first_name": "Bob", "last_name": "L"})
    assert 'data-shortcuts="off"' in client.get(world.url()).content.decode()


def invite(world: World, email: str) -> str:
    world.client_of(world.alice).post(world.url("settings/invitations"), {"email": email, "role": "agent"})
    with world.inside():
        return f"/o/{world.organization.slug}/invitations/{Invitation.objects.get(email=email).token}"


def test_an_invitation_is_mailed_shown_and_makes_an_account(world: World) -> None:
    email = f"dana@{world.organization.slug}.example"
    link = invite(world, email)
    assert link in mail.outbox[-1].body
    assert link in world.client_of(world.alice).get(world.url("settings/members")).content.decode()
    visitor = Client()
    assert world.organization.name in visitor.get(link).content.decode()
    answer = visitor.post(link, {"first_name": "Dana", "password": "quite a long secret"})
    assert answer.headers["Location"] == world.url()
    assert visitor.get(world.url()).status_code == 200
    assert visitor.get(world.url("settings/members")).status_code == 403
    assert Client().get(link).status_code == 410  # it works once


def test_a_signed_in_person_joins_with_the_account_they_have(world: World) -> None:
    link = invite(world, f"other@{world.organization.slug}.example")
    client = world.client_of(world.charlie)
    assert client.get(world.url()).status_code == 404
    client.post(link)
    assert client.get(world.url()).status_code == 200
    assert "Lumen" in client.get("/").content.decode()  # two organizations now: a choice


def test_a_known_address_signs_in_first_and_makes_no_second_account(world: World) -> None:
    link = invite(world, world.charlie.user.email)
    before = User.objects.count()
    visitor = Client()
    assert "/accounts/login/?next=" in visitor.get(link).content.decode()
    visitor.post(link, {"first_name": "X", "password": "quite a long secret"})
    assert User.objects.count() == before
    with world.inside():
        assert not Membership.objects.filter(user=world.charlie.user).exists()


def test_a_weak_password_is_refused_and_a_foreign_token_is_unknown(world: World) -> None:
    link = invite(world, f"eve@{world.organization.slug}.example")
    assert Client().post(link, {"first_name": "Eve", "password": "short"}).status_code == 422
    token = link.rsplit("/", 1)[1]
    assert Client().get(f"/o/{world.neighbour.slug}/invitations/{token}").status_code == 404


def test_there_is_always_an_admin(world: World) -> None:
    client = world.client_of(world.alice)
    client.post(world.url(f"settings/members/{world.alice.pk}/role"), {"role": "agent"})
    client.post(world.url(f"settings/members/{world.alice.pk}/delete"))
    with world.inside():
        assert Membership.objects.get(pk=world.alice.pk).role == "admin"


def test_a_removed_member_is_a_stranger_and_their_work_stays(world: World) -> None:
    conversation = world.conversation()
    with world.inside():
        conversation.note("Mine", world.bob)
    world.client_of(world.alice).post(world.url(f"settings/members/{world.bob.pk}/delete"))
    assert world.client_of(world.bob).get(world.url()).status_code == 404
    page = world.client_of(world.alice).get(world.url(f"c/{conversation.pk}")).content.decode()
    assert "Mine" in page
    assert "A former member" in page


def fill(page: str) -> dict[str, str]:
    """Something for every field of a connect form."""
    names = re.findall(r'<input type="(?:text|password)" name="(\w+)"', page)
    return {name: f"{name}.example" for name in names}


@pytest.mark.parametrize("works", [True, False])
def test_a_channel_is_tested_by_a_worker_before_it_lives(world: World, monkeypatch: Any, works: bool) -> None:
    client, path = world.client_of(world.alice), world.url("settings/channels/new/usps")
    connector = type(world.usps.connector)
    monkeypatch.setattr(
        connector, "check", lambda self, account: Health(works, "" if works else "USPS said no.")
    )
    monkeypatch.setattr(connector, "subscribe", lambda *_: ())
    values = fill(client.get(path).content.decode())
    answer = client.post(path, values)
    page = client.get(answer.headers["Location"]).content.decode()
    with world.inside():
        channel = Channel.objects.exclude(pk=world.usps.pk).get(kind="usps")
    assert channel.state == (ChannelState.ACTIVE if works else ChannelState.LOST)
    assert ("The connection works." in page) is works
    assert ("USPS said no." in page) is not works
    for field in connector.connect_form:
        if field.secret:
            assert values[field.name] not in page


def test_what_is_yes_or_no_is_a_box_to_tick_and_to_clear(world: World) -> None:
    with world.inside():
        calls = Channel.objects.create(kind="voice", name="Calls", external_id="+13035550142", credentials={})
    alice, path = world.client_of(world.alice), world.url(f"settings/channels/{calls.pk}")
    entered = {"account_sid": "AC" + "1" * 32, "auth_token": "t", "forward_to": "+13035550143"}
    for ticked, kept in (({"record": "on"}, "yes"), ({}, "")):
        assert alice.post(path, {**entered, **ticked}).status_code == 302
        with world.inside():
            calls.refresh_from_db()
        assert calls.settings.get("record", "") == kept
        box = re.search(r'<input type="checkbox" name="record"[^>]*>', alice.get(path).content.decode())
        assert box
        assert ("checked" in box[0]) is bool(kept)


def test_an_unknown_kind_of_channel_is_not_found(world: World) -> None:
    assert world.client_of(world.alice).get(world.url("settings/channels/new/fax")).status_code == 404


def a_delivery(world: World, state: str, body: bytes = b"{}") -> Delivery:
    with world.inside():
        return Delivery.objects.create(
            channel=world.shop,
            key=f"{state}{body!r}",
            topic="odd/topic",
            body=body,
            state=state,
            reason="Broken: no total",
        )


def test_failed_deliveries_come_first_with_their_reason(world: World) -> None:
    a_delivery(world, "failed")
    a_delivery(world, "applied", b"[]")
    page = world.client_of(world.alice).get(world.url("settings/deliveries")).content.decode()
    assert page.index("Broken: no total") < page.index(">Applied</span>")


def test_a_body_is_shown_as_text_whatever_it_holds(world: World) -> None:
    delivery = a_delivery(world, "failed", b'{"note": "<script>alert(1)</script>", "raw": "\xff"}')
    page = world.client_of(world.alice).get(world.url(f"settings/deliveries/{delivery.pk}")).content.decode()
    assert "&lt;script&gt;alert(1)" in page


def test_replaying_reads_a_delivery_again(world: World) -> None:
    first, second = a_delivery(world, "failed"), a_delivery(world, "failed", b"[1]")
    client = world.client_of(world.alice)
    client.post(world.url(f"settings/deliveries/{first.pk}/replay"))
    with world.inside():
        assert Delivery.objects.get(pk=first.pk).attempts == 1
    client.post(world.url("settings/deliveries/replay"))
    with world.inside():
        assert Delivery.objects.get(pk=second.pk).attempts == 1


def test_wrong_signatures_are_counted_where_deliveries_are_shown(world: World) -> None:
    with world.inside():
        world.shop.count_rejected()
    page = world.client_of(world.alice).get(world.url("settings/deliveries")).content.decode()
    assert "1 request with a wrong signature" in page


def test_the_door_leads_to_the_only_organization(world: World) -> None:
    assert world.client_of(world.bob).get("/").headers["Location"] == world.url()
    assert world.organization.name in world.client_of(world.bob).get("/?choose").content.decode()
    assert Client().get("/health").json() == {"status": "ok", "model": "none"}


@pytest.mark.parametrize("page", ["login/", "password/reset/"])
def test_sign_in_pages_look_like_the_product(page: str) -> None:
    content = Client().get(f"/accounts/{page}").content.decode()
    assert "inbox/waybill.css" in content
    assert 'class="btn go"' in content


@pytest.mark.parametrize("page", ["2fa/", "2fa/totp/activate/", "email/", "password/change/", "logout/"])
def test_account_pages_open_for_members(world: World, page: str) -> None:
    answer = world.client_of(world.bob).get(f"/accounts/{page}", follow=True)
    assert answer.status_code == 200
    assert "inbox/waybill.css" in answer.content.decode()
