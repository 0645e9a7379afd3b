"""How people read money."""

import pytest

from renewal.kernel.money import exact_pounds, from_pounds, pounds


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "£0"),
        (5, "£0.05"),
        (1250, "£12.50"),
        (1200, "£12"),
        (9_999, "£99.99"),
        (10_050, "£101"),
        (10_049, "£100"),
        (123_456_789, "£1,234,568"),
        (-300, "-£3"),
        (-1_250, "-£12.50"),
    ],
)
def test_pounds_have_no_pennies_above_a_hundred_and_none_where_there_are_none(pence, words):
    assert pounds(pence) == words


def test_exact_pounds_keep_every_penny():
    assert exact_pounds(123_456_789) == "£1,234,567.89"
    assert exact_pounds(-5) == "-£0.05"


def test_whole_pounds_become_pence():
    assert from_pounds(40_000) == 4_000_000
