"""The safeguards for informal groups and fund-holders that hold from the start (G§3D)."""

from datetime import date

from django.db import migrations

RULES = [
    ("named_people", 3, "Informal group minimum: at least 3 unrelated people with a name"),
    ("award_pence", 500_000, "Informal group minimum: at most £5,000 for one award"),
    ("live_awards", 2, "Informal group minimum: at most 2 awards at the same time"),
    ("local_percent", 50, "Seats held by people who live here, for a group to be called locally governed"),
    ("holder_fee_permille", 100, "Fund-holder fee: at most 10 %"),
    ("answer_days", 10, "Working days in which a fund-holder answers"),
]


def add_rules(apps, schema_editor):
    rule = apps.get_model("communities", "InformalRule")
    for code, amount, source in RULES:
        rule.objects.using(schema_editor.connection.alias).create(
            code=code, amount=amount, starts_on=date(2025, 4, 1), source=source
        )


def remove_rules(apps, schema_editor):
    rule = apps.get_model("communities", "InformalRule")
    codes = [code for code, _amount, _source in RULES]
    rule.objects.using(schema_editor.connection.alias).filter(code__in=codes, starts_on=date(2025, 4, 1)).delete()


class Migration(migrations.Migration):
    dependencies = [("communities", "0005_groups_holders_listings")]
    operations = [migrations.RunPython(add_rules, remove_rules)]
