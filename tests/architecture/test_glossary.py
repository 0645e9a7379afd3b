"""docs/glossary.md has every noun of the code once."""

import re
from collections import Counter
from pathlib import Path

from django.apps import apps

GLOSSARY = Path(__file__).parents[2] / "docs/glossary.md"
OURS = ("communities.", "funding.", "voting.", "renewal.")


def nouns_missing(text: str) -> list[str]:
    """Name the models that no row of the glossary gives as code."""
    code = " ".join(re.findall(r"`[^`]+`", text))
    ours = [model.__name__ for model in apps.get_models() if model.__module__.startswith(OURS)]
    return sorted(name for name in ours if not re.search(rf"\b{name}\b", code))


def test_every_model_stands_in_the_glossary():
    assert nouns_missing(GLOSSARY.read_text()) == []


def test_a_model_without_a_row_is_noticed():
    text = GLOSSARY.read_text().replace("| `funding.Award` |", "| |")

    assert nouns_missing(text) == ["Award"]


def test_every_term_has_one_row():
    terms = Counter(re.findall(r"^\| ([^|]+?) \|", GLOSSARY.read_text(), re.MULTILINE))

    assert {term for term, count in terms.items() if count > 1} == {"Term"}
