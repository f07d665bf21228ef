from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0008_identity_check")]

    operations = [Isolate("agents_identitycheck")]
