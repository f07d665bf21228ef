from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("inbox", "0030_streams")]

    operations = [Isolate("inbox_stream", "inbox_commentgroup", "inbox_streamcomment")]
