"""Notices to groups in which nobody has an account: to the first contact, by letter where there is a postal address."""

from dataclasses import dataclass

from communities.models import Group, MembershipRole
from communities.queries import body_for
from renewal.kernel.models import Notice


@dataclass(frozen=True)
class ContactAddress:
    """Where a notice to a group goes that has no member with an account; ``office_id`` prints its letters."""

    channel: str
    address: str
    office_id: int | None


def address_of(group: Group) -> ContactAddress | None:
    """Return where to write to a group without members of its own; None where members are told, or nobody can be."""
    if group.memberships.filter(left_at=None).exclude(role=MembershipRole.HELPER).exists():
        return None
    contact = group.contacts.filter(until=None).first()
    if contact is None or not (contact.postal or contact.email):
        return None
    if not contact.postal:
        return ContactAddress(Notice.Channel.EMAIL, contact.email, None)
    office = body_for(group.area)
    return ContactAddress(Notice.Channel.LETTER, f"{contact.name}\n{contact.postal}", office.pk if office else None)
