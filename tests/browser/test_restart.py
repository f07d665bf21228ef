from __future__ import annotations

import time

from tests.browser.demo import Demo

# What time alone adds to: the clock's own doings and looks at the outside, not what somebody said or did.
GROWS = {"audit_auditevent", "audit_auditlink", "audit_seal", "inbox_delivery", "django_session"}
GROWS |= {
    "inbox_streamcomment",
    "inbox_commentgroup",
    "agents_grouppass",
}  # a live is on, and its viewers go on commenting


def settled(demo: Demo) -> dict[str, int]:
    """The rows once nothing moves any more."""
    for _ in range(40):
        before = _rows(demo)
        time.sleep(3)
        if _rows(demo) == before:
            break
    return before


def _rows(demo: Demo) -> dict[str, int]:
    return {table: count for table, count in demo.rows().items() if table not in GROWS}


def test_a_second_start_keeps_everything_and_doubles_nothing(demo: Demo) -> None:
    before = settled(demo)
    assert demo.stop() == 0
    assert demo.left_behind() == []
    demo.start()
    after = settled(demo)
    assert after == before
    assert before["inbox_conversation"] > 0
