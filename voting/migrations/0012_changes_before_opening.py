from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("voting", "0011_letters_by_a_worker"),
    ]

    operations = [
        migrations.AddField(
            model_name="poll",
            name="changed_by_ids",
            field=models.JSONField(default=list),
        ),
    ]
