"""The kernel: what every app shares."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "renewal.kernel"
    label = "kernel"

    def ready(self) -> None:
        from renewal.kernel import checks  # noqa: F401 -- registers itself
        from renewal.kernel.drafts import watch_translations

        watch_translations()
