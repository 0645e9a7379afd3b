"""`manage.py screenshots`: a picture of every state of every page, at phone and desktop width, in var/shots."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.support.catalogue import all_pages
from tests.support.drawings import open_page
from tests.support.stage import Stage

pytestmark = pytest.mark.browser
WIDTHS = (375, 1280)
README_SHOWS = ("renewal:home", "rounds are open")


@pytest.fixture(scope="module")
def stage(browser):
    kept = Stage(browser)
    yield kept
    kept.close()


@pytest.mark.parametrize("page", all_pages(), ids=str)
def test_screenshot(page, db, stage, pytestconfig):
    folder = pytestconfig.getoption("--shots")
    if not folder:
        pytest.skip("only with `manage.py screenshots`")
    response = open_page(page)
    name = re.sub(r"[^a-z0-9]+", "-", f"{page.name} {page.state}".lower()).strip("-")
    Path(folder).mkdir(parents=True, exist_ok=True)

    for width in WIDTHS:
        tab = stage.show(response, address=response.address, width=width)
        tab.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    if (page.name, page.state) == README_SHOWS:
        stage.show(response, width=1280).screenshot(path=ROOT / "docs" / "screenshot.png")
