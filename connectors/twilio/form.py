"""What every channel of a Twilio account is connected with."""

from __future__ import annotations

from connectors.contract import FormField

FORM = (
    FormField("external_id", "Your number", "A number of your Twilio account: +13035550142."),
    FormField("account_sid", "Account SID", "On the first page of the Twilio Console; it begins with AC."),
    FormField(
        "auth_token", "Auth Token", "It stands below. It also proves that webhooks are Twilio's.", secret=True
    ),
)
