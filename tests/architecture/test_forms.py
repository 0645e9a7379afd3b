"""UX.md §9 and §14: an error state names all that is wrong at once, in the same words twice, and leads to the input."""

import re
from html.parser import HTMLParser

import pytest

from tests.support.catalogue import all_pages
from tests.support.drawings import open_page

WRONG = [page for page in all_pages() if page.status == 422]


class _Form(HTMLParser):
    """Collects the inputs by id, the links of the error summary, and the text of field errors."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: set[str] = set()
        self.links: list[tuple[str, str]] = []
        self.errors: list[str] = []
        self.placeholders = 0
        self.disabled = 0
        self._depth: list[str] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        classes = (known.get("class") or "").split()
        if tag in ("input", "select", "textarea", "button"):
            self.inputs.add(known.get("id") or "")
            self.placeholders += "placeholder" in known
            self.disabled += "disabled" in known
        if tag == "a" and "errors" in self._depth and (known.get("href") or "").startswith("#"):
            self._link = known["href"] or ""
            self.links.append((self._link[1:], ""))
        if tag == "p" and "error" in classes:
            self.errors.append("")
        if tag in ("div", "p", "ul", "section"):
            self._depth.append("errors" if "errors" in classes else "error" if "error" in classes else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""
        if tag in ("div", "p", "ul", "section") and self._depth:
            self._depth.pop()

    def handle_data(self, data: str) -> None:
        if self._link and self.links:
            target, text = self.links[-1]
            self.links[-1] = (target, text + data)
        if "error" in self._depth and self.errors:
            self.errors[-1] += data


@pytest.mark.parametrize("page", WRONG, ids=str)
def test_error_state_leads_to_each_input_in_the_same_words(page, db):
    html = open_page(page).content.decode()
    form = _Form()
    form.feed(html)

    assert html.count('class="errors"') == 1
    assert re.search(r'<main[^>]*>\s*<div class="wrap">\s*(<div class="cols"><div>\s*)?<div class="errors"', html), (
        "the summary is first in main"
    )
    assert [target for target, _text in form.links if target not in form.inputs] == []
    said_beside = " ".join(" ".join(form.errors).split())
    assert [text for _target, text in form.links if " ".join(text.split()) not in said_beside] == []


@pytest.mark.parametrize("page", all_pages(), ids=str)
def test_nothing_is_greyed_out_and_no_box_has_a_placeholder(page, db):
    form = _Form()
    form.feed(open_page(page).content.decode())

    assert (form.disabled, form.placeholders) == (0, 0)
