from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


def helps_groups(user: Any) -> bool:
    """Tell whether somebody is accredited today to help groups."""
    from django.utils import timezone

    from communities.models import Helper
    from renewal.kernel.clock import london_day

    return Helper.objects.filter(user=user).accredited(on=london_day(timezone.now())).exists()


class CommunitiesConfig(AppConfig):
    name = "communities"

    def ready(self) -> None:
        from communities.offline_ways import register_ways
        from communities.services.helped_deeds import register_deeds
        from communities.waiting import waiting_for_holders, waiting_in_groups
        from renewal.kernel.staff import MenuEntry, add_to_menu, add_waiting

        register_deeds()
        register_ways()
        add_waiting("groups", waiting_in_groups)
        add_waiting("holders", waiting_for_holders)

        add_to_menu(
            MenuEntry("helping", _("Helping groups"), "communities:helper_home", 44, helps_groups, section="people")
        )
