"""Sessions in PostgreSQL, read with one plain question: every request of a visitor begins with it."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connections, router
from django.utils import timezone

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own store; only reading is ours, because the ORM takes five times as long to write the question."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; a session that is unknown or over is empty and gets a new key."""
        data = _data_of(self.session_key, now=timezone.now())
        if data is None:
            self._session_key = None
            return {}
        return dict(self.decode(data))


def _data_of(key: str | None, *, now: datetime) -> str | None:
    with connections[router.db_for_read(db.SessionStore.get_model_class())].cursor() as cursor:
        cursor.execute(READ, [key, now])
        row = cursor.fetchone()
    return None if row is None else str(row[0])
