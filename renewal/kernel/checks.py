"""What must not be so in production; `manage.py check --deploy` and the start of the containers run this."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def production_is_not_a_demo(app_configs: Any, **options: Any) -> list[Error]:
    """Refuse demo settings, the embedded servers, and a web process that signs in as anybody but `app`."""
    default = settings.DATABASES["default"]
    found = []
    if settings.DEMO or settings.DEBUG:
        found.append(Error("DEMO and DEBUG are off in production.", id="kernel.E001"))
    if str(default["HOST"]).startswith(str(Path(settings.VAR))):
        found.append(Error("DATABASE_URL names the demo's own server. Production brings its own.", id="kernel.E002"))
    if default["USER"] != "app":
        found.append(Error("DATABASE_URL must sign in as app, which may not change the schema.", id="kernel.E003"))
    if not default["PASSWORD"] and not str(default["HOST"]).startswith("/"):
        found.append(Error("DATABASE_URL has no password and no local socket.", id="kernel.E004"))
    if os.environ.get("RENEWAL_ENV") == "production" and settings.SECRET_KEY.startswith(("demo-only", "test-only")):
        found.append(Error("SECRET_KEY is the demo's.", id="kernel.E005"))
    if settings.PEPPER == settings.SECRET_KEY:
        found.append(Error("PEPPER and SECRET_KEY must differ: one outlives the other.", id="kernel.E006"))
    return found
