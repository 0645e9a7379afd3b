"""The table behind Django's database cache (rate limits and the like; never choices)."""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE kernel_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_audit_outbox_notices")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE kernel_cache")]
