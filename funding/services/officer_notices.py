"""Notices to officers about more than their own check: a link was named, awards wait for a second signature."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from communities.models import Body, OfficerRole, Role, User
from funding.models import AwardsSignOff, Project
from funding.services.notices import tell
from renewal.kernel.clock import london_day
from renewal.kernel.notices import give_notice


def leads_of(body_id: int, *, besides: User, now: datetime) -> list[User]:
    """List the people who lead for a body today, without one of them."""
    roles = OfficerRole.objects.filter(body=body_id, role=Role.LEAD).exclude(user=besides).held(on=london_day(now))
    return list(User.objects.filter(pk__in=roles.values("user")).order_by("pk"))


def tell_of_interest(*, project: Project, officer: User, now: datetime) -> None:
    """Tell the leads that an officer named a barring link, so that somebody else gets the check."""
    for person in leads_of(project.checked_by_id, besides=officer, now=now):
        tell(person=person, project=project, kind="interest_declared", now=now, mark=str(officer.pk))


def tell_of_sign_off(*, sign_off: AwardsSignOff, now: datetime) -> None:
    """Tell the other leads that a round's awards wait for a second person's signature."""
    round_ = sign_off.round
    office: Body = round_.convenor
    for person in leads_of(office.pk, besides=sign_off.proposed_by, now=now):
        language = person.language if person.language in dict(settings.LANGUAGES) else "en"
        with translation.override(language):
            text = render_to_string(
                "funding/emails/sign_off_needed.txt",
                {
                    "office": (office.name_cy if language == "cy" else office.name) or office.name,
                    "round": round_,
                    "link": settings.SITE_ADDRESS + reverse("funding:sign_off", args=[round_.slug]),
                },
            )
        subject, _, body = text.strip().partition("\n")
        give_notice(
            kind="sign_off_needed",
            person_id=person.pk,
            address=person.email,
            language=language,
            subject=subject.strip(),
            body=body.strip() + "\n",
            about=sign_off,
            key=f"sign_off_needed:{sign_off.pk}:user{person.pk}",
            now=now,
        )
