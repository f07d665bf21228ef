"""The account's templates, as WhatsApp lists them → what is known of them here. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.events import Approval, Blank, TemplateData, TemplatesRead
from connectors.events.templates import blanks_of

Json = Mapping[str, Any]

# In the list in capitals. What waits for an appeal, or is being deleted, can be sent by nobody.
_APPROVALS = {
    "APPROVED": Approval.APPROVED,
    "PENDING": Approval.PENDING,
    "IN_APPEAL": Approval.PENDING,
    "REJECTED": Approval.REJECTED,
    "PAUSED": Approval.PAUSED,
}
_PLAIN_BUTTONS = {"QUICK_REPLY", "URL", "PHONE_NUMBER"}


def read(rows: list[Json], at: datetime) -> TemplatesRead:
    return TemplatesRead(tuple(_template(each) for each in rows), at)


def _template(row: Json) -> TemplateData:
    parts = {str(each["type"]).upper(): each for each in row.get("components") or ()}
    header, body, footer = (
        str(parts.get(name, {}).get("text") or "") for name in ("HEADER", "BODY", "FOOTER")
    )
    buttons = [each for each in parts.get("BUTTONS", {}).get("buttons") or () if isinstance(each, Mapping)]
    approval = _APPROVALS.get(str(row.get("status")).upper(), Approval.DISABLED)
    problem = str(row.get("rejected_reason") or "")
    return TemplateData(
        external_id=str(row["id"]),
        name=str(row["name"]),
        language=str(row["language"]),
        approval=approval,
        body=body,
        header=header,
        footer=footer,
        buttons=tuple(str(each.get("text") or "") for each in buttons),
        blanks=tuple(_blanks(parts, buttons)),
        category=str(row.get("category") or "").lower(),
        problem="" if problem == "NONE" else problem.replace("_", " ").lower(),
        unusable=_unusable(parts, buttons, str(row.get("category"))),
    )


def _blanks(parts: Mapping[str, Json], buttons: list[Json]) -> Iterator[Blank]:
    for name in ("HEADER", "BODY"):
        part = parts.get(name, {})
        keys = blanks_of(name.lower(), str(part.get("text") or ""))
        examples = _examples(part.get("example"), name.lower())
        yield from (Blank(key, examples.get(key, _at(examples, place))) for place, key in enumerate(keys))
    for place, each in enumerate(buttons):
        example = each.get("example")
        shown = example[0] if isinstance(example, list) and example else example
        for key in blanks_of(f"button.{place}", str(each.get("url") or "")):
            yield Blank(key, str(shown or ""))


def _examples(held: Any, part: str) -> dict[str, str]:
    """By key, or by place (as "0") where the blanks are numbered: WhatsApp writes them in two shapes."""
    if not isinstance(held, Mapping):
        return {}
    named = held.get(f"{part}_text_named_params") or ()
    found = {f"{part}.{each.get('param_name')}": str(each.get("example") or "") for each in named}
    rows = held.get(f"{part}_text") or ()
    first = rows[0] if rows and isinstance(rows[0], list) else rows
    return found | {str(place): str(each) for place, each in enumerate(first)}


def _at(examples: Mapping[str, str], place: int) -> str:
    return examples.get(str(place), "")


def _unusable(parts: Mapping[str, Json], buttons: list[Json], category: str) -> str:
    header = str(parts.get("HEADER", {}).get("format") or "TEXT").upper()
    if header != "TEXT":
        return f"It begins with a {header.lower()}, which is sent from WhatsApp Manager only."
    if category.upper() == "AUTHENTICATION":
        return "It carries a one-time code."
    if "CAROUSEL" in parts or "LIMITED_TIME_OFFER" in parts:
        return "It is a carousel or an offer that ends, which is sent from WhatsApp Manager only."
    odd = {str(each.get("type")).upper() for each in buttons} - _PLAIN_BUTTONS
    return f"It has a button of a kind Waybill cannot fill ({', '.join(sorted(odd)).lower()})." if odd else ""
