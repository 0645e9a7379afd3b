"""The Celery application: ``celery -A renewal.celery worker`` and ``… beat``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.base")

app = Celery("renewal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["renewal.kernel", "communities", "voting", "funding", "renewal.site"])
