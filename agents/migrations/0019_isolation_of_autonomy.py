from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0018_autonomy")]

    operations = [Isolate("agents_autonomy")]
