"""Who may open the pages of areas, groups and fund-holders (P1)."""

from tests.support.catalogue import Row

ROWS = [
    Row("communities:area_find", others=200),
    Row("communities:area_find", method="post", data=lambda w: {"postcode": "x"}, others=422),
    Row("communities:area_split", others=303),
    Row("communities:area_detail", lambda w: {"area": w.area.slug}, others=200),
]
