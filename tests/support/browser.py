"""Fixtures that drive a real Chromium against a live server."""

import os
from collections.abc import Iterator

import pytest

from renewal.chromium import HOW_TO, find_chromium

# Every page is ours: the last two save the isolation of sites, and spare processes for sites that may come.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars", "--mute-audio"]
FLAGS += ["--disable-site-isolation-trials", "--renderer-process-limit=1"]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for the run."""
    from tests.conftest import not_run

    path = find_chromium()
    if path is None:
        not_run(f"Chromium is missing. To run the browser tests, type:  {HOW_TO}")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which makes Django refuse the ORM beside a page (stack.md §5).
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: object, live_server: object) -> Iterator[object]:
    """A function that opens a fresh visitor's page: ``new_page(script=False, width=375, scheme="dark")``."""
    contexts = []

    def open_page(*, script: bool = True, width: int = 1280, height: int = 900, scheme: str = "light", **more: object):
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="en-GB",
            timezone_id="Europe/London",
            **more,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: object) -> object:
    """A visitor's page with script, at desktop width."""
    return new_page()


@pytest.fixture
def page_without_script(new_page: object) -> object:
    """A visitor's page where script is off."""
    return new_page(script=False)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The axe script out of its installed package."""
    from importlib.resources import files

    return (files("axe_playwright_python") / "axe.min.js").read_text()
