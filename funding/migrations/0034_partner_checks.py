"""Officers find something about one partner: its share waits. A finding is never changed, nor made by a barred officer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = """
REVOKE UPDATE, DELETE, TRUNCATE ON funding_partnercheck FROM app;
CREATE FUNCTION funding_partner_check_by_unbarred() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM funding_refuse_barred(NEW.officer_id, p.project_id) FROM funding_partner p WHERE p.id = NEW.partner_id;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_check_by_unbarred BEFORE INSERT ON funding_partnercheck
    FOR EACH ROW EXECUTE FUNCTION funding_partner_check_by_unbarred();
"""
BACK = """
DROP TRIGGER partner_check_by_unbarred ON funding_partnercheck;
DROP FUNCTION funding_partner_check_by_unbarred();
GRANT UPDATE, DELETE ON funding_partnercheck TO app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0033_comments_taken_by_helpers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PartnerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(
                        choices=[("hold", "Its share waits"), ("clear", "Nothing stands against it")], max_length=8
                    ),
                ),
                ("words", models.CharField(max_length=300)),
                ("words_cy", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checks", to="funding.partner"
                    ),
                ),
            ],
            options={
                "ordering": ["partner", "-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("finding__in", ["hold", "clear"])), name="partner_finding_known"
                    ),
                    models.CheckConstraint(condition=~models.Q(("words", "")), name="partner_finding_says_why"),
                ],
            },
        ),
        migrations.RunSQL(SQL, BACK),
    ]
