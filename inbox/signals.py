from django.dispatch import Signal

# Sent after commit when customers wrote: organization_id, and message_ids, oldest first; `again` when they changed their words.
# The only signal of the program: `agents` listens, and nothing below it needs to know.
messages_received = Signal()
