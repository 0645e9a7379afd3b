#!/usr/bin/env python3
"""The one entry point. `demo` and `test` set everything up by themselves; see docs/running.md."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> int:
    """Run a command: in production with what is installed, elsewhere with an environment of our own."""
    if os.environ.get("RENEWAL_ENV") != "production":
        from renewal import launcher

        status = launcher.run(sys.argv[1:])
        if status is not None:
            return status
    elif sys.argv[1:2] in (["demo"], ["test"]):
        print(
            f"`{sys.argv[1]}` sets up servers of its own. It does not run where RENEWAL_ENV=production.",
            file=sys.stderr,
        )
        return 2

    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renewal.settings.base")
    try:
        settings.INSTALLED_APPS  # noqa: B018 -- reads the settings now, so that a wrong one stops the start
    except ImproperlyConfigured as problem:
        print(problem, file=sys.stderr)
        return 1
    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
