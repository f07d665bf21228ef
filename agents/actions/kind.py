"""What every kind of action answers. One file of this folder is one kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from agents.actions.wishing import WishForm
from connectors.commands import Command
from connectors.contract import Money

if TYPE_CHECKING:
    from agents.models import Action
    from inbox.models import Channel, Membership

Wish = dict[str, Any]  # what is asked for: JSON, amounts as strings
Files = MultiValueDict[str, UploadedFile]
Facts = dict[str, str]  # what an approval relies on, in words a person can compare


class About(StrEnum):
    """What must be named for it."""

    ORDER = "order"
    RETURN = "return"
    DISPUTE = "dispute"
    CONVERSATION = "conversation"
    COMMENT = "comment"  # within a public one; asked for beside it, and in no menu


class NotPossible(Exception):
    """Why this can't be done to this record, in words for whoever asked. No policy is involved."""


class Kind:
    """Stateless; everything it needs is on the action, saved or not.

    `command_type` is what a channel's connector must perform; where it does not, the action is done by hand: a person
    follows `steps` on the seller's page and says when it is done.
    """

    name: ClassVar[str]
    label: ClassVar[str]  # "Refund"
    icon: ClassVar[str] = "circle-dot"
    about: ClassVar[About] = About.ORDER
    command_type: ClassVar[type[Command] | None] = None
    moves_money: ClassVar[bool] = False
    pays_to: ClassVar[str] = "original"  # where its money goes: agents.rules.refund_to
    is_ours: ClassVar[bool] = False  # no platform has to be asked: `do` does it here
    at_once: ClassVar[bool] = False  # nobody has to say yes: nothing is lost by it
    form_class: ClassVar[type[WishForm]] = WishForm

    def form(
        self, action: Action, data: Mapping[str, Any] | None = None, files: Files | None = None
    ) -> WishForm:
        """What a person fills in, with sensible values, or what is asked for already, to begin with; cleaned, it has
        a `wish()`."""
        return self.form_class(data, files, initial=action.wish or self.suggest(action))

    def called(self, action: Action) -> str:
        """On the screen, where it is one of two things."""
        return self.label

    def suggest(self, action: Action) -> Wish:
        """The wish the machine, or a person who changes nothing, would ask for."""
        return {}

    def check(self, action: Action) -> None:
        """Raises NotPossible: more than was paid, an order that has left, a decision that was made."""

    def money(self, action: Action) -> Money | None:
        """What goes to the shopper; None where nothing does."""
        return None

    def holds(self, action: Action) -> set[str]:
        """The order lines (and "shipping") whose money this moves; no second open action may hold one of them."""
        return set()

    def facts(self, action: Action) -> Facts:
        """What must still be true when it is carried out. The amounts and states a person looked at."""
        return {}

    def effect(self, action: Action) -> str:
        """What will happen, exactly, in one or two sentences; for the approver."""
        raise NotImplementedError

    def command(self, action: Action) -> Command:
        raise NotImplementedError

    def can_send(self, action: Action) -> bool:
        """Whether the platform takes this one, where it takes such commands at all."""
        return True

    def place(self, action: Action) -> Channel | None:
        """Where it is done, if not on the channel of what it is about: a carrier stops its own parcels."""
        return None

    def reads(self, action: Action) -> list[tuple[str, str]]:
        """What else is fetched again before it is done: (kind, external id) as in connectors.contract.One."""
        return []

    def do(self, action: Action, by: Membership | None) -> None:
        """Where `is_ours`: in the transaction of the approval."""
        raise NotImplementedError

    def note_done(self, action: Action, at: datetime) -> None:
        """The platform has done it: what is written down here as well."""

    def news(self, action: Action) -> str:
        """What the shopper is told once it is done; "" where they need not hear of it."""
        return ""

    def news_key(self, action: Action) -> str:
        """Two deeds that bring the same news share its key: the shopper hears it once."""
        return f"news-{action.pk.hex}"

    def steps(self, action: Action) -> list[str]:
        """How a person does it on the seller's page."""
        return [self.effect(action)]


def amount_of(wish: Mapping[str, Any], name: str = "amount") -> Decimal:
    """Raises NotPossible for what is no amount."""
    try:
        amount = Decimal(str(wish[name]))
    except (KeyError, ArithmeticError):
        raise NotPossible("An amount is missing.") from None
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise NotPossible("The amount must be a positive number with at most two decimals.")
    return amount
