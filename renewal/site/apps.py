"""The shell: pages that compose every app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "renewal.site"
    label = "site"

    def ready(self) -> None:
        from renewal.kernel.staff import MenuEntry, add_to_menu
        from renewal.site.area_sections import add_sections

        add_sections()

        add_to_menu(MenuEntry("work", _("My work"), "renewal:staff_home", order=0))
