from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import time_machine

from audit.models import AuditEvent
from audit.record import MACHINE, Actor, erase
from config.tenancy import scope
from tests.audit.trail import Trail
from tests.world import World


@pytest.fixture
def conversation_id() -> UUID:
    return uuid4()


@pytest.fixture
def told(world: World, trail: Trail, customer_id: UUID, conversation_id: UUID) -> None:
    """Maya wrote, Bob answered, the platform took it."""
    about = {"conversation_id": conversation_id, "customer_id": customer_id}
    maya = Actor("customer", "7", "Maya Okafor")
    trail.record("message.received", actor=maya, personal={"text": "Where is my jacket?"}, **about)
    trail.record("message.queued", actor=world.bob.actor, personal={"text": "In Columbus."}, **about)
    trail.record("message.sent", actor=Actor("platform"), data={"external_id": "m-1"}, **about)
    trail.seal()


def body(world: World, member: Any, path: str = "", **query: str) -> str:
    response = world.client_of(member).get(world.url(f"trail/{path}"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_supervisors_see_the_whole_trail(world: World, told: None) -> None:
    for member in (world.sam, world.alice):
        page = body(world, member)
        assert "Bob answered" in page
        assert "The platform took the answer" in page
        assert "sealed as 3" in page
        assert "3 events" in page
        assert "Where is my jacket?" not in page  # words stay in the story


@pytest.mark.parametrize("path", ["", "export"])
def test_agents_do_not_see_the_whole_trail(world: World, told: None, path: str) -> None:
    assert world.client_of(world.bob).get(world.url(f"trail/{path}")).status_code == 403
    assert world.client_of(world.bob).post(world.url("trail/verification")).status_code == 403


def test_the_stranger_finds_nothing(world: World, told: None, conversation_id: UUID) -> None:
    stranger = world.client_of(world.charlie)
    for path in (
        "",
        "export",
        f"conversations/{conversation_id}/",
        f"conversations/{conversation_id}/export",
    ):
        assert stranger.get(world.url(f"trail/{path}")).status_code == 404
    assert stranger.post(world.url("trail/verification")).status_code == 404
    own = f"/o/{world.neighbour.slug}/trail/"
    assert stranger.get(f"{own}conversations/{conversation_id}/").status_code == 404
    assert "Bob" not in stranger.get(own).content.decode()


def test_every_member_reads_a_conversations_story(world: World, told: None, conversation_id: UUID) -> None:
    page = body(world, world.bob, f"conversations/{conversation_id}/")
    order = ["Maya Okafor wrote", "Where is my jacket?", "Bob answered", "In Columbus.", "The platform took"]
    assert sorted(order, key=page.index) == order


def test_the_story_of_an_erased_customer_has_no_words(
    world: World, told: None, customer_id: UUID, conversation_id: UUID
) -> None:
    with world.inside():
        erase(customer_id, MACHINE)
    page = body(world, world.bob, f"conversations/{conversation_id}/")
    assert "The customer wrote" in page
    assert "erased" in page
    assert "jacket" not in page
    assert "Maya" not in page


def test_words_cannot_break_out_of_the_page(
    world: World, trail: Trail, customer_id: UUID, conversation_id: UUID
) -> None:
    trail.record(
        "message.received",
        actor=Actor("customer", label="<b>Mallory</b>"),
        conversation_id=conversation_id,
        customer_id=customer_id,
        personal={"text": "<script>alert(1)</script>"},
    )
    page = body(world, world.bob, f"conversations/{conversation_id}/")
    assert "<script>alert" not in page
    assert "<b>Mallory" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Bob answered", "The platform took the answer", "The customer wrote"]),
        ({"kind": "message.sent"}, ["The platform took the answer"]),
        ({"actor": "member"}, ["Bob answered"]),
        ({"actor": "customer:7"}, ["The customer wrote"]),
        ({"actor": "customer:8"}, []),
        ({"conversation": "0190d1c8-0000-7000-8000-000000000000"}, []),
        ({"since": "2999-01-01"}, []),
        ({"until": "2001-01-01"}, []),
    ],
)
def test_it_filters(world: World, told: None, query: dict[str, str], found: list[str]) -> None:
    page = body(world, world.sam, **query)
    for text in ("Bob answered", "The platform took the answer", "The customer wrote"):
        assert (text in page) == (text in found)


def test_it_says_which_part_of_a_filter_it_did_not_understand(world: World, told: None) -> None:
    page = body(world, world.sam, since="yesterday", actor="robot", kind="message.sent")
    assert "Since was left out" in page
    assert "Actor was left out" in page
    assert "Bob answered" not in page  # the part that was understood counts


def test_days_are_days_of_the_organization(world: World, trail: Trail) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 4, 30, tzinfo=UTC)):  # the evening before in New York
        trail.record("article.published")
    assert "published the article" in body(world, world.sam, since="2026-03-01", until="2026-03-01")
    assert "published the article" not in body(world, world.sam, since="2026-03-02")


def test_pages_follow_each_other_without_gap_or_repeat(world: World, trail: Trail) -> None:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):  # all at one instant: the id decides
        events = [trail.record(data={"n": n}) for n in range(120)]
    seen: list[str] = []
    client, query = world.client_of(world.sam), ""
    while True:
        response = client.get(world.url("trail/") + query)
        seen += [str(event.pk) for event in response.context["events"]]
        if not response.context["older"]:
            break
        query = f"?{response.context['older']}"
    assert seen == [str(event) for event in reversed(events)]


def test_a_page_of_nowhere_is_not_found(world: World, told: None) -> None:
    client = world.client_of(world.sam)
    assert client.get(world.url("trail/"), {"before": "x"}).status_code == 404
    assert client.get(world.url("trail/"), {"before": str(uuid4())}).status_code == 404


def test_a_page_takes_the_same_few_queries_for_any_length(
    world: World,
    trail: Trail,
    told: None,
    conversation_id: UUID,
    customer_id: UUID,
    count_queries: Callable[..., int],
) -> None:
    client = world.client_of(world.sam)

    def queries(path: str = "") -> int:
        return count_queries(lambda: client.get(world.url(f"trail/{path}")))

    story = f"conversations/{conversation_id}/"
    queries()
    few = (queries(), queries(story))
    for n in range(60):
        trail.record(conversation_id=conversation_id, customer_id=customer_id, personal={"text": f"{n}"})
    trail.seal()
    assert (queries(), queries(story)) == few
    assert max(few) <= 12


def test_verify_now_says_that_the_chain_is_intact_and_leaves_a_trace(world: World, told: None) -> None:
    page = world.client_of(world.sam).post(world.url("trail/verification")).content.decode()
    assert "chain intact" in page
    with world.inside():
        trace = AuditEvent.objects.get(kind="trail.verified")
    assert trace.actor_label == "Sam"
    assert trace.data["position"] == 3
    assert "Read through by Sam" in body(world, world.alice)


def test_verify_now_names_what_is_broken(world: World, told: None, intruder: psycopg.Connection) -> None:
    with world.inside():
        changed = AuditEvent.objects.get(kind="message.queued")
    intruder.execute("UPDATE audit_auditevent SET kind = 'a.b' WHERE id = %s", [changed.pk])
    page = world.client_of(world.sam).post(world.url("trail/verification")).content.decode()
    assert "chain broken" in page
    assert f"position 2, event {changed.pk}: the event was changed" in page


def exported(world: World, member: Any, path: str = "export", **query: str) -> dict[str, Any]:
    response = world.client_of(member).get(world.url(f"trail/{path}"), query)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    return json.loads(response.getvalue())


def test_the_export_can_be_checked_with_nothing_but_its_own_recipe(world: World, told: None) -> None:
    document = exported(world, world.sam)
    assert document["organization"] == world.organization.slug
    links = [each for each in document["events"] if each["seal"]]
    assert [each["seal"]["position"] for each in links] == [1, 2, 3]
    previous = "00" * 32
    for each in links:
        seal = each["seal"]
        text = json.dumps(each["stored"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).digest()
        assert seal["event_hash"] == digest.hex()
        assert seal["previous_hash"] == previous
        chained = bytes.fromhex(previous) + seal["position"].to_bytes(8, "big") + digest
        assert seal["hash"] == hashlib.sha256(chained).hexdigest()
        previous = seal["hash"]
    assert links[0]["personal"] == {"text": "Where is my jacket?", "name": "Maya Okafor"}


def test_the_export_follows_the_filter_and_names_the_link_before(world: World, told: None) -> None:
    everything = exported(world, world.sam)["events"]
    (sent,) = exported(world, world.sam, kind="message.sent")["events"]
    assert sent["seal"]["previous_hash"] == everything[1]["seal"]["hash"]
    assert sent["stored"]["data"] == {"external_id": "m-1"}


def test_members_export_a_conversation_and_that_is_recorded(
    world: World, told: None, conversation_id: UUID
) -> None:
    events = exported(world, world.bob, f"conversations/{conversation_id}/export")["events"]
    assert [each["stored"]["kind"] for each in events][:3] == [
        "message.received",
        "message.queued",
        "message.sent",
    ]
    with world.inside():
        assert AuditEvent.objects.get(kind="trail.exported").actor_label == "Bob"


def test_the_export_of_a_long_trail_comes_whole(
    world: World, trail: Trail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.export.CHUNK", 7)
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1), tick=False):
        events = [trail.record(data={"n": n}) for n in range(21)]
    trail.seal()
    found = exported(world, world.sam, kind="message.sent")["events"]
    assert [each["stored"]["id"] for each in found] == [str(event) for event in events]


def test_an_empty_trail_says_so(world: World) -> None:
    page = body(world, world.sam)
    assert "Nothing here" in page
    assert "No events in the chain yet" in page
    with scope(world.organization.pk):
        assert exported(world, world.sam)["events"][0]["stored"]["kind"] == "trail.exported"
