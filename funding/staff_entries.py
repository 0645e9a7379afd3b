"""What the money adds to the staff pages: menu entries and work that waits."""

from django.utils.translation import gettext_lazy as _

from renewal.kernel.staff import MenuEntry, add_to_menu, add_work


def register() -> None:
    """Add this app's entries; called once when Django is ready."""
    from funding.queries.answers import answer_work
    from funding.queries.reviews import checks_projects, work_of_checker

    add_to_menu(MenuEntry("projects", _("Projects"), "funding:review_queue", 20, checks_projects))
    add_work("checks", work_of_checker)
    add_to_menu(MenuEntry("answers", _("Answers"), "funding:answer_queue", 45))
    add_to_menu(MenuEntry("gatherings", _("Gatherings"), "funding:gatherings_staff", 46))
    add_work("answers", answer_work)
