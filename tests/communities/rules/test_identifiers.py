import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.rules.identifiers import SCHEMES, read_number


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_example_of_every_register_has_its_form(scheme):
    assert read_number(scheme, SCHEMES[scheme].example) == SCHEMES[scheme].example


@pytest.mark.parametrize(
    ("scheme", "typed", "number"),
    [
        ("GB-CHC", " 116 4883 ", "1164883"),
        ("GB-COH", "9506232", "09506232"),
        ("GB-COH", "sc123456", "SC123456"),
        ("GB-SC", "042386", "SC042386"),
        ("GB-NIC", "NIC100019", "100019"),
        ("GB-MPR", "235c", "235C"),
        ("GB-LAE", "wot", "WOT"),
    ],
)
def test_a_number_is_brought_to_its_registers_form(scheme, typed, number):
    assert read_number(scheme, typed) == number


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("GB-CHC", "12345"),
        ("GB-CHC", "12345678"),
        ("GB-CHC", "SC042386"),
        ("GB-COH", "123456789"),
        ("GB-COH", "ABCDEFGH"),
        ("GB-SC", "SC12"),
        ("GB-NIC", "1000199"),
        ("GB-LAE", "WOTS"),
        ("GB-CHC", "١١٦٤٨٨٣"),
        ("GB-CHC", ""),
    ],
)
def test_what_cannot_be_a_number_of_the_register_is_refused(scheme, typed):
    assert read_number(scheme, typed) is None


@given(scheme=st.sampled_from(sorted(SCHEMES)), typed=st.text(max_size=80))
def test_reading_never_raises_and_reads_its_own_spelling_again(scheme, typed):
    number = read_number(scheme, typed)

    assert number is None or (read_number(scheme, number) == number and len(number) <= 40)
