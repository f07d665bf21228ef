from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("inbox", "0016_pause")]

    operations = [Isolate("inbox_pause")]
