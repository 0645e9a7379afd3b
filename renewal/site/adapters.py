"""How django-allauth speaks and sends here: plain words, our pages, mail through the outbox."""

import secrets
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from communities.models import OfficerRole, User
from renewal.kernel.clock import london_day
from renewal.kernel.models import Notice
from renewal.kernel.notices import deliver_notice
from renewal.kernel.outbox import send_later

TOO_MANY = _("There were too many tries. Wait 5 minutes, then ask for a new code.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-in by a typed code, without passwords; a new address becomes an account once its code is typed."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Call us if that is not right."),
        "incorrect_code": _("That is not the code we sent. Check the e-mail and type the 6 numbers again."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # accounts begin by signing in, never by a separate form

    def generate_login_code(self) -> str:
        return f"{secrets.randbelow(1_000_000):06d}"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Pass on only what went wrong: the page that follows shows what went right."""
        if level >= messages.WARNING and message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Promise the mail in this transaction; a worker sends it seconds later and forgets the address."""
        words = context | {"email": email, "site_address": settings.SITE_ADDRESS}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        body = render_to_string(f"{template_prefix}_message.txt", words).strip()
        with transaction.atomic():
            notice = Notice.objects.create(
                kind="account." + template_prefix.rpartition("/")[2],
                channel=Notice.Channel.EMAIL,
                language=get_language() or "en",
                address=email,
                subject=subject[:200],
                body=body,
                key=f"account:{secrets.token_hex(12)}",
                created_at=timezone.now(),
            )
            send_later(deliver_notice, key=f"notice:{notice.pk}", notice_id=notice.pk)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Changes of the second step are in the audit trail and on the person's own page."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request.user)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("renewal:home")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """The second step of officers."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That is not the right code. Type the 6 numbers your app shows now."),
    }

    def get_totp_issuer(self) -> str:
        return "National Renewal Fund"

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Name a device that nobody named: "Passkey 1"."""
        return gettext("Passkey %(number)d") % {
            "number": Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        }

    def build_totp_svg(self, url: str) -> str:
        """Draw the code as a path without styles, as the security policy asks."""
        return segno.make(url).svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


def home_of(user: Any) -> str:
    """Return the page a person wants after signing in: officers their work, others their groups, or the first page."""
    if isinstance(user, User) and OfficerRole.objects.filter(user=user).held(on=london_day(timezone.now())).exists():
        return reverse("renewal:staff_home")
    try:
        return reverse("communities:my_groups")
    except NoReverseMatch:
        return reverse("renewal:home")
