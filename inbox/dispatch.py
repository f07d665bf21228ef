"""What is owed goes out, once. The outside call happens between two scopes, and what it means is written after."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.record import MACHINE, PLATFORM, record
from config.tenancy import scope
from connectors.commands import FilledTemplate, ReplyPrivately, SendMessage
from connectors.contract import Account, Connector, One, Outcome, Page, Receipt
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    NotWelcome,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
)
from connectors.events import File, Party
from inbox import privately
from inbox.chat import leaving
from inbox.models import ChannelState, Message, OptOut, OutgoingState, Pause

Said = SendMessage | ReplyPrivately

log = logging.getLogger(__name__)


def deliver(organization_id: UUID, message_id: UUID) -> None:
    """Send a queued message if it is due and this caller wins the claim; settle an uncertain one."""
    with scope(organization_id):
        message = (
            Message.due().select_related("conversation__channel", "channel").filter(pk=message_id).first()
        )
        if message is None:
            return
        is_new = message.claim()
        if not is_new and not message.take_over():
            return  # somebody else has it
        channel = message.channel
        if channel.state != ChannelState.ACTIVE:
            (message.hold if is_new else message.doubt)(
                f"{channel} is not connected; waiting for it.", wait=60
            )
            return
        if is_new and message.is_by_machine and (pause := Pause.over([channel.pk], message.topics)):
            message.hold(pause.sentence, wait=Pause.HOLD)
            return
        if is_new and (why := message.conversation.silence):  # said after it was queued
            _settle_failure(message, Refused(why))
            return
        connector, account = channel.connector, channel.account()
        command = _command(message)
    if is_new:
        _send(organization_id, message, connector, account, command)
    else:
        reconcile(organization_id, message, connector, account, command)


def sweep(organization_id: UUID) -> None:
    """Deliver what is due and nobody was woken for."""
    with scope(organization_id):
        due = list(Message.due().values_list("pk", flat=True)[:200])
    for message_id in due:
        deliver(organization_id, message_id)


def reconcile(
    organization_id: UUID, message: Message, connector: Connector, account: Account, command: Said
) -> None:
    """Read the platform before any repeat: is the message there?"""
    kind = "message" if isinstance(command, SendMessage) else "command"
    wanted = One(kind, message.send_key, tried=command, tried_at=message.created_at)
    try:
        page = connector.fetch(account, wanted)
    except ConnectorError as error:
        with scope(organization_id):
            _settle_unknowable(message, error)
        return
    with scope(organization_id):
        if found := _found(page, message):
            if message.mark_sent(found.external_id, found.at):
                privately.arrived(message, found.thread, found.names)
                _record(message, "message.reconciled", {"found": True})
        elif message.retry_later("It had not arrived; sending again.", wait=0):
            _record(message, "message.reconciled", {"found": False})
    if not found:
        deliver(organization_id, message.pk)


def _found(page: Page, message: Message) -> Receipt | None:
    """What sending it would have answered, if it is there."""
    if page.receipt or not page.deliveries:
        return page.receipt
    there = page.deliveries[0]
    return Receipt(Outcome.SENT, there.key, there.received_at or message.created_at)


def _send(
    organization_id: UUID, message: Message, connector: Connector, account: Account, command: Said
) -> None:
    try:
        if isinstance(command, SendMessage):
            receipt = connector.send(account, command, message.send_key)
        else:
            receipt = connector.perform(account, command, message.send_key)
    except ConnectorError as error:
        with scope(organization_id):
            _settle_failure(message, error)
        return
    except Exception as error:
        # A mistake of ours after the request may have left: never assume it did not.
        log.exception("Sending message %s", message.pk)
        with scope(organization_id):
            message.doubt(f"{type(error).__name__} while sending")
        return
    with scope(organization_id):
        _settle_success(message, receipt)


def _settle_unknowable(message: Message, error: ConnectorError) -> None:
    """Ask again later; where the platform cannot be asked at all, a person looks before anything is sent again."""
    if isinstance(error, AuthorizationLost):
        message.doubt(_lost(message, error), wait=60)
    elif not error.permanent:
        message.doubt(f"Could not check yet: {error.message}", wait=60)
    elif message.fail(
        f"It may have arrived, and nobody can tell: {error.message} Look before sending it again."
    ):
        message.conversation.mark(add="not_delivered")
        _record(message, "message.failed", {"error": type(error).__name__, "reason": error.message})


def _settle_success(message: Message, receipt: Receipt) -> None:
    if message.mark_sent(receipt.external_id, receipt.at):
        privately.arrived(message, receipt.thread, receipt.names)
        _record(message, "message.sent", {"external_id": receipt.external_id, "outcome": receipt.outcome})
        message.conversation.mark(remove=("not_delivered",))
        message.conversation.tell()


def _settle_failure(message: Message, error: ConnectorError) -> None:
    if isinstance(error, OutcomeUnknown):
        message.doubt(error.message)
        _record(message, "message.uncertain", {"error": type(error).__name__})
    elif isinstance(error, RateLimited):
        message.retry_later(error.message, wait=error.retry_after)
    elif isinstance(error, Unreachable):
        message.retry_later(error.message)
    elif isinstance(error, AuthorizationLost):
        message.hold(_lost(message, error), wait=60)
    else:
        message.fail(error.message)
        if isinstance(error, NotWelcome):
            conversation = message.conversation
            OptOut.begin(
                conversation.channel,
                conversation.came_as or conversation.customer,
                Party(conversation.handles),
                timezone.now(),
            )
            conversation.mark(add="opted_out")
    if message.send_state == OutgoingState.FAILED:
        message.conversation.reopen(because="bounce")
        message.conversation.mark(add="not_delivered")
        _record(message, "message.failed", {"error": type(error).__name__, "reason": error.message})
    message.conversation.tell()


def _lost(message: Message, error: AuthorizationLost) -> str:
    """Nobody's answer is lost with the authorisation: `Message.release` lets it go on once somebody reconnects."""
    channel = message.channel
    channel.lose(error.message)
    return f"{channel} has to be reconnected; this waits for it."


def _command(message: Message) -> Said:
    if message.is_sent_on:
        return leaving.letter(message)
    conversation = message.conversation
    if comment := getattr(message, "answered_comment", None):
        return ReplyPrivately(comment.external_id, message.text)
    earlier = list(
        conversation.messages.exclude(pk=message.pk)
        .exclude(external_id=None)
        .order_by("-created_at")
        .values_list("external_id", flat=True)[:20]
    )
    heard = conversation.messages.filter(direction="in", automatic=False).order_by("-created_at", "-id")
    last_heard_at, answers = heard.values_list(Coalesce("sent_at", "created_at"), "external_id").first() or (
        None,
        None,
    )
    return SendMessage(
        to=Party(names=conversation.handles, display=conversation.writer.name),
        text=message.text,
        thread=conversation.thread,
        subject=message.subject,
        replies_to=tuple(each for each in earlier if each),
        reply_token=conversation.pk.hex,
        sender_name=conversation.organization.signature or conversation.organization.name,
        files=tuple(File(a.name, a.content_type, a.file.read()) for a in message.attachments.all()),
        by_person=not message.is_by_machine,
        last_heard_at=last_heard_at,
        public=conversation.is_public,
        answers=answers or "",
        template=FilledTemplate(**message.template) if message.template else None,
    )


def _record(message: Message, kind: str, data: dict[str, object]) -> None:
    record(
        kind,
        actor=PLATFORM if kind != "message.reconciled" else MACHINE,
        subject=message,
        conversation_id=message.conversation_id,
        customer_id=message.conversation.persona_id,
        data=data,
    )
