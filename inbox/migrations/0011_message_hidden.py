from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0010_proof")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="hidden",
            field=models.JSONField(
                default=list,
                help_text="What nobody could see in it: [{kind, text}], connectors.hidden.HiddenKind",
            ),
        )
    ]
