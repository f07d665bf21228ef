"""How far the machine may go by itself, and whether it still keeps the bar it earned that by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from agents.models import Action, Draft, DraftState, Run
from agents.models.autonomy import Autonomy, Level
from agents.models.draft import NotApprovable
from agents.verdict import Ruling
from inbox.models import Channel, Conversation, Pause

LAST = 50  # decided answers or actions a level is earned by
LEAST = 20  # fewer say nothing
UNEDITED = 0.90  # of the answers went out as written
REJECTED = 0.05  # at most
REOPENED = 0.10  # at most: the customer came back with the same wish
WATCHED = 20  # automatic ones in a row that a guardrail looks at
AGAIN = timedelta(hours=48)


@dataclass(frozen=True)
class Record:
    """What became of the last ones a person or the machine decided: counts."""

    decided: int = 0
    unedited: int = 0
    rejected: int = 0
    reopened: int = 0

    def share(self, count: int) -> float:
        return count / self.decided if self.decided else 0.0

    @property
    def falls_short(self) -> str:
        """Why this does not earn automatic; "" where it does."""
        if self.decided < LEAST:
            return f"{self.decided} of these were decided by people so far; {LEAST} are needed."
        if self.share(self.unedited) < UNEDITED:
            return f"Only {self.share(self.unedited):.0%} went out as written; {UNEDITED:.0%} are needed."
        if self.share(self.rejected) > REJECTED:
            return f"{self.share(self.rejected):.0%} were turned down; at most {REJECTED:.0%} may be."
        if self.share(self.reopened) > REOPENED:
            return f"After {self.share(self.reopened):.0%} the customer came back with the same wish; at most {REOPENED:.0%} may."
        return ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def rule_for(channel: Channel, intents: Collection[str], action: str = "") -> Autonomy:
    """The strictest of what the most telling rule says for each intent; unsaved where nobody set any."""
    rules = list(
        Autonomy.objects.filter(
            Q(channel=channel) | Q(channel=None), intent__in=["", *intents], action=action
        )
    )
    chosen = [most_telling(rules, intent) for intent in intents or [""]]
    return min(chosen, key=lambda rule: rule.rank)


def most_telling(rules: Iterable[Autonomy], intent: str) -> Autonomy:
    """Of rules for one channel, or any, and one action."""
    fitting = [rule for rule in rules if rule.intent in {"", intent}]
    return max(fitting, key=lambda rule: rule.specificity, default=Autonomy(level=Level.REVIEWED))


def send(draft: Draft, rule: Autonomy, language: str) -> bool:
    """Send a ready draft without a person where that was earned (`rule` is the one for it) and every guard holds; in the
    caller's transaction, which holds the conversation's lock. Why not, where it does not, is on the draft."""
    if rule.level != Level.AUTOMATIC or draft.state != DraftState.READY:
        return False
    why = _stepped_in(draft.conversation) or _guarded(rule, draft.confidence, language)
    pause = Pause.over([draft.conversation.channel_id], draft.intents)
    if why or pause:
        draft.hold_back(why or (pause.sentence if pause else ""))
        return False
    try:
        draft.allow(rule)
    except NotApprovable as refusal:  # the channel takes no answer now
        draft.hold_back(str(refusal))
        return False
    return True


def act(action: Action, confidence: float, language: str) -> bool:
    """The same for an action of the machine that the rules leave to nobody's judgment."""
    intents = action.draft.intents if action.draft else []
    rule = rule_for(
        action.conversation.channel if action.conversation else action.channel, intents, action.kind
    )
    verdict = action.ruling
    if rule.level != Level.AUTOMATIC or verdict.ruling != Ruling.ALLOWED or not action.is_waiting:
        return False
    if action.conversation and _stepped_in(action.conversation):
        return False
    if verdict.risk > rule.most_risk or _guarded(rule, confidence, language, action.amount):
        return False
    action.allow(rule)
    return True


def _stepped_in(conversation: Conversation) -> str:
    """Once a person has, the machine is silent: it never talks over somebody."""
    return "A person has this conversation." if conversation.taken_at else ""


def _guarded(rule: Autonomy, confidence: float, language: str, amount: Decimal | None = None) -> str:
    """The guard that stops it, in words; "" where none does."""
    now = timezone.now()
    if confidence < rule.least_confidence:
        return f"The machine is only {confidence:.0%} sure; {rule.least_confidence:.0%} are needed."
    if language not in (rule.languages or ["en"]):
        return "It is written in a language that is not answered automatically."
    if amount is not None and (rule.most_amount is None or amount > rule.most_amount):
        return "The amount is above what may go by itself."
    if not rule.is_open(now):
        return "It is outside the hours in which answers go by themselves."
    day = now - timedelta(days=1)
    used = (Action if rule.action else Draft).objects.filter(rule=rule, decided_at__gte=day).count()
    if used >= rule.daily_cap:
        return f"{used} went by themselves in the last 24 hours; no more may."
    return ""


# What it was earned by


def record_of(channel: Channel | None, intent: str, action: str = "") -> Record:
    """Of the last LAST that were decided."""
    if action:
        return _of_actions(channel, action)
    drafts = Draft.objects.filter(state__in=[DraftState.APPROVED, DraftState.REJECTED])
    if channel:
        drafts = drafts.filter(conversation__channel=channel)
    if intent:
        drafts = drafts.filter(intents__contains=[intent])
    return _of_drafts(drafts.order_by("-decided_at")[:LAST])


def _of_drafts(drafts: Iterable[Draft]) -> Record:
    rows = list(
        drafts.values_list("state", "edited_text", "text", "conversation", "decided_at", "intents")  # type: ignore[attr-defined]
    )
    return Record(
        decided=len(rows),
        unedited=sum(
            state == DraftState.APPROVED and edited in {"", text} for state, edited, text, *_ in rows
        ),
        rejected=sum(state == DraftState.REJECTED for state, *_ in rows),
        reopened=_came_back(
            [
                (conversation, at, intents)
                for state, _, _, conversation, at, intents in rows
                if state == DraftState.APPROVED
            ]
        ),
    )


def _came_back(answered: Sequence[tuple[UUID, datetime, list[str]]]) -> int:
    """After how many answers the customer wrote again within two days and wanted the same."""
    runs = Run.objects.filter(conversation__in={conversation for conversation, _, _ in answered}, number=1)
    later = list(runs.values_list("conversation", "started_at", "understanding__intents"))
    return sum(
        any(
            where == conversation
            and at < when < at + AGAIN
            and {each["kind"] for each in wanted or []} & set(intents)
            for where, when, wanted in later
        )
        for conversation, at, intents in answered
    )


def _of_actions(channel: Channel | None, kind: str) -> Record:
    actions = Action.objects.filter(kind=kind, state__in=["approved", "rejected"], proposed_by=None)
    if channel:
        actions = actions.filter(channel=channel)
    rows = list(actions.order_by("-proposed_at").values_list("state", "ended")[:LAST])
    return Record(
        decided=len(rows),
        unedited=sum(state == "approved" for state, _ in rows),
        rejected=sum(state == "rejected" for state, _ in rows),
        reopened=sum(ended in {"refused", "unknown"} for _, ended in rows),
    )


def watch() -> None:
    """Whatever is automatic and no longer keeps the bar falls back; in the caller's scope."""
    for rule in Autonomy.objects.filter(level=Level.AUTOMATIC, action=""):
        sent = Draft.objects.filter(rule=rule, state=DraftState.APPROVED).order_by("-decided_at")[:WATCHED]
        record = _of_drafts(sent)
        if record.decided >= WATCHED // 2 and record.share(record.reopened) > REOPENED:
            rule.fall_back(
                f"After {record.reopened} of the last {record.decided} the customer came back with the same wish."
            )
    for rule in Autonomy.objects.filter(level=Level.AUTOMATIC).exclude(action=""):
        ended = list(
            Action.objects.filter(rule=rule)
            .order_by("-proposed_at")
            .values_list("ended", flat=True)[:WATCHED]
        )
        bad = sum(each in {"refused", "unknown"} for each in ended)
        if bad > max(1, REJECTED * len(ended)):
            rule.fall_back(f"{bad} of the last {len(ended)} were refused by the platform.")
