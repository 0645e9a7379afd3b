"""Typed readers of the environment that fail loudly: a wrong setting stops the start with one clear line."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# Over a network both ends look every few seconds whether the other still lives: PostgreSQL then lets go of the locks of
# a host that was cut off in the middle of a transaction after half a minute, not after the two hours of the kernel.
KEEPALIVE: Mapping[str, object] = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": "-c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=30000",
}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or the default; raise ImproperlyConfigured when it is missing and has none."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name} in the environment. See docs/running.md for what it should hold.")
    return default


def secret(name: str, *, at_least: int = 32) -> str:
    """Return a secret of at least ``at_least`` characters."""
    value = text(name)
    if len(value) < at_least:
        raise ImproperlyConfigured(f"{name} is too short: it needs at least {at_least} characters.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Read on/off, true/false, yes/no or 1/0."""
    value = text(name, "on" if default else "off").lower()
    if value in {"1", "on", "true", "yes"}:
        return True
    if value in {"0", "off", "false", "no"}:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def number(name: str, default: int) -> int:
    """Read a whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in text(name, default or " ").split(",") if word.strip()]


def database(
    name: str, *, default: str | None = None, options: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Read a PostgreSQL address into Django's form; only PostgreSQL is accepted.

    A socket folder is written percent-encoded as the host: ``postgresql://app@%2Fsrv%2Frun/fund``.
    """
    address = text(name, default)
    if urlsplit(address).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address. No other database is supported.")
    found = dj_database_url.parse(address)
    away = KEEPALIVE if is_on_network(str(found.get("HOST", ""))) else {}
    return {**found, "OPTIONS": {**away, **found.get("OPTIONS", {}), **(options or {})}}


def is_on_network(host: str) -> bool:
    """Say whether a database is reached over a network, not through a socket."""
    return bool(host) and not host.startswith(("/", "%2F", "@"))


def broker(address: str) -> str:
    """Turn a redis-py address into Celery's spelling: unix:///p -> redis+socket:///p; rediss:// and redis:// stay."""
    if address.startswith("unix://"):
        path, _, query = address.removeprefix("unix://").partition("?")
        number_ = dict(part.split("=") for part in query.split("&") if "=" in part).get("db", "0")
        return f"redis+socket://{path}?virtual_host={number_}"
    return address
