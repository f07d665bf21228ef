from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_initial")]

    operations = [Isolate("agents_draft", "agents_run")]
