"""Language models, through any server that speaks OpenAI's API; embeddings also without one.

Nothing here reads settings: the caller hands in a `ModelConfig`. Every failure arrives as one of
connectors.errors (Unreachable, RateLimited, AuthorizationLost, Refused, Unparsable), so that a pass can go
on without a model. There is no retry: waiting longer costs the shopper more than a draft without a model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import jsonschema

from connectors import embedded
from connectors.errors import AuthorizationLost, ConnectorError, RateLimited, Refused, Unparsable, Unreachable

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI
    from openai.types.chat import ChatCompletion

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


def complete(prompt: Prompt, config: ModelConfig) -> Completion:
    """One structured answer. A server that refuses JSON schemas is asked again in plain JSON mode."""
    if not config.configured:
        raise Refused("No language model is configured.")
    started = time.monotonic()
    try:
        answer = _ask(prompt, config, _schema_format(prompt.schema), prompt.system)
    except _SchemaRefused:
        rules = (
            f"{prompt.system}\n\nAnswer with one JSON object under this schema:\n{json.dumps(prompt.schema)}"
        )
        answer = _ask(prompt, config, {"type": "json_object"}, rules)
    usage = answer.usage
    return Completion(
        data=_data(answer, prompt.schema),
        model=answer.model or prompt.model or config.draft_model,
        tokens_in=usage.prompt_tokens if usage else 0,
        tokens_out=usage.completion_tokens if usage else 0,
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


def _ask(prompt: Prompt, config: ModelConfig, answer_format: dict[str, Any], system: str) -> ChatCompletion:
    import openai

    client = _client(config.api_key, config.base_url)
    messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt.user}]
    try:
        answer: ChatCompletion = client.chat.completions.create(  # type: ignore[call-overload]
            model=prompt.model or config.draft_model,
            messages=messages,
            response_format=answer_format,
            timeout=prompt.timeout or config.timeout,
        )
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        if answer_format["type"] == "json_schema":
            raise _SchemaRefused(_said(error)) from error
        raise _translated(error) from error
    except openai.OpenAIError as error:
        raise _translated(error) from error
    except ValueError as error:  # the body is not JSON at all
        raise Unparsable("The model server's answer is not JSON.") from error
    return answer


def _data(answer: ChatCompletion, schema: Mapping[str, Any]) -> dict[str, Any]:
    try:
        choice = answer.choices[0]
        refusal, text = choice.message.refusal, choice.message.content
    except (AttributeError, IndexError, TypeError) as error:
        raise Unparsable("The model server's answer has no message.") from error
    if refusal or choice.finish_reason == "content_filter":
        raise Refused(f"The model refused: {refusal or 'content filter'}")
    if choice.finish_reason == "length":
        raise Unparsable("The model's answer was cut off.")
    try:
        data = json.loads(text or "")
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
