"""A passage of knowledge, with the version it stands in."""

from __future__ import annotations

from django.urls import reverse

from agents.facts.evidence import Evidence, Kind, Ledger
from inbox.models import Conversation
from knowledge.models import Passage


def passage(row: Passage, ledger: Ledger, conversation: Conversation) -> Evidence:
    version, article = row.version, row.version.article
    place = f"{article.title}: {row.heading}" if row.heading not in ("", article.title) else article.title
    url = reverse("knowledge:version", args=[conversation.organization.slug, article.slug, version.number])
    return ledger.add(
        Evidence(
            0,
            f"passage:{row.pk}",
            "text",
            Kind.POLICY,
            row.text,
            row.heading or article.title,
            f"{place}, version {version.number}",
            version.written_at,
            f"{url}#passage-{row.ordinal}",
            frozen={
                "article": article.title,
                "topic": article.topic,
                "version": version.number,
                "text": row.text,
            },
        )
    )
