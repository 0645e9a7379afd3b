"""Comments on projects become one more kind of text that is reported, hidden with words, and looked at twice."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

REASONS = [
    ("personal", "It names or describes a private person"),
    ("abusive", "It abuses or threatens somebody"),
    ("advert", "It advertises something"),
    ("unlawful", "It breaks the law"),
]
KEYS = ("comment", "project_comment", "question", "challenge")


def only(key):
    """The condition that a report is about one kind of text and no other."""
    return Q(**{f"{other}__isnull": other != key for other in KEYS})


class Migration(migrations.Migration):
    dependencies = [("funding", "0041_emergency_routes_stay")]

    operations = [
        migrations.AddField(
            model_name="projectcomment", name="hidden_words", field=models.CharField(blank=True, max_length=300)
        ),
        migrations.AlterField(
            model_name="projectcomment",
            name="hidden_reason",
            field=models.CharField(blank=True, choices=REASONS, max_length=24),
        ),
        migrations.AddField(
            model_name="textreport",
            name="project_comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="funding.projectcomment",
            ),
        ),
        migrations.RemoveConstraint(model_name="textreport", name="text_report_of_one_text"),
        migrations.AddConstraint(
            model_name="textreport",
            constraint=models.CheckConstraint(
                condition=only("comment") | only("project_comment") | only("question") | only("challenge"),
                name="text_report_of_one_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="textreport",
            constraint=models.UniqueConstraint(
                condition=Q(outcome=""),
                fields=("project_comment", "asks", "browser"),
                name="text_report_once_a_project_comment",
            ),
        ),
    ]
