"""The machine on the screen: a request comes in, a page goes out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.drafting import STEPS
from agents.facts.evidence import Sentence
from agents.models import Correction, Draft, Run, RunState, Trial
from agents.understanding.intents import IntentKind
from agents.views.wishes import LETTERS
from audit.models import AuditEvent
from connectors.events import ParcelStatus
from inbox.models import Conversation, Message, Order
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture
def late_order(world: World) -> Order:
    order = world.buys("#1042")
    world.parcel_moves(order.shipments.all()[0], ParcelStatus.EXCEPTION)
    return order


def statements(client: Client, url: str) -> int:
    client.get(url)  # the session is now in the cache
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(not each["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for each in captured)


def draft_panel(world: World, message: Message) -> str:
    url = world.url(f"conversations/{message.conversation_id}/draft")
    return world.client_of(world.bob).get(url, headers=HTMX).content.decode()


def tried(world: World, text: str, **facts: str) -> Trial:
    """A trial made through its form, by the supervisor."""
    entered = {"text": text, "channel": str(world.mailbox.pk), **facts}
    answer = world.client_of(world.sam).post(world.url("settings/machine/trials/new"), entered)
    assert answer.status_code == 302, answer.content.decode()
    with world.inside():
        return Trial.objects.get(pk=UUID(answer.headers["Location"].rsplit("/", 1)[-1]))


def page_of(world: World, trial: Trial) -> str:
    return world.client_of(world.sam).get(world.url(f"settings/machine/trials/{trial.pk}")).content.decode()


# The draft panel.


def test_the_panel_shows_what_is_asked_and_how_sure_that_is(world: World, late_order: Order) -> None:
    page = draft_panel(world, world.writes("Where is my order #1042?"))
    assert "Where is my order" in page
    assert "every statement checked" in page
    assert " %</i>" in page


def test_the_panel_says_quietly_how_the_customer_feels(world: World, late_order: Order) -> None:
    angry = "This is OUTRAGEOUS!!!!! I am furious, WHERE IS MY ORDER #1042???"
    assert '<span class="tag bad" title="How the customer sounds">Angry' in draft_panel(
        world, world.writes(angry)
    )


def test_a_calm_message_gets_no_tags(world: World, late_order: Order) -> None:
    page = draft_panel(world, world.writes("Where is order #1042"))
    assert page.split('class="reading"')[-1].split("</div>")[0].count('class="tag') == 0


# How a draft came about.


def test_the_page_of_a_run_shows_every_step_with_its_time(world: World, late_order: Order) -> None:
    message = world.writes("Where is my order #1042?")
    with world.inside():
        run = Run.objects.get(message=message)
    client, url = world.client_of(world.bob), world.url(f"runs/{run.pk}")
    page = client.get(url).content.decode()
    for heading in ("What was understood", "facts gathered", "Steps", "Where is my order #1042?"):
        assert heading in page
    assert all(f"{step['ms']} ms" in page for step in run.steps)
    assert "Columbus, OH" in page
    assert statements(client, url) <= 8


def test_the_page_of_a_run_shows_what_blocked_its_draft(world: World, late_order: Order) -> None:
    message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.get(message=message)
        draft.claims = [
            {
                **draft.claims[0],
                "is_supported": False,
                "reason": "the record says another day",
                "text": "May 3",
            }
        ]
        draft.save()
    page = world.client_of(world.bob).get(world.url(f"runs/{draft.run_id}")).content.decode()
    assert "the record says another day" in page
    assert "1 statement stops it" in page


# Try a message.


def test_a_trial_makes_the_whole_pass_over_the_organizations_own_data(
    world: World, late_order: Order
) -> None:
    trial = tried(world, "Where is my order? I am worried.", writer=f"order:{late_order.pk}")
    assert trial.state == RunState.DONE
    assert [step["name"] for step in trial.steps] == [
        *(step.__name__.strip("_") for step in STEPS),
        "route",
    ]
    page = page_of(world, trial)
    for shown in (
        "Maya Okafor",
        "#1042",
        "Columbus, OH",
        "Hi Maya",
        "Worried",
        "What was understood",
        "Steps",
    ):
        assert shown in page, shown
    assert "every 500ms" not in page


def counts() -> dict[str, int]:
    return {kind.__name__: kind.objects.count() for kind in (Conversation, Message, Draft, Run, AuditEvent)}


def test_a_trial_leaves_no_message_no_draft_and_nothing_to_send(world: World, late_order: Order) -> None:
    with world.inside():
        before = counts()
    assert tried(world, "Where is my order?", writer=f"order:{late_order.pk}").state == RunState.DONE
    with world.inside():
        assert counts() == before


def test_a_stranger_who_is_tried_is_shown_nobodys_order(world: World, late_order: Order) -> None:
    trial = tried(world, "Where is my order #1042?")
    assert trial.customer is None
    assert all("1042" not in item.about for item in trial.evidence_items())
    assert "A stranger" in page_of(world, trial)


def test_a_trial_shows_what_would_be_blocked_and_why(
    world: World, late_order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents import drafting
    from agents.writing import compose as composing

    def boast(*given: Any, **more: Any) -> composing.Composed:
        return composing.Composed([Sentence("Your parcel arrives on January 3, 2031.")], "A boast")

    monkeypatch.setattr(drafting, "compose", boast)
    trial = tried(world, "Where is my order?", writer=f"order:{late_order.pk}")
    assert trial.outcome == "blocked"
    page = page_of(world, trial)
    assert "January 3, 2031" in page
    assert "stops it" in page


def test_a_trial_that_breaks_says_so(
    world: World, late_order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("agents.drafting.compose", break_down)
    trial = tried(world, "Where is my order?", writer=f"order:{late_order.pk}")
    assert trial.state == RunState.FAILED
    assert "a mistake of ours" in page_of(world, trial)


def test_while_a_worker_is_at_it_the_page_asks_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.wake._send", lambda *_: None)
    trial = tried(world, "Where is my order?")
    assert trial.state == RunState.WORKING
    page = page_of(world, trial)
    assert 'hx-trigger="every 500ms"' in page
    assert "Gather" in page
    part = world.client_of(world.sam).get(world.url(f"settings/machine/trials/{trial.pk}"), headers=HTMX)
    assert b"<html" not in part.content


def test_evidence_of_a_trial_opens_at_the_orders_own_page(world: World, late_order: Order) -> None:
    trial = tried(world, "Where is my order?", writer=f"order:{late_order.pk}")
    scan = next(item for item in trial.evidence_items() if item.value == "Columbus, OH")
    assert scan.url.startswith(world.url(f"orders/{late_order.pk}#scan-"))
    dialog = world.client_of(world.sam).get(
        world.url(f"settings/machine/trials/{trial.pk}/evidence/{scan.number}")
    )
    assert b"Columbus, OH" in dialog.content


def test_trials_are_for_supervisors_and_admins_and_do_not_exist_for_strangers(world: World) -> None:
    trial = tried(world, "Where is my order?")
    for path in ("settings/machine", "settings/machine/trials/new", "settings/machine/trials/writers", f"settings/machine/trials/{trial.pk}"):  # fmt: skip
        url = world.url(path)
        assert world.client_of(world.alice).get(url).status_code == 200
        assert world.client_of(world.sam).get(url).status_code == 200
        assert world.client_of(world.bob).get(url).status_code == 403
        assert world.client_of(world.charlie).get(url).status_code == 404
    assert world.client_of(world.charlie).get(f"/o/{world.neighbour.slug}/settings/machine/trials/{trial.pk}").status_code == 404  # fmt: skip


def test_a_trial_of_yesterday_is_gone_and_forgotten(world: World) -> None:
    trial = tried(world, "Where is my order?")
    with world.inside():
        Trial.objects.filter(pk=trial.pk).update(started_at=timezone.now() - Trial.KEPT)
    assert world.client_of(world.sam).get(world.url(f"settings/machine/trials/{trial.pk}")).status_code == 404
    with world.inside():
        Trial.tidy()
        assert not Trial.objects.exists()


def test_a_writer_is_found_by_name_address_or_order(world: World, late_order: Order) -> None:
    client, url = world.client_of(world.sam), world.url("settings/machine/trials/writers")
    for asked in ("okafor", "MAYA", "#1042", "104", world.maya.names["email"][:10]):
        assert "Maya Okafor" in client.get(url, {"q": asked}, headers=HTMX).content.decode(), asked
    nobody = client.get(url, {"q": "zzz", "writer": f"order:{late_order.pk}"}, headers=HTMX).content.decode()
    assert "Nobody here is called that" in nobody
    assert "Maya Okafor" in nobody  # who was chosen stays


def test_a_trial_can_be_changed_and_tried_again(world: World, late_order: Order) -> None:
    trial = tried(world, "Where is my jacket?", writer=f"order:{late_order.pk}", subject="Jacket")
    form = world.client_of(world.sam).get(world.url(f"settings/machine/trials/new?from={trial.pk}"))
    page = form.content.decode()
    assert "Where is my jacket?" in page
    assert f'value="order:{late_order.pk}" checked' in page


def test_days_and_amounts_that_were_read_are_shown(world: World, late_order: Order) -> None:
    trial = tried(
        world, "Order #1042 cost me $38.50 and should come tomorrow.", writer=f"order:{late_order.pk}"
    )
    page = page_of(world, trial)
    assert "38.50 USD" in page
    assert "tomorrow (" in page


@pytest.mark.parametrize("nonsense", ["from=x", "writer=order:1", "writer=nobody"])
def test_nonsense_in_the_address_of_a_trial_is_ignored(world: World, nonsense: str) -> None:
    url = world.url(f"settings/machine/trials/new?{nonsense}")
    assert world.client_of(world.sam).get(url).status_code == 200


def test_a_message_without_words_is_not_tried(world: World) -> None:
    answer = world.client_of(world.sam).post(
        world.url("settings/machine/trials/new"), {"text": " ", "channel": str(world.mailbox.pk)}
    )
    assert answer.status_code == 422


def test_the_page_of_a_trial_costs_few_queries_however_much_it_found(world: World, late_order: Order) -> None:
    trial = tried(world, "Where is my order?", writer=f"order:{late_order.pk}")
    client = world.client_of(world.sam)
    assert statements(client, world.url(f"settings/machine/trials/{trial.pk}")) <= 6


# Settings → Machine.


def test_the_machine_tells_what_it_used_day_by_day(world: World, late_order: Order) -> None:
    message = world.writes("Where is my order?")
    with world.inside():
        Run.objects.filter(message=message).update(tokens_in=900, tokens_out=300, cost="0.0012", engine="m")
    page = world.client_of(world.sam).get(world.url("settings/machine")).content.decode()
    assert "1,200 tokens" in page
    assert "$0.0012" in page
    assert page.count('<rect class="mark"') == 14


def test_the_machine_tells_what_failed_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("agents.drafting.compose", break_down)
    world.writes("Where is my order?")
    page = world.client_of(world.sam).get(world.url("settings/machine")).content.decode()
    assert "a mistake of ours" in page


def test_the_machine_page_costs_the_same_however_much_was_read_and_tried(world: World) -> None:
    client, url = world.client_of(world.sam), world.url("settings/machine")
    tried(world, "Where is my order?")
    few = statements(client, url)
    for number in range(3):
        tried(world, f"Where is it? {number}")
        world.writes(f"Where is my order? {number}")
    assert statements(client, url) == few <= 10


# A wrong intent put right.


def test_a_wrong_intent_is_put_right_remembered_and_taken_back(world: World, late_order: Order) -> None:
    message = world.writes("Where is my order #1042?")
    with world.inside():
        run = Run.objects.get(message=message)
    client = world.client_of(world.bob)
    page = draft_panel(world, message)
    assert 'data-key="i"' in page
    assert world.url(f"runs/{run.pk}/wish") in page
    answer = client.post(world.url(f"runs/{run.pk}/wish"), {"kind": "cancel"}, headers=HTMX).content.decode()
    assert "means: cancel" in answer
    assert world.url(f"runs/{run.pk}/wish/delete") in answer  # the undo
    with world.inside():
        assert Correction.objects.get(message=message).kind == "cancel"
        again = Run.objects.filter(message=message).latest("started_at")
        assert again.understanding["intents"][0]["kind"] == "cancel"
    client.post(world.url(f"runs/{run.pk}/wish/delete"), headers=HTMX)
    with world.inside():
        assert not Correction.objects.exists()
        again = Run.objects.filter(message=message).latest("started_at")
        assert again.understanding["intents"][0]["kind"] == "where_is_my_order"


@pytest.mark.parametrize("kind", ["", "unsure", "nonsense"])
def test_what_nobody_can_mean_corrects_nothing(world: World, late_order: Order, kind: str) -> None:
    message = world.writes("Where is my order #1042?")
    with world.inside():
        run = Run.objects.get(message=message)
    url = world.url(f"runs/{run.pk}/wish")
    assert world.client_of(world.bob).post(url, {"kind": kind}, headers=HTMX).status_code == 422
    assert world.client_of(world.charlie).post(url, {"kind": "cancel"}, headers=HTMX).status_code == 404
    with world.inside():
        assert not Correction.objects.exists()


def test_every_intent_that_can_be_meant_has_a_letter_of_its_own() -> None:
    assert set(LETTERS) == set(IntentKind) - {IntentKind.UNSURE}
    assert len(set(LETTERS.values())) == len(LETTERS)


def test_a_hand_over_tells_the_summary_and_the_next_step(world: World, late_order: Order) -> None:
    page = draft_panel(world, world.writes("I want to talk to a real person about #1042, not a bot."))
    assert "Next:" in page
    assert '<details class="gist" open>' in page


def test_a_threat_is_the_first_thing_the_panel_says(world: World, late_order: Order) -> None:
    message = world.writes("Where is my order #1042?")
    with world.inside():
        run = Run.objects.get(message=message)
        reason = "speaks of lawyers, courts or authorities"
        run.understanding |= {"urgency": {"level": "high", "reason": reason, "threats": ["legal"]}}
        run.save()
    page = draft_panel(world, message)
    assert f'<span class="tag bad" title="The customer {reason}">Legal</span>' in page


def test_a_translation_is_shown_beside_the_language_it_was_written_in(
    world: World, late_order: Order
) -> None:
    message = world.writes("¿Dónde está mi pedido #1042?")
    with world.inside():
        run = Run.objects.get(message=message)
        run.understanding |= {
            "language": {"code": "es", "confidence": 0.9},
            "translation": "Where is my order #1042?",
        }
        run.save()
    page = draft_panel(world, message)
    assert "Spanish" in page
    assert "Where is my order #1042?</p>" in page
