from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import Party

Name = tuple[str, str]  # ("email", "maya@mail.example")
LENT = ("name", "email", "locale")  # what a customer without one borrows from whoever is joined to them


class Customer(TenantModel):
    """The buyer as one person.

    Where two turned out to be one (inbox/joining.py), the younger row stays as the persona that its names and what came
    by them belong to, and the older one stands for both.
    """

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    locale = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)
    joined_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="personas",
        help_text="Who stands for them now",
    )
    lent = models.JSONField(default=dict, help_text="{field: id of the persona it is borrowed from}")

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

    def learn(self, party: Party, names: Mapping[str, str]) -> Collection[str]:
        """Fill what was not known, or only borrowed; never overwrite. The fields that are news."""
        told = {"name": party.display, "email": names.get("email", ""), "locale": party.locale}
        news = {
            field: value
            for field, value in told.items()
            if value and (not getattr(self, field) or field in self.lent)
        }
        for field, value in news.items():
            setattr(self, field, value)
            self.lent.pop(field, None)
        if news and not self._state.adding:
            self.save(update_fields=[*news, "lent"])
        return news.keys()

    @property
    def alone(self) -> Customer:
        """As they were known before anybody was joined to them: nothing borrowed. Not to be saved."""
        own = {field: "" if field in self.lent else getattr(self, field) for field in LENT}
        return Customer(pk=self.pk, organization_id=self.organization_id, created_at=self.created_at, **own)


def names_of(party: Party) -> dict[str, str]:
    """As identities keep them."""
    return {space: _plain(space, value) for space, value in party.names.items() if value.strip()}


def _plain(space: str, value: str) -> str:
    """Platforms group the digits of a phone number as they like."""
    return re.sub(r"[\s().-]", "", value) if space == "phone" else value.strip().lower()


class Belonging(TenantModel):
    """What belongs to a customer, and goes with the name it came by when customers are joined and parted."""

    came_as = models.ForeignKey(
        Customer,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The persona it came by, where another customer stands for that one now",
    )

    class Meta(TenantModel.Meta):
        abstract = True

    @property
    def persona_id(self) -> UUID | None:
        """Whose words these are, whoever stands for them now: what is sealed stays under this one's key."""
        owner: UUID | None = self.came_as_id or self.customer_id  # type: ignore[attr-defined]
        return owner


class Proof(models.TextChoices):
    """How it is known that a name is theirs; stronger ones last."""

    SAID = "said", "not verified"
    ORDER = "order", "given on an order"
    MAIL = "mail", "verified"
    PLATFORM = "platform", "verified by the platform"


class Identity(Belonging):
    """One name for a customer: an e-mail address, a phone number, a platform's id.

    `space` says in which world the name is unique: "email", "phone", or a connector's kind.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    space = models.CharField(max_length=60)
    value = models.CharField(max_length=320)
    proof = models.CharField(max_length=8, choices=Proof, default=Proof.SAID)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organization", "space", "value"], name="one_owner_per_name")
        ]
        indexes = [models.Index(fields=["customer"], name="identities_of_customer")]

    def __str__(self) -> str:
        return f"{self.space}: {self.value}"

    @classmethod
    def among(cls, party: Party) -> models.QuerySet[Identity]:
        """Those of these names that are known."""
        found = models.Q(pk=None)
        for space, value in names_of(party).items():
            found |= models.Q(space=space, value=value)
        return cls.objects.filter(found)

    @classmethod
    def claim(cls, rows: Mapping[Name, Identity]) -> bool:
        """Write down whose names these are. False if one of them turned out to be somebody else's.

        Waits for a rival who is just claiming the same name; in one order everywhere, so that nobody waits in a ring.
        """
        if not rows:
            return True
        cls.objects.bulk_create([rows[name] for name in sorted(rows)], ignore_conflicts=True)
        return all(found.customer_id == rows[name].customer_id for name, found in cls.lock(rows).items())

    @classmethod
    def lock(cls, names: Iterable[Name]) -> dict[Name, Identity]:
        """Those that are known, with their customers. One customer is one object."""
        spaces: dict[str, list[str]] = {}
        for space, value in names:
            spaces.setdefault(space, []).append(value)
        wanted = models.Q(pk=None)
        for space, values in spaces.items():
            wanted |= models.Q(space=space, value__in=values)
        rows = (
            cls.objects.select_related("customer", "came_as")
            .select_for_update(of=("self",))
            .filter(wanted)
            .order_by("space", "value")
        )
        one: dict[UUID, Customer] = {}
        found = {}
        for row in rows:
            row.customer = one.setdefault(row.customer_id, row.customer)
            if row.came_as:
                row.came_as = one.setdefault(row.came_as.pk, row.came_as)
            found[row.space, row.value] = row
        return found

    @classmethod
    def strengthen(cls, rows: Sequence[Identity], proof: Proof) -> None:
        """Better proof came for names that were known already."""
        if rows:
            cls.objects.filter(pk__in=[row.pk for row in rows]).update(proof=proof)
