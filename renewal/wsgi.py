"""The server entry: ``granian --interface wsgi renewal.wsgi:application``."""

import gc
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.base")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as problem:
    raise SystemExit(str(problem)) from None  # one clear line, no traceback

# What is loaded by now stays: nothing of it is looked through for garbage, and pages make little that needs it. A sixth
# of what a page takes was the collector's.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
