"""Only the owner of the schema may migrate it."""

from django.conf import settings


class OwnerMigrates:
    """Let migrations run on ``owner`` where it is configured, and on no other connection."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == ("owner" if "owner" in settings.DATABASES else "default")
