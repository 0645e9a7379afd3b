"""Hostile and odd input: every form of a group refuses it politely or stores it exactly, and never breaks."""

import random

import pytest
from django.urls import reverse

from communities.forms.groups import ContactsForm, DetailsForm, InviteForm, JoinForm
from communities.forms.listings import ListingForm
from communities.forms.profiles import (
    EvidenceForm,
    GovernanceForm,
    InterestForm,
    NumberForm,
    SafeguardingForm,
)
from communities.models import Evidence, Group
from tests.communities.worlds import build
from tests.support.catalogue import client_of
from tests.support.world import build_world

ODD = [
    "", " ", "\t", "0", "-1", "1e9", "NaN", "99999999999999999999", "1/0", "'; DROP TABLE x; --", "{{ 7*7 }}",
    "<script>alert(1)</script>", "%(x)s %s", "../../etc/passwd", "=1+1", "@SUM(A1)", "\u202eevil", "a\u200bb", "\x00",
    "\x07", "\U0001f600", "ﷺ" * 50, "é" * 300, "a" * 5_000, "Zalgo̴̵̶̷̸" * 20, "мiхеd", "ＡＢＣ", "31", "2", "2026",
    "yes", "no", "on", "owner", "informal", "social_purpose", "GB-CHC", "1164883", "https://example.org",
    "javascript:alert(1)", "a@b", "a@example.org", "£1,000", "1.005",
]  # fmt: skip
GROUP_FORMS = [
    ("group_change", DetailsForm), ("people", InviteForm), ("contacts", ContactsForm),
    ("governance", GovernanceForm), ("safeguarding", SafeguardingForm), ("evidence", EvidenceForm),
    ("numbers", NumberForm), ("interests", InterestForm), ("listing_new", ListingForm),
    ("group_join", JoinForm),
]  # fmt: skip


def names_of(form):
    for name, field in form.base_fields.items():
        if hasattr(field, "fields"):
            yield from (f"{name}_{part}" for part in range(len(field.fields)))
        else:
            yield name


@pytest.mark.django_db
@pytest.mark.campaign
@pytest.mark.parametrize(("page", "form"), GROUP_FORMS, ids=lambda value: value if isinstance(value, str) else "")
def test_no_input_breaks_a_form(page, form, is_long):
    world = build_world()
    build(world)
    client = client_of(world, "member", raise_request_exception=False)
    dice = random.Random(f"2027 {page}")
    names = list(names_of(form))

    for _case in range(500 if is_long else 15):
        data = {name: dice.choice(ODD) for name in names if dice.random() < 0.9}
        answer = client.post(reverse(f"communities:{page}", args=[world.group.slug]), data)
        assert answer.status_code in (200, 303, 400, 422), (answer.status_code, data)
        world.group.refresh_from_db()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["<b>Tŷ</b> & “Café”", "=SUM(A1)", "{{ 1 }}", "100% %s", "Ó Súilleabháin’s"])
def test_text_is_stored_exactly_as_typed_and_shown_escaped(text):
    world = build_world()
    client = client_of(world, "member")
    data = {"kind": "other", "statement": text, "dated_on_0": "1", "dated_on_1": "2", "dated_on_2": "2026"}

    answer = client.post(reverse("communities:evidence", args=[world.group.slug]), data)

    assert answer.status_code == 303
    assert Evidence.objects.get(group=world.group).statement == text
    page = client.get(reverse("communities:group_detail", args=[world.group.slug])).content.decode()
    assert "<b>Tŷ</b>" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_no_address_but_a_web_address_is_kept(url):
    world = build_world()
    client = client_of(world, "member")
    data = {"kind": "other", "statement": "x", "url": url, "dated_on_0": "1", "dated_on_1": "2", "dated_on_2": "2026"}

    client.post(reverse("communities:evidence", args=[world.group.slug]), data)

    assert not Evidence.objects.filter(group=world.group).exclude(url__startswith="http").exclude(url="").exists()
    assert Group.objects.filter(pk=world.group.pk).exists()
