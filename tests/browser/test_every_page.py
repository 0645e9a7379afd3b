"""UX.md §14 on every state of every page: axe, narrow and enlarged windows, targets, dark, forced colours, print.

A state is drawn once by the test client and looked at in several windows. The short profile looks at the first state of
every page in English and in Welsh, and at a fixed quarter of the other states and windows; ``--long`` at all of them.
"""

import re
from zlib import crc32

import pytest
from django.urls import resolve
from django.utils.translation import override

from tests.support.catalogue import all_pages
from tests.support.drawings import open_page
from tests.support.stage import (
    LARGE_TEXT,
    SPACED,
    Stage,
    is_same_without_script,
    overflow,
    run_axe,
    small_targets,
    widest,
    without_script,
)

pytestmark = pytest.mark.browser
PAGES = all_pages()
SHARE = 4  # of what the short profile only samples, one in so many; the long profile looks at everything
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

# Text half as long again, its words too, as Welsh and German make it.
LONGER = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode;
    if (!text.parentElement.closest("script, bdi, svg"))
      text.data = text.data.replace(/[A-Za-z]{4,}/g, (word) => word + word.slice(0, Math.ceil(word.length / 2)));
  }
}"""

# Every stop of the Tab key: it can be seen, nothing covers it, and a ring of 3 px shows it. The first is the skip link.
FOCUS = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const seen = (part) => part.getClientRects().length && part.checkVisibility();  // not what is folded up
  const stops = [...document.querySelectorAll(all)].filter(seen);
  const problems = [];
  if (!stops[0]?.matches(".skip")) problems.push("the first stop is not the skip link");
  if (!document.querySelector(stops[0]?.hash || "#nowhere")) problems.push("the skip link leads nowhere");
  for (const part of stops) {
    part.focus({ focusVisible: true });
    const box = part.getBoundingClientRect(), ring = parseFloat(getComputedStyle(part).outlineWidth);
    const name = part.outerHTML.slice(0, 90);
    if (document.activeElement !== part) problems.push(`cannot be focused: ${name}`);
    else if (ring < 3 && !part.closest(".pin")) problems.push(`ring of ${ring} px: ${name}`);
    else if (box.bottom < 0 || box.top > innerHeight) problems.push(`out of sight: ${name}`);
    else {
      const line = part.getClientRects()[0];
      const over = document.elementFromPoint(line.left + Math.min(8, line.width / 2), line.top + line.height / 2);
      const same = over && (part.contains(over) || over.contains(part) || over.closest("label")?.control === part);
      if (over && !same) problems.push(`covered: ${name} by ${over.outerHTML.slice(0, 60)}`);
    }
  }
  return problems;
}"""


@pytest.fixture(scope="module")
def stage(browser):
    kept = Stage(browser)
    yield kept
    kept.close()


def first_states() -> list:
    seen = {}
    for page in PAGES:
        if page.status == 200:
            seen.setdefault(page.name, page)
    return list(seen.values())


def sampled(pages: list, *, always: list = ()) -> list:
    """Mark as ``long`` what the short profile leaves out: a choice by name, so that it is the same every day."""
    kept = {id(page) for page in always}
    return [
        page
        if id(page) in kept or crc32(str(page).encode()) % SHARE == 0
        else pytest.param(page, marks=pytest.mark.long)
        for page in pages
    ]


@pytest.mark.parametrize("page", sampled(PAGES, always=first_states()), ids=str)
def test_page_in_english(page, db, stage, axe_source):
    response = open_page(page)
    problems = []

    tab = stage.show(response, address=response.address)
    is_same = is_same_without_script(tab, response)
    problems += run_axe(tab, axe_source, RULES)
    problems += [f"target: {line}" for line in small_targets(tab)]
    problems += [f"loads from elsewhere: {url}" for url in stage.outside]
    problems += [f"console: {line}" for line in stage.complaints()]
    stage.change(scheme="dark")
    problems += [f"dark: {line}" for line in run_axe(tab, axe_source, CONTRAST)]
    stage.change(css=LARGE_TEXT)
    problems += too_wide(tab, "text at 200%")
    problems += [f"focus: {line}" for line in tab.evaluate(FOCUS)]

    stage.change(width=320)
    problems += too_wide(tab, "320 px")
    problems += [f"target at 320 px: {line}" for line in small_targets(tab)]
    stage.change(width=320, css=SPACED)
    problems += too_wide(tab, "320 px with text spacing")

    if not is_same:  # else axe has just looked at the very same elements
        tab = stage.show(without_script(response), address=response.address)
        problems += [f"without script: {line}" for line in run_axe(tab, axe_source, RULES)]

    assert problems == []


def title_of(page) -> str:
    html = open_page(page).content.decode()
    return " ".join(re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1].split())


@pytest.mark.parametrize("page", first_states(), ids=lambda page: page.name)
def test_page_in_welsh(page, db, stage, axe_source):
    response = open_page(page, language="cy")

    tab = stage.show(response, address=response.address, width=320)

    assert run_axe(tab, axe_source, RULES) + too_wide(tab, "320 px") == []


@pytest.mark.parametrize("page", sampled(first_states()), ids=lambda page: page.name)
def test_page_in_forced_colours_and_on_paper(page, db, stage):
    response = open_page(page)

    tab = stage.show(response, address=response.address, forced=True)
    bare = tab.evaluate(
        """() => [...document.querySelectorAll('.button, .tag, .panel, input:not([type=hidden]), select, textarea')]
        .filter(part => part.getBoundingClientRect().height > 1 && !part.closest('[hidden]')
            && !['checkbox', 'radio'].includes(part.type)
            && parseFloat(getComputedStyle(part).borderInlineStartWidth) < 1)
        .map(part => part.outerHTML.slice(0, 90))"""
    )
    assert bare == [], "borders carry the shape of things where colours cannot"

    tab.emulate_media(media="print")
    shown = tab.evaluate(
        """() => [...document.querySelectorAll('.site-head nav, .langs, .crumbs, .skip, .filters, .site-foot nav')]
        .filter(part => getComputedStyle(part).display !== 'none').map(part => part.outerHTML.slice(0, 90))"""
    )
    tab.emulate_media(media="screen")
    assert shown == [], "no navigation on paper"


@pytest.mark.parametrize("page", sampled(first_states()), ids=lambda page: page.name)
def test_page_in_the_longer_and_the_mirrored_pseudo_language(page, db, stage):
    response = open_page(page)
    problems = []

    tab = stage.show(response, address=response.address)
    for direction, change in (("mirrored", "document.documentElement.dir = 'rtl'"), ("longer", LONGER)):
        tab.evaluate(change)
        for width in (320, 1280):
            stage.change(width=width)
            problems += too_wide(tab, f"{direction} at {width} px")
        tab.evaluate("document.documentElement.dir = 'ltr'")

    assert problems == []


def test_titles_of_different_pages_are_different(db):
    titles: dict[str, set[str]] = {}
    for page in first_states():
        titles.setdefault(title_of(page), set()).add(page.name)

    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


def test_every_title_ends_with_the_service_and_errors_come_first(db):
    for page in PAGES:
        title = title_of(page)
        assert title.endswith("National Renewal Fund"), page
        assert title.startswith("Error:") == (page.status == 422), page


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "get"], ids=str)
def test_language_links_keep_the_page(page, db):
    response = open_page(page)
    with override("en"):
        here = resolve(response.address.partition("?")[0])
    link = re.search(r'<a href="([^"]+)" lang="cy-GB"', response.content.decode())

    assert link is not None
    with override("cy"):
        there = resolve(link[1].partition("?")[0])
    assert (there.view_name, there.kwargs) == (here.view_name, here.kwargs)


def test_a_page_that_is_too_wide_or_too_small_is_noticed(stage, rf):
    from django.http import HttpResponse

    bad = HttpResponse("<main><p>" + "x" * 400 + "</p><button class='button'>x</button></main>")

    tab = stage.show(bad, width=320)

    assert too_wide(tab, "320 px") != []
    assert small_targets(tab) != []


def test_axe_notices_a_picture_without_words(stage, axe_source):
    from django.http import HttpResponse

    bad = HttpResponse("<html lang='en'><title>x</title><main><h1>x</h1><img src='/static/icon.svg'></main>")

    assert any(line.startswith("image-alt") for line in run_axe(stage.show(bad), axe_source, RULES))


def too_wide(tab, where: str) -> list[str]:
    wide = overflow(tab)
    return [f"{where}: {wide} px too wide: {widest(tab)}"] if wide > 0 else []
