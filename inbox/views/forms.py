"""What people may enter. Everything is checked here once more than in the browser."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.contrib.auth.password_validation import validate_password

from connectors.contract import Connector, Takes
from inbox.clocks import countries
from inbox.models import Channel, Organization, Role, User

TERRITORIES = Locale("en").territories
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
)
NEAR = ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"]  # fmt: skip


SAID_YES = {"yes", "true", "1"}  # to what is a box to tick now


class OrganizationForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        choices=[
            ("United States", [(zone, zone) for zone in NEAR]),
            ("Everywhere", [(zone, zone) for zone in ZONES]),
        ],
        help_text="Times on every screen, snoozing and quiet hours follow it. Parcel scans keep the time of their place.",
    )

    country = forms.ChoiceField(
        choices=[(code, f"{TERRITORIES[code]} ({code})") for code in countries() if code in TERRITORIES],
        help_text="Its holidays stop the reply clocks that count business days.",
    )

    class Meta:
        model = Organization
        fields = ["name", "time_zone", "country"]


class ClockForm(forms.Form):
    """Empty means the platform's own. `settings` is what Channel.keep_clock takes."""

    hours = forms.FloatField(label="Answer within (hours)", min_value=0.25, max_value=24 * 14, required=False)
    warn_hours = forms.FloatField(
        label="Show as urgent after (hours)",
        min_value=0,
        required=False,
        help_text="Empty: when three quarters of the time are gone.",
    )
    business_days = forms.BooleanField(
        label="The clock stands still on weekends and holidays",
        required=False,
        help_text="Holidays are those of the organization's country.",
    )

    def __init__(self, channel: Channel, *args: Any, **kwargs: Any) -> None:
        own, settings = channel.connector.limits.reply, channel.settings
        self._own = own
        kwargs["initial"] = {
            "hours": settings.get("reply_hours"),
            "warn_hours": settings.get("reply_warn_hours"),
            "business_days": channel.reply_clock.business_days,
        }
        super().__init__(*args, **kwargs)
        self.fields["hours"].widget.attrs["placeholder"] = f"{own.within.total_seconds() / 3600:g}"

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = self.cleaned_data
        hours = entered.get("hours") or self._own.within.total_seconds() / 3600
        if (entered.get("warn_hours") or 0) >= hours:
            self.add_error("warn_hours", "This must come before the answer is due.")
        return entered

    @property
    def settings(self) -> dict[str, float | bool]:
        entered = self.cleaned_data
        kept: dict[str, float | bool] = {
            f"reply_{name}": entered[name] for name in ("hours", "warn_hours") if entered[name] is not None
        }
        if entered["business_days"] != self._own.business_days:
            kept["reply_business_days"] = entered["business_days"]
        return kept


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.AGENT)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "shortcuts"]
        labels = {"shortcuts": "Single-key shortcuts"}
        help_texts = {
            "shortcuts": "Turn off if a screen reader or dictation needs the keys. Ctrl+K and Ctrl+Enter stay."
        }


class WelcomeForm(forms.Form):
    """A new account, made by accepting an invitation; the address is the invitation's."""

    first_name = forms.CharField(label="Your name", max_length=150)
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least ten characters.",
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class ConnectForm(forms.Form):
    """The connector says which fields it needs; secrets are never shown again."""

    def __init__(
        self, connector: Connector, *args: Any, known: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._connector = connector
        for field in connector.connect_form:
            kept = bool(known) and field.secret  # a reconnection may leave a secret as it is
            before = (known or {}).get(field.name, field.default)
            if field.takes is Takes.YES:
                self.fields[field.name] = forms.BooleanField(
                    label=field.label,
                    help_text=field.help,
                    required=False,
                    initial=str(before).strip().lower() in SAID_YES,
                )
                continue
            shown = forms.ColorInput() if field.takes is Takes.COLOUR else forms.TextInput()
            widget = forms.PasswordInput(attrs={"autocomplete": "off"}) if field.secret else shown
            self.fields[field.name] = forms.CharField(
                label=field.label,
                help_text="Leave empty to keep the one that is stored." if kept else field.help,
                required=field.required and not kept,
                initial=before,
                widget=widget,
                max_length=4000,
            )

    def clean(self) -> dict[str, Any]:
        entered: dict[str, Any] = self.cleaned_data
        for field in self._connector.connect_form:
            if field.takes is Takes.YES:
                entered[field.name] = "yes" if entered.get(field.name) else ""
        for name, words in self._connector.misread(entered).items():
            self.add_error(name, words)
        return entered
