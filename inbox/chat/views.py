"""What the widget asks for over HTTP. All of it works without a socket."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from config.tenancy import scope
from connectors.errors import InvalidSignature
from connectors.events import File
from inbox import live
from inbox.chat import calling, presence, refusals, saying, seeing, sessions, showing, vouching
from inbox.chat.door import Caller, door, told
from inbox.chat.files import kind_of
from inbox.chat.refusals import Refusal
from inbox.models import Attachment, Organization, Upload

REPLIES = (
    ("where", "Where is my order?", "Where is my order?"),
    ("return", "Start a return", "I would like to return something."),
    (calling.WANTED, "Talk to a person", "I would like to talk to a person, please."),
)
INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # what a browser cannot run


@door("GET")
def settings(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What the window looks like, and whether somebody is there."""
    hours, now = caller.widget.hours, timezone.now()
    limits, opens = caller.channel.connector.limits, hours.opens_at(now)
    response = JsonResponse(
        {
            "name": Organization.objects.values_list("name", flat=True).get(pk=caller.channel.tenant),
            "greeting": caller.widget.greeting,
            "colour": caller.widget.colour,
            "open": hours.is_open(now),
            "opens_at": opens.isoformat() if opens else None,
            "replies": [{"name": name, "label": label, "text": text} for name, label, text in REPLIES],
            "upload": {
                "types": list(limits.attachment_types),
                "largest": limits.largest_attachment,
                "most": limits.most_attachments,
            },
            "longest_text": limits.longest_text,
            "offline": "email",
        }
    )
    response["Cache-Control"] = "public, max-age=60"
    return response


@door("POST")
def session(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Who they are: the browser that was here before, or whom the shop vouches for; otherwise somebody new."""
    asked = told(request)
    before = sessions.read(caller.channel, str(asked.get("session") or ""))
    problem = ""
    now = before if before and not before.is_vouched else None
    if asked.get("shopper"):
        try:
            now = vouching.vouch(caller.channel, str(asked["shopper"]), now)
        except InvalidSignature as error:
            problem = error.message
    if now is None:
        refusals.SESSIONS.spend(caller.address)
        now = sessions.begin()
    caller.session = now
    with scope(caller.channel.tenant):
        has_one = showing.conversation_of(caller.channel, now.visitor) is not None
        known = vouching.known(now.visitor)
    return JsonResponse(
        {
            "session": sessions.sign(caller.channel, now),
            "conversation": has_one,
            "known": known,
            **({"problem": problem} if problem else {}),
        }
    )


@door("GET")
def messages(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Whoever looks is there, as with a socket."""
    visitor = caller.known.visitor
    refusals.LOOKS.spend("messages", visitor.hex)
    presence.arrive(visitor, "polling", {})
    with scope(caller.channel.tenant):
        conversation = showing.conversation_of(caller.channel, visitor)
        shown = showing.messages(caller.channel, visitor, conversation, request.GET.get("after", ""))
    return JsonResponse(
        {
            "messages": shown.messages,
            "cursor": shown.cursor,
            "typing": presence.who_writes(conversation.pk) if conversation else None,
            "open": caller.widget.hours.is_open(timezone.now()),
        }
    )


@door("POST")
def say(request: HttpRequest, caller: Caller) -> HttpResponse:
    return JsonResponse({"kept": saying.say(caller, told(request))})


@door("POST")
def typing(request: HttpRequest, caller: Caller) -> HttpResponse:
    visitor = caller.known.visitor
    refusals.TYPING.spend(visitor.hex)
    if presence.shopper_writes(visitor):
        live.visited(caller.channel.tenant, visitor)
    return HttpResponse(status=204)


@door("POST")
def seen(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Up to a cursor they were given."""
    refusals.LOOKS.spend("seen", caller.known.visitor.hex)
    seeing.seen(caller, str(told(request).get("cursor", "")))
    return HttpResponse(status=204)


@door("POST")
def email(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Where an answer goes when they have left."""
    refusals.CONTACT.spend(caller.known.visitor.hex)
    wanted = saying.address(told(request).get("email", ""))
    with scope(caller.channel.tenant):
        row = saying.keep(caller, email=wanted)
    return JsonResponse({"email": row.email})


@door("POST")
def files(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Kept before anything is said with it. What it is is seen from its bytes, not from its name."""
    visitor, limits = caller.known.visitor, caller.channel.connector.limits
    refusals.FILES.spend(visitor.hex)
    refusals.FILES_FROM.spend(caller.address)
    megabytes = limits.largest_attachment // 1024 // 1024
    too_large = Refusal("too_large", f"Files may have up to {megabytes} MB.", status=413)
    if int(request.headers.get("Content-Length") or 0) > limits.largest_attachment + 64 * 1024:
        raise too_large
    given = request.FILES.get("file")
    if given is None or not given.size:
        raise Refusal("file", "There is no file in that.")
    if given.size > limits.largest_attachment:
        raise too_large
    content = given.read()
    kind = kind_of(content)
    if kind not in limits.attachment_types:
        raise Refusal(
            "file_type", "Pictures (JPEG, PNG, GIF, WebP) and PDF files can be sent here.", status=415
        )
    with scope(caller.channel.tenant):
        row = Upload.keep(caller.channel, visitor, File(given.name or "file", kind, content))
    return JsonResponse({"id": str(row.pk), "name": row.name, "size": row.size, "type": row.content_type})


@door("GET")
def file(request: HttpRequest, caller: Caller, token: str) -> Any:
    """A file of a message. Pictures are shown, the rest is saved, and nothing of it runs."""
    pk = showing.file_of(caller.channel, token)
    with scope(caller.channel.tenant):
        found = Attachment.objects.filter(pk=pk, message__conversation__channel=caller.channel).first()
    if found is None:
        raise Http404
    shown = found.content_type in INLINE
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=not shown,
        filename=found.name,
        content_type=found.content_type if shown else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response
