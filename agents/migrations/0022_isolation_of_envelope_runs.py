from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0021_envelope_run")]

    operations = [Isolate("agents_enveloperun")]
