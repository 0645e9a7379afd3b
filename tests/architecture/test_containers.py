"""The container files say what docs/running.md promises. The image itself is not built here."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_five_processes_and_the_set_up_are_there():
    assert set(SERVICES) == {"web", "worker", "beat", "postgres", "valkey", "set-up"}


@pytest.mark.parametrize("name", ["web", "worker", "beat", "postgres", "valkey"])
def test_every_process_has_a_health_check_and_restarts(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_no_secret_stands_in_a_file():
    """Every secret comes from the environment and stops the start when it is missing."""
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PEPPER|PASSWORD", key):
                assert re.fullmatch(r"\$\{\w+:\?.+\}", value), key
            if "DATABASE_URL" in key:
                assert re.search(r"://\w+:\$\{\w+:\?[^}]+\}@", value), key
    assert not re.search(r"(SECRET_KEY|PEPPER|PASSWORD)=['\"]?[A-Za-z0-9]", DOCKERFILE)


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_running_processes_know_only_the_apps_address(name):
    """V3: what serves pages and runs jobs cannot sign in as owner or counter."""
    known = SERVICES[name]["environment"]

    assert known["DATABASE_URL"].startswith("postgresql://app:")
    assert not {"OWNER_DATABASE_URL", "COUNTER_DATABASE_URL", "ADMIN_DATABASE_URL"} & set(known)


def test_web_alone_has_the_pool():
    assert [name for name, service in SERVICES.items() if "WEB_POOL" in service.get("environment", {})] == ["web"]


def test_processes_wait_for_what_they_need():
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["set-up"] == {"condition": "service_completed_successfully"}
        assert waits["valkey"] == {"condition": "service_healthy"}


def test_the_commands_are_those_of_the_demo():
    assert SERVICES["worker"]["command"][:4] == ["celery", "-A", "renewal.celery", "worker"]
    assert SERVICES["beat"]["command"][:4] == ["celery", "-A", "renewal.celery", "beat"]
    assert '"granian", "--interface", "wsgi", "renewal.wsgi:application"' in DOCKERFILE


def test_the_image_is_for_production_and_not_for_root():
    assert "RENEWAL_ENV=production" in DOCKERFILE
    assert "DJANGO_SETTINGS_MODULE=renewal.settings.base" in DOCKERFILE
    assert re.search(r"^USER fund$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "demo.lock" not in DOCKERFILE


def test_every_instruction_of_the_dockerfile_is_one():
    joined = DOCKERFILE.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]

    assert {line.split()[0] for line in lines} <= {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "CMD"}


def test_ci_calls_the_two_commands():
    script = (ROOT / ".ci" / "run").read_text()

    assert "python3 manage.py test" in script
    assert "python3 manage.py demo --once" in script
    assert "CI=true" in script
