"""What is typed about a group is refused or stored exactly, never cut and never run."""

import pytest
from django.urls import reverse

from communities.models import Evidence, Group
from tests.support.catalogue import client_of
from tests.support.corpus import MEGABYTE
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


def test_what_is_too_long_for_a_group_is_refused_and_never_cut(client):
    world = build_world()
    client = client_of(world, "member")
    before = Group.objects.get(pk=world.group.pk).aims
    data = {"name": "Upper Group", "legal_form": "informal", "aims": MEGABYTE, "language": "en"}

    answer = client.post(reverse("communities:group_change", args=[world.group.slug]), data)

    assert answer.status_code == 422
    assert Group.objects.get(pk=world.group.pk).aims == before


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


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_no_address_but_a_web_address_is_kept(url):
    world = build_world()
    client = client_of(world, "member")
    data = {"kind": "other", "statement": "x", "url": url, "dated_on_0": "1", "dated_on_1": "2", "dated_on_2": "2026"}

    client.post(reverse("communities:evidence", args=[world.group.slug]), data)

    assert not Evidence.objects.filter(group=world.group).exclude(url__startswith="http").exclude(url="").exists()
    assert Group.objects.filter(pk=world.group.pk).exists()
