"""UX.md §14: what a first view weighs, compressed: HTML 14 KB, CSS 15 KB, script 20 KB, 10 requests, nobody else's."""

import functools
import gzip
import re

import pytest

from tests.support.catalogue import all_pages
from tests.support.drawings import open_page
from tests.support.stage import static_file

PAGES = all_pages()
KILOBYTE = 1024
LIMITS = {"html": 14, "css": 15, "script": 20, "image": 50}
EXEMPT = {"renewal:gallery": "the page of all parts, for builders"}


def weigh(content: bytes) -> int:
    return len(gzip.compress(content, 9))


@functools.cache
def weight_of_file(url: str) -> int:
    return weigh(static_file(url).read_bytes())


def weights(response) -> dict[str, int]:
    """Weigh a page and what it loads, in compressed bytes, and count the requests."""
    html = response.content.decode()
    urls = {
        "css": re.findall(r'<link rel="stylesheet" href="([^"]+)"', html),
        "script": re.findall(r'<script src="([^"]+)"', html),
        "image": re.findall(r'<img[^>]* src="([^"]+)"', html) + re.findall(r'<link rel="icon" href="([^"]+)"', html),
    }
    found = {kind: sum(map(weight_of_file, loaded)) for kind, loaded in urls.items()}
    return found | {"html": weigh(response.content), "requests": 1 + sum(map(len, urls.values()))}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in EXEMPT], ids=str)
def test_first_view_is_within_its_budget(page, db):
    found = weights(open_page(page))

    over = {kind: found[kind] for kind, limit in LIMITS.items() if found[kind] > limit * KILOBYTE}
    assert over == {}
    assert found["requests"] <= 10


def test_style_sheets_use_logical_properties_only():
    import tinycss2

    physical = re.compile(r"^(margin|padding|border)-(left|right|top|bottom)|^(left|right|top|bottom|width|height)$")
    found = []
    for name in ("css/site.css", "css/staff.css"):
        for declaration in declarations(tinycss2.parse_stylesheet(static_file(f"/static/{name}").read_text())):
            if physical.match(declaration):
                found.append(f"{name}: {declaration}")
    assert found == []


def declarations(rules) -> list[str]:
    import tinycss2

    names = []
    for rule in rules:
        if rule.type == "qualified-rule":
            content = tinycss2.parse_declaration_list(rule.content)
            names += [part.name for part in content if part.type == "declaration"]
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword == "media":
            names += declarations(tinycss2.parse_rule_list(rule.content))
    return names


def test_style_sheets_load_nothing():
    for name in ("css/site.css", "css/staff.css"):
        sheet = static_file(f"/static/{name}").read_text()
        assert "url(" not in sheet.replace("url(#", "")
        assert "@import" not in sheet
        assert "@font-face" not in sheet
