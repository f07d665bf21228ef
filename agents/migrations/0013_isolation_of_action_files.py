from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0012_action_files")]

    operations = [Isolate("agents_actionfile")]
