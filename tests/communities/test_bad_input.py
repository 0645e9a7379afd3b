"""Hostile and odd input: every form of a group refuses it politely or stores it exactly, and never breaks."""

import pytest
from django.urls import reverse

from communities.models import Evidence, Group
from tests.communities.permissions import ROWS
from tests.support.catalogue import client_of, world_of
from tests.support.corpus import MEGABYTE, REFUSED, Target, forms_of, throw
from tests.support.world import build_world

FORMS = forms_of(ROWS)


def target(name):
    row = FORMS[name]
    row.module = "tests.communities.permissions"
    return Target(row, world_of(row))


@pytest.mark.django_db
@pytest.mark.campaign
@pytest.mark.parametrize("name", FORMS)
def test_no_input_breaks_a_form(name, campaign):
    form, cases = target(name), campaign.size(small=10, long=500)

    throw(form, cases=cases, seed=name)

    campaign.record(f"{cases} posts to {name}: no 5xx")


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_a_paste_of_a_megabyte_breaks_no_form(name):
    form = target(name)

    for field in form.names or ["x"]:
        assert form.post({field: MEGABYTE}) in REFUSED


@pytest.mark.django_db
def test_what_is_too_long_for_a_group_is_refused_and_never_cut(client):
    world = build_world()
    client = client_of(world, "member")
    before = Group.objects.get(pk=world.group.pk).aims
    data = {"name": "Upper Group", "legal_form": "informal", "aims": MEGABYTE, "language": "en"}

    answer = client.post(reverse("communities:group_change", args=[world.group.slug]), data)

    assert answer.status_code == 422
    assert Group.objects.get(pk=world.group.pk).aims == before


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
