"""The language model this installation uses, behind a breaker: every call to it goes through here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.conf import settings

from config.breaker import Breaker, Health
from connectors import llm

_QUERY_SECONDS = 4.0


def model_config() -> llm.ModelConfig:
    return llm.ModelConfig(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL or llm.OPENAI,
        draft_model=settings.DRAFT_MODEL,
        embed_model=settings.EMBED_MODEL,
        timeout=settings.MODEL_TIMEOUT,
    )


def complete(
    prompt: llm.Prompt, config: llm.ModelConfig, on_text: Callable[[str], None] | None = None
) -> llm.Completion:
    """Raises connectors.errors.ConnectorError; at once while the model is known not to answer."""
    return _breaker(config).call(lambda: llm.complete(prompt, config, on_text))


def embed(texts: Sequence[str], kind: llm.Kind, config: llm.ModelConfig) -> list[list[float]]:
    """All texts in one call. Somebody waits for a query, so it gets little time."""
    if not config.configured:
        return llm.embed(texts, kind)
    if kind == "query":
        config = replace(config, timeout=min(config.timeout, _QUERY_SECONDS))
    return _breaker(config).call(lambda: llm.embed(texts, kind, config))


def health() -> Health | None:
    """None: no model is configured."""
    config = model_config()
    return _breaker(config).health() if config.configured else None


def _breaker(config: llm.ModelConfig) -> Breaker:
    return Breaker(f"model:{config.base_url}")
