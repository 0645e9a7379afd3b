"""The states of funding's pages; each noun group keeps them in tests/funding/catalogue/."""

from tests.funding.permissions import MODULES

PAGES = [page for module in MODULES for page in getattr(module, "PAGES", [])]
LISTS = [page for module in MODULES for page in getattr(module, "LISTS", [])]
