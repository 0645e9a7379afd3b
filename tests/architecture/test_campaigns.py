"""Campaigns are small here, full with --long, and leave a row when they are."""

import pytest

from tests.support.campaigns import Campaign, write_row


@pytest.mark.campaign
def test_a_campaign_has_two_sizes(campaign):
    assert campaign.size(small=3, long=900) == (900 if campaign.is_long else 3)

    campaign.record("both sizes read")


def test_a_result_is_a_row_with_commit_and_date(tmp_path):
    page = tmp_path / "campaigns.md"
    campaign = Campaign("voting/test_x.py::test_y", is_long=True)
    campaign.record("500 kills, 0 lost")

    write_row(campaign, "passed", 12.34, page=page)
    write_row(campaign, "failed", 1.0, page=page)

    rows = [line for line in page.read_text().splitlines() if "test_y" in line]
    assert [row.split("|")[4].strip() for row in rows] == ["passed", "failed"]
    assert "500 kills, 0 lost | 12.3" in rows[0]
