"""The shell: pages that compose every app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "renewal.site"
    label = "site"

    def ready(self) -> None:
        from renewal.site.area_sections import add_sections

        add_sections()
