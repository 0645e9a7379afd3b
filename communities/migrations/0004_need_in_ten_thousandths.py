"""Keep need as exactly as it is published: four decimals, so that the split gives the published figures."""

from django.db import migrations, models
from django.db.models import F


def finer(apps, schema_editor):
    area = apps.get_model("communities", "Area")
    area.objects.using(schema_editor.connection.alias).update(need_ten_thousandths=F("need_ten_thousandths") * 10)


def coarser(apps, schema_editor):
    area = apps.get_model("communities", "Area")
    area.objects.using(schema_editor.connection.alias).update(need_ten_thousandths=F("need_ten_thousandths") / 10)


class Migration(migrations.Migration):
    dependencies = [("communities", "0003_outlines_residents_and_ranges_without_area")]

    operations = [
        migrations.RemoveConstraint("area", "area_need_in_range"),
        migrations.RenameField("area", "need_thousandths", "need_ten_thousandths"),
        migrations.RunPython(finer, coarser, elidable=True),
        migrations.AddConstraint(
            "area",
            models.CheckConstraint(
                condition=models.Q(
                    ("need_ten_thousandths", None), ("need_ten_thousandths__lte", 10_000), _connector="OR"
                ),
                name="area_need_in_range",
            ),
        ),
    ]
