"""Languages and wording: Welsh for every text, none fuzzy, and English that people can read (UX.md §12 to §14)."""

import ast
import re

import pytest

from renewal.catalogues import (
    KEYWORDS,
    LANGUAGES,
    ROOT,
    Message,
    bring_up_to_date,
    catalogue_path,
    collect,
    messages_in,
    part_of,
    placeholder_problems,
    read_catalogue,
    source_files,
    write_catalogue,
)

COLLECTED = collect()
PARTS = sorted(part for part, messages in COLLECTED.items() if messages)
BANNED = re.compile(
    r"\b(please|sorry|invalid|eligible|ineligible|stakeholders?|needy|hard[- ]to[- ]reach|deprived|vulnerable|BAME)\b",
    re.IGNORECASE,
)
# The legal model form of the accessibility statement fixes this sentence.
LONG_BY_LAW = {
    "The office of the fund is committed to making its pages accessible, as the Public Sector Bodies (Websites and "
    "Mobile Applications) (No. 2) Accessibility Regulations 2018 ask."
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_catalogue_is_complete(part, language):
    known = read_catalogue(catalogue_path(part, language), language)
    wanted = COLLECTED[part]

    missing = [text for key, text in ((key, key[1]) for key in wanted) if not known.get(key, Message("")).is_translated]
    assert missing == [], "run `manage.py messages`, then write the Welsh"
    assert sorted(set(known) - set(wanted)) == [], "texts that are gone: run `manage.py messages`"
    assert [line for message in known.values() for line in placeholder_problems(message)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_catalogue_is_written_as_the_command_writes_it(part, language, tmp_path):
    path = catalogue_path(part, language)
    messages = sorted(read_catalogue(path, language).values(), key=lambda message: (message.text, message.context))

    write_catalogue(tmp_path / "django.po", messages, language)

    assert path.read_text() == (tmp_path / "django.po").read_text()
    assert "fuzzy" not in path.read_text()


@pytest.mark.parametrize("part", PARTS)
def test_no_sentence_is_longer_than_25_words(part):
    found = [sentence for text in texts_of(part) for sentence in long_sentences(text)]

    assert found == []


@pytest.mark.parametrize("part", PARTS)
def test_banned_words_are_absent(part):
    assert [text for text in texts_of(part) if BANNED.search(text)] == []


@pytest.mark.parametrize("part", PARTS)
def test_text_is_easy_to_read(part):
    """On average at a reading age of 11 or below; 9 on voting pages (Flesch-Kincaid grade plus 5)."""
    limit = 9 if part == "voting" else 11

    assert reading_age(" ".join(text.rstrip(".") + "." for text in texts_of(part) if len(text.split()) > 3)) <= limit


def test_a_long_sentence_and_a_banned_word_are_noticed():
    assert long_sentences("word " * 26) != []
    assert long_sentences("Short. " * 26) == []
    assert BANNED.search("Please wait") is not None
    assert (
        reading_age("Notwithstanding considerable administrative complications, participation is indispensable.") > 15
    )


def test_templates_and_python_are_read(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "{% load i18n %}\n  <p>{% translate 'One' %}</p>\n"
        "{% blocktranslate count n=n trimmed %}\n {{ n }} vote\n{% plural %}\n {{ n }} votes\n{% endblocktranslate %}"
    )
    module = tmp_path / "words.py"
    module.write_text("from x import gettext as _, ngettext\n_('Two')\nngettext('a', 'b', 3)\n")

    assert list(messages_in(page)) == [Message("One"), Message("%(n)s vote", plural="%(n)s votes")]
    assert list(messages_in(module)) == [Message("Two"), Message("a", plural="b")]


def test_every_name_python_gives_to_gettext_is_one_the_collector_reads():
    modules = [path for path in source_files() if path.suffix == ".py" and part_of(path.relative_to(ROOT).as_posix())]

    found = {path.relative_to(ROOT).as_posix(): names_not_collected(path.read_text()) for path in modules}

    assert {path: names for path, names in found.items() if names} == {}, "add the name to renewal.catalogues.KEYWORDS"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("from django.utils.translation import gettext as _, ngettext", []),
        ("from django.utils.translation import gettext_lazy as soon", ["soon"]),
        ("from django.utils.translation import ngettext as _", ["_"]),
        ("def view():\n    from django.utils.translation import pgettext as p", ["p"]),
        ("from django.utils.translation import get_language as language, override", []),
    ],
)
def test_a_name_the_collector_would_not_read_is_noticed(source, names):
    assert names_not_collected(source) == names


def test_a_changed_text_loses_its_translation_and_a_kept_one_keeps_its_mark():
    known = {("", "Kept"): Message("Kept", translations=("Cadwyd",), mark="checked")}

    result = bring_up_to_date([Message("Kept"), Message("New")], known, {}, "cy")

    assert [(message.text, message.translations, message.mark) for message in result] == [
        ("Kept", ("Cadwyd",), "checked"),
        ("New", ("",), "draft"),
    ]


def test_a_text_known_in_another_part_is_offered_as_a_draft():
    elsewhere = {("", "Sign in"): Message("Sign in", translations=("Mewngofnodi",), mark="checked")}

    result = bring_up_to_date([Message("Sign in")], {}, elsewhere, "cy")

    assert (result[0].translations, result[0].mark) == (("Mewngofnodi",), "draft")


def test_a_translation_that_drops_a_placeholder_is_noticed():
    assert placeholder_problems(Message("Call %(phone)s", translations=("Ffoniwch",))) != []
    assert placeholder_problems(Message("%(count)s vote", plural="%(count)s votes", translations=("Un", "Dwy", "x")))


def test_every_file_with_text_belongs_to_a_part():
    assert part_of("templates/voting/start.html") == "voting"
    assert part_of("templates/voting/paper_request.html") == "paper"
    assert part_of("funding/forms.py") == "projects"
    assert part_of("templates/anything/new.html") == "site"


def names_not_collected(source: str) -> list[str]:
    """The names under which a module imports gettext and its kin that the collector misses, or reads as another."""
    return [
        alias.asname or alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name
        and (alias.name not in KEYWORDS or KEYWORDS.get(alias.asname or alias.name, "none") != KEYWORDS[alias.name])
    ]


def texts_of(part: str) -> list[str]:
    """The English of a part as people read it: both forms of plurals, placeholders as one word."""
    texts = []
    for message in COLLECTED[part].values():
        for text in (message.text, message.plural):
            if text:
                texts.append(re.sub(r"%\(\w+\)[sd]|\{\w*\}", "word", re.sub(r"<[^>]+>", " ", text)))
    return texts


def long_sentences(text: str) -> list[str]:
    sentences = re.split(r"(?<=[.?!:])\s+|\n\n", text)
    return [part for part in sentences if len(re.findall(r"[\w’'£%-]+", part)) > 25 and text not in LONG_BY_LAW]


def reading_age(text: str) -> float:
    """Flesch-Kincaid grade plus 5."""
    sentences = max(1, len(re.findall(r"[.?!]+(?:\s|$)", text)))
    words = re.findall(r"[A-Za-z’']+", text)
    syllables = sum(syllables_in(word) for word in words)
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / max(1, len(words)) - 15.59
    return grade + 5


def syllables_in(word: str) -> int:
    word = re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]{1,2}", word)))


def hidden_texts(source: str) -> list[str]:
    """Find marked texts inside f-strings, where nobody who collects texts sees them on every Python."""
    inside = (
        call for text in ast.walk(ast.parse(source)) if isinstance(text, ast.JoinedStr) for call in ast.walk(text)
    )
    return [
        ast.unparse(call)
        for call in inside
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]


def test_no_marked_text_hides_in_an_f_string():
    sources = [path for path in source_files(ROOT) if path.suffix == ".py"]

    assert {path.name: found for path in sources if (found := hidden_texts(path.read_text()))} == {}


def test_a_text_that_hides_is_noticed():
    assert hidden_texts("f\"{_('Shuffled.')} {count}\"") == ["_('Shuffled.')"]
