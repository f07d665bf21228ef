"""Words hidden in a message are never answered; what they say still counts as a warning about who wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.understanding.message import Understanding, understand
from connectors.hidden import HiddenKind

# Nobody's mail program makes these, while newsletters hide their first line and pictures have descriptions.
_NEVER_INNOCENT = {HiddenKind.TAGS, HiddenKind.SPLIT, HiddenKind.BIDI, HiddenKind.ENCODED}
_MOST = 3  # findings that are read


def weighed(seen: Understanding, hidden: Sequence[Mapping[str, str]]) -> Understanding:
    """`hidden` as a message keeps it."""
    if seen.manipulation or not hidden:
        return seen
    if any(HiddenKind(each["kind"]) in _NEVER_INNOCENT for each in hidden):
        return replace(seen, manipulation=True, manipulation_reason="holds text nobody can read")
    for each in hidden[:_MOST]:
        said = understand(each["text"])
        if said.manipulation:
            reason = f"holds hidden text that {said.manipulation_reason}"
            return replace(seen, manipulation=True, manipulation_reason=reason)
    return seen
