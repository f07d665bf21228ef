from django.db import migrations

from config.tenancy import Isolate


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_scope_and_questions")]

    operations = [Isolate("knowledge_synonyms", "knowledge_testquestion")]
