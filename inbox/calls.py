"""A call is one message that grows: it rings, it ends one way or another, what was said is written down.

Told in any order and any number of times it never steps back, and nothing is lost. Whoever was not spoken with waits to
be called back; there is nothing to write.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.record import PLATFORM, record
from connectors.events import About, CallChanged, CallState, MessageReceived, Spot
from connectors.hidden import reveal
from inbox import answering, receiving
from inbox.models import Channel, Conversation, Direction, Message
from inbox.recalling import LATELY
from inbox.signals import messages_received

_ORDER = list(CallState)
_THEIRS = {
    CallState.RINGING: "Is calling.",
    CallState.MISSED: "Called, and nobody answered.",
    CallState.VOICEMAIL: "Left a voicemail.",
    CallState.ANSWERED: "Called, and was answered.",
}
_OURS = {
    CallState.RINGING: "We are calling.",
    CallState.MISSED: "We called; they did not answer.",
    CallState.VOICEMAIL: "We called, and left a voicemail.",
    CallState.ANSWERED: "We called, and spoke.",
}


def changed(channel: Channel, event: CallChanged) -> None:
    message = _known(channel, event)
    if message is None:
        _begin(channel, event)
        message = _known(channel, event)
    if message is None:
        return
    if _grow(message, event):
        _settle(message, event)


def _known(channel: Channel, event: CallChanged) -> Message | None:
    rows = Message.objects.select_for_update(of=("self",)).select_related("conversation__channel")
    return rows.filter(channel=channel, external_id=event.external_id).first()


def _begin(channel: Channel, event: CallChanged) -> None:
    """As it was when it began: what is known since then is told to the message that is there."""
    began = MessageReceived(
        external_id=event.external_id,
        sender=event.shopper,
        text=(_OURS if event.ours else _THEIRS)[CallState.RINGING],
        sent_at=event.started_at,
        thread=event.thread,
        automatic=True,
        ours=event.ours,
        recipient=event.shopper if event.ours else None,
        about=About(Spot.CALL),
    )
    if not event.ours:
        is_past = event.started_at < min(channel.connected_at, timezone.now()) - LATELY
        receiving.receive([(channel, began)], past=is_past)
        return
    waited = Conversation.objects.filter(channel=channel, thread=event.thread).first()
    answering.receive(channel, began)
    if waited and waited.waiting_since:  # ringing is not reaching
        waited.refresh_from_db()
        waited.waits(waited.messages.filter(direction=Direction.IN).latest("created_at").created_at)


def _grow(message: Message, event: CallChanged) -> bool:
    """False where nothing is new."""
    held = message.about or {}
    was = CallState(held.get("state", CallState.RINGING))
    state = max(was, event.state, key=_ORDER.index)
    is_news = state is not was or event.seconds is not None or "title" not in held
    about = _about(state, event.seconds) if state is event.state and is_news else held
    said = reveal(event.transcript.strip())[0]
    text = said or (message.text if not message.automatic else (_OURS if event.ours else _THEIRS)[state])
    is_first_word = bool(said) and message.automatic
    kept = event.recording is not None and not message.attachments.exists()
    if event.recording and kept:
        message.attach([event.recording])
    if not kept and (text, about) == (message.text, message.about):
        return False
    message.grow(text, about, automatic=message.automatic and not said)
    message.conversation.resay()
    record(
        "call.changed",
        actor=PLATFORM,
        subject=message,
        conversation_id=message.conversation_id,
        customer_id=message.conversation.persona_id,
        data={"state": state, "seconds": event.seconds},
        personal={"text": text},
    )
    if is_first_word and not message.past and not message.is_out:
        tell = partial(messages_received.send, sender=Message, organization_id=message.tenant)
        transaction.on_commit(partial(tell, message_ids=[message.pk]))
    return True


def _settle(message: Message, event: CallChanged) -> None:
    """Who was spoken with waits no more; who was not, since they called, unless we spoke later."""
    conversation, at = message.conversation, event.started_at
    state = CallState((message.about or {})["state"])
    if state is CallState.ANSWERED:
        if conversation.waiting_since and conversation.waiting_since <= at + timedelta(seconds=1):
            conversation.waits(None)
    elif state in (CallState.MISSED, CallState.VOICEMAIL) and not event.ours and not message.past:
        spoken = Q(about__state=CallState.ANSWERED, sent_at__gt=at)
        if not conversation.messages.filter(spoken).exists():
            conversation.waits(at)


def _about(state: CallState, seconds: int | None) -> dict[str, object]:
    """How it stands is kept beside what it was about: the next news must not step back behind it."""
    return {**About(Spot.CALL, title=_title(state, seconds)).as_json(), "state": str(state)}


def _title(state: CallState, seconds: int | None) -> str:
    if state is CallState.RINGING:
        return "Ringing"
    if state is CallState.MISSED:
        return "Missed"
    length = f"{seconds // 60} min {seconds % 60} s" if seconds and seconds >= 60 else f"{seconds} s"
    word = "Voicemail" if state is CallState.VOICEMAIL else "Answered"
    return f"{word}, {length}" if seconds is not None else word
