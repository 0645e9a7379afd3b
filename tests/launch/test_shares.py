"""The whole suite in two halves: every test is run by one of them, and by one alone."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support import shares


def make_test(path, number=0, *, browser=False):
    return SimpleNamespace(
        nodeid=f"{path}::test_{number}", path=Path(path), get_closest_marker=lambda name: browser or None
    )


@pytest.fixture
def suite():
    every_page = [make_test("test_every_page.py", number, browser=True) for number in range(130)]
    return [*(make_test(f"test_{name}.py", number) for name in "abc" for number in range(3)), *every_page]


def test_two_halves_that_take_turns_run_every_test_once(suite, tmp_path):
    cut = shares.shares_of(suite)
    first, second = shares.taken(cut, tmp_path), shares.taken(cut[::-1], tmp_path)

    ran = []
    for turn in range(len(suite)):  # the first is three times as fast
        ran.append(next(second if turn % 4 == 3 else first, None))
    ran += [*first, *second]

    assert sorted(item.nodeid for item in ran if item) == sorted(item.nodeid for item in suite)


def test_the_browsers_tests_stand_last_in_pieces_and_a_file_is_one_share(suite):
    sizes = [(share[0].path.stem, len(share)) for share in shares.shares_of([*suite[9:], *suite[:9]])]

    assert sizes[:3] == [("test_a", 3), ("test_b", 3), ("test_c", 3)]
    assert sizes[3:] == [("test_every_page", 60), ("test_every_page", 60), ("test_every_page", 10)]


def test_halves_that_found_different_tests_refuse_to_run(suite, tmp_path):
    shares.both_agree_on(shares.shares_of(suite), tmp_path)
    shares.both_agree_on(shares.shares_of(suite), tmp_path)

    with pytest.raises(pytest.exit.Exception, match="different tests"):
        shares.both_agree_on(shares.shares_of(suite[1:]), tmp_path)
