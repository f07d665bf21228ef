from django.db import migrations

from config.tenancy import Revoke

FUNCTION = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
# Once per statement, so that even one that would touch no row is refused.
TRIGGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
"""


def append_only(table: str) -> list[migrations.RunSQL]:
    return [
        Revoke(table, "UPDATE, DELETE"),
        migrations.RunSQL(TRIGGER.format(table=table), f"DROP TRIGGER append_only ON {table}"),
    ]


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_isolation")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION audit_refuse()"),
        *append_only("audit_auditevent"),
        *append_only("audit_seal"),
        # A key is emptied, never dropped: its row keeps anyone from making a new one.
        Revoke("audit_customerkey", "DELETE"),
    ]
