"""Let the guard of entries find its rows by index, whatever the table's size was when the session first planned it.

The plan of a trigger is kept for the session. Made while the tables were empty, it read them whole for every posting:
posting a whole country (18,000 entries, 35,000 postings) then took minutes to commit.
"""

from django.db import migrations

BY_INDEX = """
ALTER FUNCTION funding_entry_must_balance() SET enable_seqscan = off;
ALTER FUNCTION funding_entry_must_balance() SET enable_hashjoin = off;
ALTER FUNCTION funding_entry_must_balance() SET enable_mergejoin = off;
"""
AS_BEFORE = """
ALTER FUNCTION funding_entry_must_balance() RESET enable_seqscan;
ALTER FUNCTION funding_entry_must_balance() RESET enable_hashjoin;
ALTER FUNCTION funding_entry_must_balance() RESET enable_mergejoin;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0029_small_support_codes")]
    operations = [
        migrations.RunSQL(BY_INDEX, AS_BEFORE),
    ]
