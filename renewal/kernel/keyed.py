"""Hashes under the service's pepper: what is stored cannot be turned back or tried without the key."""

import hashlib
import hmac

from django.conf import settings


def peppered(text: str) -> str:
    """Return the HMAC-SHA256 of a text under the pepper, in hexadecimal; say in the text what it is for."""
    return hmac.new(settings.PEPPER.encode(), text.encode(), hashlib.sha256).hexdigest()


def keyed_hash(*parts: str) -> str:
    """Hash parts together, the first of which says what for, so that two uses of one value cannot be joined."""
    return peppered("\x1f".join(parts))
