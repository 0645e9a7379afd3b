"""The demo's settings without what serves editing: files are looked for once, at the start."""

from renewal.settings.demo import *  # noqa: F403 -- these settings change the demo's

ROOT_URLCONF = "tests.bench.urls"
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
