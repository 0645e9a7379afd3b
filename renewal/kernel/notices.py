"""Messages to people: written in the transaction that gave the reason, sent once afterwards, in the person's language.

A caller writes subject and body in the reader's language (``translation.override(language)``); the subject starts with
the name of the body that speaks. The text never holds anybody's choices. An e-mail is plain text; a letter waits for
the print run of its office (``renewal.kernel.letters``), which sets it for the window envelope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import timezone

from renewal.kernel.models import Notice
from renewal.kernel.outbox import send_all_later, send_later


def give_notice(
    *,
    kind: str,
    person_id: int | None,
    address: str,
    language: str,
    subject: str,
    body: str,
    about: models.Model,
    key: str,
    now: datetime,
    channel: str = Notice.Channel.EMAIL,
    office_id: int | None = None,
) -> Notice | None:
    """Write a notice and promise to send it; None when the same ``key`` was given before (a job that runs twice).

    ``address`` is an e-mail address, or the lines of a postal address; it is emptied once the notice is sent.
    ``office_id`` is the body that prints a letter.
    """
    notice, is_new = Notice.objects.get_or_create(
        key=key[:200],
        defaults={
            "kind": kind,
            "channel": channel,
            "language": language,
            "person_id": person_id,
            "address": address,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "about_kind": about._meta.label_lower,
            "about_id": str(about.pk),
            "office_id": office_id,
            "created_at": now,
        },
    )
    if not is_new:
        return None
    if channel != Notice.Channel.LETTER:
        send_later(deliver_notice, key=f"notice:{notice.pk}", notice_id=notice.pk)
    return notice


@dataclass(frozen=True)
class Telling:
    """What one of many readers of the same news is told; ``key`` says which telling it is, so that it goes once."""

    key: str
    address: str
    channel: str
    language: str
    subject: str
    body: str
    about: models.Model


@transaction.atomic
def give_notices(*, kind: str, tellings: Sequence[Telling], now: datetime) -> int:
    """Write many notices and promise to send them, in a handful of queries; returns how many were new.

    Of tellings with one ``key`` the first goes. What another worker wrote meanwhile is left to it.
    """
    wanted: dict[str, Telling] = {}
    for telling in tellings:
        wanted.setdefault(telling.key[:200], telling)
    known = set(Notice.objects.filter(key__in=wanted).values_list("key", flat=True))
    new = {key: telling for key, telling in wanted.items() if key not in known}
    Notice.objects.bulk_create(
        (
            Notice(
                kind=kind,
                channel=telling.channel,
                language=telling.language,
                address=telling.address,
                subject=" ".join(telling.subject.split())[:200],
                body=telling.body,
                about_kind=telling.about._meta.label_lower,
                about_id=str(telling.about.pk),
                key=key,
                created_at=now,
            )
            for key, telling in new.items()
        ),
        ignore_conflicts=True,
    )
    by_mail = Notice.objects.filter(key__in=new, sent_at=None).exclude(channel=Notice.Channel.LETTER).order_by("pk")
    pks = list(by_mail.values_list("pk", flat=True))
    send_all_later(deliver_notice, {f"notice:{pk}": {"notice_id": pk} for pk in pks})
    return len(new)


def deliver_notice(*, notice_id: int) -> None:
    """Send one notice and empty its address; does nothing when it has gone already.

    The outbox calls this inside the transaction of its message, so a crash before the commit may send an e-mail twice,
    never not at all.
    """
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(pk=notice_id, sent_at=None, channel="email").first()
        if notice is None:
            return
        EmailMessage(notice.subject, notice.body, to=[notice.address]).send()
        notice.sent_at = timezone.now()
        notice.address = ""
        notice.save(update_fields=["sent_at", "address"])
