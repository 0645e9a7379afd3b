"""What every test may use: the database as `app`, a live server, a real Chromium, real data beside the checkout."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
# How long something takes is never an assertion: a first run on a busy machine is slow, and that says nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
pytest_plugins = [
    "tests.support.browser",
    "tests.support.campaigns",
    "tests.support.shares",
    "tests.support.worlds",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shots", default="", help="a folder for pictures of every page")
    parser.addoption("--long", action="store_true", help="run the campaigns at the size the issues state")
    parser.addoption("--slice", default="1/1", help="with --long: one part of the campaigns that take long, like 2/4")


def pytest_configure(config: pytest.Config) -> None:
    from tests.support.database import replace_flush

    replace_flush()
    compile_welsh()
    Path(os.environ.get("RENEWAL_VAR", ROOT / "var"), "static").mkdir(parents=True, exist_ok=True)  # whitenoise asks


def compile_welsh() -> None:
    """Compile the catalogues that have changed, and let Django read them again.

    Always again: where two halves of the tests start at once, the other may have compiled what this one read too early.
    """
    from django.utils.translation import trans_real

    from renewal.catalogues import compile_catalogues
    from renewal.kernel.drafts import watch_translations

    compile_catalogues(ROOT / "locale")
    trans_real._translations.clear()
    watch_translations()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the collector of garbage leave alone what stays for the whole run, and look less often at the rest.

    With thousands of tests and every page's templates in memory it took a quarter of the time of a drawing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave `long` tests to --long, and say plainly what cannot run here; in CI what cannot run fails."""
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="only with --long"))


@pytest.fixture(autouse=True)
def _needs(request: pytest.FixtureRequest) -> None:
    """Report a test as not run when what it needs is missing; with CI=true fail it."""
    if request.node.get_closest_marker("shared") and not SHARED.is_dir():
        not_run(f"real elections and areas are missing: put the shared data in {SHARED.name}/ beside the checkout")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    """Leave no language behind: a page asked for in Welsh would otherwise colour whatever test comes next."""
    yield
    translation.deactivate()


def not_run(reason: str) -> None:
    if IN_CI:
        pytest.fail(f"NOT RUN: {reason}", pytrace=False)
    pytest.skip(f"NOT RUN: {reason}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of real data beside the checkout; use with the `shared` mark."""
    if not SHARED.is_dir():
        not_run("real elections and areas are missing")
    return SHARED


@pytest.fixture(scope="session")
def is_long(pytestconfig: pytest.Config) -> bool:
    """True with --long: run a campaign at full size."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> None:
    """Make the test database once for the run; see tests/support/database.py."""
    from django.db import connections

    from tests.support.database import prepare_test_database

    with django_db_blocker.unblock():
        prepare_test_database()
        connections.close_all()
