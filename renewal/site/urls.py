"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, path

from renewal.kernel.health import health, ready, security_contact
from renewal.site.views import pages
from renewal.site.views import sign_in as signing
from renewal.site.views.areas import area_detail, area_find, area_split
from renewal.site.views.audit import audit, audit_download
from renewal.site.views.gallery import gallery, staff_gallery
from renewal.site.views.home import home, language_choice, round_list
from renewal.site.views.inbox import inbox
from renewal.site.views.letters import letters, letters_download
from renewal.site.views.offline import offline, sheet_download
from renewal.site.views.sign_in import told_as_422
from renewal.site.views.staff import staff_home

routes: dict[str, list[URLPattern | URLResolver]] = {
    "renewal": [
        path("", home, name="home"),
        path("help/", pages.help_page, name="help"),
        path("help/formats/", pages.formats, name="formats"),
        path("help/offline/", offline, name="offline"),
        path("help/offline/<slug:key>/", sheet_download, name="sheet_download"),
        path("accessibility/", pages.accessibility, name="accessibility"),
        path("privacy/", pages.privacy, name="privacy"),
        path("cookies/", pages.cookies, name="cookies"),
        path("data/", pages.open_data, name="open_data"),
        path("sign-in/", signing.sign_in, name="sign_in"),
        path("sign-in/demo/", signing.demo_sign_in, name="demo_sign_in"),
        path("sign-out/", signing.sign_out, name="sign_out"),
        path("inbox/", inbox, name="inbox"),
        path("staff/", staff_home, name="staff_home"),
        path("staff/letters/", letters, name="letters"),
        path("staff/letters/<int:pk>/", letters_download, name="letters_download"),
        path("staff/audit/", audit, name="audit"),
        path("staff/audit/download/", audit_download, name="audit_download"),
        path("gallery/", gallery, name="gallery"),
        path("gallery/staff/", staff_gallery, name="staff_gallery"),
    ],
    "communities": [
        path("area/", area_find, name="area_find"),
        path("area/choose/", area_split, name="area_split"),
        path("area/<slug:area>/", area_detail, name="area_detail"),
    ],
    "funding": [path("rounds/", round_list, name="round_list")],
}
# allauth's names, which its own code looks up, on our paths and in our words.
allauth_routes: list[URLPattern | URLResolver] = [
    path("sign-in/code/", signing.sign_in_code, name="account_confirm_login_code"),
    path("sign-in/again/", signing.start_again, name="account_login"),
    path("sign-in/closed/", signing.closed_account, name="account_inactive"),
    path("sign-in/step/", told_as_422(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/confirm/", told_as_422(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("sign-in/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/", mfa.index, name="mfa_index"),
    path("account/app/", told_as_422(totp.activate_totp), name="mfa_activate_totp"),
    path("account/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add/", told_as_422(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
# Without a language prefix: health, the language choice at /, feeds for machines.
unprefixed: list[URLPattern | URLResolver] = [
    path("", language_choice, name="language_choice"),
    path("health/", health, name="health"),
    path("ready/", ready, name="ready"),
    path(".well-known/security.txt", security_contact, name="security_contact"),
]
