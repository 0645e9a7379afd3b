"""Signing for money asks for the second step again: a session left open cannot sign (T§4)."""

import time

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.test import Client, RequestFactory
from django.urls import reverse

from funding.models import AllocationRun, AwardsSignOff, RunApproval
from tests.funding.catalogue.awards import awarded
from tests.funding.catalogue.runs import a_run_to_sign
from tests.support.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings):
    settings.OFFICERS_NEED_SECOND_STEP = True
    return build_world()


def signed_in(user, *, confirmed_before: int | None) -> Client:
    """A browser of an officer with a second step, shown again that many seconds ago, or only when signing in."""
    Authenticator.objects.get_or_create(user=user, type="totp", data={"secret": "x"})
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    request = RequestFactory().get("/")
    request.session = session = client.session
    record_authentication(request, user, method="mfa", type="totp", reauthenticated=confirmed_before is not None)
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - (confirmed_before or 5)
    session.save()
    return client


@pytest.mark.parametrize(("confirmed_before", "signs"), [(None, False), (3_000, False), (5, True)])
def test_awards_are_signed_only_with_a_fresh_second_step(world, confirmed_before, signs):
    where = awarded(world)
    client = signed_in(world.users["lead"], confirmed_before=confirmed_before)
    url = reverse("funding:sign_off", kwargs=where)

    page = client.get(url)
    answer = client.post(url, {"decision": "sign", "seen": page.context["seen"]})

    assert (answer.status_code, AwardsSignOff.objects.count()) == ((303, 1) if signs else (422, 0))
    assert (reverse("mfa_reauthenticate") in page.content.decode()) is not signs


@pytest.mark.parametrize(("confirmed_before", "signs"), [(None, False), (5, True)])
def test_a_division_is_signed_only_with_a_fresh_second_step(world, confirmed_before, signs):
    run = AllocationRun.objects.get(**a_run_to_sign(world))
    client = signed_in(world.users["steward"], confirmed_before=confirmed_before)

    client.post(reverse("funding:run_sign", args=[run.pk]), {"seen": run.outcome_hash})

    assert RunApproval.objects.filter(run=run).count() == int(signs)
