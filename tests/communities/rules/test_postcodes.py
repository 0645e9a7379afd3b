import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.rules.postcodes import Postcode, read_postcode


@pytest.mark.parametrize("typed", ["ZZ1 2CD", "zz12cd", " z z 1 2 c d ", "ZZ1-2CD", "ZZ1\u00a02CD", "ZZ1\u200b2CD"])
def test_a_postcode_is_read_in_any_spacing_and_case(typed):
    assert read_postcode(typed) == Postcode("ZZ1", "2CD")


def test_a_letter_o_in_place_of_the_first_inward_figure_is_read_as_nought():
    assert read_postcode("ZZ1 OAA") == Postcode("ZZ1", "0AA")


@pytest.mark.parametrize(
    "typed", ["", "ZZ1", "2CD", "ZZ1 2C", "ZZ1 2CDE", "12345", "ZZ1 2C\u0414", "ＺＺ1 2CD", "'; --"]
)
def test_what_is_not_a_whole_postcode_is_not_read(typed):
    assert read_postcode(typed) is None


@given(st.text(max_size=60))
def test_reading_never_raises_and_reads_its_own_spelling_again(typed):
    read = read_postcode(typed)

    assert read is None or read_postcode(str(read)) == read
