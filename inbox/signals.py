from django.dispatch import Signal

# Sent after commit when customers wrote: organization_id, and message_ids, oldest first; `again` when they changed their words, or
# turned out to be somebody else.
# `agents` listens, and nothing below it needs to know. The other signal of the program is the same for lives.
messages_received = Signal()

# Sent after commit when comments under lives said something nobody had said there yet: organization_id.
groups_opened = Signal()
