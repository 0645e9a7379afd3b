"""Above £10,000 a supplier shows its social purpose (issue 6, part 4)."""

from datetime import date

from django.db import migrations

CODE, AMOUNT, FROM = "supplier_pence", 1_000_000, date(2025, 4, 1)


def add_rule(apps, schema_editor):
    apps.get_model("communities", "InformalRule").objects.using(schema_editor.connection.alias).create(
        code=CODE, amount=AMOUNT, starts_on=FROM, source="A supplier paid more than £10,000 shows its social purpose"
    )


def remove_rule(apps, schema_editor):
    rules = apps.get_model("communities", "InformalRule").objects.using(schema_editor.connection.alias)
    rules.filter(code=CODE, starts_on=FROM).delete()


class Migration(migrations.Migration):
    dependencies = [("communities", "0011_supplier_rule")]
    operations = [migrations.RunPython(add_rule, remove_rule)]
