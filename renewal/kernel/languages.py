"""Text that is kept in English and in Welsh: which of the two a reader sees."""

from django.utils.translation import get_language


def local(plain: str, welsh: str) -> str:
    """Return the text in the reader's language, or the only one there is."""
    return (welsh if get_language() == "cy" else plain) or plain or welsh
