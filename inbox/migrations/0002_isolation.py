from django.db import migrations

from config.tenancy import USER_SETTING, Isolate

OWN_MEMBERSHIPS = f"""
CREATE POLICY own ON inbox_membership FOR SELECT
  USING (user_id = (SELECT nullif(current_setting('{USER_SETTING}', true), '')::bigint))
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial")]

    operations = [
        Isolate(
            "inbox_assignment",
            "inbox_attachment",
            "inbox_channel",
            "inbox_closure",
            "inbox_conversation",
            "inbox_customer",
            "inbox_delivery",
            "inbox_identity",
            "inbox_invitation",
            "inbox_membership",
            "inbox_message",
            "inbox_note",
            "inbox_order",
            "inbox_orderline",
            "inbox_product",
            "inbox_refund",
            "inbox_return",
            "inbox_shipment",
            "inbox_snooze",
            "inbox_trackingevent",
        ),
        migrations.RunSQL(OWN_MEMBERSHIPS, "DROP POLICY own ON inbox_membership"),
    ]
