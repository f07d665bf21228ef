"""The templates of a seller's business account, one for each state they can be in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.channels.whatsapp.pretend.answers import Json, Refusal
from connectors.sandbox.world import Shop

_BLANK = re.compile(r"\{\{(\w+)\}\}")


def templates(shop: Shop) -> list[Json]:
    return [{"id": f"{shop.keys['waba_id'][:9]}{place:03d}", **each} for place, each in enumerate(_WRITTEN)]


def _body(text: str, *examples: str) -> Json:
    return {"type": "BODY", "text": text} | ({"example": {"body_text": [list(examples)]}} if examples else {})


_WRITTEN: tuple[Json, ...] = (
    {
        "name": "order_update",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Your order {{1}}", "example": {"header_text": ["#1042"]}},
            _body("Hi {{1}}, here is news about your order: {{2}} Just answer here if you need anything.", "Maya",
                  "It left our warehouse today."),
            {"type": "FOOTER", "text": "You get this because you wrote to us."},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Talk to a person"}]},
        ],
    },
    {
        "name": "go_on_talking",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [_body("Hi {{1}}, we have an answer to your question. May we go on here?", "Maya")],
    },
    {
        "name": "parcel_link",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "NAMED",
        "components": [
            {
                "type": "BODY",
                "text": "Hi {{first_name}}, your parcel is on its way.",
                "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Maya"}]},
            },
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "URL", "text": "Follow it", "url": "https://parcels.example/{{1}}",
                     "example": ["https://parcels.example/1Z999"]}
                ],
            },
        ],
    },
    {
        "name": "autumn_sale",
        "language": "en_US",
        "status": "REJECTED",
        "category": "MARKETING",
        "rejected_reason": "INVALID_FORMAT",
        "components": [_body("{{1}} off everything!", "20 %")],
    },
    {
        "name": "new_colours",
        "language": "en_US",
        "status": "PENDING",
        "category": "MARKETING",
        "components": [_body("Our {{1}} comes in new colours.", "Field Jacket")],
    },
    {
        "name": "care_film",
        "language": "en_US",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "VIDEO"},
            _body("Hi {{1}}, this film shows how to care for it.", "Maya"),
        ],
    },
)  # fmt: skip


def shown(shop: Shop, asked: Json) -> str:
    """What the shopper reads. Raises Refusal as WhatsApp does."""
    known = {(each["name"], each["language"]): each for each in templates(shop)}
    template = known.get((asked.get("name"), (asked.get("language") or {}).get("code")))
    if template is None or template["status"] != "APPROVED":
        raise Refusal(132001, "Template name does not exist in the translation", 404)
    given = {str(each["type"]): each.get("parameters") or [] for each in asked.get("components") or ()}
    lines = []
    for part in template["components"]:
        if part["type"] == "BUTTONS":
            needed = [name for each in part["buttons"] for name in _BLANK.findall(each.get("url", ""))]
            _counted(needed, given.get("button", []))
        else:
            lines.append(_filled(part, given.get(part["type"].lower(), [])))
    return "\n\n".join(filter(None, lines))


def _filled(part: Json, parameters: list[Json]) -> str:
    text = str(part.get("text") or "")
    names = _BLANK.findall(text)
    _counted(names, parameters)
    values: Mapping[str, str] = {
        each.get("parameter_name") or names[place]: each["text"] for place, each in enumerate(parameters)
    }
    if set(values) != set(names):
        raise Refusal(132000, "Number of parameters does not match the expected number of params")
    if any("\n" in value for value in values.values()):
        raise Refusal(132012, "Parameter format does not match format in the created template")
    return _BLANK.sub(lambda found: values[found[1]], text)


def _counted(names: list[str], parameters: list[Json]) -> None:
    if len(names) != len(parameters):
        raise Refusal(132000, "Number of parameters does not match the expected number of params")
