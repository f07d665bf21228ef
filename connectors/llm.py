"""Language models, through any server that speaks OpenAI's API; embeddings also without one.

Nothing here reads settings: the caller hands in a `ModelConfig`. Every failure arrives as one of
connectors.errors (Unreachable, RateLimited, AuthorizationLost, Refused, Unparsable), so that a pass can go
on without a model. There is no retry: waiting longer costs the shopper more than a draft without a model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import httpx
import jsonschema

from connectors import embedded
from connectors.errors import AuthorizationLost, ConnectorError, RateLimited, Refused, Unparsable, Unreachable

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

DIMENSIONS = 384  # of every embedding, whoever makes it
OPENAI = "https://api.openai.com/v1"
_MINUTE = 60.0  # how long to stay away when a 429 does not say

Kind = Literal["query", "passage"]


@dataclass(frozen=True)
class ModelConfig:
    """Which models to use, and where. Without a key there is no model, and embeddings are made here."""

    api_key: str = field(default="", repr=False)
    base_url: str = OPENAI
    draft_model: str = "gpt-4o-mini"
    embed_model: str = "text-embedding-3-small"
    timeout: float = 20.0  # seconds, for one request

    @classmethod
    def none(cls) -> ModelConfig:
        return cls()

    @property
    def configured(self) -> bool:
        return bool(self.api_key)


@dataclass(frozen=True)
class Prompt:
    """`schema` is JSON Schema in OpenAI's strict subset: every property required, additionalProperties false.

    `model` and `timeout` (seconds) default to the configuration's.
    """

    system: str
    user: str
    schema: Mapping[str, Any]
    model: str = ""
    timeout: float | None = None


@dataclass(frozen=True)
class Completion:
    data: dict[str, Any]  # valid under the prompt's schema
    model: str  # as the server names it
    tokens_in: int
    tokens_out: int
    seconds: float


OnText = Callable[[str], None]  # gets the answer's JSON as far as it is there


def complete(prompt: Prompt, config: ModelConfig, on_text: OnText | None = None) -> Completion:
    """One structured answer. A server that refuses JSON schemas is asked again in plain JSON mode.

    With `on_text` the answer is streamed, and `timeout` is for all of it."""
    if not config.configured:
        raise Refused("No language model is configured.")
    started = time.monotonic()
    try:
        said = _ask(prompt, config, _schema_format(prompt.schema), prompt.system, on_text)
    except _SchemaRefused:
        rules = (
            f"{prompt.system}\n\nAnswer with one JSON object under this schema:\n{json.dumps(prompt.schema)}"
        )
        said = _ask(prompt, config, {"type": "json_object"}, rules, on_text)
    return Completion(
        data=_data(said, prompt.schema),
        model=said.model or prompt.model or config.draft_model,
        tokens_in=said.tokens_in,
        tokens_out=said.tokens_out,
        seconds=time.monotonic() - started,
    )


def embed(
    texts: Sequence[str], kind: Kind = "passage", config: ModelConfig | None = None
) -> list[list[float]]:
    """One vector of 384 numbers a text, of length 1. Vectors of different models cannot be compared:
    store `embedding_model(config)` beside them. `kind` matters to the embedded model only."""
    if not texts:
        return []
    if config is None or not config.configured:
        return [row.tolist() for row in embedded.vectors(texts, kind)]
    import openai

    try:
        answer = _client(config.api_key, config.base_url).embeddings.create(
            model=config.embed_model, input=list(texts), dimensions=DIMENSIONS, timeout=config.timeout
        )
        rows = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
    except openai.OpenAIError as error:
        raise _translated(error) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise Unparsable("The embedding server's answer could not be read.") from error
    if len(rows) != len(texts) or any(len(row) != DIMENSIONS for row in rows):
        raise Unparsable(f"The embedding server did not answer with {len(texts)} x {DIMENSIONS} numbers.")
    return rows


def embedding_model(config: ModelConfig | None = None) -> str:
    return config.embed_model if config and config.configured else embedded.NAME


class _SchemaRefused(Refused):
    pass


@lru_cache(maxsize=32)
def _client(api_key: str, base_url: str) -> OpenAI:
    # Imported late: it takes up to a second, and an installation without a key never needs it.
    from openai import OpenAI

    return OpenAI(api_key=api_key, base_url=base_url, max_retries=0)


def _schema_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


@dataclass
class _Said:
    """What came back, in one piece or in many."""

    text: str = ""
    refusal: str = ""
    finish: str = ""
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0

    @classmethod
    def whole(cls, answer: ChatCompletion) -> _Said:
        try:
            choice, usage = answer.choices[0], answer.usage
            return cls(
                choice.message.content or "",
                choice.message.refusal or "",
                str(choice.finish_reason),
                answer.model or "",
                usage.prompt_tokens if usage else 0,
                usage.completion_tokens if usage else 0,
            )
        except (AttributeError, IndexError, TypeError) as error:
            raise Unparsable("The model server's answer has no message.") from error

    def hear(self, chunk: ChatCompletionChunk) -> None:
        self.model = chunk.model or self.model
        if chunk.usage:
            self.tokens_in, self.tokens_out = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
        for choice in chunk.choices[:1]:
            self.text += choice.delta.content or ""
            self.refusal += choice.delta.refusal or ""
            self.finish = choice.finish_reason or self.finish


def _ask(
    prompt: Prompt, config: ModelConfig, answer_format: dict[str, Any], system: str, on_text: OnText | None
) -> _Said:
    import openai

    request = {
        "model": prompt.model or config.draft_model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}],
        "response_format": answer_format,
        "timeout": prompt.timeout or config.timeout,
    }
    chat: Any = _client(config.api_key, config.base_url).chat.completions
    try:
        if on_text:
            return _streamed(chat, request, on_text)
        return _Said.whole(chat.create(**request))
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        if answer_format["type"] == "json_schema":
            raise _SchemaRefused(_said(error)) from error
        raise _translated(error) from error
    except openai.OpenAIError as error:
        raise _translated(error) from error
    except httpx.HTTPError as error:  # in the middle of a stream
        raise Unreachable("The model server broke off.") from error
    except ValueError as error:  # the body is not JSON at all
        raise Unparsable("The model server's answer is not JSON.") from error


def _streamed(chat: Any, request: dict[str, Any], on_text: OnText) -> _Said:
    """The time-out is for the whole: a server that sends a word now and then holds nobody."""
    until, said = time.monotonic() + request["timeout"], _Said()
    with chat.create(**request, stream=True, stream_options={"include_usage": True}) as chunks:
        for chunk in chunks:
            said.hear(chunk)
            if time.monotonic() > until:
                raise Unreachable("The model server did not finish in time.")
            if said.text:
                on_text(said.text)
    return said


def _data(said: _Said, schema: Mapping[str, Any]) -> dict[str, Any]:
    if said.refusal or said.finish == "content_filter":
        raise Refused(f"The model refused: {said.refusal or 'content filter'}")
    if said.finish == "length":
        raise Unparsable("The model's answer was cut off.")
    try:
        data = json.loads(said.text)
        jsonschema.validate(data, schema)
    except json.JSONDecodeError as error:
        raise Unparsable("The model's answer is not JSON.") from error
    except jsonschema.ValidationError as error:
        raise Unparsable(f"The model's answer breaks its schema at {error.json_path}.") from error
    return dict(data)


def _translated(error: Exception) -> ConnectorError:
    import openai

    if isinstance(error, openai.APITimeoutError):
        return Unreachable("The model server did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return Unreachable("The model server cannot be reached.")
    if isinstance(error, openai.APIStatusError):
        return _refusal(error)
    return Unparsable("The model server's answer could not be read.")


def _refusal(error: APIStatusError) -> ConnectorError:
    status = error.status_code
    # An empty purse is reported as 429 too, but no waiting helps.
    if status == 429 and error.code != "insufficient_quota":
        return RateLimited("The model server asks to slow down.", _retry_after(error))
    if status in (401, 403):
        return AuthorizationLost("The model server does not accept the key.")
    if status in (408, 409) or status >= 500:
        return Unreachable(f"The model server answered {status}.")
    return Refused(_said(error))


def _retry_after(error: APIStatusError) -> float:
    try:
        return max(0.0, float(error.response.headers["retry-after"]))
    except (KeyError, ValueError):
        return _MINUTE


def _said(error: APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return f"The model server refused ({error.status_code}): {str(body.get('message', ''))[:200]}".rstrip(
        ": "
    )
