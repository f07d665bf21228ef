from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("agents", "0010_actions")]

    operations = [Isolate("agents_action", "agents_approval", "agents_hold")]
