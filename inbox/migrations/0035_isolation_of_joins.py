from django.db import migrations

from config.tenancy import Isolate

# An order's phone number is what somebody typed: it leads to nobody any more. Platforms' own ids are theirs to vouch for.
PROVEN = """
UPDATE inbox_identity SET proof = 'platform' WHERE space NOT IN ('email', 'phone');
INSERT INTO inbox_hint (id, organization_id, customer_id, space, value)
  SELECT id, organization_id, customer_id, space, value FROM inbox_identity WHERE space = 'phone';
DELETE FROM inbox_identity WHERE space = 'phone';
INSERT INTO inbox_hint (id, organization_id, customer_id, space, value)
  SELECT gen_random_uuid(), organization_id, id, 'called', left(letters, 100)
    FROM (SELECT *, lower(regexp_replace(name, '[^[:alnum:]]', '', 'g')) AS letters FROM inbox_customer) AS named
   WHERE length(letters) >= 6 AND erased_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0034_customers_joined")]

    operations = [
        Isolate("inbox_join", "inbox_hint", "inbox_apart"),
        migrations.RunSQL(PROVEN, migrations.RunSQL.noop),
    ]
