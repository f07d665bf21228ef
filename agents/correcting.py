"""A member says what a message really wants. It counts from the next message on, in this organization alone."""

from __future__ import annotations

import numpy as np
from django.utils import timezone

from agents.models import Correction, Run
from agents.understanding.classifier import plain
from agents.understanding.intents import IntentKind
from agents.understanding.lessons import Lessons
from audit.record import record
from connectors import embedded
from connectors.errors import Unsupported
from inbox.models import Membership

MOST = 500  # newest corrections that are listened to
_LONGEST = 140  # characters, as of a clause that is read by meaning


class NotCorrectable(Exception):
    """Why a correction was refused, in words for the person who tried."""


def correct(run: Run, kind: IntentKind, by: Membership, *, words: str = "") -> Correction:
    """Keep what a member says about the message of `run`, in place of what was said before. Inside a scope.

    `words` are the part of the message it is about; without them, what the machine took for the first wish.
    Raises NotCorrectable for a kind nobody can mean, and for words that the message does not hold.
    """
    if kind is IntentKind.UNSURE:
        raise NotCorrectable("Choose what the customer wants.")
    first = (run.understanding.get("intents") or [{}])[0]
    about = words.strip() or first.get("words") or run.message.text.strip()
    if about not in f"{run.message.subject}\n{run.message.text}":
        raise NotCorrectable("The message does not hold these words.")
    vector, embedding = _vector(about)
    correction, _ = Correction.objects.update_or_create(
        message=run.message,
        defaults={
            "words": about[:_LONGEST],
            "was": first.get("kind", IntentKind.UNSURE),
            "kind": kind,
            "vector": vector,
            "embedding": embedding,
            "by": by,
            "made_at": timezone.now(),
        },
    )
    record(
        "intent.corrected",
        actor=by.actor,
        subject=correction,
        conversation_id=run.conversation_id,
        customer_id=run.conversation.persona_id,
        data={"run": str(run.pk), "was": correction.was, "is": kind.value},
        personal={"words": correction.words},
    )
    return correction


def take_back(run: Run, by: Membership) -> None:
    """It was right as the machine read it. Inside a scope; nothing where nothing was corrected."""
    correction = Correction.objects.filter(message=run.message_id).first()
    if correction is None:
        return
    correction.delete()
    record(
        "intent.restored",
        actor=by.actor,
        subject=run,
        conversation_id=run.conversation_id,
        customer_id=run.conversation.persona_id,
        data={"was": correction.kind},
    )


def lessons() -> Lessons | None:
    """The organization's newest corrections, as the classifier reads them. Inside a scope."""
    rows = list(
        Correction.objects.filter(embedding=embedded.NAME)
        .order_by("-made_at")
        .values_list("kind", "vector")[:MOST]
    )
    if not rows:
        return None
    vectors = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float16)
    return Lessons(
        tuple(IntentKind(kind) for kind, _ in rows), vectors.reshape(len(rows), -1).astype(np.float32)
    )


def _vector(words: str) -> tuple[bytes, str]:
    try:
        row = embedded.vectors([plain(words[:_LONGEST])], "query")[0]
    except Unsupported:
        return b"", ""
    return row.astype(np.float16).tobytes(), embedded.NAME
