"""Codes that people read, type and say: Crockford's base 32, without look-alike letters.

A letter's code has 12 characters (60 bits) and a check character; a reference and a check code have 8 (40 bits).
"""

import secrets

from renewal.kernel.keyed import peppered

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OILU", "011V")
LETTER_LENGTH = 13


def normal(text: str) -> str:
    """Bring what somebody typed into one form: capitals, no spaces or hyphens, O as 0, I and L as 1."""
    kept = "".join(sign for sign in text.upper() if sign.isalnum())
    return kept.translate(_ALIKE)


def in_blocks(code: str, size: int = 4) -> str:
    """Write a code in blocks of four: ``K7T4 9MXP``."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def short_code(source: bytes) -> str:
    """Write the first 40 bits of at least five bytes as eight characters."""
    number = int.from_bytes(source[:5], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))


def check_character(body: str) -> str:
    """Return the Luhn character over base 32 that catches any one wrong character and most swaps of neighbours."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = ALPHABET.index(sign) * (2 - place % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def new_letter_code() -> str:
    """Make a code for a letter: 12 random characters and their check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LETTER_LENGTH - 1))
    return body + check_character(body)


def is_letter_code(text: str) -> bool:
    """Tell whether a typed code could have come from a letter (its check character fits)."""
    code = normal(text)
    return (
        len(code) == LETTER_LENGTH and all(sign in ALPHABET for sign in code) and check_character(code[:-1]) == code[-1]
    )


def keyed_hash(purpose: str, text: str) -> str:
    """Return the HMAC-SHA256 of a text under the service's pepper, apart for each purpose, in hexadecimal."""
    return peppered(f"{purpose}|{text}")


def letter_code_hash(text: str) -> str:
    """Return what is stored of a letter's code."""
    return keyed_hash("voting-code", normal(text))
