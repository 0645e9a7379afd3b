"""The worked numbers of docs/algorithms/subsidiarity.md are run, so the page cannot drift from the rules."""

import doctest
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "subsidiarity.md"


def test_every_worked_number_of_the_page_is_what_the_rules_give():
    text = PAGE.read_text(encoding="utf-8").replace("```python", "").replace("```", "")
    page = doctest.DocTestParser().get_doctest(text, {}, "subsidiarity", str(PAGE), 0)

    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(page)

    assert (result.failed, result.attempted > 15) == (0, True)
