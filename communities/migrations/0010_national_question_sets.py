"""Put in the equality questions of the national standards, as they lie in communities/data."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

STANDARDS = Path(__file__).resolve().parents[1] / "data" / "equality.json"


def put_in(apps, schema_editor):
    question_sets = apps.get_model("communities", "EqualityQuestionSet").objects.using(schema_editor.connection.alias)
    for one in json.loads(STANDARDS.read_text()):
        question_sets.get_or_create(
            nation=one["nation"],
            version=one["version"],
            defaults={"starts_on": date.fromisoformat(one["starts_on"]), "questions": one["questions"]},
        )


def take_out(apps, schema_editor):
    question_sets = apps.get_model("communities", "EqualityQuestionSet").objects.using(schema_editor.connection.alias)
    question_sets.filter(answers__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("communities", "0009_equality_questions")]
    operations = [migrations.RunPython(put_in, take_out)]
