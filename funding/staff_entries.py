"""What the money adds to the staff pages: menu entries and work that waits."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from renewal.kernel.staff import MenuEntry, add_to_menu, add_waiting, add_work


def register() -> None:
    """Add this app's entries; called once when Django is ready."""
    from communities.models import Role
    from funding.queries.answers import answer_work
    from funding.queries.awards import sign_off_work
    from funding.queries.fund import challenge_work, fund_work, is_steward
    from funding.queries.gates import gate_work
    from funding.queries.helping import helps_residents
    from funding.queries.holders import holder_work
    from funding.queries.moderation import text_work
    from funding.queries.reviews import checks_projects, work_of_checker
    from funding.queries.small_awards import purse_work
    from funding.waiting import waiting_in_projects

    add_to_menu(MenuEntry("projects", _("Projects"), "funding:review_queue", 20, checks_projects, section="projects"))
    add_to_menu(MenuEntry("rounds", _("Rounds"), "funding:staff_rounds", 21, checks_projects, section="projects"))
    add_to_menu(MenuEntry("panels", _("Panels"), "funding:panels", 22, checks_projects, section="projects"))
    add_work("checks", work_of_checker)
    add_waiting("projects", waiting_in_projects)
    add_to_menu(
        MenuEntry(
            "helping_residents",
            _("Helping residents"),
            "funding:helping_residents",
            43,
            helps_residents,
            section="people",
        )
    )
    checkers = (Role.REVIEWER, Role.LEAD)
    add_to_menu(MenuEntry("answers", _("Answers"), "funding:answer_queue", 45, holds(*checkers), section="people"))
    add_to_menu(
        MenuEntry("gatherings", _("Gatherings"), "funding:gatherings_staff", 46, holds(*checkers), section="people")
    )
    add_to_menu(MenuEntry("texts", _("Reported words"), "funding:text_queue", 47, holds(*checkers), section="people"))
    add_work("answers", answer_work)
    add_work("texts", text_work)
    money = (Role.FINANCE, Role.AUDITOR, Role.STEWARD, Role.LEAD)
    add_to_menu(MenuEntry("awards", _("Awards"), "funding:awards", 60, holds(Role.REVIEWER, *money), section="money"))
    add_to_menu(MenuEntry("ledger", _("Ledger"), "funding:ledger", 70, holds(*money), section="money"))
    choosers = (Role.LEAD, Role.FINANCE, Role.REVIEWER, Role.STEWARD)
    add_to_menu(MenuEntry("holders", _("Holders"), "funding:holders_staff", 65, holds(*choosers), section="money"))
    add_work("holders", holder_work)
    add_to_menu(MenuEntry("fund", _("The fund"), "funding:steward_home", 80, is_steward, section="money"))
    add_work("sign-offs", sign_off_work)
    add_work("gates", gate_work)
    add_work("purses", purse_work)
    add_work("fund", fund_work)
    add_work("challenges", challenge_work)


def holds(*roles: str) -> Callable[[Any], bool]:
    """Give a rule for an entry: only who holds one of the roles today sees it, as its page opens only for them."""

    def shown(user: Any) -> bool:
        from communities.offices import holds_office

        return holds_office(user, *roles)

    return shown
