"""The real areas of the United Kingdom in the database, without postcodes or outlines: enough to divide money."""

from pathlib import Path

from communities.models import Area
from funding.geography import read_areas
from funding.rules.tree import TreeArea
from tests.factories.money import STARTS


def load_country(folder: Path) -> list[TreeArea]:
    """Put the pack's areas into the database, level by level; return them as the rules see them."""
    rows = read_areas(folder)
    known: dict[str, Area] = {}
    for level in ("uk", "nation", "strategic", "county", "authority", "neighbourhood"):
        made = [
            Area(
                code=row.code,
                slug=row.code.lower(),
                name=row.code,
                level=level,
                nation="" if level == "uk" else "england",
                parent=known.get(row.parent),
                path=(known[row.parent].path if row.parent else "") + row.code + "/",
                population=row.people,
                need_ten_thousandths=row.need.deprivation,
                has_body=row.has_body,
                valid_from=STARTS,
            )
            for row in rows
            if row.level == level
        ]
        Area.objects.bulk_create(made)
        known |= {area.code: area for area in made}
    return rows
