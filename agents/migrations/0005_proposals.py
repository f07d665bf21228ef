from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0004_corrections_and_summaries")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="proposals",
            field=models.JSONField(
                default=list, help_text="What should be done beside answering, in words"
            ),
        )
        for name in ("run", "trial")
    ]
