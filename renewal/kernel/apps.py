"""The kernel: what every app shares."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "renewal.kernel"
    label = "kernel"
