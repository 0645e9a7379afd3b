"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from renewal.kernel.health import health, ready
from renewal.site.views.gallery import gallery, staff_gallery
from renewal.site.views.home import home, language_choice

routes: dict[str, list[URLPattern | URLResolver]] = {
    "renewal": [
        path("", home, name="home"),
        path("gallery/", gallery, name="gallery"),
        path("gallery/staff/", staff_gallery, name="staff_gallery"),
    ],
}
# Without a language prefix: health, the language choice at /, feeds for machines.
unprefixed: list[URLPattern | URLResolver] = [
    path("", language_choice, name="language_choice"),
    path("health/", health, name="health"),
    path("ready/", ready, name="ready"),
]
