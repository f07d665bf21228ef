"""Reads what nobody had said before under a live: what kind of thing it is, and whether it means what others said in
other words or another language. Each group once, however many comments it takes in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

import numpy as np

from agents.lives import answering
from agents.lives.kinds import kind_of
from agents.models import GroupPass, RunState
from agents.understanding import classifier
from agents.understanding.classifier import Floats
from agents.understanding.message import Understanding, understand
from config.tenancy import scope
from inbox import grouping
from inbox.models import CommentGroup, GroupKind, Stream, StreamComment

log = logging.getLogger(__name__)

AT_ONCE = 8
SAME_WISH = 0.4  # nearness of meaning (-1 to 1) from which two groups with one wish are one question,
SAME_ANYHOW = 0.6  # and from which their wishes need not have been read alike


@dataclass
class _Read:
    group: CommentGroup
    seen: Understanding
    meaning: Floats | None  # of length 1


def read_new(organization_id: UUID) -> int:
    """Reads the groups that were opened; how many. Some of what was asked before gets a better wording by it."""
    with scope(organization_id):
        new = list(CommentGroup.objects.filter(kind=GroupKind.NEW).order_by("-count", "first_at")[:AT_ONCE])
    if not new:
        return 0
    vectors = classifier.load().vectors([each.text for each in new])
    read = [
        _Read(group, understand(group.text), None if vectors is None else _unit(vectors[place]))
        for place, group in enumerate(new)
    ]
    with scope(organization_id):
        asking = _settle(read)
    for group_id in asking:
        answering.answer(organization_id, group_id)
    return len(new)


def _unit(vector: Floats) -> Floats:
    unit: Floats = (vector / (np.linalg.norm(vector) or 1.0)).astype(np.float32)
    return unit


def _settle(read: Sequence[_Read]) -> list[UUID]:
    """Kinds and joins are written; which groups want an answer. Intake waits meanwhile: it locks the same rows."""
    streams = {
        row.pk: row
        for row in Stream.objects.select_for_update()
        .filter(pk__in={each.group.stream_id for each in read})
        .order_by("id")
    }
    fresh = {
        row.pk: row
        for row in CommentGroup.objects.filter(pk__in=[each.group.pk for each in read], kind=GroupKind.NEW)
    }
    known = _known(streams)
    asking: dict[UUID, None] = {}
    for each in read:
        group = fresh.get(each.group.pk)
        if group is None:
            continue
        each.group = group
        kind = kind_of(group.text, each.seen)
        other = _same(each, known) if kind in CommentGroup.ASKING else None
        if other is not None:
            _join(each, other)
            group = other.group
        else:
            _keep(each, kind)
            if kind in CommentGroup.ASKING:
                known.append(each)
        if group.kind in CommentGroup.ASKING and not group.proposed:
            asking[group.pk] = None
    for stream in streams.values():
        stream.tell()
    return list(asking)


def _known(streams: dict[UUID, Stream]) -> list[_Read]:
    rows = GroupPass.objects.filter(group__stream__in=streams).exclude(meaning=b"").select_related("group")
    return [
        _Read(row.group, answering.understood(row), np.frombuffer(bytes(row.meaning), dtype=np.float32))
        for row in rows.only("group", "meaning", "understanding").order_by("-started_at")[:400]
    ]


def _same(one: _Read, known: Sequence[_Read]) -> _Read | None:
    """The group that asks the same, if there is one: near in meaning, and alike in what must be."""
    said = grouping.read(one.group.text)
    best, nearest = 0.0, None
    for other in known:
        if one.meaning is None or other.meaning is None or other.group.stream_id != one.group.stream_id:
            continue
        if grouping.read(other.group.text).marks != said.marks:
            continue
        if one.group.products != other.group.products and one.seen.kinds[0] in answering.ABOUT_PRODUCTS:
            continue
        nearness = float(one.meaning @ other.meaning)
        wanted = SAME_WISH if one.seen.kinds[0] == other.seen.kinds[0] else SAME_ANYHOW
        if nearness >= wanted and nearness > best:
            best, nearest = nearness, other
    return nearest


def _join(one: _Read, other: _Read) -> None:
    """The smaller one's comments and wordings go to the one that was there first."""
    small, group = one.group, other.group
    StreamComment.objects.filter(group=small).update(group=group)
    group.count += small.count
    group.waiting += small.waiting
    group.first_at, group.last_at = min(group.first_at, small.first_at), max(group.last_at, small.last_at)
    group.phrase(*small.phrasings)
    group.settle_rank()
    group.save(update_fields=["count", "waiting", "first_at", "last_at", "phrasings", "rank"])
    small.delete()


def _keep(each: _Read, kind: GroupKind) -> None:
    group = each.group
    group.kind, group.language = kind, each.seen.language.code
    group.settle_rank()
    group.save(update_fields=["kind", "language", "rank"])
    GroupPass.objects.update_or_create(
        group=group,
        defaults={
            "state": RunState.DONE,
            "understanding": asdict(each.seen),
            "meaning": b"" if each.meaning is None else each.meaning.tobytes(),
            "asked": "",
            "outcome": "",
        },
    )
