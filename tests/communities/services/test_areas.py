import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from communities.models import Area, AreaOutline, PostcodeRange
from communities.queries import LookUpState, area_of_postcode
from communities.services.area_pack import read_pack
from communities.services.areas import NotASuccessor, OlderPack, load_areas
from renewal.kernel.models import AuditEvent
from tests.factories.communities import end_areas

PACK = Path(__file__).parents[3] / "renewal/site/demo/areas"
TODAY = date(2027, 3, 5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    return load_areas(pack=read_pack(PACK))


def everything():
    areas = list(Area.objects.order_by("code").values())
    ranges = list(PostcodeRange.objects.order_by("id").values())
    return areas, ranges, list(AreaOutline.objects.order_by("area_id").values())


def test_loading_the_same_folder_again_changes_nothing(loaded):
    before = everything()

    again = load_areas(pack=read_pack(PACK))

    assert (loaded.added, again.added, again.changed, again.ended, again.unchanged) == (20, 0, 0, 0, 20)
    assert everything() == before
    assert AuditEvent.objects.filter(action="areas.loaded").count() == 1


def test_slugs_are_names_and_stay_when_a_name_changes(loaded, tmp_path):
    folder = Path(shutil.copytree(PACK, tmp_path / "pack"))
    (folder / "areas.csv").write_text((PACK / "areas.csv").read_text().replace("Coldbrook", "Coldbrook Green", 1))

    load_areas(pack=read_pack(folder))

    assert Area.objects.get(code="Z05000005").slug == "coldbrook"
    assert Area.objects.get(code="Z05000005").name == "Coldbrook Green"


@pytest.fixture
def merged(tmp_path):
    """A later folder, in which two wards have become one."""
    folder = Path(shutil.copytree(PACK, tmp_path / "pack"))
    text = (PACK / "areas.csv").read_text().splitlines()
    kept = [line for line in text if not line.startswith(("Z05000004", "Z05000005"))]
    (folder / "areas.csv").write_text("\n".join([*kept, "Z05000009,Ashcombe Hill,,ward,Z07000001,13730,,"]) + "\n")
    for name in ("wards.csv", "postcode_ward_ranges.csv"):
        lines = (PACK / name).read_text().replace("Z05000004", "Z05000009").splitlines()
        (folder / name).write_text("\n".join(line for line in lines if "Z05000005" not in line) + "\n")
    (folder / "boundaries_wards.topojson").unlink()
    (folder / "vintage.txt").write_text("2026-05-01")
    (folder / "successions.csv").write_text("former_code,code\nZ05000004,Z05000009\nZ05000005,Z05000009\n")
    return folder


def test_a_later_folder_ends_what_it_no_longer_has_and_keeps_where_it_went(loaded, merged):
    later = load_areas(pack=read_pack(merged))

    old = Area.objects.get(code="Z05000005")
    assert (later.added, later.ended, old.valid_to) == (1, 2, date(2026, 5, 1))
    assert [area.code for area in old.successors.all()] == ["Z05000009"]
    assert Area.objects.get(code="Z05000009").slug == "ashcombe-hill-ashcombe"
    assert area_of_postcode("ZZ4 1AA", on=TODAY).areas[0].code == "Z05000009"
    with pytest.raises(OlderPack):
        load_areas(pack=read_pack(PACK))


def test_an_area_is_not_followed_by_one_of_another_level(loaded, merged):
    (merged / "successions.csv").write_text("former_code,code\nZ05000004,Z07000001\n")

    with pytest.raises(NotASuccessor) as refusal:
        load_areas(pack=read_pack(merged))

    assert refusal.value.facts == {"code": "Z05000004", "heir": "Z07000001"}


def test_two_trees_stand_beside_each_other(loaded, tmp_path):
    folder = Path(shutil.copytree(PACK, tmp_path / "pack"))
    for path in folder.iterdir():
        path.write_text(path.read_text().replace("Z", "Y"))

    other = load_areas(pack=read_pack(folder))

    assert (other.added, other.ended, Area.objects.filter(valid_to=None).count()) == (20, 0, 40)


@pytest.mark.parametrize(
    ("typed", "state", "names"),
    [
        ("zz1 2cd", LookUpState.FOUND, ["Ashcombe North"]),
        ("ZZ1 5AA", LookUpState.SPLIT, ["Ashcombe North", "Ashcombe South"]),
        ("ZZ1 5ZZ", LookUpState.SPLIT, ["Ashcombe North", "Ashcombe South"]),
        ("ZZ1 4ZZ", LookUpState.FOUND, ["Ashcombe North"]),
        ("ZZ9 9AA", LookUpState.OUTSIDE, []),
        ("QQ1 1AA", LookUpState.OUTSIDE, []),
        ("ZZ1 9AA", LookUpState.UNKNOWN, []),
        ("Ashcombe", LookUpState.NOT_A_POSTCODE, []),
    ],
)
def test_a_postcode_leads_to_its_state(loaded, typed, state, names):
    found = area_of_postcode(typed, on=TODAY)

    assert (found.state, [area.name for area in found.areas]) == (state, names)


def test_an_unknown_postcode_comes_with_the_neighbourhoods_of_its_first_half(loaded):
    assert [area.name for area in area_of_postcode("ZZ1 9AA", on=TODAY).nearby] == ["Ashcombe North", "Ashcombe South"]


def test_an_area_that_has_ended_is_not_found(loaded):
    area = Area.objects.get(slug="ashcombe-north")
    end_areas([area], on=TODAY)

    assert area_of_postcode("ZZ1 2CD", on=TODAY).areas == []
    assert area_of_postcode("ZZ1 2CD", on=TODAY - timedelta(days=1)).state == LookUpState.FOUND


def test_a_postcode_of_an_ended_area_leads_to_the_one_that_follows(loaded):
    north, south = Area.objects.get(slug="ashcombe-north"), Area.objects.get(slug="ashcombe-south")
    end_areas([north], followed_by=[south], on=TODAY)

    assert area_of_postcode("ZZ1 2CD", on=TODAY).areas == [south]


@pytest.mark.shared
def test_the_whole_country_loads_and_every_sample_postcode_leads_to_its_ward(shared_data):
    import csv
    import gzip

    loaded = load_areas(pack=read_pack(shared_data / "geography"))

    assert (loaded.added, loaded.ranges) == (8_818, 436_578)
    with gzip.open(shared_data / "geography/postcode_sample.csv.gz", "rt") as file:
        sample = list(csv.DictReader(file))[::20]
    found = {row["postcode"]: area_of_postcode(row["postcode"], on=TODAY) for row in sample}
    assert {code: look_up.areas[0].code for code, look_up in found.items()} == {
        row["postcode"]: row["ward_code"] for row in sample
    }
