from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils import timezone

from config.tenancy import TenantModel
from connectors.events import Party


class Customer(TenantModel):
    """The buyer as one person."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    locale = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
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
        """The customer behind these names, made if there is none, with their identities locked.

        The lock is what makes two quick messages of one person end in one conversation.
        """
        names = {space: value.strip().lower() for space, value in party.names.items() if value.strip()}
        found = Identity.lock(names)
        if not found:
            stranger = cls.objects.create(
                name=party.display, email=names.get("email", ""), locale=party.locale
            )
            Identity.claim(stranger, names)  # waits for a rival who is just claiming the same name
            found = Identity.lock(names)
            if all(identity.customer_id != stranger.pk for identity in found):
                stranger.delete()
        customer = min((identity.customer for identity in found), key=lambda each: each.created_at)
        known = {(identity.space, identity.value) for identity in found}
        Identity.claim(
            customer, {space: value for space, value in names.items() if (space, value) not in known}
        )
        customer.learn(party, names)
        return customer

    def learn(self, party: Party, names: Mapping[str, str]) -> None:
        """Fill what was not known; never overwrite."""
        news = {
            field: value
            for field, value in {
                "name": party.display,
                "email": names.get("email", ""),
                "locale": party.locale,
            }.items()
            if value and not getattr(self, field)
        }
        if news:
            for field, value in news.items():
                setattr(self, field, value)
            self.save(update_fields=list(news))


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
    def claim(cls, customer: Customer, names: Mapping[str, str]) -> None:
        cls.objects.bulk_create(
            [cls(customer=customer, space=space, value=value) for space, value in sorted(names.items())],
            ignore_conflicts=True,
        )

    @classmethod
    def lock(cls, names: Mapping[str, str]) -> list[Identity]:
        wanted = models.Q(pk=None)
        for space, value in names.items():
            wanted |= models.Q(space=space, value=value)
        return list(
            cls.objects.select_related("customer")
            .select_for_update(of=("self",))
            .filter(wanted)
            .order_by("space", "value")
        )
