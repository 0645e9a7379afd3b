"""The demo's settings without what serves editing: files are looked for once, at the start."""

from renewal.settings.demo import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
