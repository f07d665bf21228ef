"""Having Twilio call our address: it stands with the number, one for each purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.contract import Account, Health
from connectors.errors import ConnectorError, Refused
from connectors.twilio.client import Twilio, understood
from connectors.twilio.values import Json, own_number


def point(account: Account, wanted: Mapping[str, str]) -> Sequence[str]:
    """The number's settings (`SmsUrl`, `StatusCallback` ..) that were not as wanted. Safe to repeat."""
    api = Twilio(account)
    with understood(safe=True):
        held = _number(api, account)
        missing = [name for name, value in wanted.items() if held.get(_snake(name)) != value]
        number_sid = str(held["sid"])
    if missing:
        api.point_number(number_sid, {name: wanted[name] for name in missing})
    return missing


def check(account: Account, capability: str) -> Health:
    """`capability` is "sms" or "voice"."""
    api = Twilio(account)
    try:
        with understood(safe=True):
            profile, held = api.profile(), _number(api, account)
            if profile.get("status") != "active":
                return Health(False, f"The Twilio account is {profile.get('status')}.")
            if not (held.get("capabilities") or {}).get(capability):
                return Health(False, f"{own_number(account)} cannot do {capability}: choose another number.")
    except ConnectorError as error:
        return Health(False, error.message, passing=not error.permanent)
    said = f"{own_number(account)} answers at {profile.get('friendly_name') or 'Twilio'}."
    if profile.get("type") == "Trial":
        said += " It is a trial account, which only reaches numbers verified at Twilio."
    return Health(True, said)


def _number(api: Twilio, account: Account) -> Json:
    number = own_number(account)
    found = next((each for each in api.numbers(number) if each["phone_number"] == number), None)
    if found is None:
        raise Refused(f"{number} is not a number of this Twilio account.")
    return found


def _snake(name: str) -> str:
    """ "SmsUrl" → "sms_url"."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
