from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0011_message_hidden")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="forbidden_words",
            field=models.JSONField(default=list, help_text="Words and phrases no answer may hold"),
        ),
        migrations.AddField(
            model_name="organization",
            name="greets_by",
            field=models.CharField(
                choices=[("first", "First name"), ("full", "Full name")], default="first", max_length=5
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="phrases",
            field=models.JSONField(
                default=dict, help_text="The brand's own words: {turn: [phrases]}, see agents.writing.voice"
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="says_automatic",
            field=models.BooleanField(
                default=False, help_text="Answers say that they were written automatically"
            ),
        ),
    ]
