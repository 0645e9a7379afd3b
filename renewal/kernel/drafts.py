"""Tell which translated words are drafts, and whether a page has used one.

Each Welsh string is ``draft`` or ``checked`` (a comment in its catalogue). ``compile_catalogues`` writes the drafts of
a part beside its catalogue as ``drafts.mo``; here the active translation notes when one of them is looked up, so that
the foot of the page can say so (UX.md §12).
"""

import gettext as gettext_module
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

_used: ContextVar[bool] = ContextVar("draft_words_used", default=False)


def draft_words_used() -> bool:
    """Tell whether this page has shown a draft translation so far."""
    return _used.get()


def forget_draft_words() -> None:
    """Begin a new page."""
    _used.set(False)


def note_draft_words(were_used: bool) -> None:
    """Remember that this page shows draft words which were drawn earlier."""
    if were_used:
        _used.set(True)


def draft_messages(language: str) -> frozenset[str]:
    """Collect the msgids (with context where they have one) whose translation nobody has checked."""
    found: set[str] = set()
    for place in settings.LOCALE_PATHS:
        path = Path(place) / language / "LC_MESSAGES" / "drafts.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogue = gettext_module.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # no public way lists it
            found.update(key[0] if isinstance(key, tuple) else key for key in catalogue)
    return frozenset(found - {""})


class WatchedTranslation(trans_real.DjangoTranslation):
    """Django's translation of one language, which notes the use of draft words."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.drafts = draft_messages(language)

    def gettext(self, message: str) -> str:
        if message in self.drafts:
            _used.set(True)
        return str(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: Any) -> str:
        if msgid1 in self.drafts:
            _used.set(True)
        return str(super().ngettext(msgid1, msgid2, n))


def watch_translations() -> None:
    """Put the watching translation in place of Django's own, for every language but English; called once at start."""
    for language, _name in settings.LANGUAGES:
        if language != "en":
            trans_real._translations[language] = WatchedTranslation(language)  # type: ignore[attr-defined]  # private
