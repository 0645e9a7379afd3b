"""The migration that moves reports of project comments: outcome, body and waiting ones come along, no person does."""

from importlib import import_module

import pytest
from django.db import connection

from communities.models import User
from funding.models import ProjectComment, TextReport
from funding.services.comments import say
from tests.factories.money import make_council, make_country
from tests.factories.projects import NOW, make_officer, make_project, make_round

MOVE = import_module("funding.migrations.0043_move_reports_of_project_comments").MOVE
# The table is gone; these rows stand for what it held.
HELD = """(VALUES (1, %(hidden)s, 'advert', %(now)s::timestamptz, %(now)s::timestamptz, %(officer)s),
                  (2, %(left)s, 'abusive', %(now)s, %(now)s, %(officer)s),
                  (3, %(left)s, 'personal', %(now)s, NULL, NULL))
          AS report(id, comment_id, reason, at, answered_at, answered_by_id)"""


@pytest.mark.django_db
def test_reports_of_project_comments_move_with_what_was_decided():
    areas = make_country()
    project = make_project(make_round(areas["ASH-N"], make_council(areas["ASH"])))
    amina, priya = User.objects.create(email="amina@example.org"), make_officer(project.checked_by, "Priya")
    said = {"project_id": project.pk, "actor": amina, "language": "en", "now": NOW}
    hidden, left = say(text="Buy now", **said), say(text="Who keeps the key?", **said)
    ProjectComment.objects.filter(pk=hidden.pk).update(hidden_at=NOW, hidden_reason="advert", hidden_by=priya)

    with connection.cursor() as cursor:
        facts = {"hidden": hidden.pk, "left": left.pk, "now": NOW, "officer": priya.pk}
        cursor.execute(MOVE.replace("funding_commentreport AS report", HELD), facts)

    council = project.checked_by_id
    fields = ("project_comment", "asks", "reason", "outcome", "answered_by", "answered_body", "browser")
    assert list(TextReport.objects.order_by("pk").values_list(*fields)) == [
        (hidden.pk, "hide", "advert", "hidden", priya.pk, council, "moved-1"),
        (left.pk, "hide", "abusive", "left", priya.pk, council, "moved-2"),
        (left.pk, "hide", "personal", "", None, None, "moved-3"),
    ]
