from django.db import migrations

# In the database, so that no way of writing an event can forget it.
FUNCTION = """
CREATE FUNCTION audit_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (id, organization_id) VALUES (NEW.id, NEW.organization_id);
  RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER queue_for_sealing AFTER INSERT ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION audit_queue()
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_append_only")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION audit_queue()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER queue_for_sealing ON audit_auditevent"),
    ]
