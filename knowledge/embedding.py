"""Vectors of text, by the configured model or on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from connectors import llm


def model_config() -> llm.ModelConfig:
    return llm.ModelConfig(
        api_key=settings.OPENAI_API_KEY,
        base_url=settings.OPENAI_BASE_URL or llm.OPENAI,
        draft_model=settings.DRAFT_MODEL,
        embed_model=settings.EMBED_MODEL,
        timeout=settings.MODEL_TIMEOUT,
    )


def embed(texts: Sequence[str], kind: llm.Kind) -> list[list[float]]:
    """384 numbers a text, of length 1. Raises connectors.errors.ConnectorError when a configured model fails."""
    return llm.embed(list(texts), kind, model_config())
