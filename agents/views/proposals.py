"""Do something…: what is possible, the form of a kind, what it would come to, and proposing or changing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agents import access, actions
from agents.actions.kind import Kind, NotPossible
from agents.actions.wishing import WishForm
from agents.models import Action, ActionState, CheckState, IdentityCheck, NotAllowed
from agents.showing.cards import Card
from agents.showing.offers import Subject, menu, suggestion
from agents.views.actions import answer, approved
from config.tenancy import new_id
from inbox import access as inbox
from inbox.access import Request


@require_GET
def offers(request: Request) -> HttpResponse:
    subject = _subject(request.GET)
    return render(request, "agents/_offers.html", {"menu": menu(subject.conversation, subject.order)})


@require_http_methods(["GET", "POST"])
def create(request: Request, kind: str) -> HttpResponse:
    """The form, and its proposal. `do`: approved at once, where the proposer's own yes is enough."""
    what, subject = _kind(kind), _subject(request.GET)
    key = _uuid(request.POST.get("key", "")) or new_id()
    try:
        form = what.form(suggestion(what, subject), request.POST or None, request.FILES or None)
    except NotPossible as reason:
        return _form(request, what, subject, problem=str(reason))
    if request.method == "GET" or not form.is_valid():
        return _form(request, what, subject, form, key=key)
    try:
        action = _propose(request, what, subject, form, key)
    except NotPossible as reason:
        return _form(request, what, subject, form, key=key, problem=str(reason))
    return _proposed(request, action)


@require_http_methods(["GET", "POST"])
def change(request: Request, action: UUID) -> HttpResponse:
    """Ask for something else instead; a new approval is needed."""
    row = access.action(action)
    subject = Subject(row.conversation, row.order, row.back, row.dispute)
    try:
        form = row.what.form(row, request.POST or None, request.FILES or None)
        if request.method == "GET" or not form.is_valid():
            return _form(request, row.what, subject, form, changed=row)
        with transaction.atomic():
            row.change(form.wish(), request.membership)
    except (NotPossible, NotAllowed) as reason:
        return _form(request, row.what, subject, form, changed=row, problem=str(reason))
    return answer(request, row, "Changed. It needs a yes again.")


@require_POST
def preview(request: Request, kind: str) -> HttpResponse:
    """What it would come to: proposed (or changed) for real, looked at, and rolled back."""
    what, subject = _kind(kind), _subject(request.GET)
    changed = _uuid(request.GET.get("action", ""))
    try:
        with _undone():
            action = access.action(changed) if changed else suggestion(what, subject)
            form = what.form(action, request.POST, request.FILES)
            if not form.is_valid():
                return HttpResponse("")  # the fields say what is missing
            if changed:
                action.change(form.wish(), request.membership)
            else:
                action = Action.propose(what.name, form.wish(), request.membership, **subject.about)
            card = Card(action, request.membership)
            return render(request, "agents/_preview.html", {"card": card, "changed": changed})
    except (NotPossible, NotAllowed) as reason:
        return render(request, "agents/_preview.html", {"problem": str(reason)})


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever happens inside, the database is as before."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _propose(request: Request, kind: Kind, subject: Subject, form: WishForm, key: UUID) -> Action:
    """The same `key` twice, as by two clicks, is the same proposal."""
    reason = request.POST.get("why", "").strip()[:500]
    try:
        with transaction.atomic():
            action = Action.propose(
                kind.name, form.wish(), request.membership, reason=reason, id=key, **subject.about
            )
            if (
                request.POST.get("do")
                and not action.moves_money
                and Card(action, request.membership).can_approve
            ):
                action.approve(request.membership, action.fingerprint)
    except (IntegrityError, NotPossible):
        already = Action.objects.filter(pk=key).first()
        if already is None:
            raise
        return already
    return action


def _proposed(request: Request, action: Action) -> HttpResponse:
    if action.state == ActionState.FORBIDDEN:
        return answer(request, action, f"Kept, but not done. {action.ruling.because}", error=True)
    if action.is_waiting:
        card = Card(action, request.membership)
        return answer(request, action, f"Proposed. It waits for the yes of {card.approver}.")
    return approved(request, action)


def _form(
    request: Request,
    kind: Kind,
    subject: Subject,
    form: WishForm | None = None,
    *,
    key: UUID | None = None,
    changed: Action | None = None,
    problem: str = "",
) -> HttpResponse:
    context = {
        "kind": kind,
        "subject": subject,
        "form": form,
        "key": key,
        "changed": changed,
        "problem": problem,
        "by_hand": suggestion(kind, subject).is_by_hand,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "agents/_proposal.html", context, status=status)


def _kind(name: str) -> Kind:
    try:
        return actions.kind(name)
    except KeyError:
        raise Http404 from None


def _subject(query: Mapping[str, str]) -> Subject:
    """From ids in an address. What belongs to nobody here, or to another customer, does not exist."""
    ids = {name: _uuid(query.get(name, "")) for name in ("conversation", "order", "back", "dispute")}
    talk = inbox.conversation(ids["conversation"]) if ids["conversation"] else None
    order = inbox.order(ids["order"]) if ids["order"] else None
    back = access.returned(ids["back"]) if ids["back"] else None
    dispute = inbox.dispute(ids["dispute"]) if ids["dispute"] else None
    owners = {row.customer_id for row in (talk, order, dispute) if row is not None and row.customer_id}
    if back and back.order:
        owners.add(back.order.customer_id)
    if len(owners) > 1 and not (talk and order and _is_proven(talk.pk, order.pk)):
        raise Http404
    return Subject(talk, order, back, dispute)


def _is_proven(conversation: UUID, order: UUID) -> bool:
    """Whoever writes there has shown, by a code, that this order of another contact is theirs."""
    checks = IdentityCheck.objects.filter(conversation=conversation, order=order)
    return checks.filter(state=CheckState.PASSED).exists()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
