"""With --long, every property of money runs over 3,000 random cases and leaves its row in docs/campaigns.md."""

import pytest
from hypothesis import is_hypothesis_test


@pytest.fixture(autouse=True)
def _on_record(request, is_long):
    """Record a property as a campaign, with the number of its cases; nothing for tests of single cases."""
    if is_long and is_hypothesis_test(request.function):
        cases = request.function._hypothesis_internal_use_settings.max_examples
        request.getfixturevalue("campaign").record(f"{cases:,} random cases")
