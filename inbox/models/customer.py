from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import Party

Name = tuple[str, str]  # ("email", "maya@mail.example")


class Customer(TenantModel):
    """The buyer as one person."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    locale = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        if self.erased_at:
            return "Erased customer"
        return self.name or self.email or "Unknown customer"

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0] if self.name else ""

    @property
    def initials(self) -> str:
        parts = str(self).replace("@", " ").split()
        return "".join(part[0] for part in parts[:2]).upper()

    @classmethod
    def known_as(cls, party: Party) -> Customer:
        [customer] = cls.behind([party])
        return customer

    @classmethod
    def behind(cls, parties: Sequence[Party]) -> list[Customer]:
        """The customers behind these names, made where there are none, with their identities locked.

        The lock is what makes two quick messages of one person end in one conversation. A few statements, however
        many parties there are.
        """
        named = [_names(party) for party in parties]
        owners = Identity.lock(name for names in named for name in names.items())
        known = set(owners)
        strangers: list[Customer] = []
        found = []
        for party, names in zip(parties, named, strict=True):
            theirs = {owners[name] for name in names.items() if name in owners}
            customer = min(theirs, key=lambda each: each.created_at) if theirs else cls()
            if not theirs:
                strangers.append(customer)
            customer.learn(party, names)
            for name in names.items():
                owners.setdefault(name, customer)
            found.append(customer)
        cls.objects.bulk_create(strangers)
        claims = {name: owner for name, owner in owners.items() if name not in known}
        if Identity.claim(claims):
            return found
        # A rival was quicker with one of the names: now that it is known, look again.
        cls.objects.filter(pk__in=[each.pk for each in strangers], identities=None).delete()
        return cls.behind(parties)

    @classmethod
    def called(cls, party: Party) -> list[Customer]:
        """Those known by any of these names."""
        named = models.Q(pk=None)
        for space, value in _names(party).items():
            named |= models.Q(identities__space=space, identities__value=value)
        return list(cls.objects.filter(named).distinct())

    def learn(self, party: Party, names: Mapping[str, str]) -> None:
        """Fill what was not known; never overwrite."""
        told = {"name": party.display, "email": names.get("email", ""), "locale": party.locale}
        news = {field: value for field, value in told.items() if value and not getattr(self, field)}
        for field, value in news.items():
            setattr(self, field, value)
        if news and not self._state.adding:
            self.save(update_fields=list(news))


def _names(party: Party) -> dict[str, str]:
    return {space: _plain(space, value) for space, value in party.names.items() if value.strip()}


def _plain(space: str, value: str) -> str:
    """Platforms group the digits of a phone number as they like."""
    return re.sub(r"[\s().-]", "", value) if space == "phone" else value.strip().lower()


class Identity(TenantModel):
    """One name for a customer: an e-mail address, a phone number, a platform's id.

    `space` says in which world the name is unique: "email", "phone", or a connector's kind.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    space = models.CharField(max_length=60)
    value = models.CharField(max_length=320)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "space", "value"], name="one_owner_per_name")
        ]
        indexes = [models.Index(fields=["customer"], name="identities_of_customer")]

    @classmethod
    def among(cls, party: Party) -> models.QuerySet[Identity]:
        """Those of these names that are known."""
        found = models.Q(pk=None)
        for space, value in _names(party).items():
            found |= models.Q(space=space, value=value)
        return cls.objects.filter(found)

    @classmethod
    def claim(cls, names: Mapping[Name, Customer]) -> bool:
        """Write down whose names these are. False if one of them turned out to be somebody else's.

        Waits for a rival who is just claiming the same name; in one order everywhere, so that nobody waits in a ring.
        """
        if not names:
            return True
        cls.objects.bulk_create(
            [cls(customer=names[name], space=name[0], value=name[1]) for name in sorted(names)],
            ignore_conflicts=True,
        )
        return all(owner.pk == names[name].pk for name, owner in cls.lock(names).items())

    @classmethod
    def lock(cls, names: Iterable[Name]) -> dict[Name, Customer]:
        """Whose names these are, as far as they are known. One customer is one object."""
        spaces: dict[str, list[str]] = {}
        for space, value in names:
            spaces.setdefault(space, []).append(value)
        wanted = models.Q(pk=None)
        for space, values in spaces.items():
            wanted |= models.Q(space=space, value__in=values)
        rows = (
            cls.objects.select_related("customer")
            .select_for_update(of=("self",))
            .filter(wanted)
            .order_by("space", "value")
        )
        one: dict[UUID, Customer] = {}
        return {(row.space, row.value): one.setdefault(row.customer_id, row.customer) for row in rows}
