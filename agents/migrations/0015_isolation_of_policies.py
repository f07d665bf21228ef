from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0014_policies")]

    operations = [Isolate("agents_policy", "agents_policyedit", "agents_consent")]
