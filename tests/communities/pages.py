"""The states of the pages of areas, groups and fund-holders."""

from datetime import timedelta
from pathlib import Path

from communities.models import Area, PostcodeRange
from communities.services.area_pack import read_pack
from communities.services.areas import load_areas
from funding.models import Cycle, Fund, Phase, Round
from renewal.site.views.areas import CHOICES
from tests.support.catalogue import Page

PACK = Path(__file__).parents[2] / "renewal/site/demo/areas"


def add_ranges(w):
    for area in (w.area, w.other_area):
        PostcodeRange.objects.create(outward="ZZ1", first_inward="5AA", last_inward="5ZZ", area=area)
    return {}


def choosing(client, w):
    session = client.session
    session[CHOICES] = [w.area.code, w.other_area.code]
    session.save()


def add_round(w, *, step="vote", before=1, after=20, area=None):
    from django.utils import timezone

    now = timezone.now()
    fund = Fund.objects.create(slug="test", name="Test fund")
    cycle = Cycle.objects.create(
        fund=fund, year=2027, capital_pence=0, revenue_pence=0, starts_on="2027-01-01", ends_on="2028-01-01"
    )
    round_ = Round.objects.create(
        slug="upper-2027", area=area or w.area, cycle=cycle, convenor=w.body, title="Upper Test 2027", prefix="UPP"
    )
    Phase.objects.create(
        round=round_, step=step, starts_at=now - timedelta(days=before), ends_at=now + timedelta(days=after)
    )
    return round_


def voting(w):
    add_round(w)
    return {"area": w.area.slug}


def voting_above(w):
    add_round(w, area=w.authority)
    return {"area": w.area.slug}


def result_past(w):
    add_round(w, step="result", before=40, after=-10)
    return {"area": w.area.slug}


def starts_later(w):
    add_round(w, step="priorities", before=-30, after=60)
    return {"area": w.area.slug}


def ended(w):
    w.area.valid_to = w.now.date() - timedelta(days=300)
    w.area.save()
    w.area.successors.add(w.other_area)
    return {"area": w.area.slug}


def long_names(w):
    w.area.name = "Llanfihangel-yng-Ngwynfa-uwch-y-rhaeadr a Chwm Nant-y-gwyddon Uchaf" * 2
    w.area.save()
    return {"area": w.area.slug}


def demo_authority(w):
    load_areas(pack=read_pack(PACK))
    return {"area": "ashcombe"}


def demo_neighbourhood(w):
    demo_authority(w)
    return {"area": Area.objects.get(name="Ashcombe North").slug}


PAGES = [
    Page("communities:area_find", "empty"),
    Page("communities:area_find", "not a postcode", method="post", data={"postcode": "12 Mill Lane"}, status=422),
    Page("communities:area_find", "nothing typed", method="post", data={"postcode": ""}, status=422),
    Page("communities:area_find", "outside every area", method="post", data={"postcode": "QQ9 9QQ"}, status=422),
    Page("communities:area_find", "new postcode", add_ranges, method="post", data={"postcode": "ZZ1 9AA"}, status=422),
    Page("communities:area_split", "two neighbourhoods", add_ranges, prepare=choosing),
    Page("communities:area_split", "nothing chosen", add_ranges, prepare=choosing, method="post", status=422),
    Page("communities:area_detail", "no round", lambda w: {"area": w.area.slug}),
    Page("communities:area_detail", "a neighbourhood among others", demo_neighbourhood),
    Page("communities:area_detail", "voting is open", voting),
    Page("communities:area_detail", "a round of the whole authority is open", voting_above),
    Page("communities:area_detail", "the next round starts later", starts_later),
    Page("communities:area_detail", "a past round", result_past),
    Page("communities:area_detail", "an authority with its neighbourhoods", demo_authority),
    Page("communities:area_detail", "ended", ended),
    Page("communities:area_detail", "long text", long_names),
]
