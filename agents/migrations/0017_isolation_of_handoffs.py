from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0016_handoff_rules")]

    operations = [Isolate("agents_handoffrule", "agents_handoff")]
