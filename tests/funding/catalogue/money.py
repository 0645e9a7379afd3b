"""How the money is shared, the ledger, runs, awards and their signatures."""

from funding.models import Cycle, Pot
from funding.rules.parameters import default_nation
from tests.factories.money import make_cycle, make_posted_run, make_set
from tests.support.catalogue import ListPage, Page, Row
from tests.support.world import make_area


def with_money(world):
    """Divide a year over the world's areas, once; only pages about money need it."""
    if not Pot.objects.exists():
        world.cycle = Cycle.objects.order_by("-year").first() or make_cycle()
        Cycle.objects.filter(pk=world.cycle.pk).update(capital_pence=30_000_000, revenue_pence=10_000_000)
        nation = {**default_nation(), "adopted_by": "Testland Assembly", "floor_pence": 100_000}
        world.run = make_posted_run(world.cycle, make_set({"nations": {"T92": nation}}))
    return world


def area_with_money(world):
    return {"area": with_money(world).area.slug}


def borough_with_money(world):
    return {"area": with_money(world).authority.slug}


def nothing_but_money(world):
    with_money(world)
    return {}


def many_pots(world, count):
    for number in range(count):
        make_area(f"T05-9{number}", f"More {number}", "neighbourhood", parent=world.authority)
    with_money(world)
    return {}


ROWS = [
    Row("funding:shares", nothing_but_money, others=200),
    Row("funding:shares_csv", nothing_but_money, others=200),
    Row("funding:share_detail", area_with_money, others=200),
    Row("funding:simulator", area_with_money, others=200),
]
PAGES = [
    Page("funding:shares", "nothing divided yet"),
    Page("funding:shares", "divided", nothing_but_money),
    Page("funding:shares", "filtered to nothing", nothing_but_money, query="q=nowhere&level=county"),
    Page("funding:share_detail", "a neighbourhood", area_with_money),
    Page("funding:share_detail", "a borough", borough_with_money),
    Page("funding:share_detail", "no share", lambda w: {"area": w.area.slug}),
    Page("funding:simulator", "before trying", area_with_money),
    Page("funding:simulator", "tried", area_with_money, query="people=9000&need=80&authority=10"),
    Page("funding:simulator", "wrong figures", area_with_money, query="people=-1&authority=140", status=422),
    Page("communities:area_detail", "with its money", area_with_money),
]
LISTS = [ListPage("funding:shares", many_pots)]
