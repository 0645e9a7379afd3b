"""Every route. A name's prefix is a namespace, not a package: renewal.site composes ``communities:area_detail``."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

import communities.urls
import funding.urls
import renewal.site.urls
import voting.urls

Routes = list[URLPattern | URLResolver]


def _named(namespace: str) -> Routes:
    """Gather one namespace from every package that contributes to it."""
    modules = (renewal.site.urls, funding.urls, voting.urls, communities.urls)
    return [route for module in modules for route in module.routes.get(namespace, [])]


urlpatterns: Routes = [
    *renewal.site.urls.unprefixed,
    *i18n_patterns(
        *(
            path("", include((_named(namespace), namespace)))
            for namespace in (
                "renewal",
                "voting",
                "communities",
                "funding",
            )  # first where most is asked at closing time
        ),
        *renewal.site.urls.allauth_routes,
        path("staff/admin/", admin.site.urls),
        prefix_default_language=True,
    ),
]

handler400 = "renewal.site.views.errors.bad_request"
handler403 = "renewal.site.views.errors.no_permission"
handler404 = "renewal.site.views.errors.not_found"
handler500 = "renewal.site.views.errors.server_error"
