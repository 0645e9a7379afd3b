"""The demo on a folder of somebody's own areas: a second fund is divided over it, and the made-up places stay."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from communities.models import Area
from funding.models import Pot, SmallPurse
from funding.queries.shares import standing_run
from renewal.site.demo import areas, groups, money, rounds, small
from renewal.site.demo.world import PARTS, World
from renewal.site.models import SeededPart

TREE = """code,name,level,parent_code,population
Q0,Elsewhere,uk,,3000
Q1,England,nation,Q0,3000
Q2,Eastborough,local_authority,Q1,3000
Q3,High Ward,ward,Q2,1000
Q4,Low Ward,ward,Q2,2000
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "areas.csv").write_text(TREE)
    (tmp_path / "postcode_ward_ranges.csv").write_text("outward,first_inward,last_inward,ward_code\nQQ1,1AA,9ZZ,Q3\n")
    return tmp_path


@pytest.mark.django_db(databases="__all__")
def test_a_folder_of_areas_gets_a_fund_of_its_own(folder, client):
    world = World(now=timezone.now(), areas_dir=str(folder))

    areas.seed(world)
    money.seed(world)

    ward, made_up = Area.objects.get(code="Q3"), Area.objects.get(code="Z05000001")
    assert standing_run(ward).cycle.capital_pence == money.PACK_CAPITAL
    assert standing_run(made_up).cycle.capital_pence == money.CAPITAL
    assert standing_run().cycle.fund.area.code == "Q0", "pages about the whole fund show the folder's"
    assert Pot.objects.filter(area=ward, amount_pence__gt=0).exists()
    found = client.post("/en/area/", {"postcode": "QQ1 1AA"})
    assert found.headers["Location"] == "/en/area/high-ward/"
    assert "High Ward" in client.get("/en/area/high-ward/").content.decode()
    assert "£1 billion" in client.get("/en/").content.decode()


@pytest.mark.django_db(databases="__all__")
def test_rounds_and_small_awards_stay_with_the_made_up_places(folder):
    world = World(now=timezone.now(), areas_dir=str(folder))

    for part in (areas, groups, money, rounds, small):
        part.seed(world)

    assert {purse.cycle.fund.area.code for purse in SmallPurse.objects.all()} == {money.ROOT}


def test_a_folder_that_is_wrong_is_told_in_one_line(db, folder):
    (folder / "areas.csv").write_text(TREE.replace("Q2,2000", "Q2,many"))

    with pytest.raises(CommandError, match=r"areas\.csv.*line 6.*Nothing was written"):
        areas.seed(World(now=timezone.now(), areas_dir=str(folder)))


def test_a_demo_with_data_says_how_to_start_afresh_with_a_folder(db, folder):
    SeededPart.objects.create(name="areas", seeded_at=timezone.now(), notes={"pack": ""})

    with pytest.raises(CommandError, match="demo --reset --areas"):
        call_command("seed_demo", areas=str(folder), stdout=io.StringIO())


def test_a_second_start_with_the_same_folder_keeps_everything(db, folder):
    for name in PARTS:
        SeededPart.objects.create(name=name, seeded_at=timezone.now(), notes={"pack": str(folder)})
    said = io.StringIO()

    call_command("seed_demo", areas=str(folder), json=True, stdout=said)

    assert json.loads(said.getvalue().splitlines()[-1]) == {"sign_ins": [], "codes": []}
