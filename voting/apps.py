from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VotingConfig(AppConfig):
    name = "voting"

    def ready(self) -> None:
        from renewal.kernel.staff import MenuEntry, add_to_menu, add_work
        from voting.staff_work import counts, helps, waiting_work

        add_to_menu(MenuEntry("polls", _("Votes"), "voting:staff_polls", 40, counts, section="votes"))
        add_to_menu(MenuEntry("assisted", _("Vote with a person"), "voting:assisted_vote", 41, helps, section="votes"))
        add_to_menu(MenuEntry("paper", _("Paper"), "voting:paper_batches", 42, counts, section="votes"))
        add_to_menu(MenuEntry("duplicates", _("Duplicates"), "voting:duplicates", 43, counts, section="votes"))
        add_work("voting", waiting_work)
