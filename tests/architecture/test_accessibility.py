"""axe finds nothing on any page: every state in English, one state of each page in Welsh, with and without script."""

import pytest

from tests.support.catalogue import address_of, all_pages, client_of
from tests.support.world import build_world

pytestmark = pytest.mark.browser
PAGES = [page for page in all_pages() if page.method == "get"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def first_states() -> list:
    seen = {}
    for page in PAGES:
        seen.setdefault(page.name, page)
    return list(seen.values())


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_has_no_axe_violation(page, new_page, axe_source):
    assert violations(page, new_page, axe_source, language="en") == []


@pytest.mark.parametrize("page", first_states(), ids=str)
def test_welsh_page_has_no_axe_violation(page, new_page, axe_source):
    assert violations(page, new_page, axe_source, language="cy") == []


def test_axe_notices_a_picture_without_words(new_page, axe_source):
    tab = new_page()
    tab.set_content("<html lang='en'><title>x</title><main><h1>x</h1><img src='/x.png'></main>")

    assert [found["id"] for found in run_axe(tab, axe_source)] == ["image-alt"]


def violations(page, new_page, axe_source, *, language: str) -> list[str]:
    world = build_world()
    arguments = page.build(world)
    client = client_of(world, page.as_)
    if page.prepare is not None:
        page.prepare(client, world)
    tab = new_page()
    cookies = [
        {"name": name, "value": morsel.value, "domain": "localhost", "path": "/"}
        for name, morsel in client.cookies.items()
    ]
    if cookies:
        tab.context.add_cookies(cookies)
    answer = tab.goto(address_of(page.name, arguments, query=page.query, language=language))
    assert answer.status == page.status
    return [f"{found['id']}: {found['help']} {found['nodes'][0]['html'][:160]}" for found in run_axe(tab, axe_source)]


def run_axe(tab, axe_source: str) -> list[dict]:
    """Run axe by evaluation, which the page's security policy does not see (stack.md §5)."""
    tab.evaluate(axe_source)
    return tab.evaluate("rules => axe.run(document, rules).then(found => found.violations)", RULES)
