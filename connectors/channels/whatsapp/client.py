"""The Cloud API's endpoints that are used, one method each."""

from __future__ import annotations

import hashlib
from functools import cached_property

from connectors.channels.whatsapp.refusals import KNOWN
from connectors.contract import Account
from connectors.errors import Refused, Unreachable
from connectors.events import File
from connectors.meta.graph import Graph, Json, understood
from connectors.signatures import equal

TEMPLATE_FIELDS = "id,name,language,status,category,components,rejected_reason"
MOST_TEMPLATES = 1000


class WhatsApp:
    """One of a business account's phone numbers: `external_id` is Meta's id of it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.number = account.external_id

    @cached_property
    def graph(self) -> Graph:
        return Graph(self.account, known=KNOWN)

    @property
    def waba(self) -> str:
        """The business account's id."""
        return str(self.account.settings.get("waba_id") or "")

    def send(self, body: Json) -> Json:
        return self.graph.write(f"/{self.number}/messages", body)

    def mark_read(self, body: Json) -> Json:
        return self.graph.write(f"/{self.number}/messages", body, safe=True)

    def upload(self, file: File) -> str:
        """The id of what is kept there for 30 days."""
        fields = {"messaging_product": "whatsapp", "type": file.content_type}
        files = {"file": (file.name, file.content, file.content_type)}
        with understood(safe=True):
            return str(self.graph.upload(f"/{self.number}/media", fields, files)["id"])

    def content(self, media_id: str) -> bytes:
        """What somebody sent. WhatsApp keeps it for seven days; the address it gives lives for minutes."""
        with understood(safe=True):
            held = self.graph.find(f"/{media_id}", phone_number_id=self.number)
            if held is None:
                raise Refused("WhatsApp does not have this file any more: it keeps them for seven days.")
            content = self.graph.download(str(held["url"]), with_token=True).content
        told = str(held.get("sha256") or "")
        if told and not equal(hashlib.sha256(content).hexdigest(), told.lower()):
            raise Unreachable("The file did not arrive as WhatsApp says it was sent.")
        return content

    def templates(self) -> list[Json]:
        """All of them. An answer without a list is none: what is missing in the list counts as gone."""
        found: list[Json] = []
        after: Json = {}
        while len(found) < MOST_TEMPLATES:
            page = self.graph.read(
                f"/{self.waba}/message_templates", fields=TEMPLATE_FIELDS, limit=100, **after
            )
            with understood(safe=True):
                found += [dict(each) for each in page["data"]]
                if "next" not in (page.get("paging") or {}):
                    break
                after = {"after": page["paging"]["cursors"]["after"]}
        return found

    def about(self, *fields: str) -> Json:
        """The number."""
        return self.graph.read(f"/{self.number}", fields=",".join(fields))

    def about_account(self, *fields: str) -> Json:
        return self.graph.read(f"/{self.waba}", fields=",".join(fields))

    def subscribe_app(self, url: str, token: str) -> None:
        """To what concerns the whole business account, at an address of its own."""
        body = {"override_callback_uri": url, "verify_token": token}
        self.graph.write(f"/{self.waba}/subscribed_apps", body, safe=True)

    def subscribe_number(self, url: str, token: str) -> None:
        """To what concerns this number: it goes before the account's address."""
        hook = {"override_callback_uri": url, "verify_token": token}
        self.graph.write(f"/{self.number}", {"webhook_configuration": hook}, safe=True)
