"""The server entry: ``granian --interface wsgi renewal.wsgi:application``."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.base")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as problem:
    raise SystemExit(str(problem)) from None  # one clear line, no traceback
