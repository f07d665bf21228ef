"""Questions an article answers: shipping, warranty and the like, in the article's own words."""

from __future__ import annotations

from agents.answers.case import Answer, Case, handover, quote
from agents.claims.wording import stems
from agents.evidence import Evidence

_CLEARLY = 2  # words of the question that the passage must share
_TALK = stems("know question wondering want wanted need buy get help tell ask asked time place make sure")


def answer(case: Case) -> Answer:
    passage = next((each for each in case.facts.passages if _answers(case, each)), None)
    if passage is None:
        return handover("No article clearly answers this question.")
    return Answer([quote(passage)], f"From {passage.source}")


def _answers(case: Case, passage: Evidence) -> bool:
    return len((case.words - _TALK) & stems(f"{passage.source} {passage.label} {passage.value}")) >= _CLEARLY
