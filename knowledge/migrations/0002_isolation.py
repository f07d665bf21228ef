from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [Isolate("knowledge_article", "knowledge_articleversion", "knowledge_passage")]
