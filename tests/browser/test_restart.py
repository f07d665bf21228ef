from __future__ import annotations

import time

from tests.browser.demo import Demo

# What time alone adds to: the clock's own doings and looks at the outside, not what somebody said or did.
GROWS = {"audit_auditevent", "audit_auditlink", "audit_seal", "inbox_delivery", "django_session"}


def settled(demo: Demo) -> dict[str, int]:
    """The rows once nothing moves any more."""
    for _ in range(40):
        before = demo.rows()
        time.sleep(3)
        if demo.rows() == before:
            break
    return {table: count for table, count in before.items() if table not in GROWS}


def test_a_second_start_keeps_everything_and_doubles_nothing(demo: Demo) -> None:
    before = settled(demo)
    assert demo.stop() == 0
    assert demo.left_behind() == []
    demo.start()
    after = settled(demo)
    assert after == before
    assert before["inbox_conversation"] > 0
