"""Who may open the pages of the shell (P1)."""

from django.contrib import admin

from tests.support.catalogue import Row
from tests.support.world import OFFICERS, World

EVERYBODY = [
    "home", "help", "formats", "offline", "accessibility", "privacy", "cookies", "open_data", "gallery",
    "staff_gallery",
]  # fmt: skip
LOOKED_AT = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
OFFICER_PARTS = dict.fromkeys((*OFFICERS, *(f"other_{role}" for role in OFFICERS), "steward"), 200)
SIGNED_IN = [
    "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn",
]  # fmt: skip


def build(world: World) -> None:
    """The shell's pages need nothing but the people."""


ROWS = [
    *(Row(f"renewal:{name}", others=200) for name in EVERYBODY),
    Row("renewal:sheet_download", lambda w: {"key": "register"}, others=200),
    Row("funding:round_list", others=200),
    Row("language_choice", others=302),
    Row("health", others=200),
    Row("ready", others=503),  # nothing beats in a test
    Row("renewal:gallery", method="post", others=422),
    Row("renewal:sign_in", stranger=200, others=303),
    Row("renewal:sign_in", method="post", data=lambda w: {"email": "not one"}, stranger=422, others=303),
    Row("renewal:demo_sign_in", method="post", data=lambda w: {"email": "nobody@example.org"}, others=404),
    Row("renewal:sign_out", stranger=303, others=200),
    Row("renewal:sign_out", method="post", others=303),
    Row("renewal:inbox", stranger="sign-in", others=200),
    Row("renewal:letters", **OFFICER_PARTS, stranger="sign-in", others=404),
    Row(
        "renewal:letters",
        method="post",
        data=lambda w: {"office": str(w.body.pk)},
        **dict.fromkeys(OFFICERS, 303),
        stranger="sign-in",
        others=404,
    ),
    Row("renewal:letters_download", lambda w: {"pk": 1}, stranger="sign-in", others=404),
    Row("renewal:staff_home", **OFFICER_PARTS, stranger="sign-in", others=404),
    *(
        Row(name, auditor=200, other_auditor=200, steward=200, stranger="sign-in", others=404)
        for name in ("renewal:audit", "renewal:audit_download")
    ),
    Row("account_confirm_login_code", stranger="sign-in", others=302),
    Row("account_login", others="sign-in"),
    Row("account_inactive", others="sign-in"),
    *(Row(name, stranger="sign-in", others=200) for name in SIGNED_IN),
    Row("mfa_authenticate", stranger="sign-in", others=302),
    Row("mfa_reauthenticate", stranger="sign-in", others=403),
    Row("mfa_reauthenticate_webauthn", stranger="sign-in", others=403),
    Row("mfa_login_webauthn", stranger="sign-in", others=302),
    Row("mfa_deactivate_totp", stranger="sign-in", others=404),
    Row("mfa_view_recovery_codes", stranger="sign-in", others=404),
    Row("mfa_generate_recovery_codes", stranger="sign-in", others=200),
    Row("mfa_remove_webauthn", lambda w: {"pk": 1}, stranger="sign-in", others=404),
    *(
        Row(f"admin:{name}", stranger="sign-in", others=404)  # nobody here is marked as staff; tests/site/test_admin.py
        for name in ("index", "logout", "jsi18n", "autocomplete", *(f"{name}_changelist" for name in LOOKED_AT))
    ),
    Row("admin:app_list", lambda w: {"app_label": "funding"}, stranger="sign-in", others=404),
    *(
        Row(f"admin:{name}_{page}", lambda w: {"object_id": 1}, stranger="sign-in", others=404)
        for name in LOOKED_AT
        for page in ("change", "history")
    ),
]
