"""What every template may know about the service."""

from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, object]:
    """Return the service's name, phone and whether this is the demo."""
    return {
        "is_demo": settings.DEMO,
        "help_phone": "01632 960100",
        "service_name": "National Renewal Fund",
    }
