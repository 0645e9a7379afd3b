"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from renewal.kernel.health import health, ready
from renewal.site.views.areas import area_detail, area_find, area_split
from renewal.site.views.gallery import gallery, staff_gallery
from renewal.site.views.home import home, language_choice

routes: dict[str, list[URLPattern | URLResolver]] = {
    "renewal": [
        path("", home, name="home"),
        path("gallery/", gallery, name="gallery"),
        path("gallery/staff/", staff_gallery, name="staff_gallery"),
    ],
    "communities": [
        path("area/", area_find, name="area_find"),
        path("area/choose/", area_split, name="area_split"),
        path("area/<slug:area>/", area_detail, name="area_detail"),
    ],
}
# Without a language prefix: health, the language choice at /, feeds for machines.
unprefixed: list[URLPattern | URLResolver] = [
    path("", language_choice, name="language_choice"),
    path("health/", health, name="health"),
    path("ready/", ready, name="ready"),
]
