"""Hostile and odd input in every form about needs, answers, gatherings and questions: refused politely, never a 5xx."""

import random
import re

import pytest

from tests.funding.catalogue import answers, emergencies, helping, needs, texts, voices
from tests.support.catalogue import address_of, client_of, world_of
from tests.support.corpus import INPUT, ODD, REFUSED, VALUE
from tests.support.world import PARTS

pytestmark = pytest.mark.django_db
# Posts without a page of their own: what their form on another page holds.
FIELDS = {
    "funding:suggestion_support": ["stop"],
    "funding:suggestion_comment": ["text", "name"],
    "funding:needs_sort": ["q"],
    "renewal:updates_confirm": ["code"],
}
POSTS = {}
for row in (*needs.ROWS, *answers.ROWS, *voices.ROWS, *helping.ROWS, *texts.ROWS, *emergencies.ROWS):
    if row.method == "post":
        POSTS.setdefault(row.name, row)
ACTS = re.compile(
    r'<button[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"|<button[^>]*\bvalue="([^"]*)"[^>]*\bname="([^"]+)"'
)


@pytest.mark.campaign
@pytest.mark.parametrize("name", POSTS)
def test_no_input_breaks_a_form_about_needs_and_answers(name, campaign):
    row = POSTS[name]
    row.module = "tests.funding.permissions"
    world = world_of(row)
    address = address_of(name, row.arguments(world))
    part = next((part for part in PARTS if row.answers[part] not in (404, "sign-in")), "person")
    client = client_of(world, part, raise_request_exception=False)
    page = client.get(address)
    html = page.content.decode() if page.status_code == 200 else ""
    names = sorted({*INPUT.findall(html), *FIELDS.get(name, []), *row.data(world), "act"} - {"csrfmiddlewaretoken"})
    acts = [b or c for _a, b, c, _d in ACTS.findall(html)]
    real = sorted({a or b for a, b in VALUE.findall(html)} | set(acts) | {str(v) for v in row.data(world).values()})
    dice = random.Random(f"2027 {name}")

    cases = campaign.size(small=6, long=500)
    for case in range(cases):
        # Half of the values are ones that the form offers, so that what lies behind its checks is reached too; each
        # case comes from a network of its own, or the limits would answer for the form.
        values = {field: dice.choice(real if real and dice.random() < 0.5 else ODD) for field in names}
        data = {field: value for field, value in values.items() if dice.random() < 0.9}
        answer = client.post(address, data, REMOTE_ADDR=f"198.18.{case // 200}.{case % 200 + 1}")
        assert answer.status_code in REFUSED, (answer.status_code, data)
        if case % 10 == 0:
            assert client.get(address).status_code in REFUSED
    campaign.record(f"{cases} posts to {name}: no 5xx")
