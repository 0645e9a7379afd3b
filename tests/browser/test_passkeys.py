"""A passkey in a real Chromium with a virtual authenticator: added once, then enough to sign in with."""

import pytest
from allauth.mfa.models import Authenticator

from communities.models import User
from tests.support.catalogue import client_of
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(page) -> None:
    """Give a page's browser a device that says yes by itself."""
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})


def sign_in(page, person: User, address: str) -> None:
    """Carry a session of the test client over to the browser."""
    client = client_of(World(users={"person": person}), "person")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def test_a_passkey_is_added_and_is_enough_to_sign_in(page, live_server):
    person = User.objects.create_user("kelly@example.org", name="Kelly")
    said = []
    page.on("console", lambda message: said.append(message.text))
    with_authenticator(page)
    sign_in(page, person, live_server.url)

    page.goto("/en/account/passkeys/add/")
    page.fill("#id_name", "My tablet")
    if page.locator("#id_passwordless").count():
        page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/en/account/passkeys/")
    listed = page.locator("main").inner_text()
    page.context.clear_cookies()
    page.goto("/en/sign-in/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    assert "My tablet" in listed
    assert Authenticator.objects.filter(user=person, type="webauthn").exists()
    assert page.locator("text=Sign out").count() >= 1
    assert [line for line in said if "Content Security Policy" in line] == []
