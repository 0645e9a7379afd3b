"""Places where people help others vote, and who is accredited there; care homes and hospitals have a named lead."""

from datetime import datetime

from django.db import transaction

from communities.models import User
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.errors import DomainError
from voting.models import Helper, HelpPlace


class LeadMissing(DomainError):
    """A care home or hospital helps only through a named lead."""


class NotAPerson(DomainError):
    """Nobody signs in with this e-mail address yet."""


@transaction.atomic
def add_place(
    *, area_id: int, name: str, kind: str, postcode: str, lead_name: str, may_vouch: bool, actor: User, now: datetime
) -> HelpPlace:
    """Put a place on the list that voters see."""
    if kind in {HelpPlace.Kind.CARE_HOME, HelpPlace.Kind.HOSPITAL} and not lead_name.strip():
        raise LeadMissing(kind=kind)
    place = HelpPlace.objects.create(
        area_id=area_id, name=name, kind=kind, postcode=postcode, lead_name=lead_name, may_vouch=may_vouch
    )
    record(actor=actor, action="help_place.added", subject=place, kind=kind, may_vouch=may_vouch)
    return place


@transaction.atomic
def close_place(*, place_id: int, actor: User, now: datetime) -> None:
    """Take a place off the list; its helpers help no more, and what they recorded stays."""
    if HelpPlace.objects.filter(pk=place_id, is_active=True).update(is_active=False):
        record(actor=actor, action="help_place.closed", subject=HelpPlace.objects.get(pk=place_id))


@transaction.atomic
def accredit_helper(*, place_id: int, email: str, actor: User, now: datetime) -> Helper:
    """Let a person who signs in with this address help at a place from today; again after an end, from today."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise NotAPerson()
    today = london_day(now)
    helper, is_new = Helper.objects.get_or_create(place_id=place_id, user_id=user.pk, defaults={"starts_on": today})
    if not is_new and helper.ends_on is not None:
        helper.starts_on, helper.ends_on = today, None
        helper.save(update_fields=["starts_on", "ends_on"])
    record(actor=actor, action="helper.accredited", subject=helper, place_id=place_id)
    return helper


@transaction.atomic
def end_helper(*, helper_id: int, actor: User, now: datetime) -> None:
    """End a person's accreditation today."""
    if Helper.objects.filter(pk=helper_id, ends_on=None).update(ends_on=london_day(now)):
        record(actor=actor, action="helper.ended", subject=Helper.objects.get(pk=helper_id))
