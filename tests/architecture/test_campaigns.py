"""Campaigns are small here, full with --long, and leave a row when they are."""

import pytest

from tests.support.campaigns import Campaign, write_row


@pytest.mark.campaign
def test_a_campaign_has_two_sizes(campaign):
    assert campaign.size(small=3, long=900) == (900 if campaign.is_long else 3)

    campaign.record("both sizes read")


def test_the_parts_of_a_campaign_are_the_whole():
    slices = [Campaign("x", is_long=True, slice=(which, 4)) for which in (1, 2, 3, 4)]

    assert [number for one in slices for number in one.part(50)] == list(range(50))
    assert len({one.chance(7).random() for one in slices}) == 1
    assert list(Campaign("x", is_long=False, slice=(2, 4)).part(3)) == [0, 1, 2], "the short profile has no parts"


def test_a_result_is_a_row_with_commit_and_date(tmp_path):
    page = tmp_path / "campaigns.md"
    campaign = Campaign("voting/test_x.py::test_y", is_long=True)
    campaign.record("500 kills, 0 lost")

    write_row(campaign, "passed", 12.34, page=page)
    write_row(campaign, "failed", 1.0, page=page)

    rows = [line for line in page.read_text().splitlines() if "test_y" in line]
    assert [row.split("|")[4].strip() for row in rows] == ["passed", "failed"]
    assert "500 kills, 0 lost | 12.3" in rows[0]
