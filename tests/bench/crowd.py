"""Many conversations of one organization, made by the owner in a few statements."""

from __future__ import annotations

from typing import Any

from tests.bench import ground

MESSAGES_EACH = 4  # on average; one in a thousand conversations is long

# One in ten is open, one in a hundred snoozed; half of the open ones are somebody's, one in five is unread.
_STATEMENTS = (
    """INSERT INTO inbox_customer (id, organization_id, name, email, locale, created_at, lent)
       SELECT uuidv7(-make_interval(mins => n)), %(org)s, 'Shopper ' || chr(65 + n %% 26) || ' ' || n,
              'shopper' || n || '@mail.example', 'en', now() - make_interval(mins => n), '{}'
       FROM generate_series(1, %(count)s / 2) AS n""",
    """CREATE TEMP TABLE person ON COMMIT DROP AS
       SELECT row_number() OVER () AS at, id FROM inbox_customer WHERE organization_id = %(org)s""",
    """INSERT INTO inbox_identity (id, organization_id, customer_id, space, value, seen_at, proof)
       SELECT uuidv7(), %(org)s, id, 'email', 'shopper' || at || '@mail.example', now(), 'said' FROM person""",
    """INSERT INTO inbox_conversation (id, organization_id, channel_id, customer_id, thread, handles, subject, order_number,
              state, assignee_id, unread, snippet, opened_at, last_message_at, waiting_since, snoozed_until, marks)
       SELECT uuidv7(-make_interval(secs => n * 20)), %(org)s,
              CASE n %% 3 WHEN 0 THEN %(shop)s::uuid ELSE %(mailbox)s::uuid END, person.id, 'thread-' || n, '{}',
              'Where is my order #' || (10000 + n) || '?', CASE n %% 3 WHEN 0 THEN '#' || (10000 + n) ELSE '' END,
              CASE WHEN n %% 10 = 0 THEN 'open' WHEN n %% 100 = 1 THEN 'snoozed' ELSE 'closed' END,
              CASE WHEN n %% 20 = 0 THEN (ARRAY[%(alice)s, %(bob)s, %(sam)s]::uuid[])[1 + n / 20 %% 3] END,
              n %% 50 = 0, 'Hello, it should have been here on Friday, number ' || n,
              now() - make_interval(secs => n * 20 + 3600), now() - make_interval(secs => n * 20),
              CASE WHEN n %% 10 = 0 THEN now() - make_interval(secs => n * 20) END,
              CASE WHEN n %% 100 = 1 THEN now() + interval '1 day' END,
              CASE WHEN n %% 20 = 0 THEN ARRAY['draft_ready'] ELSE ARRAY[]::varchar[] END
       FROM generate_series(1, %(count)s) AS n JOIN person ON person.at = 1 + (n - 1) / 2""",
    """INSERT INTO inbox_message (id, organization_id, conversation_id, channel_id, direction, customer_id, external_id, subject,
              text, quoted, automatic, past, sent_at, created_at, send_state, send_key, send_attempts, problem, hidden, sender_check,
              sender_said, topics)
       SELECT uuidv7(), %(org)s, c.id, c.channel_id, CASE WHEN m %% 2 = 1 THEN 'in' ELSE 'out' END,
              CASE WHEN m %% 2 = 1 THEN c.customer_id END, c.thread || '-' || m, '',
              'Hello, it should have been here on Friday. ' || repeat('I need it for a trip. ', 8) || m, '', false, false,
              c.last_message_at - make_interval(mins => 10 * m), c.last_message_at - make_interval(mins => 10 * m),
              CASE WHEN m %% 2 = 1 THEN '' ELSE 'sent' END, '', 0, '', '[]', '', '', '[]'
       FROM inbox_conversation AS c,
            generate_series(1, CASE WHEN right(c.thread, 3) = '500' THEN 200 ELSE %(each)s END) AS m
       WHERE c.organization_id = %(org)s""",
    """INSERT INTO inbox_searchword (organization_id, conversation_id, word)
       SELECT c.organization_id, c.id, unnest(inbox_words(concat_ws(' ', subject, order_number, snippet, name, email)))
       FROM inbox_conversation AS c JOIN inbox_customer AS p ON p.id = c.customer_id
       WHERE c.organization_id = %(org)s ON CONFLICT DO NOTHING""",
)


def make(world: Any, count: int) -> None:
    values = {
        "org": world.organization.pk,
        "count": count,
        "each": MESSAGES_EACH,
        **{name: getattr(world, name).pk for name in ("shop", "mailbox", "alice", "bob", "sam")},
    }
    with ground.owner() as connection:
        connection.execute(
            "ALTER TABLE inbox_conversation DISABLE TRIGGER search_opened"
        )  # one row at a time
        with connection.transaction():
            for statement in _STATEMENTS:
                connection.execute(statement, values)
        connection.execute("ALTER TABLE inbox_conversation ENABLE TRIGGER search_opened")
        connection.execute("VACUUM ANALYZE")
