"""What was put to both sides and signed is never changed: the app may add to it, and nothing else."""

from django.db import migrations

TABLES = "communities_agreementversion, communities_agreementsignature, communities_relayedmessage"


class Migration(migrations.Migration):
    dependencies = [("communities", "0006_informal_rules")]
    operations = [
        migrations.RunSQL(f"REVOKE UPDATE, DELETE ON {TABLES} FROM app", f"GRANT UPDATE, DELETE ON {TABLES} TO app")
    ]
