"""The server entry: ``granian --interface wsgi renewal.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.base")

application = get_wsgi_application()
