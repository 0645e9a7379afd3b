"""Names of groups: plain text only, look-alikes noticed, party-political bodies recognised.

Source of the look-alike table: the letters of Unicode Technical Standard 39 (confusables) that matter for names in
Latin script; the full table is not needed to notice a copied name, because mixed scripts are refused as well.
"""

import re
import unicodedata

# What hides or turns text: control characters, bidirectional overrides and isolates, invisible marks.
_HIDDEN = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
                     "\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
                     "\ud800-\udfff\U000e0000-\U000e0fff]")  # fmt: skip
_CYRILLIC = dict(zip("авсԁеһіјкӏмнорԛѕтуѵԝхүгпиц", "abcdehijklmhopqstyvwxyrnuu", strict=True))
_GREEK = dict(zip("αβγδεζηικλμνορςστυχω", "abydezniklmvopsotuxw", strict=True))
_MARKS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "þ": "p",
    "ɑ": "a",
    "ɡ": "g",
    "ı": "i",
    "ʏ": "y",
}
_FIGURES = {"0": "o", "1": "l", "|": "l", "!": "l", "5": "s", "$": "s", "@": "a", "3": "e", "¡": "i"}
_ALIKE = str.maketrans({**_CYRILLIC, **_GREEK, **_MARKS, **_FIGURES})
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "ARABIC", "HEBREW")
_PARTIES = (
    "labour", "conservative", "conservatives", "liberal democrat", "liberal democrats", "lib dem", "lib dems", "green",
    "greens", "reform uk", "plaid cymru", "scottish national", "snp", "sdlp", "sinn fein", "democratic unionist",
    "dup", "ulster unionist", "uup", "alliance", "ukip", "co operative",
)  # fmt: skip
_PARTY_WORDS = ("party", "constituency", "branch", "association", "candidate", "campaign for", "councillors", "clp")


def hidden_characters(text: str) -> list[str]:
    """List, as U+…, the characters of a text that people cannot see or that turn its direction."""
    return sorted({f"U+{ord(letter):04X}" for letter in _HIDDEN.findall(text)})


def skeleton_of(name: str) -> str:
    """Reduce a name to what the eye sees: compatibility forms, case, accents, look-alike letters and marks made equal.

    Two names with one skeleton can be mistaken for each other. Leading "the" and trailing "group" do not tell apart.
    """
    flat = unicodedata.normalize("NFKC", name).casefold()
    flat = unicodedata.normalize("NFKD", flat.translate(_ALIKE)).translate(_ALIKE)
    letters = "".join(letter for letter in flat if letter.isalnum() or letter.isspace())
    words = letters.replace("vv", "w").replace("rn", "m").split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return "".join(words)[:150]


def mixes_scripts(name: str) -> bool:
    """Tell whether one word of a name mixes letters of two scripts, as a forged name does."""
    for word in re.split(r"[\s\-/&]+", unicodedata.normalize("NFKC", name)):
        used = {
            script
            for letter in word
            if letter.isalpha()
            for script in _SCRIPTS
            if unicodedata.name(letter, "").startswith(script + " ")
        }
        if len(used) > 1:
            return True
    return False


def looks_party_political(name: str) -> bool:
    """Tell whether a name reads like a body of a political party: a party beside a word of party organisation.

    A sign for a question, not a proof: "Green Lane Association" has a street in it, so a name of three words or more
    whose party word is followed by a street word does not count.
    """
    words = re.sub(r"[^a-z ]", " ", unicodedata.normalize("NFKD", name.casefold()))
    plain = " " + " ".join(words.split()) + " "
    if re.search(
        r" (green|alliance|labour) (lane|street|road|park|space|spaces|field|fields|house|gym|ward|exchange) ", plain
    ):
        return False
    party = any(f" {party} " in plain for party in _PARTIES)
    return party and any(f" {word} " in plain for word in _PARTY_WORDS)
