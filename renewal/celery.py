"""The Celery application: ``celery -A renewal.celery worker`` and ``… beat``."""

import os

from celery import Celery
from celery.signals import beat_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.base")

try:
    settings.INSTALLED_APPS  # noqa: B018 -- reads the settings now, so that a wrong one stops the start
except ImproperlyConfigured as problem:
    raise SystemExit(str(problem)) from None  # one clear line, no traceback

app = Celery("renewal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["renewal.kernel", "communities", "voting", "funding", "renewal.site"])


@beat_init.connect  # type: ignore[untyped-decorator]
def show_life(**_: object) -> None:
    """Send the first sign of life at once, so that readiness need not wait for the schedule's first turn."""
    app.send_task("renewal.kernel.tasks.beat")
