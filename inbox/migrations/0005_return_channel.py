import django.db.models.deletion
from django.db import migrations, models

# A deferred foreign key must be checked before its table may change.
_FILL = """
UPDATE inbox_return SET channel_id = o.channel_id, order_external_id = o.external_id
  FROM inbox_order o WHERE o.id = inbox_return.order_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    """A return belongs to its channel, and may come before its order."""

    dependencies = [("inbox", "0004_marketplaces")]

    operations = [
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="return",
            name="channel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="returns", to="inbox.channel"
            ),
        ),
        migrations.AlterField(
            model_name="return", name="order_external_id", field=models.CharField(max_length=200)
        ),
    ]
