"""The shell: pages that compose every app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "renewal.site"
    label = "site"
