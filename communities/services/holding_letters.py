"""Notices of each step of an agreement, to everybody who acts for a side, each in their language."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from communities.models import (
    HoldingAgreement,
    Side,
)
from communities.services.by_post import address_of
from renewal.kernel.notices import give_notice
from renewal.kernel.templatetags.page import day


def tell_side(agreement: HoldingAgreement, side: str, what: str, now: datetime) -> None:
    """Write a notice to everybody who acts for one side, each in their language."""
    ours = agreement.group if side == Side.GROUP else agreement.holder.group
    members = ours.memberships.filter(left_at=None).exclude(role="helper").select_related("user").order_by("pk")
    for membership in members:
        person = membership.user
        with translation.override(person.language):
            subject, body = _words(agreement, what)
            give_notice(
                kind=f"holding-{what}",
                person_id=person.pk,
                address=person.email,
                language=person.language,
                subject=subject,
                body=body,
                about=agreement,
                key=f"holding:{agreement.pk}:{what}:{person.pk}:{now.isoformat()}",
                now=now,
            )
    if (contact := address_of(ours)) is not None:
        with translation.override(ours.language):
            subject, body = _words(agreement, what)
            give_notice(
                kind=f"holding-{what}",
                person_id=None,
                address=contact.address,
                language=ours.language,
                subject=subject,
                body=body,
                about=agreement,
                key=f"holding:{agreement.pk}:{what}:contact:{now.isoformat()}",
                now=now,
                channel=contact.channel,
                office_id=contact.office_id,
            )


def _words(agreement: HoldingAgreement, what: str) -> tuple[str, str]:
    facts = {
        "group": agreement.group.name,
        "holder": agreement.holder.group.name,
        "day": day(agreement.due_on),
        "ground": agreement.get_ground_display() if agreement.ground else "",
        "words": agreement.ground_words,
    }
    subjects = {
        "asked": _("%(group)s asks you to look after its money"),
        "offered": _("%(holder)s will look after your money"),
        "terms": _("New terms between %(group)s and %(holder)s"),
        "active": _("The agreement of %(group)s and %(holder)s is signed"),
        "declined": _("%(holder)s cannot look after your money"),
        "expired": _("%(holder)s did not answer %(group)s in time"),
        "withdrawn": _("%(group)s took its request back"),
        "frozen": _("The agreement of %(group)s and %(holder)s is ending"),
        "ended": _("The agreement of %(group)s and %(holder)s has ended"),
    }
    bodies = {
        "asked": _("Answer by %(day)s. After that the group may ask somebody else."),
        "offered": _("Read the terms and sign them, or ask for a change."),
        "terms": _("Read the new terms. The ones you signed stand until both sides sign."),
        "active": _("Both sides have signed."),
        "declined": _("The reason: %(ground)s. %(words)s\n\nIf you named another fund-holder, we have asked it."),
        "expired": _("The answer was due by %(day)s. If the group named another fund-holder, we have asked it."),
        "withdrawn": _("There is nothing you need to do."),
        "frozen": _("Nothing is paid until the money has moved. Then the agreement can end."),
        "ended": _("No money is left under it. Keep the records for 7 years."),
    }
    return subjects[what] % facts, bodies[what] % facts
