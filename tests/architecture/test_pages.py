"""Every page in every state of the catalogue: its status, the security policy, the frame of a page, its weight."""

import re
from fnmatch import fnmatchcase
from html.parser import HTMLParser

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.catalogue import all_pages, all_rows, all_url_names
from tests.support.drawings import open_page

PAGES = all_pages()
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'none'",
    "connect-src 'self'",
    "form-action 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
WITHOUT_PAGE = ("health", "ready", "security_contact", "admin:*", "*feed*", "*download*", "*_csv", "*_file")


@pytest.mark.parametrize("page", PAGES, ids=str)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_page_answers_and_keeps_the_rules(page, language, db):
    response = open_page(page, language=language)

    assert response.status_code == page.status
    problems = policy_problems(response) + frame_problems(response.content.decode(), language)
    assert problems == []


def test_every_page_has_a_state_in_the_catalogue():
    """What answers 200 to somebody's GET, as the permission matrix says, is in tests/<app>/pages.py."""
    shown = {row.name for row in all_rows() if row.method == "get" and 200 in row.answers.values()}
    shown = {name for name in shown if not any(fnmatchcase(name, pattern) for pattern in WITHOUT_PAGE)}

    assert sorted(shown - {page.name for page in PAGES}) == []


def test_a_page_that_breaks_the_rules_is_noticed():
    bad = (
        '<html lang="en"><title>A page of the fund</title><body onload="x()"><p style="color:red">hi<script>1</script>'
    )

    found = frame_problems(bad + '<img src="https://elsewhere.example/x.png">', "en")

    assert len(found) == 6, found


def test_a_mistake_that_is_listed_twice_is_noticed():
    line = '<li><a href="#id_title">Enter a name</a></li>'
    page = f'<html lang="en"><title>A</title><main><h1>A</h1><div class="errors"><ul>{line}{line}</ul></div></main>'

    assert frame_problems(page, "en") == ['said twice: <a href="#id_title">Enter a name</a>']


def policy_problems(response) -> list[str]:
    """Compare the header with the one policy there is."""
    header = response.headers.get("Content-Security-Policy", "")
    sent = {part.strip() for part in header.split(";") if part.strip()}
    problems = [f"missing in the policy: {part}" for part in sorted(POLICY - sent)]
    problems += [f"more than the policy: {part}" for part in sorted(sent - POLICY)]
    if "unsafe" in header:
        problems.append("the policy allows something unsafe")
    return problems


class _Frame(HTMLParser):
    """Collects what a page must have once and what it must not have at all."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.counts = {"h1": 0, "main": 0}
        self.language: str | None = None
        self.title = ""
        self.ids: set[str] = set()
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.inside = tag
        if tag in self.counts:
            self.counts[tag] += 1
        if tag == "html":
            self.language = known.get("lang")
        if tag == "script" and "src" not in known and known.get("type") != "application/json":
            self.problems.append("an inline script")
        if tag == "style":
            self.problems.append("an inline style sheet")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.problems.append(f"{name}= on <{tag}>")
            if name == "id" and value is not None:
                if value in self.ids:
                    self.problems.append(f"id {value!r} twice")
                self.ids.add(value)
            is_loaded = name in {"src", "srcset", "data"} or (
                name == "href" and tag == "link" and known.get("rel") != "canonical"
            )
            if is_loaded and value and re.match(r"(https?:)?//", value):
                self.problems.append(f"<{tag}> loads from {value}")

    def handle_data(self, data: str) -> None:
        if self.inside == "title":
            self.title += data


def frame_problems(html: str, language: str) -> list[str]:
    """Say what is wrong with a page's structure: nothing inline, nothing from elsewhere, one heading, a language."""
    frame = _Frame()
    frame.feed(html)
    problems = frame.problems
    for tag, wanted in (("h1", 1), ("main", 1)):
        if frame.counts[tag] != wanted:
            problems.append(f"{frame.counts[tag]} <{tag}>")
    if (frame.language or "").split("-")[0] != language:
        problems.append(f"lang is {frame.language!r}")
    if not frame.title.strip():
        problems.append("no title")
    summary = re.search(r'<div class="errors".*?</ul>', html, re.S)
    lines = re.findall(r"<li>(.*?)</li>", summary[0], re.S) if summary else []
    return problems + [f"said twice: {line}" for line in sorted({line for line in lines if lines.count(line) > 1})]


def test_the_walk_sees_every_route():
    def count(patterns: list[URLPattern | URLResolver]) -> int:
        return sum(count(p.url_patterns) if isinstance(p, URLResolver) else 1 for p in patterns)

    assert count(get_resolver().url_patterns) == len(list(all_url_names()))
