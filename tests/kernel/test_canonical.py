"""Equal documents have equal bytes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewal.kernel.canonical import canonical_json, digest

documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), documents))
def test_the_order_of_keys_changes_nothing(document):
    assert digest(document) == digest(dict(reversed(document.items())))


def test_the_bytes_are_pinned():
    assert canonical_json({"b": [1, None, True], "a": "Ŵyl"}) == '{"a":"Ŵyl","b":[1,null,true]}'.encode()


def test_one_moment_in_two_zones_is_one_spelling():
    utc = datetime(2027, 6, 29, 16, tzinfo=UTC)
    assert (
        canonical_json([utc]) == canonical_json([utc.astimezone(ZoneInfo("Asia/Tokyo"))]) == b'["2027-06-29T16:00:00Z"]'
    )
    assert canonical_json([date(2027, 6, 29)]) == b'["2027-06-29"]'


@pytest.mark.parametrize("hostile", [1.5, {"a": [0.1]}, {1: 2}, {"a": object()}, [datetime(2027, 1, 1)]])
def test_what_has_no_single_spelling_is_refused(hostile):
    with pytest.raises(TypeError):
        canonical_json(hostile)
