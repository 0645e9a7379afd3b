"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from renewal.kernel.health import health, ready

routes: dict[str, list[URLPattern | URLResolver]] = {}
# Without a language prefix: health, the language choice at /, feeds for machines.
unprefixed: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("ready/", ready, name="ready"),
]
