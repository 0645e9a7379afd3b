"""Where translatable text lives: which part each file belongs to, and how a part's catalogue is read and written.

A catalogue is ``locale/<part>/<language>/LC_MESSAGES/django.po``: sorted, without line numbers or dates, so that people
who change different pages do not collide. Each entry carries ``# draft`` until a translator has read it and writes
"""

import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("cy",)  # the source is English; ar, ur and pl come later

# The first pattern that fits decides. One part per noun group: a catalogue stays short enough to translate in one go.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "",
        (
            "*/migrations/*",
            "*/site/views/gallery.py",
            "templates/site/*gallery.html",
            "*/management/*",
            "*/demo/*",
            "renewal/catalogues.py",
        ),
    ),
    (
        "components",
        ("templates/*base.html", "templates/components/*", "templates/errors/*", "templates/django/*"),
    ),
    ("kernel", ("renewal/kernel/*",)),
    ("areas", ("*/area*", "*postcode*", "*/import_areas*")),
    ("holders", ("*holder*", "*agreement*")),
    ("paper", ("*paper*", "*batch*", "*assisted*", "*adjudic*", "*duplicate*")),
    ("results", ("*/result*", "*/count*", "*bundle*", "*/method*")),
    ("voting", ("voting/*", "templates/voting/*")),
    ("groups", ("communities/*", "templates/communities/*")),
    ("ledger", ("*ledger*", "*award*", "*sign_off*", "*payment*", "*claim*", "*gate*")),
    (
        "money",
        (
            "*/money*",
            "*share*",
            "*/fund.*",
            "*/fund/*",
            "*pot*",
            "*unspent*",
            "*/year_*",
            "*/forms/parameters.py",
            "*/problem_words.py",
            "*/to_capital*",
            "*allocation*",
            "*split*",
            "*/cycle*",
            "*/area_money*",
            "*/steward_home*",
            "*/run_new*",
            "*/run_detail*",
            "*/parameter_*",
            "*/fan_out*",
            "*/fanout*",
            "*/simulator*",
            "*/project_level*",
            "*/level.py",
            "*/levels.py",
            "*challenge*",
        ),
    ),
    (
        "answers",
        (
            "*answer*",
            "*mandate*",
            "*priorit*",
            "*gathering*",
            "*theme*",
            "*/need_*",
            "*/needs*",
            "*suggest*",
            "*/board*",
            "*/question.py",
            "*/questions.py",
            "*/question_[adlr]*.html",
            "*/question_sign.html",
            "*/question_code.html",
            "*/helping*",
            "*/news*",
            "*charters*",
            "*/reminders*",
            "*/resident_ways*",
            "*/petitions*",
            "*/delivery.py",
            "*/rejections*",
            "*/staff_needs*",
            "*/updates*",
            "*story*",
            "*chosen*",
            "*sheets*",
            "*/voices*",
            "*power_words*",
            "*/action_*.html",
            "*/appeal_hear.html",
            "*/funding/parts/*",
        ),
    ),
    ("checks", ("*review*", "*check*", "*decision*", "*decide*", "*interest*", "*appeal*", "*level*", "*change*")),
    ("projects", ("funding/*", "templates/funding/*")),
    ("site", ("renewal/*", "templates/*")),
)
KEYWORDS: Mapping[str, Any] = {
    "_": None,
    "_n": (1, 2),
    "_now": None,
    "_t": None,
    "later": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""
# Welsh: 1, 2 (which softens the noun), and the rest with "o" and the plural noun, which needs no other mutation.
PLURALS = {"cy": "nplurals=3; plural=(n==1) ? 0 : (n==2) ? 1 : 2;"}
PLURAL_COUNT = {"cy": 3}
MARKS = ("draft", "checked")


@dataclass(frozen=True, order=True)
class Message:
    """One text to translate, and how it is translated so far."""

    text: str
    context: str = ""
    plural: str = ""
    translations: tuple[str, ...] = ()
    mark: str = "draft"

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.text)

    @property
    def is_translated(self) -> bool:
        return bool(self.translations) and all(self.translations)


# Finding text ------------------------------------------------------------------------------------


def part_of(path: str) -> str:
    """Return the part a file's text belongs to, or "" for files whose text nobody translates."""
    for part, patterns in PARTS:
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            return part
    return ""


def source_files(root: Path = ROOT) -> Iterator[Path]:
    """Walk the Python and the templates whose text people read."""
    for package in ("renewal", "communities", "voting", "funding"):
        yield from sorted((root / package).rglob("*.py"))
    for suffix in ("html", "txt"):
        yield from sorted((root / "templates").rglob(f"*.{suffix}"))


def messages_in(path: Path) -> Iterator[Message]:
    """Extract the marked texts of one file, in the order they stand there."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Each line alone, unindented: what Django leaves of a template is not well-formed Python.
        source = "\n".join(line.strip() for line in templatize(source).splitlines())
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, text, _comments, context in found:
        if isinstance(text, tuple):
            yield Message(text=text[0], plural=text[1], context=context or "")
        elif text:
            yield Message(text=text, context=context or "")


def collect(root: Path = ROOT) -> dict[str, dict[tuple[str, str], Message]]:
    """Gather all texts by part. A text that stands in two parts is in both catalogues."""
    parts: dict[str, dict[tuple[str, str], Message]] = {part: {} for part, _ in PARTS if part}
    for path in source_files(root):
        part = part_of(path.relative_to(root).as_posix())
        if part:
            for message in messages_in(path):
                known = parts[part].get(message.key)
                if known is None or (message.plural and not known.plural):
                    parts[part][message.key] = message
    return parts


# Catalogues --------------------------------------------------------------------------------------


def catalogue_path(part: str, language: str, root: Path = ROOT) -> Path:
    return root / "locale" / part / language / "LC_MESSAGES" / "django.po"


def read_catalogue(path: Path, language: str) -> dict[tuple[str, str], Message]:
    """Read a catalogue; what is fuzzy counts as not translated."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    found = {}
    for entry in catalogue:
        if not entry.id:
            continue
        text, plural = entry.id if isinstance(entry.id, tuple) else (entry.id, "")
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        mark = next((mark for mark in MARKS if mark in entry.user_comments), "draft")
        message = Message(
            text=str(text),
            context=str(entry.context or ""),
            plural=str(plural),
            translations=() if entry.fuzzy else tuple(str(part or "") for part in said),
            mark=mark,
        )
        found[message.key] = message
    return found


def bring_up_to_date(
    wanted: Iterable[Message],
    known: Mapping[tuple[str, str], Message],
    elsewhere: Mapping[tuple[str, str], Message],
    language: str,
) -> list[Message]:
    """Keep the translations of the texts that are still there; take a new text's from another part, as a draft."""
    result = []
    for message in wanted:
        count = PLURAL_COUNT[language] if message.plural else 1
        kept = known.get(message.key)
        found = kept if kept and kept.is_translated else elsewhere.get(message.key)
        if found and len(found.translations) == count:
            mark = found.mark if found is kept else "draft"
            result.append(replace(message, translations=found.translations, mark=mark))
        else:
            result.append(replace(message, translations=("",) * count))
    return sorted(result, key=lambda message: (message.text, message.context))


def write_catalogue(path: Path, messages: Iterable[Message], language: str) -> bool:
    """Write a catalogue as text; True when that changed the file."""
    blocks = [HEADER.format(language=language, plurals=PLURALS[language])]
    for message in messages:
        lines = [f"# {message.mark}"]
        if message.context:
            lines.append(f"msgctxt {quoted(message.context)}")
        lines.append(f"msgid {quoted(message.text)}")
        if message.plural:
            lines.append(f"msgid_plural {quoted(message.plural)}")
            lines += [f"msgstr[{form}] {quoted(text)}" for form, text in enumerate(message.translations)]
        else:
            lines.append(f"msgstr {quoted(message.translations[0])}")
        blocks.append("\n".join(lines) + "\n")
    text = "\n".join(blocks)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def quoted(text: str) -> str:
    """Quote a text for a catalogue, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


# Compiling ---------------------------------------------------------------------------------------


def compile_catalogues(root: Path) -> int:
    """Compile each catalogue under a folder that is newer than its compiled form; returns how many.

    Beside ``django.mo`` goes ``drafts.mo``: the texts whose translation nobody has checked. Fuzzy texts are not used.
    """
    done = 0
    for path in sorted(root.glob("*/*/LC_MESSAGES/django.po")):
        outputs = (path.with_suffix(".mo"), path.with_name("drafts.mo"))
        if all(output.exists() and output.stat().st_mtime >= path.stat().st_mtime for output in outputs):
            continue
        language = path.parent.parent.name
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        drafts = Catalog(locale=language)
        for entry in catalogue:
            if entry.id and "checked" not in entry.user_comments:
                drafts.add(entry.id, entry.string, context=entry.context)
        for output, content in zip(outputs, (catalogue, drafts), strict=True):
            part = output.with_suffix(f".{os.getpid()}.part")  # two processes may compile the same one at once
            with part.open("wb") as file:
                write_mo(file, content)
            part.replace(output)
        done += 1
    return done


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")


def placeholder_problems(message: Message) -> list[str]:
    """Say where a translation does not hold the same placeholders and tags as its text.

    The forms for one and two may leave out the number, because the word says it.
    """
    wanted = set(PLACEHOLDER.findall(message.plural or message.text))
    problems = []
    for form, said in enumerate(message.translations):
        found = set(PLACEHOLDER.findall(said))
        may_miss = {"%(count)s", "%(count)d"} if message.plural and form < 2 else set()
        if found - wanted or wanted - found - may_miss:
            problems.append(f"{message.text!r}: {sorted(wanted)} became {sorted(found)}")
    return problems
