from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0009_due")]

    operations = [
        migrations.AddField(
            model_name="shipment",
            name="proof_url",
            field=models.URLField(
                blank=True, help_text="The carrier's document about the hand-over", max_length=500
            ),
        ),
    ]
