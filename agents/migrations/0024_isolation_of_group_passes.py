from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0023_group_passes")]

    operations = [Isolate("agents_grouppass")]
