from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [Isolate("audit_auditevent", "audit_customerkey", "audit_seal", "audit_unsealed")]
