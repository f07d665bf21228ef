"""What every carrier connector does alike: read one parcel, test the connection, take pushes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import httpx

from connectors import http
from connectors.carriers.answers import Json
from connectors.contract import (
    Account,
    BaseConnector,
    Capability,
    FormField,
    Health,
    One,
    Page,
    RawDelivery,
    RawRequest,
    Wanted,
)
from connectors.errors import (
    AuthorizationLost,
    ConnectorError,
    InvalidSignature,
    RateLimited,
    Refused,
    Unreachable,
)
from connectors.events import Event

FETCHED = "fetched/parcel"
PUSHED = "pushed/parcel"
# Headers of a delivery: the number as we were asked for it, blanks and all, and who moves it, where that was said.
ASKED_FOR, MOVED_BY = "tracking-number", "carrier"


API_KEY = FormField("api_key", "API key", secret=True)
WEBHOOK_SECRET = FormField(
    "webhook_secret",
    "Webhook secret",
    "Only if the carrier pushes scans to Waybill: the secret of that subscription.",
    secret=True,
    required=False,
)


class Reading(Protocol):
    """A carrier's `parse` module."""

    def tracked(self, delivery: RawDelivery) -> Sequence[Event]: ...

    def pushed(self, delivery: RawDelivery) -> Sequence[Event]: ...


class CarrierConnector(BaseConnector):
    """A carrier says what is its own: `_asked` makes the call, `_signed` knows its pushes, `reading` reads what
    came."""

    reading: Reading

    icon = "truck"
    capabilities = frozenset({Capability.TRACKING, Capability.WEBHOOKS})
    test_number = ""  # well formed, nobody's
    connect_form: tuple[FormField, ...] = (
        FormField("client_id", "Client ID", secret=True),
        FormField("client_secret", "Client secret", secret=True),
        WEBHOOK_SECRET,
    )

    def verify(self, account: Account, request: RawRequest) -> RawDelivery:
        """A repeated push has the same body, hence the same key."""
        secret = account.credentials.get("webhook_secret")
        if not secret:
            raise self._unsupported("push webhooks before a webhook secret is entered")
        if not self._signed(secret, request):
            raise InvalidSignature(f"This push is not from {self.label}.")
        return RawDelivery(PUSHED, f"push:{self._push_key(request)}", request.body)

    def fetch(self, account: Account, wanted: Wanted) -> Page:
        """One parcel as the carrier shows it now, in the carrier's own JSON."""
        if not isinstance(wanted, One) or wanted.kind != "parcel":
            raise self._unsupported("be read for anything but one parcel")
        number = re.sub(r"[\s-]", "", wanted.external_id).upper()
        if not (number.isascii() and number.isalnum()):
            raise Refused(f"{wanted.external_id!r} cannot be a tracking number.")
        response = self._answered(account, number, wanted.carrier)
        said = http.decoded(response, safe=True)  # garbage is no answer and must not become a delivery
        lasting = json.dumps(self._lasting(said), sort_keys=True).encode()
        delivery = RawDelivery(
            topic=FETCHED,
            key=f"{number}:{hashlib.sha256(lasting).hexdigest()[:24]}",
            body=response.content,
            headers={ASKED_FOR: wanted.external_id, **({MOVED_BY: wanted.carrier} if wanted.carrier else {})},
            received_at=datetime.now(UTC),
        )
        return Page((delivery,))

    def parse(self, account: Account, delivery: RawDelivery) -> Sequence[Event]:
        if delivery.topic == FETCHED:
            return self.reading.tracked(delivery)
        return self.reading.pushed(delivery) if delivery.topic == PUSHED else ()

    def check(self, account: Account) -> Health:
        """Words for the outcome of one harmless call."""
        try:
            self._harmless(account)
        except Refused:
            pass  # it knows us well enough to find fault with the number
        except RateLimited as busy:
            return Health(
                False, f"{self.label} asks us to wait {busy.retry_after:.0f} seconds. Try again then."
            )
        except Unreachable:
            return Health(False, f"{self.label} cannot be reached right now.")
        except AuthorizationLost as lost:
            return Health(False, lost.message)
        except ConnectorError as error:
            return Health(False, f"{self.label} gave no usable answer: {error.message}")
        return Health(True, f"{self.label} answers and lets this app track parcels.")

    def _push_key(self, request: RawRequest) -> str:
        return hashlib.sha256(request.body).hexdigest()[:24]

    def _harmless(self, account: Account) -> httpx.Response:
        """Asks for a number that is nobody's: "unknown" proves that the carrier listens to us."""
        return self._asked(account, self.test_number)

    def _answered(self, account: Account, number: str, carrier: str) -> httpx.Response:
        """Aggregators also want to know whose number it is."""
        return self._asked(account, number)

    def _lasting(self, said: Json) -> Any:
        """What of an answer stays the same until something happens to the parcel."""
        return said

    def _signed(self, secret: str, request: RawRequest) -> bool:
        raise NotImplementedError

    def _asked(self, account: Account, number: str) -> httpx.Response:
        raise NotImplementedError
