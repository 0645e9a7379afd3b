"""Compile the catalogues of translations with Babel, where the source is newer than the result."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(root: Path) -> int:
    """Write a .mo beside each .po that needs one; drafts are used too, fuzzy texts are not. Returns how many."""
    written = 0
    for source in sorted(root.glob("*/*/LC_MESSAGES/*.po")):
        result = source.with_suffix(".mo")
        if result.exists() and result.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as reading:
            catalogue = read_po(reading, locale=source.parents[1].name, domain=source.stem)
        part = result.with_suffix(".part")
        with part.open("wb") as writing:
            write_mo(writing, catalogue, use_fuzzy=False)
        part.replace(result)
        written += 1
    return written
