"""No movement of money is entered by hand: the kind for it, which nothing ever wrote, goes."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("fund_in", "Money into the fund"),
    ("passed_down", "Passed down"),
    ("participation", "Set aside for taking part"),
    ("held_back", "Not shared out"),
    ("colour_moved", "Moved from running costs to buildings, by vote"),
    ("small_aside", "Set aside for small awards"),
    ("small_back", "Small awards: the rest went back to the pot"),
    ("awarded", "Promised to a project"),
    ("award_reversed", "Promise taken back"),
    ("holder_moved", "Moved to another fund-holder"),
    ("rolled", "Rolled over"),
    ("fast_track", "Fast track from the reserve"),
    ("reversal", "Correction"),
]


class Migration(migrations.Migration):
    dependencies = [("funding", "0044_drop_comment_reports")]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="entry_manual_by_two_people"),
        migrations.RemoveConstraint(model_name="entry", name="entry_kind_known"),
        migrations.AlterField(model_name="entry", name="kind", field=models.CharField(choices=KINDS, max_length=16)),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _words in KINDS]), name="entry_kind_known"
            ),
        ),
    ]
