"""The shell: pages that compose every app."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "renewal.site"
    label = "site"

    def ready(self) -> None:
        from allauth.account.signals import user_logged_in

        from communities.group_pages import set_group_projects
        from renewal.kernel.datasets import DataSet, add_dataset
        from renewal.kernel.staff import MenuEntry, add_to_menu
        from renewal.site.area_sections import add_sections
        from renewal.site.group_sections import projects_of_group

        user_logged_in.connect(keep_language_of_sign_in, dispatch_uid="language")
        add_sections()
        set_group_projects(projects_of_group)
        add_dataset(
            DataSet(
                key="pots",
                title=_("How the money is shared"),
                text=_("Every area’s share of the fund this year, in both colours of money."),
                form=_("CSV, one row for each area and colour"),
                url_name="funding:shares_csv",
                order=10,
            )
        )
        add_to_menu(MenuEntry("work", _("My work"), "renewal:staff_home", order=0))
        add_to_menu(
            MenuEntry("letters", _("Letters"), "renewal:letters", order=85, shown=has_letters, section="records")
        )
        add_to_menu(MenuEntry("audit", _("Audit"), "renewal:audit", order=90, shown=reads_audit, section="records"))


def has_letters(user: Any) -> bool:
    """Tell whether letters wait for a body of the officer, or were printed for it last."""
    from communities.offices import offices_of
    from renewal.kernel.letters import waiting_letters
    from renewal.kernel.models import LetterRun

    bodies = [office.body_id for office in offices_of(user) if office.body_id is not None]
    return waiting_letters(bodies).exists() or LetterRun.objects.filter(office_id__in=bodies).exclude(file="").exists()


def reads_audit(user: Any) -> bool:
    """Tell whether a person may read the audit trail today."""
    from communities.models import Role
    from communities.offices import holds_office

    return holds_office(user, Role.AUDITOR, Role.STEWARD)


def keep_language_of_sign_in(*, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Keep the language in which a person signed in. The demo's buttons do not come here: its people keep theirs."""
    from communities.services.people import choose_language

    choose_language(person_id=user.pk, language=get_language() or settings.LANGUAGE_CODE)
