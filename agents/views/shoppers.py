"""What the widget on a shop's pages asks of the machine: articles while somebody types, and proof before private data."""

from __future__ import annotations

import re
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse

from agents import identity, visiting
from config.tenancy import scope
from config.wake import wake
from inbox.chat import refusals, saying, showing, vouching
from inbox.chat.door import Caller, door, told
from inbox.chat.refusals import Refusal
from knowledge.embedding import embed_here
from knowledge.search import search

LONGEST_QUESTION = 300  # characters
FEWEST_WORDS = 2
MOST = 3  # articles
LONGEST_TEXT = 600  # characters of each


@door("GET")
def articles(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What the seller has written about that; nothing where it is not near enough."""
    refusals.LOOKS.spend("articles", caller.address)
    question = " ".join(request.GET.get("q", "")[:LONGEST_QUESTION].split())
    if len(question.split()) < FEWEST_WORDS:
        return JsonResponse({"articles": []})
    vector = embed_here(question)
    with scope(caller.channel.tenant):
        passages = [
            each.passage
            for each in search(question, vector, channel_kind=caller.channel.kind, limit=2 * MOST)
        ]
        found = {each.version.article_id: each for each in reversed(passages)}
        best = list(reversed(found.values()))[:MOST]
        shown = [{"title": each.version.article.title, "text": each.text[:LONGEST_TEXT]} for each in best]
    return JsonResponse({"articles": shown})


@door("POST")
def identify(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A code to the address on the order, if both are right. Whoever asks is told the same in any case, as quickly: a
    worker looks it up."""
    visitor = caller.known.visitor
    asked = told(request)
    number = re.sub(r"[^\w#.-]", "", str(asked.get("order_number") or ""))[:60]
    address = saying.address(asked.get("email") or "")
    if not number:
        raise Refusal("order_number", "Please give the number of your order; it is in our mail about it.")
    refusals.IDENTIFY.spend(visitor.hex)
    refusals.IDENTIFY_FROM.spend(caller.address)
    with scope(caller.channel.tenant):
        is_new = showing.conversation_of(caller.channel, visitor) is None
    if is_new:
        saying.say(
            caller, {"key": str(uuid4()), "text": f"It is about order {number}.", "page": asked.get("page")}
        )
    wake(
        "agents.tasks.prove_visitor",
        caller.channel.tenant,
        channel_id=caller.channel.pk,
        visitor=visitor,
        number=number,
        email=address,
    )
    return JsonResponse({"sent": True})


@door("POST")
def code(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The six digits from that mail. Five tries a code; a right one counts once."""
    visitor = caller.known.visitor
    refusals.CODES.spend(visitor.hex)
    digits = re.sub(r"\D", "", str(told(request).get("code") or ""))[:6]
    with scope(caller.channel.tenant):
        check = visiting.take_code(caller.channel, visitor, digits)
        known = vouching.known(visitor) if check else None
    if check is None:
        raise Refusal(
            "code", "This code is not right, or no longer works. Codes work once, and for ten minutes."
        )
    identity.answer_at_last(caller.channel.tenant, check)
    return JsonResponse({"known": known})
