"""The day on which paper reached a helper who types it after Ideas has closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0036_project_to_check_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="received_on",
            field=models.DateField(null=True),
        ),
    ]
