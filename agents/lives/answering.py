"""The one answer for all who ask the same under a live: from the catalogue, knowledge and nothing private.

The steps are those of any pass (agents/drafting.py), over a message and a public conversation that no table holds.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from agents import drafting, route
from agents.drafting import Pass
from agents.facts.evidence import Evidence
from agents.models import DraftState, GroupPass, RunState
from agents.understanding.intents import Intent, IntentKind
from agents.understanding.language import Language, language
from agents.understanding.message import Understanding, understand
from config.tenancy import scope
from connectors.events import About, Spot
from inbox.models import CommentGroup, Conversation, Customer, Direction, GroupState, Message, Stream

log = logging.getLogger(__name__)

ABOUT_PRODUCTS = {IntentKind.PRODUCT_QUESTION, IntentKind.EXCHANGE, IntentKind.DISCOUNT}
_WORDINGS = 40  # comments that are looked through for one in English,
_WEIGHED = 6  # and of those, how many are read
_RECENT, _AGAIN = timedelta(minutes=1), 10  # what is looked at again: asked lately, and how many
SILENT = {IntentKind.OTHER, IntentKind.UNSURE}


def understood(row: GroupPass) -> Understanding:
    """As far as it is needed to compare: language and wishes."""
    seen = row.understanding
    return Understanding(
        language=Language(seen["language"]["code"], seen["language"]["confidence"]),
        intents=tuple(Intent(IntentKind(each["kind"]), each["confidence"]) for each in seen["intents"]),
    )


def answer(organization_id: UUID, group_id: UUID) -> None:
    """Proposes an answer to what is asked, or says why a person must. Safe to call twice."""
    with scope(organization_id):
        rows = GroupPass.objects.select_related("group__stream__channel", "organization")
        record = rows.filter(group=group_id).first()
        if record is None or not record.group.is_open or record.is_ready:
            return
        asked = _wording(record.group)
        if asked == record.asked:
            return
        record.asked, record.steps, record.started_at = asked, [], timezone.now()
        work = Pass(record, _unwritten(record), earlier=[], for_many=True)
    try:
        for step in drafting.FROM_WORDS_ALONE:
            drafting.take(step, organization_id, work)
        decision = route.decide(work.seen, work.facts, work.answer, work.claims)
    except Exception as error:
        log.exception("Group %s", group_id)
        with scope(organization_id):
            record.outcome, record.reason = DraftState.HANDOFF, "The machine could not read this."
            record.finish(RunState.FAILED, f"{type(error).__name__}: {error}"[:2000])
        return
    with scope(organization_id):
        record.evidence = [_reachable(item, record).as_json() for item in work.facts.evidence]
        record.outcome, record.reason = decision.state, decision.reason
        record.sentences = [
            {"text": each.text, "evidence": list(each.evidence)} for each in work.answer.sentences
        ]
        record.claims = [claim.as_json() for claim in work.claims]
        record.finish(RunState.DONE)
        _propose(record)


def look_again(organization_id: UUID) -> None:
    """What many ask and nobody could answer: by now somebody may have put it more clearly, or said what is shown."""
    with scope(organization_id):
        recent = timezone.now() - _RECENT
        open_ones = CommentGroup.objects.filter(
            state=GroupState.OPEN, kind__in=CommentGroup.ASKING, proposed=""
        )
        due = list(
            open_ones.filter(last_at__gt=recent).order_by("-rank").values_list("pk", flat=True)[:_AGAIN]
        )
    for group_id in due:
        answer(organization_id, group_id)


def _propose(record: GroupPass) -> None:
    words = record.words if record.is_ready else ""
    CommentGroup.objects.filter(pk=record.group_id).update(proposed=words)
    record.group.stream.tell()


def _wording(group: CommentGroup) -> str:
    """The clearest of them all, in English where somebody put it so: what is composed without a model reads that best."""
    newest = group.comments.exclude(text="").order_by("-at").values_list("text", flat=True)[:_WORDINGS]
    every = list(dict.fromkeys([group.text, *(text[:500] for text in newest)]))
    english = [text for text in every if _is_english(text)][:_WEIGHED]
    return max(english, key=_clearness) if english else group.text


@lru_cache(maxsize=4096)  # what is looked at again was mostly there the last time
def _is_english(text: str) -> bool:
    return language(text).code == "en"


@lru_cache(maxsize=4096)
def _clearness(text: str) -> float:
    """A shout reads worse than the same in small letters, and a bare word worse than a question."""
    first = understand(text).intents[0]
    return first.confidence if first.kind not in SILENT else 0.0


def _unwritten(record: GroupPass) -> Message:
    """In memory only. Everybody reads an answer here, and everybody may have asked: it is nobody's in particular."""
    group, stream = record.group, record.group.stream
    conversation = Conversation(
        organization=record.organization,
        channel=stream.channel,
        customer=Customer(organization=record.organization),
        thread=f"group-{group.pk}",
        is_public=True,
    )
    return Message(
        organization=record.organization,
        conversation=conversation,
        channel=stream.channel,
        direction=Direction.IN,
        text=record.asked,
        about=_about(stream, group).as_json(),
    )


def _about(stream: Stream, group: CommentGroup) -> About:
    shown = tuple(group.products)
    return About(Spot.LIVE, stream.external_id, stream.title, stream.url, stream.creator, shown)


def _reachable(item: Evidence, record: GroupPass) -> Evidence:
    """What would be shown beside a conversation is shown beside the live."""
    if not item.record.startswith("product:"):
        return item
    page = reverse("inbox:stream", args=[record.organization.slug, record.group.stream_id])
    return replace(item, url=f"{page}?group={record.group_id}")
