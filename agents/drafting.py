"""The pass of the machine over one message, as a list of named steps.

    identify ─▶ read files ─▶ understand ─▶ gather ─▶ prepare ─▶ draft ─▶ verify ─▶ route

Rows are read and written in short scopes; models and carriers are asked between them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from agents import autonomy, handing_over, identity, route
from agents.checking import manners, passing_on
from agents.checking.proving import prove
from agents.checking.verify import Claim, verify
from agents.facts.evidence import Sentence
from agents.facts.gathering import gather
from agents.facts.known import Facts
from agents.models import Consent, Draft, Level, Run, RunState
from agents.models.draft import supersede
from agents.models.run import PassRecord
from agents.proposing import proposing
from agents.proposing.preparing import Preparation, prepare
from agents.showing.progress import writing
from agents.understanding.concealment import weighed
from agents.understanding.entities import Paper
from agents.understanding.message import Understanding, read_ahead, understand
from agents.understanding.model import understand_with_model
from agents.understanding.papers import with_papers
from agents.understanding.setting import around
from agents.writing import model
from agents.writing.compose import Composed, compose
from agents.writing.summary import summarize
from config.model import model_config
from config.tenancy import scope
from connectors.errors import ConnectorError
from inbox import hints, live
from inbox.models import Attachment, Conversation, Direction, Message, OutgoingState
from inbox.reading import read_files

log = logging.getLogger(__name__)


@dataclass
class Pass:
    """What one step hands to the next."""

    run: PassRecord  # what the steps write down
    message: Message  # to be answered
    earlier: list[str]  # what the customer wrote before, oldest first
    seen: Understanding = field(init=False)
    facts: Facts = field(init=False)
    answer: Composed = field(init=False)
    composed: Composed | None = None  # what would be said without the model
    claims: list[Claim] = field(default_factory=list)
    made: Preparation = field(default_factory=Preparation)  # the actions that go with the answer
    heard: identity.Heard = field(default_factory=identity.Heard)
    has_unread_files: bool = False
    papers: Sequence[Paper] = ()  # the text in its files
    for_many: bool = False  # nobody in particular is answered

    @property
    def asked(self) -> Message:
        """What is read: behind a code, the question that waited for it."""
        return self.heard.question or self.message


Step = Callable[[UUID, Pass], str]


def run_pass(organization_id: UUID, message_id: UUID, *, again: bool = False) -> Run | None:
    """Read a message and propose an answer; None when there is nothing to do. Safe to call twice."""
    begun = _begin(organization_id, message_id, again=again)
    if begun is None:
        return None
    run, work = begun
    try:
        for step in STEPS:
            take(step, organization_id, work)
        with scope(organization_id), timed(run, "route"):
            _route(run, work)
    except Exception as error:
        log.exception("Run %s", run.pk)
        with scope(organization_id):
            run.finish(RunState.FAILED, f"{type(error).__name__}: {error}"[:2000])
            if _still_wanted(work.message):
                route.fall_back(run)
    return run


def _begin(organization_id: UUID, message_id: UUID, *, again: bool) -> tuple[Run, Pass] | None:
    with scope(organization_id):
        message = (
            Message.objects.select_related(
                "conversation__customer", "conversation__channel", "conversation__organization"
            )
            .annotate(has_unread_files=Attachment.waiting(OuterRef("pk")))
            .filter(pk=message_id, direction=Direction.IN, automatic=False)
            .annotate(
                is_answered=Exists(_newer(OuterRef("conversation"), OuterRef("created_at"))),
                tries=Subquery(
                    Run.objects.filter(message=OuterRef("pk")).order_by("-number").values("number")[:1]
                ),
            )
            .first()
        )
        if message is None or message.is_answered:
            return None
        if (message.past or message.tries) and not again:
            return None
        read_ahead(message.text, subject=message.subject)
        number = (message.tries or 0) + 1
        try:
            with transaction.atomic():
                run = Run.objects.create(conversation=message.conversation, message=message, number=number)
        except IntegrityError:  # another worker was first
            return None
        supersede(message.conversation)
        live.begun(organization_id, message.conversation_id)
        earlier = message.conversation.messages.filter(
            direction=Direction.IN, created_at__lt=message.created_at
        )
        texts = earlier.order_by("-created_at").values_list("text", flat=True)[:5]
        return run, Pass(run, message, list(reversed(texts)), has_unread_files=message.has_unread_files)


def unread() -> QuerySet[Message]:
    """Messages that want a draft and that no pass was made over, oldest first; in the caller's scope."""
    wanting = Message.objects.filter(direction=Direction.IN, automatic=False, past=False, runs=None)
    newer = _newer(OuterRef("conversation"), OuterRef("created_at"))
    return wanting.exclude(Exists(newer)).order_by("created_at")


def _is_answered(message: Message) -> bool:
    return _newer(message.conversation_id, message.created_at).exists()


def _newer(conversation: object, moment: object) -> QuerySet[Message]:
    """A newer message, from either side, makes a draft pointless."""
    said = Message.objects.filter(conversation=conversation, created_at__gt=moment)
    return said.exclude(send_state=OutgoingState.CANCELLED)


def _still_wanted(message: Message) -> bool:
    """False when somebody wrote meanwhile. From here on, two passes over one conversation take turns."""
    Conversation.objects.select_for_update().only("pk").get(pk=message.conversation_id)
    return not _is_answered(message)


def _identify(organization_id: UUID, work: Pass) -> str:
    """Is this a code that was asked for, a yes to sending one, or a yes to an action?"""
    with scope(organization_id):
        work.heard = identity.hear(work.message)
        if work.heard.question:  # who writes was joined to the order's customer
            work.message.conversation.refresh_from_db(fields=["customer", "came_as"])
        agreed = Consent.hear(work.message)
    if agreed:
        return f"a yes to {', '.join(each.what.label.lower() for each in agreed)}"
    if work.heard.question:
        return "proven by code"
    return str(work.heard.check.get_state_display()) if work.heard.check else "nothing to prove"


def _read_files(organization_id: UUID, work: Pass) -> str:
    """The text in PDFs and photos, which takes its time: kept with them, so it is read once."""
    if not work.has_unread_files:
        return "none to read"
    return f"{read_files(organization_id, work.message.pk)} read"


def _understand(organization_id: UUID, work: Pass) -> str:
    text, subject, config = work.asked.text, work.asked.subject, model_config()
    with scope(organization_id):
        setting = around(work.message, work.message.conversation, work.earlier)
    if config.configured:
        work.seen = understand_with_model(text, config, subject=subject, setting=setting)
    else:
        work.seen = understand(text, subject=subject, setting=setting)
    work.papers = setting.papers
    work.seen = with_papers(weighed(work.seen, work.asked.hidden), setting)
    work.run.understanding = asdict(work.seen)
    return work.seen.source


def _gather(organization_id: UUID, work: Pass) -> str:
    work.facts = gather(organization_id, work.message.conversation, work.asked, work.seen)
    if work.facts.unknown_numbers and not work.message._state.adding:
        with scope(organization_id):
            hints.speaks_of(work.message, work.facts.unknown_numbers)
    work.run.evidence = [item.as_json() for item in work.facts.evidence]
    return f"{len(work.facts.evidence)} facts"


def _prepare(organization_id: UUID, work: Pass) -> str:
    """Actions that would grant what is asked: weighed here, so that the answer can speak of them, proposed with it."""
    with scope(organization_id):
        if withdrawn := proposing.withdraw(work.message):
            return f"taken back: {', '.join(each.what.label.lower() for each in withdrawn)}"
        work.made = prepare(work.message, work.asked, work.seen, work.facts)
    work.run.evidence = [item.as_json() for item in work.facts.evidence]
    return str(work.made)


def _draft(organization_id: UUID, work: Pass) -> str:
    """By a model when one is configured and answers, else composed from the same facts."""
    conversation = work.message.conversation
    work.run.engine = "compose"
    if (asks_proof := _asks_proof(organization_id, work)) is not None:
        work.answer = asks_proof
        return "asked for proof"
    work.answer = composed = compose(work.asked, conversation, work.seen, work.facts, for_many=work.for_many)
    work.run.proposals = list(composed.proposals)
    if composed.needs_person or not model_config().configured:
        return "composed"
    try:
        with writing(work.run.pk) as progress:
            written = model.write(
                work.asked, conversation, work.seen, work.facts, work.earlier, progress, work.papers
            )
    except ConnectorError as error:
        return f"composed, since the model failed: {error.message}"
    work.run.engine, work.run.tokens_in, work.run.tokens_out = (
        written.model,
        written.tokens_in,
        written.tokens_out,
    )
    work.run.cost = written.cost
    work.answer, work.composed = written.answer, composed
    work.run.proposals = list(written.answer.proposals)
    return f"written by {written.model}"


def _asks_proof(organization_id: UUID, work: Pass) -> Composed | None:
    """An answer about who writes, where that has to be clear before anything else."""
    conversation, check = work.message.conversation, work.heard.check
    wants_person = work.seen.manipulation or work.seen.wants_human or work.facts.is_sender_doubtful
    if check is None and (wants_person or not work.facts.unknown_numbers):
        return None
    with scope(organization_id):
        check = check or identity.offer(conversation, work.message, work.facts)
        if check is None:
            return None
        answer = identity.reply(check, conversation, work.facts)
    work.run.evidence = [item.as_json() for item in work.facts.evidence]
    return answer


def _verify(organization_id: UUID, work: Pass) -> str:
    """A model's answer that cannot be proven gives way to the composed one; what nothing proves will block."""
    proven = prove(work.answer, partial(_held, work), work.composed)
    work.answer, work.claims, work.run.left_out = proven.answer, proven.claims, proven.left_out
    gone = f", {len(proven.left_out)} sentences left out" if proven.left_out else ""
    if proven.is_instead:
        work.run.engine, work.run.proposals = "compose", list(proven.answer.proposals)
        gone += ": composed instead"
    return f"{len(work.claims)} claims, {len(proven.doubts)} without support{gone}"


def _held(work: Pass, sentences: Sequence[Sentence]) -> list[Claim]:
    conversation = work.message.conversation
    claims = verify(
        sentences,
        work.facts.evidence,
        now=work.facts.now,
        zone=conversation.organization.time_zone,
        limits=conversation.limits,
    )
    claims += manners.breaches(sentences, conversation.organization)
    plan = work.composed or work.answer
    return claims if plan.hands_over else claims + passing_on.breaches(sentences)


def _route(run: Run, work: Pass) -> None:
    """On the table as ready, blocked or for a person; dropped if somebody wrote while we were working."""
    if not _still_wanted(work.message):
        run.finish(RunState.DONE, "Somebody wrote meanwhile; no draft.")
        return
    intents = [intent.kind for intent in work.seen.intents]
    rule = autonomy.rule_for(run.conversation.channel, intents)
    is_off = rule.level == Level.OFF
    silence = run.conversation.silence
    if is_off or silence:
        decision = route.switched_off() if is_off else route.silent(silence)
    else:
        decision = route.decide(work.seen, work.facts, work.answer, work.claims)
    run.finish(RunState.DONE)
    sentences, claims = ([], []) if is_off or silence else (work.answer.sentences, work.claims)
    if handoff := handing_over.consider(run, decision):
        decision = route.handed(decision, handoff)
        if words := handoff.drafted:
            sentences, claims = [Sentence(words)], []
    made = Preparation() if is_off or work.heard.check else work.made
    decision, proposed = proposing.propose(run, made, decision)
    draft = Draft.propose(
        run,
        decision.state,
        sentences,
        claims,
        confidence=decision.confidence,
        reason=decision.reason,
        intents=intents,
    )
    proposing.settle(draft, proposed, work.seen)
    autonomy.send(draft, rule, work.seen.language.code)


def _summarize(organization_id: UUID, work: Pass) -> str:
    name = work.message.conversation.customer.first_name
    summary = summarize(work.seen, work.facts, name=name, earlier=work.earlier)
    work.run.summary = summary.as_json()
    return summary.next_step


STEPS: tuple[Step, ...] = (
    _identify,
    _read_files,
    _understand,
    _gather,
    _prepare,
    _draft,
    _verify,
    _summarize,
)

FROM_WORDS_ALONE: tuple[Step, ...] = (_understand, _gather, _draft, _verify)  # no sender, no files, no deeds


def take(step: Step, organization_id: UUID, work: Pass) -> None:
    """Outside any scope. What the step returns is said beside its name."""
    with timed(work.run, step.__name__.strip("_")) as note:
        note.append(step(organization_id, work))


@contextmanager
def timed(run: PassRecord, name: str) -> Iterator[list[str]]:
    note: list[str] = []
    began = time.perf_counter()
    try:
        yield note
    finally:
        run.add_step(name, time.perf_counter() - began, note[0] if note else "")
