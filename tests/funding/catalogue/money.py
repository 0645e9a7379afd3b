"""How the money is shared, years, what is left of one, and the ledger."""

from funding.models import Cycle, Pot
from funding.rules.parameters import default_nation
from funding.services.ledger import assert_balance, balances
from funding.services.rollover import roll_over
from tests.factories.money import NOW, make_cycle, make_posted_run, make_set
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


def stated(world):
    """One statement that holds, one that does not."""
    account = Pot.objects.filter(cycle=with_money(world).cycle).earliest("pk").account
    for source, more in (("Bank statement", 0), ("Auditor’s note", 100)):
        assert_balance(
            account_id=account.pk, on=NOW.date(), expected_pence=balances([account.pk])[account.pk] + more,
            source=source, now=NOW, actor=world.users["auditor"],
        )  # fmt: skip
    return {}


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


def next_year(world):
    """A year after the one that was divided, divided too, and what was left rolled into it."""
    with_money(world)
    after = make_cycle(year=world.cycle.year + 1)
    Cycle.objects.filter(pk=after.pk).update(fund=world.cycle.fund)
    make_posted_run(Cycle.objects.get(pk=after.pk), world.run.parameter_set)
    world.after = after
    return {"pk": after.pk}


def rolled(world):
    next_year(world)
    roll_over(cycle_id=world.after.pk, now=NOW)
    return {"area": world.area.slug}


def a_year(world):
    return {"pk": with_money(world).cycle.pk}


def many_pots_above(world, count):
    many_pots(world, count)
    return {"area": world.authority.slug}


YEAR = {
    "year": "2031", "capital_pence": "1000", "revenue_pence": "500", "starts_on_0": "1", "starts_on_1": "4",
    "starts_on_2": "2031", "ends_on_0": "1", "ends_on_1": "4", "ends_on_2": "2032",
}  # fmt: skip
STEWARD = {"stranger": "sign-in", "steward": 200, "others": 404}
STEWARD_POST = {"stranger": "sign-in", "steward": 303, "others": 404}
LEDGER = {
    "stranger": "sign-in", "lead": 200, "other_lead": 200, "finance": 200, "other_finance": 200, "auditor": 200,
    "other_auditor": 200, "steward": 200, "others": 404,
}  # fmt: skip
STATING = {
    "stranger": "sign-in", "finance": 200, "other_finance": 200, "auditor": 200, "other_auditor": 200, "others": 404,
}  # fmt: skip
ROWS = [
    Row("funding:shares", nothing_but_money, others=200),
    Row("funding:shares_csv", nothing_but_money, others=200),
    Row("funding:share_detail", area_with_money, others=200),
    Row("funding:simulator", area_with_money, others=200),
    Row("funding:unspent", rolled, others=200),
    Row("funding:to_capital", area_with_money, stranger="sign-in", lead=200, others=404),
    Row("funding:to_capital", area_with_money, method="post", stranger="sign-in", lead=422, others=404),
    Row("funding:year_new", nothing_but_money, **STEWARD),
    Row(
        "funding:year_new", nothing_but_money, method="post",
        data=lambda w: YEAR | {"fund": w.cycle.fund_id}, **STEWARD_POST,
    ),
    Row("funding:year_detail", a_year, **STEWARD),
    Row("funding:year_roll", next_year, method="post", **STEWARD_POST),
    Row("funding:ledger", nothing_but_money, **LEDGER),
    Row("funding:ledger_csv", nothing_but_money, **LEDGER),
    Row("funding:ledger_state", nothing_but_money, **STATING),
    Row(
        "funding:ledger_state", nothing_but_money, method="post",
        **{part: 422 if answer == 200 else answer for part, answer in STATING.items()},
    ),
]  # fmt: skip
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
    Page("funding:unspent", "nothing divided yet", lambda w: {"area": w.area.slug}),
    Page("funding:unspent", "nothing rolled", area_with_money),
    Page("funding:unspent", "rolled", rolled),
    Page("funding:to_capital", "form", area_with_money, as_="lead"),
    Page("funding:to_capital", "nothing typed", area_with_money, as_="lead", method="post", status=422),
    Page("funding:year_new", "form", nothing_but_money, as_="steward"),
    Page("funding:year_new", "nothing typed", nothing_but_money, as_="steward", method="post", status=422),
    Page("funding:year_detail", "first year", a_year, as_="steward"),
    Page("funding:year_detail", "ready to roll", next_year, as_="steward"),
    Page("funding:year_detail", "rolled", lambda w: {"pk": rolled(w) and w.after.pk}, as_="steward"),
    Page("funding:ledger", "empty", as_="auditor"),
    Page("funding:ledger", "with movements", nothing_but_money, as_="auditor"),
    Page("funding:ledger", "statements", stated, as_="auditor"),
    Page("funding:ledger_state", "form", nothing_but_money, as_="finance"),
    Page("funding:ledger_state", "nothing typed", nothing_but_money, as_="finance", method="post", status=422),
    Page("funding:ledger", "filtered to nothing", nothing_but_money, as_="auditor", query="q=nowhere"),
]  # fmt: skip
LISTS = [
    ListPage("funding:shares", many_pots),
    ListPage("funding:ledger", many_pots, as_="auditor"),
    ListPage("funding:share_detail", many_pots_above),
]
