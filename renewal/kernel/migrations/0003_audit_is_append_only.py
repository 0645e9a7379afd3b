"""Nobody who serves pages may change or delete what was audited."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_cache_table")]

    operations = [
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE, TRUNCATE ON kernel_auditevent FROM app",
            "GRANT UPDATE, DELETE ON kernel_auditevent TO app",
        )
    ]
