"""A broken folder is refused with file, line and reason, and nothing is written."""

import gzip
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from communities.models import Area
from communities.services.area_pack import PackRefused, read_pack

PACK = Path(__file__).parents[3] / "renewal/site/demo/areas"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_demo_folder_is_read_whole():
    pack = read_pack(PACK)

    assert (len(pack.areas), len(pack.ranges), len(pack.outlines)) == (20, 15, 20)
    assert pack.areas["Z05000001"].path == "ZK2000001/ZE2000001/Z47000001/Z10000001/Z07000001/Z05000001/"
    assert pack.areas["Z05000021"].nation == "wales"


def test_a_packed_file_is_read_like_a_plain_one(folder):
    plain = folder / "postcode_ward_ranges.csv"
    (folder / "postcode_ward_ranges.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()

    assert read_pack(folder).ranges == read_pack(PACK).ranges


def test_a_folder_without_welsh_gets_the_names_that_everybody_knows(folder):
    path = folder / "areas.csv"
    path.write_text(path.read_text().replace("name_cy", "in_wales"))

    areas = read_pack(folder).areas

    assert [areas[code].name_cy for code in ("ZK2000001", "ZE2000001", "Z05000001")] == [
        "Y Deyrnas Unedig",
        "Lloegr",
        "",
    ]


BREAKS = {
    "missing column": ("areas.csv", "population", "people", "line 1: the column population is missing"),
    "unknown level": ("areas.csv", "nation", "country", "areas.csv, line 3: 'country' is not a level"),
    "unknown parent": ("areas.csv", "county,Z47000001", "county,Z99", "line 7: the parent Z99 is not in the file"),
    "two roots": ("areas.csv", "nation,ZK2000001", "nation,", "there must be one area without a parent"),
    "people do not add up": (
        "areas.csv",
        "8100",
        "8101",
        "line 8: Z07000001 has 37320 people, and the areas in it have 37321",
    ),
    "not a number": ("areas.csv", "8100", "8.1k", "line 11: population must be a whole number, not '8.1k'"),
    "code twice": ("areas.csv", "Z05000002", "Z05000001", "line 12: Z05000001 stands in line 11 already"),
    "no name": ("areas.csv", "Ashcombe North", "", "line 11: Z05000001 has no name of 1 to 200 letters"),
    "upside down": ("areas.csv", "local_authority,Z10000001", "county,Z10000001", "cannot lie in"),
    "not a nation": (
        "areas.csv",
        "ZW2000001,Wales",
        "ZW2000001,Cornwall",
        "line 4: Cornwall is not one of the four nations",
    ),
    "short row": ("areas.csv", ",uk,,84460,,", ",uk", "line 2: the row has a wrong number of columns"),
    "not an outward code": (
        "postcode_ward_ranges.csv",
        "ZZ2,",
        "Z2Z2Z,",
        "'Z2Z2Z' is not the first half of a postcode",
    ),
    "backwards range": ("postcode_ward_ranges.csv", "ZZ2,0AA,9ZZ", "ZZ2,9ZZ,0AA", "9ZZ comes after 0AA"),
    "unknown ward": ("postcode_ward_ranges.csv", "Z05000003", "Z07000001", "Z07000001 is not a ward or neighbourhood"),
    "range twice": ("postcode_ward_ranges.csv", "ZZ1,6AA,7ZZ", "ZZ1,0AA,7ZZ", "stands there twice"),
    "need out of range": ("wards.csv", "0.7120", "71.2", "wards.csv, line 2: need must be a number from 0 to 1"),
    "unknown ward of need": (
        "wards.csv",
        "Z05000001",
        "Z5",
        "wards.csv, line 2: Z5 is not a neighbourhood of areas.csv",
    ),
    "not JSON": ("boundaries_wards.topojson", '{"type"', '{"type', "not JSON"),
    "no such arc": ("boundaries_wards.topojson", '"arcs":[[0', '"arcs":[[999', "feature 1"),
    "shape of nobody": ("boundaries_local_authorities.geojson", '"id":"Z07000001"', '"id":"Z1"', "belongs to no area"),
    "not a date": ("vintage.txt", "2025-04-01", "last spring", "vintage.txt, line 1: 'last spring' is not a date"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_folder_is_refused_with_its_place_and_reason_and_writes_nothing(folder, broken):
    name, old, new, reason = BREAKS[broken]
    edit(folder / name, old, new)

    with pytest.raises(CommandError) as refusal:
        call_command("import_areas", folder, verbosity=0)

    assert name in str(refusal.value)
    assert reason in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was written.")
    assert not Area.objects.exists()


@pytest.mark.parametrize("name", ["areas.csv", "postcode_ward_ranges.csv"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()

    with pytest.raises(PackRefused, match=f"{name}: the file is missing"):
        read_pack(folder)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"code,name\n\x00"])
def test_a_file_that_is_not_text_is_refused(folder, content):
    (folder / "areas.csv").write_bytes(content)

    with pytest.raises(PackRefused, match=r"areas\.csv"):
        read_pack(folder)


def test_a_torn_gzip_file_is_refused(folder):
    packed = gzip.compress((folder / "postcode_ward_ranges.csv").read_bytes())
    (folder / "postcode_ward_ranges.csv").unlink()
    (folder / "postcode_ward_ranges.csv.gz").write_bytes(packed[:-12])

    with pytest.raises(PackRefused, match="cannot be read"):
        read_pack(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PackRefused, match="there is no such folder"):
        read_pack(tmp_path / "nowhere")
