"""What every text of residents keeps when an officer hides it: when, for which reason, in which words, and who."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HiddenReason(models.TextChoices):
    """Why a text is hidden. Criticism of a group or a public body is not among them."""

    PERSONAL = "personal", _("It names or describes a private person")
    ABUSIVE = "abusive", _("It abuses or threatens somebody")
    ADVERT = "advert", _("It advertises something")
    UNLAWFUL = "unlawful", _("It breaks the law")


class MayBeHidden(models.Model):
    """Words that an officer may hide; hiding keeps the row, and a reason stands in its place."""

    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=24, choices=HiddenReason, blank=True)
    hidden_words = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True
