"""Settings → Autonomy: how far the machine may go by itself, what that was earned by, and the switches that stop it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from agents import autonomy
from agents.actions import kinds
from agents.autonomy import Record
from agents.envelope import keeping
from agents.forms import GuardForm
from agents.models.autonomy import Autonomy, Level
from agents.understanding.intents import IntentKind
from agents.views.pauses import intent_label, labels
from inbox.access import Request, admins_only, supervisors_only
from inbox.models import Channel, Pause
from inbox.views.showing import done

_NEVER = {IntentKind.UNSURE, IntentKind.OTHER, IntentKind.HUMAN}  # nothing to be earned


@dataclass(frozen=True)
class Row:
    """One line of the table: a wish that is answered, or a kind of action."""

    key: str  # "intent:cancel", "action:refund"
    label: str
    rule: Autonomy
    is_own: bool  # set for just this; else inherited

    @property
    def level(self) -> str:
        return str(self.rule.get_level_display())


@require_GET
@supervisors_only
def index(request: Request) -> HttpResponse:
    channel = _channel(request)
    rules = list(Autonomy.objects.filter(Q(channel=channel) | Q(channel=None)))
    context = {
        "channel": channel,
        "channels": [each for each in Channel.objects.order_by("name") if each.can("messages")],
        "answers": [
            _row("intent", each, intent_label(each), channel, rules)
            for each in IntentKind
            if each not in _NEVER
        ],
        "actions": [_row("action", name, each.label, channel, rules) for name, each in kinds().items()],
        "pauses": Pause.standing(),
        "switches": [(f"{what}:{value}", label) for (what, value), label in labels().items()],
    }
    return render(request, "settings/autonomy.html", context)


@require_http_methods(["GET", "POST"])
@admins_only
def edit(request: Request, key: str) -> HttpResponse:
    """One line: its level, its guards, and what speaks for more."""
    channel, (intent, action, label) = _channel(request), _named(key)
    rule = Autonomy.objects.filter(channel=channel, intent=intent, action=action).first()
    rule = rule or Autonomy(channel=channel, intent=intent, action=action)
    before, earned = rule.level, autonomy.record_of(channel, intent, action)
    form = GuardForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        wanted = Level(form.cleaned_data["level"])
        is_new = wanted == Level.AUTOMATIC and before != wanted
        if is_new and (why := earned.falls_short or keeping.why_not(intent, action)):
            form.add_error("level", why)
        else:
            rule.set_level(wanted, request.membership, earned.as_json() if wanted == Level.AUTOMATIC else {})
            return done(request, f"{label}: {wanted.label.lower()}.", "agents:autonomy")
    context = {
        "form": form,
        "label": label,
        "channel": channel,
        "earned": earned,
        "rule": rule,
        "shares": _shares(earned),
        "fails": keeping.why_not(intent, action),
    }
    return render(request, "settings/autonomy_edit.html", context, status=422 if form.errors else 200)


def _shares(earned: Record) -> list[dict[str, Any]]:
    """For the meters: what, how much of it, whether that is enough, and what would be."""
    least, most = f"at least {autonomy.UNEDITED:.0%}", "at most {:.0%}"
    unedited, rejected, reopened = map(earned.share, (earned.unedited, earned.rejected, earned.reopened))
    told = [
        ("Sent as written", unedited, unedited >= autonomy.UNEDITED, least),
        ("Turned down", rejected, rejected <= autonomy.REJECTED, most.format(autonomy.REJECTED)),
        ("Customer came back", reopened, reopened <= autonomy.REOPENED, most.format(autonomy.REOPENED)),
    ]
    return [
        {"label": label, "value": round(share, 3), "percent": f"{share:.0%}", "good": good, "bar": bar}
        for label, share, good, bar in told
    ]


def _row(what: str, value: str, label: str, channel: Channel | None, rules: list[Autonomy]) -> Row:
    intent, action = (value, "") if what == "intent" else ("", value)
    rule = autonomy.most_telling([each for each in rules if each.action == action], intent)
    own = (rule.channel_id, rule.intent) == (channel.pk if channel else None, intent) and bool(rule.by_id)
    return Row(f"{what}:{value}", label, rule, own)


def _channel(request: Request) -> Channel | None:
    wanted = request.GET.get("channel", "")
    return get_object_or_404(Channel, pk=wanted) if wanted else None


def _named(key: str) -> tuple[str, str, str]:
    """(intent, action, label)."""
    what, _, value = key.partition(":")
    if what == "intent" and value in set(IntentKind):
        return value, "", intent_label(value)
    if what == "action" and value in kinds():
        return "", value, kinds()[value].label
    raise Http404
