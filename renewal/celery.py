"""The Celery application: ``celery -A renewal.celery worker`` and ``… beat``."""

import os
from logging.config import dictConfig

from celery import Celery
from celery.signals import beat_init, setup_logging
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


@beat_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def show_life(**_: object) -> None:
    """Send the first sign of life at once, so that readiness need not wait for the schedule's first turn."""
    app.send_task("renewal.kernel.tasks.beat")


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery has no types
def log_facts(**_: object) -> None:
    """Log as the web does; Celery's own format would show what an exception says."""
    dictConfig(settings.LOGGING)


def _lasts(schedule: object) -> float:
    """Give the seconds for which a tick is worth hearing: its period, or an hour for a time of day."""
    return max(float(schedule), 10.0) if isinstance(schedule, int | float) else 3600.0


# A bell that nobody heard need not ring twice: ticks that wait longer than their period are dropped, not piled up.
for _entry in app.conf.beat_schedule.values():
    _entry.setdefault("options", {}).setdefault("expires", _lasts(_entry["schedule"]))
