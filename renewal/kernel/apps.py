"""The kernel: what every app shares."""

import importlib

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "renewal.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Register checks, watch drafts, and make ``shared_task`` publish to our broker in every process."""
        from renewal.kernel import checks  # noqa: F401 -- registers itself
        from renewal.kernel.drafts import watch_translations

        watch_translations()
        importlib.import_module("renewal.celery")
