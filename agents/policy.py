"""May this be done? The organization's rules over one action, with the sentence of each rule that spoke."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from agents.rules.case import Case
from agents.rules.rule import Rule
from agents.verdict import ROLES, Reason, Ruling, Verdict

if TYPE_CHECKING:
    from agents.models import Action
    from agents.rules.history import History

_MONEY = Reason(
    "money",
    "Money goes back only with a supervisor's yes.",
    Ruling.APPROVAL,
    approver="supervisor",
    by_another=True,
)
_PERSON = Reason("person", "A person says yes to whatever no rule lets through.", Ruling.APPROVAL)
_STRICTNESS = [Ruling.ALLOWED, Ruling.APPROVAL, Ruling.FORBIDDEN]


def judge(action: Action, history: History | None = None) -> Verdict:
    """The verdict as things are now; asked when it is proposed, and again right before it is carried out."""
    from agents.models.policy import Policy

    policy = Policy.current()
    return weigh(policy.every, Case(action, history=history), policy.version)


def weigh(rules: Sequence[Rule], case: Case, version: int = 0) -> Verdict:
    """The strictest of what they say. What no rule speaks of needs a person, money a supervisor."""
    reasons = [reason for rule, lines in _speaking(rules, case) if (reason := rule.judge(case, lines))]
    ruling = max((each.ruling for each in reasons), key=_STRICTNESS.index, default=Ruling.ALLOWED)
    if ruling != Ruling.FORBIDDEN:
        reasons += _unspoken(reasons, case)
        ruling = max((each.ruling for each in reasons), key=_STRICTNESS.index)
    asking = [each for each in reasons if each.ruling == Ruling.APPROVAL]
    points, risks = case.risk
    return Verdict(
        ruling,
        tuple(reasons),
        approver=max((each.approver or ROLES[0] for each in asking), key=ROLES.index, default=ROLES[0]),
        by_another=any(each.by_another for each in asking),
        risk=points,
        risks=risks,
        version=version,
    )


def _unspoken(reasons: Iterable[Reason], case: Case) -> list[Reason]:
    if case.moves_money:
        return [] if any(each.rule == "amount" for each in reasons) else [_MONEY]
    settled = any(each.grants or each.ruling == Ruling.APPROVAL for each in reasons)
    return [] if settled else [_PERSON]


def _speaking(rules: Sequence[Rule], case: Case) -> Iterator[tuple[Rule, list[Any]]]:
    """Each rule that counts here, with the lines it counts for: the most particular of a name first.

    None of them about what changes nothing for anybody (a note kept).
    """
    covering = [rule for rule in rules if rule.covers(case) and not case.action.what.at_once]
    if not case.lines:
        yield from ((rule, []) for rule in covering if not rule.products)
        return
    counted: dict[str, list[Any]] = {rule.key: [] for rule in covering}
    for line in case.lines:
        words = case.history.words_of(line)
        named = [rule for rule in covering if not rule.products or _is_named(rule, words)]
        for name in {rule.name for rule in named}:
            same = [rule for rule in named if rule.name == name]
            most = max(rule.rank for rule in same)
            for rule in same:
                if rule.rank == most:
                    counted[rule.key].append(line)
    yield from ((rule, counted[rule.key]) for rule in covering if counted[rule.key])


def _is_named(rule: Rule, words: set[str]) -> bool:
    """A word, or a phrase that is or begins one of them: "wool" and "wool cap" both name a Wool Cap in Moss."""
    wanted = [each.lower() for each in rule.products]
    return any(word == each or word.startswith(f"{each} ") for each in wanted for word in words)
