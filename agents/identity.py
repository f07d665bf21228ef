"""Proof before private data: whoever asks about another contact's order is sent a code to that contact.

    asks ─▶ offered ─▶ "yes" (or a member) ─▶ wanted ─▶ code by mail ─▶ sent ─▶ the code in an answer ─▶ passed

Which channels prove who writes is theirs to say: on a platform's own messages the platform knows its buyer. A mailbox
proves nothing but the address, so an order under this address may be told, and another's not. Where the receiving server
says that the address is not the writer's, nothing is proven at all: a person answers.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from uuid import UUID

from agents.facts.evidence import Evidence, Kind, Ledger
from agents.facts.known import Facts
from agents.facts.theirs import Theirs
from agents.models.identity_check import CODE, UNPROVEN, CheckState, IdentityCheck
from agents.writing.answers.case import say
from agents.writing.compose import Composed
from audit.record import MACHINE
from config.tenancy import scope
from config.wake import wake
from connectors.commands import SendMessage
from connectors.contract import Form, Wording
from connectors.errors import ConnectorError
from connectors.events import Party
from inbox.models import Channel, ChannelState, Conversation, Direction, Message, Order

log = logging.getLogger(__name__)

_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|sure|ok|okay|please|go ahead|do it|send (?:it|me|the code)|ja|gerne|s[ií]|claro|oui)\b",
    re.IGNORECASE,
)
_LONGEST_YES = 120  # characters
_ELSEWHERE = {Wording.ELSEWHERE, Wording.EMAIL_ADDRESS}


@dataclass(frozen=True)
class Heard:
    """What a message did to a check. `question` is the earlier message that can be answered now."""

    question: Message | None = None
    check: IdentityCheck | None = None  # to be answered about


def hear(message: Message) -> Heard:
    """A code, or a yes to sending one. In the caller's scope; the same message twice does nothing more."""
    if message._state.adding:  # a trial: nobody wrote
        return Heard()
    if message.is_of_doubtful_sender:  # proves nobody, whatever code or yes it holds
        message.conversation.mark(add=UNPROVEN)
        return Heard()
    check = (
        IdentityCheck.objects.filter(conversation=message.conversation_id)
        .exclude(question=message)
        .select_related("order__customer", "order__came_as", "conversation", "question")
        .order_by("-offered_at")
        .first()
    )
    if check is None:
        return Heard()
    if check.state in {CheckState.SENT, CheckState.PASSED} and (found := CODE.search(message.text)):
        return Heard(check.question) if check.take("".join(found.groups()), message) else Heard(check=check)
    if check.can_send and _says_yes(check, message):
        check.request(MACHINE)
        return Heard(check=check)
    return Heard()


def _says_yes(check: IdentityCheck, message: Message) -> bool:
    """To an offer that went out: a member has seen it."""
    text = message.text.strip()
    offered = check.conversation.messages.filter(
        direction=Direction.OUT, created_at__range=(check.offered_at, message.created_at)
    )
    return len(text) <= _LONGEST_YES and bool(_YES.match(text)) and offered.exists()


def offer(conversation: Conversation, message: Message, facts: Facts) -> IdentityCheck | None:
    """For an order that is named, is not theirs, and whose contact can be asked. In the caller's scope."""
    if not facts.unknown_numbers or message._state.adding or _proves_sender(conversation):
        return None
    for number in facts.unknown_numbers:
        order = of_another(Theirs.of(conversation, message), number)
        if order is not None:
            return IdentityCheck.offer(conversation, order, message)
    return None


def answer_at_last(organization_id: UUID, check: IdentityCheck) -> None:
    """What waited for the proof, after commit."""
    wake("agents.tasks.read", organization_id, message_ids=[check.question_id], again=True)


def _proves_sender(conversation: Conversation) -> bool:
    """Naming another's order is a mistake there, or worse."""
    return conversation.channel.connector.proves_sender


def of_another(theirs: Theirs, number: str) -> Order | None:
    """The one order of that number that they may not be told of yet, if its contact may be written to by mail: some
    platforms forbid it."""
    bare = number.strip().lstrip("#")
    named = Order.objects.filter(number__in=[bare, f"#{bare}", bare.upper(), f"#{bare.upper()}"])
    found = list(named.exclude(theirs.orders()).select_related("customer", "came_as", "channel")[:2])
    if len(found) != 1 or not found[0].contact:
        return None
    rules = found[0].channel.connector.limits.wording
    return None if any(rule.blocks and rule.forbids in _ELSEWHERE for rule in rules) else found[0]


def reply(check: IdentityCheck, conversation: Conversation, facts: Facts) -> Composed:
    """What the writer is told about the check; nothing of the order."""
    organization = conversation.organization
    contact = _contact(check, facts)
    sentences = [say(f"Hi {conversation.writer.first_name or 'there'},\n")]
    if check.state == CheckState.FAILED:
        return Composed(
            needs_person=True,
            reason=f"A wrong code was given {check.tries} times for order {check.order}. Nothing of it was told.",
        )
    if check.state == CheckState.OFFERED:
        sentences += [
            say("I can only talk about that order with the person who placed it."),
            say(f"Shall I e-mail a code to the address on the order ({check.masked})?", contact),
            say("Write it in your answer here, and I can tell you more.\n"),
        ]
    elif check.state == CheckState.WANTED or (check.is_running and not check.tries):
        sentences += [
            say(f"Please look for our newest mail with a code at {check.masked}.", contact),
            say("It works for a short time only: write it in your answer here, and I can tell you more.\n"),
        ]
    elif check.is_running:
        sentences += [say("Could you check the code in our newest mail and write it here once more?\n")]
    else:
        sentences += [say(f"Shall I e-mail a new code to {check.masked}?\n", contact)]
    sentences.append(say(organization.signature or organization.name))
    return Composed(
        sentences, f"Order {check.order} is another contact's: {check.get_state_display().lower()}"
    )


def _contact(check: IdentityCheck, facts: Facts) -> Evidence:
    return Ledger(facts.evidence).add(
        Evidence(
            0,
            f"identity_check:{check.pk}",
            "contact",
            Kind.TEXT,
            check.masked,
            "Contact on the order, masked",
            "Waybill",
            facts.now,
            frozen={"state": check.state},
        )
    )


def send_code(organization_id: UUID, check_id: UUID) -> None:
    """By the organization's own mailbox. A new code each time, so a mail whose fate is unknown does no harm."""
    with scope(organization_id):
        check = (
            IdentityCheck.objects.select_related(
                "conversation__channel", "conversation__organization", "order__customer", "order__came_as"
            )
            .select_for_update(of=("self",))
            .filter(pk=check_id, state=CheckState.WANTED)
            .first()
        )
        if check is None:
            return
        channel = _mailbox(check.conversation)
        if channel is None or channel.state != ChannelState.ACTIVE:
            check.mark_unsent(f"{channel or 'A mailbox'} is not connected.")
            return
        code, connector, account = check.new_code(), channel.connector, channel.account()
        check.mark_sent()  # before it leaves: a code that arrives must work
    try:
        connector.send(account, _mail(check, code), f"identity-{check.pk.hex}-{check.codes}")
    except ConnectorError as error:
        log.warning("The code of check %s was not sent: %s", check.pk, error)
        with scope(organization_id):
            check.mark_unsent(error.message)


def _mailbox(conversation: Conversation) -> Channel | None:
    """What letters come to also writes them; chats and the like need the organization's own."""
    is_mail = conversation.channel.connector.limits.form is Form.LETTER
    return conversation.channel if is_mail else Channel.mailbox()


def _mail(check: IdentityCheck, code: str) -> SendMessage:
    name = check.conversation.organization.name
    minutes = int(check.LASTS.total_seconds() // 60)
    return SendMessage(
        to=Party({"email": check.contact}),
        subject=f"Your code for {name}",
        text=(
            f"Somebody asked us about your order {check.order} from another address. If that was you, answer there with "
            f"this code within {minutes} minutes:\n\n{code}\n\n"
            "If it was not you, do nothing: without the code we tell nothing about your order."
        ),
        sender_name=name,
    )
