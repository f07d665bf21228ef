"""Which names prove who somebody is, and which are only said to be theirs.

A platform's own id names one person there. An e-mail address proves its owner where the platform vouches for who writes,
or the receiving server checked the sender; else it says only where answers go. A phone number proves its owner
where they write or call from it; on an order it is what somebody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.contract import Connector
from connectors.events import MessageReceived, Party, SenderCheck
from inbox.models import Channel, Proof
from inbox.models.customer import Name, names_of

CONTACT = ("email", "phone")  # names that mean the same on every channel


@dataclass(frozen=True)
class Named:
    """Somebody as one event names them.

    `names`, the platform's own first, lead to a customer; with `is_proven` they are known to be one person's, so that two
    customers they lead to are one. `claims` lead nowhere: they are kept as hints.
    """

    party: Party
    names: Mapping[str, str]
    claims: Mapping[str, str]
    proof: Proof  # of what is in CONTACT
    is_proven: bool

    def proof_of(self, name: Name) -> Proof:
        return self.proof if name[0] in CONTACT else Proof.PLATFORM


def is_verified(connector: Connector, check: str) -> bool:
    """Whether whoever wrote a message is known to be the owner of the names they wrote by."""
    if check == SenderCheck.PASSED:
        return True
    return connector.proves_sender and check == SenderCheck.NOT_CHECKED


def said_by(channel: Channel, event: MessageReceived) -> Named:
    """The writer. Unverified ones are led to by the platform's own id, or by the one address they write from."""
    own, contact = _sorted(event.sender)
    if is_verified(channel.connector, event.authentication.check):
        proof = Proof.PLATFORM if channel.connector.proves_sender else Proof.MAIL
        return Named(event.sender, own | contact, {}, proof, is_proven=True)
    if own:
        return Named(event.sender, own, contact, Proof.SAID, is_proven=False)
    return Named(event.sender, contact, {}, Proof.SAID, is_proven=False)


def met_on(channel: Channel, party: Party) -> Named:
    """Somebody the platform speaks of: whom the seller wrote to, who wants no messages any more, who left."""
    own, contact = _sorted(party)
    if channel.connector.proves_sender:
        return Named(party, own | contact, {}, Proof.PLATFORM, is_proven=True)
    return bought_from(channel, party)


def bought_from(channel: Channel, party: Party) -> Named:
    """The buyer of an order. Their phone number is what somebody typed: it leads to them only where they have no other
    name, which then could be slipped in beside it."""
    own, contact = _sorted(party)
    if set(contact) == {"phone"} and not own:
        return Named(party, contact, {}, Proof.ORDER, is_proven=False)
    email = {space: value for space, value in contact.items() if space == "email"}
    claims = {space: value for space, value in contact.items() if space != "email"}
    proves = channel.connector.proves_sender
    return Named(party, own | email, claims, Proof.PLATFORM if proves else Proof.ORDER, is_proven=proves)


def _sorted(party: Party) -> tuple[dict[str, str], dict[str, str]]:
    """The platform's own names, and those that mean the same everywhere."""
    names = names_of(party)
    own = {space: value for space, value in names.items() if space not in CONTACT}
    return own, {space: value for space, value in names.items() if space in CONTACT}
