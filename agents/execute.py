"""What was approved is done, once.

The facts are fetched again, the rules asked again; then the platform is asked, between two scopes, and what it answers
is written after. A worker may die between any two lines: `Action.due` finds the row, and `tried_at` tells whether the
platform may have heard of it. What may have happened is looked for there before anything is repeated.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.utils import timezone

from agents.models import Action, ActionState, Ended
from audit.record import MACHINE
from config.tenancy import scope
from connectors.commands import Command
from connectors.contract import Account, Capability, Connector, One, Outcome
from connectors.errors import AuthorizationLost, ConnectorError, OutcomeUnknown, RateLimited, Unreachable
from inbox import polling
from inbox.models import ChannelState, Dispute, Order, Pause, Refetch, Return, Settlement

log = logging.getLogger(__name__)

MISSES = 2  # times in a row that a platform shows nothing before a money action is tried again
ABOUT = (
    "channel",
    "customer",
    "conversation",
    "order__customer",
    "order__channel",
    "back__order",
    "back__channel",
    "dispute__channel",
)
WAIT = 60  # seconds between them: platforms show their own changes late


def execute(organization_id: UUID, action_id: UUID) -> None:
    """Do an approved action if it is due and this caller wins the claim; settle an uncertain one."""
    with scope(organization_id):
        action = Action.due().select_related(*ABOUT).filter(pk=action_id).first()
        if action is None:
            return
        is_new = action.claim()
        if not is_new and not action.take_over():
            return  # somebody else has it
        channel = action.channel
        if channel.state != ChannelState.ACTIVE:
            (action.hold_on if is_new else action.doubt)(
                f"{channel} is not connected; waiting for it.", wait=60
            )
            return
        if is_new and (pause := action.paused()):
            action.hold_on(pause.sentence, wait=Pause.HOLD)
            return
    if action.tried_at is None:
        _do(organization_id, action)
    else:
        _reconcile(organization_id, action)


def sweep(organization_id: UUID) -> None:
    """Do what is due and nobody was woken for; follow what was accepted; end what nobody decided."""
    with scope(organization_id):
        due = list(Action.due().values_list("pk", flat=True)[:100])
        late = Action.objects.filter(state=ActionState.WAITING)
        for action in late.filter(expires_at__lte=timezone.now())[:100]:
            action.expire()
        erased = Action.objects.filter(customer__erased_at__isnull=False).exclude(effect="")
        for action in erased.select_related(*ABOUT)[:100]:
            action.forget()
        accepted = list(Action.objects.filter(ended=Ended.ACCEPTED).values_list("pk", flat=True)[:100])
    for action_id in due:
        execute(organization_id, action_id)
    for action_id in accepted:
        follow(organization_id, action_id)


def follow(organization_id: UUID, action_id: UUID) -> None:
    """How did what the platform had only accepted end? What it said is in Settlement; else it is asked."""
    with scope(organization_id):
        action = Action.objects.select_related(*ABOUT).filter(pk=action_id, ended=Ended.ACCEPTED).first()
        if action is None or _settled(action):
            return
        channel, receipt = action.channel, action.external_id
    if polling.look_for(organization_id, channel, "command", receipt):
        with scope(organization_id):
            _settled(action)


def _settled(action: Action) -> bool:
    said = Settlement.objects.filter(channel=action.channel, external_id=action.external_id).first()
    if said:
        action.settle(done=said.ended == "done", at=said.at, reason=said.reason)
        _read_again(action)
    return said is not None


def _do(organization_id: UUID, action: Action) -> None:
    """Fetch again, check again, ask the platform."""
    if not _fetched_again(organization_id, action):
        with scope(organization_id):
            action.try_later(f"{action.channel} could not be asked how things are now.")
            action.tell()
        return
    with scope(organization_id):
        if not action.look_again():
            return
        if pause := action.paused():  # while the facts were fetched
            action.hold_on(pause.sentence, wait=Pause.HOLD)
            return
        if not action.about_to():
            return
        connector, account, command = action.channel.connector, action.channel.account(), action.command()
    _perform(organization_id, action, connector, account, command)


def _fetched_again(organization_id: UUID, action: Action) -> bool:
    """Whatever its approval relies on, as it is now. False where somebody could not be asked."""
    asked = [(row.channel, kind, row.external_id) for kind, row in _about(action)]
    with scope(organization_id):
        reads = action.what.reads(action)
    shop = action.order.channel if action.order else None
    if shop and Capability.PRODUCTS in shop.connector.capabilities:
        asked += [(shop, *each) for each in reads]
    return all(polling.look_for(organization_id, *each) for each in asked)


def _about(action: Action) -> list[tuple[str, Order | Return | Dispute]]:
    """A return without a time of its own is told by its order."""
    back = action.back if action.back and action.back.updated_at else None
    named: list[tuple[str, Order | Return | Dispute | None]] = [
        ("order", action.order),
        ("return", back),
        ("dispute", action.dispute),
    ]
    return [(kind, row) for kind, row in named if row is not None]


def _perform(
    organization_id: UUID, action: Action, connector: Connector, account: Account, command: Command
) -> None:
    try:
        receipt = connector.perform(account, command, action.send_key)
    except ConnectorError as error:
        with scope(organization_id):
            _settle_failure(action, error)
        return
    except Exception as error:
        # A mistake of ours after the request may have left: never assume it did not.
        log.exception("Doing action %s", action.pk)
        with scope(organization_id):
            action.doubt(f"{type(error).__name__} while asking the platform")
        return
    with scope(organization_id):
        if action.succeed(receipt.external_id, receipt.at, accepted=receipt.outcome == Outcome.ACCEPTED):
            _read_again(action)


def _reconcile(organization_id: UUID, action: Action) -> None:
    """It may have happened: read the platform before any repeat."""
    with scope(organization_id):
        channel, command = action.channel, action.command()
    wanted = One("command", action.send_key, tried=command, tried_at=action.tried_at)
    try:
        page = channel.connector.fetch(channel.account(), wanted)
    except ConnectorError as error:
        with scope(organization_id):
            _settle_unknowable(action, error)
        return
    with scope(organization_id):
        if found := page.receipt:
            if action.succeed(found.external_id, found.at, accepted=found.outcome == Outcome.ACCEPTED):
                action._record("action.reconciled", MACHINE, found=True)
                _read_again(action)
        elif action.missed() < MISSES:
            action.doubt("It was not there yet; looking once more before it is tried again.", wait=WAIT)
        elif action.try_later("The platform was asked, and it had not happened.", wait=0):
            action._record("action.reconciled", MACHINE, found=False)
    follow(organization_id, action.pk)


def _settle_failure(action: Action, error: ConnectorError) -> None:
    """What never left is tried again later from the start; what left and had no answer is looked for."""
    if isinstance(error, OutcomeUnknown):
        if action.doubt(error.message):
            action._record("action.uncertain", MACHINE, error=type(error).__name__)
    elif isinstance(error, AuthorizationLost):
        action.channel.lose(error.message)
        if action.hold(f"{action.channel} has to be reconnected; this waits for it.", wait=60):
            action._note(tried_at=None)
    elif isinstance(error, Unreachable):
        wait = error.retry_after if isinstance(error, RateLimited) else None
        action.try_later(f"{action.channel} could not be reached: {error.message}", wait)
    elif action.fail(error.message):
        action.refused(error.message)
    action.tell()


def _settle_unknowable(action: Action, error: ConnectorError) -> None:
    """Ask again later; where the platform cannot be asked at all, a person looks before anything is repeated."""
    if isinstance(error, AuthorizationLost):
        action.channel.lose(error.message)
        action.doubt(f"{action.channel} has to be reconnected; this waits for it.", wait=60)
    elif not error.permanent:
        action.doubt(f"Could not check yet: {error.message}", wait=60)
    elif action.fail(error.message):
        action.puzzle(
            f"It may have happened, and nobody can tell: {error.message} Look at the platform, and say."
        )


def _read_again(action: Action) -> None:
    """The order as it is afterwards, for whoever looks at it next."""
    if action.order is not None:
        Refetch.ask(action.order.channel, "order", action.order.external_id)
