from django.dispatch import Signal

# Sent after commit for each new message of a customer: organization_id, conversation_id, message_id.
# The only signal of the program: `agents` listens, and nothing below it needs to know.
message_received = Signal()
