from django.db import migrations

# By the day most channels give; a channel's own clock counts from the next message on.
_FILL = """
UPDATE inbox_conversation SET due_at = waiting_since + interval '24 hours'
 WHERE state = 'open' AND waiting_since IS NOT NULL AND due_at IS NULL;
"""


class Migration(migrations.Migration):
    """Whoever waited before there were clocks is due as well."""

    dependencies = [("inbox", "0008_notices_put_right")]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
