"""A model writes: its words are shown as they come, and one that does not answer is left alone for a while."""

from __future__ import annotations

import time
from itertools import pairwise
from uuid import uuid4

import pytest

from agents.models import Draft, DraftState
from agents.showing import progress
from agents.writing import model as writer
from config import model
from config.breaker import Breaker, BreakerState
from connectors.errors import Refused, Unreachable
from connectors.llm import ModelConfig, Prompt, complete
from connectors.sandbox.model import ModelStandIn, running
from tests.agents.known import Shop, letter, seen
from tests.world import World

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sentences", "question", "actions"],
    "properties": {"sentences": {"type": "array"}, "question": {}, "actions": {"type": "array"}},
}


@pytest.fixture
def stand_in(settings):
    made = ModelStandIn()
    with running(made) as url:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "key", url
        settings.DRAFT_MODEL, settings.MODEL_TIMEOUT = "honest", 3
        yield made


def ask(url: str, timeout: float = 20.0) -> ModelConfig:
    return ModelConfig(api_key="key", base_url=url, draft_model="honest", timeout=timeout)


def test_a_streamed_answer_is_the_same_with_its_tokens(stand_in: ModelStandIn, settings):
    heard: list[str] = []
    prompt = Prompt("Write.", '{"id": 1, "label": "Carrier", "value": "UPS"}', SCHEMA)
    config = ask(settings.OPENAI_BASE_URL)
    streamed, whole = complete(prompt, config, heard.append), complete(prompt, config)
    assert streamed.data == whole.data
    assert (streamed.tokens_in, streamed.tokens_out) == (whole.tokens_in, whole.tokens_out) != (0, 0)
    assert len(heard) > 2
    assert all(later.startswith(earlier) for earlier, later in pairwise(heard))


def test_a_server_that_trickles_words_is_given_up_after_the_whole_time(stand_in: ModelStandIn, settings):
    stand_in.pace = 0.2
    prompt = Prompt("Write.", '{"id": 1, "label": "Carrier", "value": "UPS"}', SCHEMA)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="did not finish in time"):
        complete(prompt, ask(settings.OPENAI_BASE_URL, timeout=0.5), lambda _: None)
    assert time.monotonic() - began < 1.5


def test_unfinished_json_is_read_as_far_as_it_goes():
    assert progress.words('{"sentences": [{"text": "Hi Maya,", "evid') == "Hi Maya,"
    assert (
        progress.words('{"sentences": [{"text": "Hi Maya,", "evidence": []}, {"text": "Your or')
        == "Hi Maya, Your or"
    )
    assert progress.words('{"sent') == ""
    assert progress.words("I am not JSON") == ""


def test_what_is_being_written_is_shown_and_gone_with_the_draft(
    world: World, stand_in: ModelStandIn, monkeypatch
):
    world.buys()
    monkeypatch.setattr(progress, "EVERY", 0.0)
    shown: list[str] = []
    put = progress.Progress.__call__

    def look(self: progress.Progress, unfinished: str) -> None:
        put(self, unfinished)
        shown.append(progress.read(self.run))

    monkeypatch.setattr(progress.Progress, "__call__", look)
    message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.select_related("run").get(message=message)
    assert any(shown)
    assert draft.run.engine == "honest"
    assert draft.run.tokens_out > 0
    assert progress.read(draft.run_id) == ""


def test_what_a_model_proposes_to_do_is_kept_in_words(stand_in: ModelStandIn):
    shop = Shop()
    shop.order()
    message, conversation = letter()
    said = {
        "sentences": [{"text": "Hi Maya,", "evidence": []}],
        "question": None,
        "actions": ["Call the carrier"],
    }
    stand_in.answers.append(said)
    written = writer.write(message, conversation, seen(), shop.facts(), [])
    assert written.answer.proposals == ("Call the carrier",)


def test_a_cancellation_is_proposed_to_the_member(world: World):
    world.buys(tracking_number="")
    message = world.writes("Please cancel my order #1042.")
    with world.inside():
        run = Draft.objects.select_related("run").get(message=message).run
        (action,) = run.actions.select_related("order")
        assert (action.kind, action.order.number, action.standing) == ("cancel", "#1042", "To approve")


class TestBreaker:
    @pytest.fixture
    def breaker(self) -> Breaker:
        return Breaker(f"test-{uuid4().hex}", most_failures=2, rest=0.2)

    def fail(self, breaker: Breaker, error: Exception) -> None:
        def run() -> None:
            raise error

        with pytest.raises(type(error)):
            breaker.call(run)

    def test_it_opens_after_some_failures_in_a_row_and_then_asks_nobody(self, breaker: Breaker):
        self.fail(breaker, Unreachable("gone"))
        assert breaker.health().state is BreakerState.CLOSED
        self.fail(breaker, Unreachable("gone"))
        assert breaker.health().state is BreakerState.OPEN
        with pytest.raises(Unreachable, match="2 times in a row: gone"):
            breaker.call(lambda: pytest.fail("was asked"))

    def test_after_a_rest_one_call_tries_and_closes_it(self, breaker: Breaker):
        for _ in range(2):
            self.fail(breaker, Unreachable("gone"))
        time.sleep(0.25)
        assert breaker.health().state is BreakerState.HALF_OPEN
        inside: list[str] = []

        def run() -> str:
            with pytest.raises(Unreachable):  # another worker, meanwhile
                breaker.call(lambda: inside.append("second"))
            return "back"

        assert breaker.call(run) == "back"
        assert inside == []
        assert breaker.health().state is BreakerState.CLOSED
        assert breaker.health().failures == 0

    def test_a_failure_while_it_tries_opens_it_again(self, breaker: Breaker):
        for _ in range(2):
            self.fail(breaker, Unreachable("gone"))
        time.sleep(0.25)
        self.fail(breaker, Unreachable("still gone"))
        assert breaker.health().state is BreakerState.OPEN
        assert breaker.health().why == "still gone"

    def test_a_refusal_is_an_answer(self, breaker: Breaker):
        for _ in range(5):
            self.fail(breaker, Refused("no"))
        assert breaker.health().state is BreakerState.CLOSED


def test_a_dead_model_is_soon_left_alone_and_drafts_go_on_without_it(world: World, settings):
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "key", f"http://127.0.0.1:9/{uuid4().hex}"
    world.buys()
    for _ in range(2):
        message = world.writes("Where is my order #1042?")
    with world.inside():
        draft = Draft.objects.select_related("run").get(message=message)
    assert draft.state == DraftState.READY
    assert draft.run.engine == "compose"
    health = model.health()
    assert health is not None
    assert health.state is BreakerState.OPEN
    page = world.client_of(world.sam).get(world.url("settings/machine")).content.decode()
    assert "Does not answer" in page
