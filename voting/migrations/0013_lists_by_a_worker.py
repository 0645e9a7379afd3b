import django.db.models.deletion
from django.db import migrations, models

# Names and addresses lie here, sealed, until their list is read: reports have no use for them.
GRANTS = "REVOKE ALL ON voting_listpart FROM reader;"
UNDO_GRANTS = "GRANT SELECT ON voting_listpart TO reader;"
LINES = "UPDATE voting_addresslist SET lines = count;"


class Migration(migrations.Migration):
    dependencies = [
        ("voting", "0012_changes_before_opening"),
    ]

    operations = [
        migrations.AddField(
            model_name="addresslist",
            name="letter_job",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="address_list",
                to="voting.letterjob",
            ),
        ),
        migrations.AddField(
            model_name="addresslist",
            name="lines",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="ListPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("people", models.BinaryField(null=True)),
                (
                    "address_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="voting.addresslist"
                    ),
                ),
            ],
            options={
                "ordering": ["address_list", "number"],
                "constraints": [models.UniqueConstraint(fields=("address_list", "number"), name="list_part_once")],
            },
        ),
        migrations.RunSQL(GRANTS, UNDO_GRANTS),
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
    ]
