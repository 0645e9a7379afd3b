"""What every template may know about the service."""

from django.conf import settings
from django.http import HttpRequest

HELP_PHONE = "01632 960100"


def service(request: HttpRequest) -> dict[str, object]:
    """Return the service's name, phone and whether this is the demo."""
    return {
        "is_demo": settings.DEMO,
        "help_phone": HELP_PHONE,
        "service_name": "National Renewal Fund",
    }
