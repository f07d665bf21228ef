from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("inbox", "0025_visitors")]

    operations = [Isolate("inbox_visitor", "inbox_upload")]
