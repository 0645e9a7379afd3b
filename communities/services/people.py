"""What people who sign in choose for themselves."""

from communities.models import User


def choose_language(*, person_id: int, language: str) -> None:
    """Keep the language a person reads in; e-mails to them are written in it."""
    User.objects.filter(pk=person_id).exclude(language=language).update(language=language)
