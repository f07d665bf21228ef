"""A postal address as a form asks for it, as a wish keeps it, and as a command takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from agents.actions.kind import NotPossible, Wish
from agents.actions.wishing import WishForm
from connectors.events import Address

_NEEDED = {
    "name": "a name",
    "lines": "a street",
    "city": "a town",
    "postal_code": "a postcode",
    "country": "a country",
}


class AddressForm(WishForm):
    name = forms.CharField(max_length=120)
    lines = forms.CharField(
        max_length=240, widget=forms.Textarea(attrs={"rows": 2}), label="Street", help_text="A line each."
    )
    city = forms.CharField(max_length=80, label="Town")
    region = forms.CharField(max_length=40, required=False, label="State or region")
    postal_code = forms.CharField(max_length=20, label="Postcode")
    country = forms.CharField(max_length=2, min_length=2, help_text="Two letters: US, DE.")
    phone = forms.CharField(max_length=40, required=False)
    note = forms.CharField(required=False, max_length=300, help_text="For the platform and the trail.")


def suggested(kept: Mapping[str, Any]) -> Wish:
    """An order's address, to be changed."""
    return {**kept, "lines": "\n".join(kept.get("lines") or ())} if kept else {}


def address_of(wish: Mapping[str, Any]) -> Address:
    """Raises NotPossible where something is missing."""
    for name, words in _NEEDED.items():
        if not str(wish.get(name, "")).strip():
            raise NotPossible(f"The new address needs {words}.")
    lines = tuple(line.strip() for line in str(wish["lines"]).splitlines() if line.strip())
    plain = {
        name: str(wish.get(name, "")).strip() for name in ("name", "city", "region", "postal_code", "phone")
    }
    return Address(**plain, lines=lines, country=str(wish["country"]).strip().upper())


def in_words(address: Address) -> str:
    """ "Maya Okafor, 12 Elm St, Albany, NY 12207, US"."""
    town = (
        f"{address.city}, {address.region} {address.postal_code}"
        if address.region
        else (f"{address.postal_code} {address.city}")
    )
    return ", ".join(part for part in (address.name, *address.lines, town.strip(), address.country) if part)


def kept_address(kept: Mapping[str, Any]) -> Address:
    """As the order has it; what we do not know of it is empty."""
    return Address(**{**kept, "lines": tuple(kept.get("lines") or ())}) if kept else Address()
