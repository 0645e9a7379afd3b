"""Whatever somebody sends to whatever takes a POST, the answer is a page: an error to put right, never a traceback."""

import re

import pytest

from tests.architecture.test_permission_matrix import is_ours
from tests.support.catalogue import address_of, all_rows
from tests.support.world import PARTS

HIDDEN = "\u202e💩"
POSTS = [row for row in all_rows() if row.method == "post" and is_ours(row.name)]
FIELD = re.compile(r'<(?:input|select|textarea)\b[^>]*\bname="([^"]+)"')
BAD = {
    "nothing": lambda name: None,
    "long": lambda name: "x" * 20_000,
    "strange": lambda name: f"<b>{HIDDEN}</b>' OR 1=1 --",
    "nul": lambda name: "half\0a",
    "numbers": lambda name: "-99999999999999999999",
}


@pytest.mark.parametrize("row", POSTS, ids=repr)
def test_nothing_that_is_sent_breaks_a_page(row, world, worlds):
    address = address_of(row.name, row.arguments(world))
    part = next((part for part in PARTS if part in world.users and row.answers[part] not in (404, "sign-in")), "person")
    client = worlds.client(part)
    page = client.get(address)
    names = set(FIELD.findall(page.content.decode())) | set(row.data(world)) - {"csrfmiddlewaretoken"}

    answers = {}
    for kind, bad in BAD.items():
        sent = {name: bad(name) for name in names if bad(name) is not None} | {"csrfmiddlewaretoken": "as a browser"}
        answers[kind] = worlds.undone(client, address, sent)

    problems = [f"{kind}: {answer.status_code}" for kind, answer in answers.items() if answer.status_code >= 500]
    for kind, answer in answers.items():
        text = answer.content.decode(errors="replace")
        if "Traceback" in text or f"<b>{HIDDEN}" in text:
            problems.append(f"{kind}: shows why it broke, or what was sent as if it were ours")
        if answer.status_code == 422 and 'class="errors"' not in text and 'class="inset"' not in text:
            problems.append(f"{kind}: 422 without a summary: {text[text.find('<main') :][:600]}")
    assert problems == []
