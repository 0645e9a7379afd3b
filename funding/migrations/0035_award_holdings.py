"""Money of awards lies under an agreement with a fund-holder; a row is never changed, and moving is an entry."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0012_supplier_rule_from_2025"),
        ("funding", "0034_partner_checks"),
    ]

    operations = [
        migrations.CreateModel(
            name="AwardHolding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["part", "id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="entry",
            name="entry_kind_known",
        ),
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
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
                    ("manual", "Entered by two people"),
                    ("reversal", "Correction"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "fund_in",
                            "passed_down",
                            "participation",
                            "held_back",
                            "colour_moved",
                            "small_aside",
                            "small_back",
                            "awarded",
                            "award_reversed",
                            "holder_moved",
                            "rolled",
                            "fast_track",
                            "manual",
                            "reversal",
                        ],
                    )
                ),
                name="entry_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="awardholding",
            name="account",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="award_holding", to="funding.account"
            ),
        ),
        migrations.AddField(
            model_name="awardholding",
            name="agreement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="award_holdings",
                to="communities.holdingagreement",
            ),
        ),
        migrations.AddField(
            model_name="awardholding",
            name="part",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to="funding.awardpart"
            ),
        ),
        migrations.AddConstraint(
            model_name="awardholding",
            constraint=models.UniqueConstraint(fields=("part", "agreement"), name="holding_once_an_agreement"),
        ),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON funding_awardholding FROM app;",
            "GRANT UPDATE, DELETE ON funding_awardholding TO app;",
        ),
    ]
