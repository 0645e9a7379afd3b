"""Tests: throw-away servers, mail in memory, everything else as in production."""

import os

os.environ.setdefault("SECRET_KEY", "test-only-" + "0" * 40)
os.environ.setdefault("PEPPER", "test-only-" + "1" * 40)
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("SITE_ADDRESS", "http://localhost:8000")
os.environ.setdefault("DATABASE_URL", "postgresql://app@localhost/fund")
os.environ.setdefault("OWNER_DATABASE_URL", "postgresql://owner@localhost/fund")
os.environ.setdefault("COUNTER_DATABASE_URL", "postgresql://counter@localhost/fund")
os.environ.setdefault("REDIS_URL", "redis://localhost:6379/0")

from renewal.settings.base import *  # noqa: F403 -- these settings change the base's

DEMO = True  # the gallery and the demo sign-in are pages too; tests/architecture shows them absent without it
OFFICERS_NEED_SECOND_STEP = False  # tests of the rule turn it on
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A line for each request would bury what a failing test says.
LOGGING = LOGGING | {"loggers": {"renewal.kernel.middleware": {"level": "WARNING"}}}  # noqa: F405 -- the base's
