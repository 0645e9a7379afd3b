"""The demo: made-up places, sign-in buttons for the personas, mail kept in a folder, plain http on localhost."""

import os

from renewal.settings import env

# The demo keeps its own secrets under var/, made by the launcher; these defaults serve commands run by hand.
os.environ.setdefault("SECRET_KEY", "demo-only-" + "0" * 40)
os.environ.setdefault("PEPPER", "demo-only-" + "1" * 40)
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("SITE_ADDRESS", "http://localhost:" + env.text("PORT", "8000"))

from renewal.settings.base import *  # noqa: F403 -- these settings change the base's
from renewal.settings.base import MIDDLEWARE, STORAGES, VAR

DEMO = True
OFFICERS_NEED_SECOND_STEP = False
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Styles and scripts come straight from the checkout, so that an edit shows on the next request.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# They have no compressed copy beside them, as they have in production; so they are compressed as they are sent.
_GZIP = "django.middleware.gzip.GZipMiddleware"
MIDDLEWARE = [_GZIP, *(name for name in MIDDLEWARE if name != _GZIP)]
