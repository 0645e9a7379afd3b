"""Names and addresses brought to one spelling, so that the same person gives the same token."""

import re
import unicodedata

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lord", "lady"})
_CODES = {
    letter: code for code, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for letter in letters
}


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents; apostrophes join (O'Neill: oneill)."""
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", re.sub(r"['’ʼ`´]", "", kept))


def name_words(name: str) -> list[str]:
    """Return the words of a person's name without a title."""
    words = plain_words(name)
    return words[1:] if len(words) > 1 and words[0] in TITLES else words


def sound_of(word: str) -> str:
    """Return the Soundex of a word (Russell, US patent 1,261,167 of 1918): its first letter and three figures."""
    figures = [word[:1]]
    before = _CODES.get(word[:1], 0)
    for letter in word[1:]:
        code = _CODES.get(letter, 0)
        if code and code != before:
            figures.append(str(code))
        if letter not in "hw":
            before = code
    return "".join(figures)[:4].ljust(4, "0")


def exact_key(*, name: str, house: str, postcode: str) -> str:
    """Spell a person for an exact match: name, house and postcode, each brought to one spelling."""
    return "|".join(["person", " ".join(name_words(name)), " ".join(plain_words(house)), postcode])


def near_key(*, name: str, postcode: str) -> str:
    """Spell a person loosely: first initial, sound of the last name, postcode. A house is written in many ways."""
    words = name_words(name)
    return "|".join(["near", words[0][:1] if words else "", sound_of(words[-1]) if words else "", postcode])
