"""How words are read for search: English by their stems, Welsh as they stand (PostgreSQL has no Welsh), accents off."""

from django.db import migrations

SQL = """
CREATE TEXT SEARCH CONFIGURATION funding_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION funding_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION funding_plain (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION funding_plain
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""
REVERSE = """
DROP TEXT SEARCH CONFIGURATION funding_plain;
DROP TEXT SEARCH CONFIGURATION funding_english;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0006_answers_are_never_edited"), ("communities", "0001_extensions")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
