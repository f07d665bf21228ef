from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0019_isolation_of_autonomy")]

    operations = [
        migrations.AddField(
            model_name="action",
            name="told_at",
            field=models.DateTimeField(
                help_text="When it was last looked at for news of its return", null=True
            ),
        )
    ]
