import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A notice may turn out to be a customer's message, and back."""

    dependencies = [("inbox", "0008_message_past")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="notices",
                to="inbox.message",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("message", None), ("seen", False)),
                fields=["organization", "-at"],
                name="notices_unseen",
            ),
        ),
    ]
