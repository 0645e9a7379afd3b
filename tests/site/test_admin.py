"""The staff admin looks and never writes: money, ballots, roles and everything else that it shows."""

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.test import override_settings
from django.urls import reverse

from communities.models import Body, OfficerRole, User
from renewal.kernel.admin import LookOnly
from tests.architecture.test_pages import policy_problems
from tests.support.world import build_world
from voting.models import PollKey, RollEntry, SealedBallot

MODELS = list(admin.site._registry)


@pytest.fixture
def staff(client, db):
    person = User.objects.create_user("staff@example.org", name="Staff", is_staff=True, is_superuser=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_staff_see_a_list_of_each_model_under_our_policy(model, staff):
    build_world()

    page = staff.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))

    assert page.status_code == 200
    assert policy_problems(page) == []


def test_staff_read_a_row_and_cannot_change_it(staff):
    build_world()
    role = OfficerRole.objects.first()
    address = reverse("admin:communities_officerrole_change", args=[role.pk])

    read = staff.get(address)
    written = staff.post(address, {"role": "lead", "starts_on": "2020-01-01"})

    assert (read.status_code, written.status_code) == (200, 403)
    assert (
        "<input"
        not in read.content.decode().partition("<form")[2].partition("csrfmiddlewaretoken")[2].partition(">")[2]
    )
    role.refresh_from_db()
    assert str(role.starts_on) == "2026-01-01"


def test_nothing_can_be_added_or_deleted_there(staff):
    body = build_world().body

    for model in MODELS:
        here = admin.site._registry[model]
        assert isinstance(here, LookOnly)
        assert [route.name.rpartition("_")[2] for route in here.get_urls()] == ["changelist", "history", "change"]
    staff.post("/en/staff/admin/communities/body/", {"action": "delete_selected", "_selected_action": [body.pk]})
    assert Body.objects.filter(pk=body.pk).exists()


def test_a_class_that_could_write_is_not_taken():
    class Writes(ModelAdmin):
        pass

    before = set(admin.site._registry)
    admin.site.register(User, Writes)
    admin.site.register(User)

    assert set(admin.site._registry) == before


def test_the_roll_the_ballots_and_the_key_are_not_there():
    assert not {RollEntry, SealedBallot, PollKey, User} & set(MODELS)


def test_who_is_not_staff_is_told_that_there_is_no_such_page(client, db):
    assert "/sign-in/" in client.get("/en/staff/admin/").headers["Location"]
    client.force_login(build_world().users["steward"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/en/staff/admin/").status_code == 404


@override_settings(OFFICERS_NEED_SECOND_STEP=True)
def test_staff_need_the_second_step_too(staff):
    assert staff.get("/en/staff/admin/").headers["Location"] == reverse("mfa_activate_totp")
