"""Turns: how often one browser or one network may do something. Kept in PostgreSQL, with keyed hashes only."""

from django.core.cache import cache

from renewal.kernel.keyed import keyed_hash


def take_turn(what: str, who: str, *, limit: int, seconds: int) -> bool:
    """Count one turn of ``who`` at ``what``; False once ``limit`` turns are used within about ``seconds``.

    ``who`` is hashed before it is stored. The count is a brake, not an invariant: two turns at the same instant may
    count as one.
    """
    key = f"turn:{what}:{keyed_hash(what, who)[:32]}"
    used: int = cache.get(key, 0)
    if used >= limit:
        return False
    cache.set(key, used + 1, seconds)
    return True
