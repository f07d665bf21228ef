from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0005_proposals")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="left_out",
            field=models.JSONField(default=list, help_text="[{text, reason}] of sentences nothing supports"),
        )
        for name in ("run", "trial")
    ]
