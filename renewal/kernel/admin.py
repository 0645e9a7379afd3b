"""The staff admin: rows to look at when something has to be understood, and nothing to change.

Money, ballots and roles are written by services alone, which lock, check and record. So this admin takes only classes
that look, and refuses to register any other, those of installed packages too.
"""

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.apps import AdminConfig
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import urlencode

LEFT_OUT = {"password_change", "password_change_done", "view_on_site", "login"}


class LookOnly(ModelAdmin):  # type: ignore[type-arg]  # generic in the types alone
    """Rows of one model, to be read by staff."""

    list_per_page = 50
    show_full_result_count = False  # counting a large table on every visit helps nobody
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [
            route for route in super().get_urls() if str(route.name).endswith(("_changelist", "_change", "_history"))
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FundAdminSite(AdminSite):
    """Django's admin for people marked as staff; everybody else is told that there is no such page."""

    site_header = site_title = "National Renewal Fund"
    index_title = "Look, do not touch: services write"
    site_url = None
    enable_nav_sidebar = False
    final_catch_all_view = False

    def register(
        self,
        model_or_iterable: type[models.Model] | Iterable[type[models.Model]],
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        """Take a class that only looks; leave out what packages bring of their own."""
        if admin_class is not None and issubclass(admin_class, LookOnly):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Let staff in; answer everybody else as ``login`` does, wherever they knocked."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return inner(request, *args, **kwargs) if self.has_permission(request) else self.login(request)

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send a stranger to the one sign-in page; tell a person who is not staff that nothing is here."""
        if request.user.is_authenticated:
            raise Http404
        return redirect(f"{reverse('renewal:sign_in')}?{urlencode({'next': request.get_full_path()})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("renewal:sign_out")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [route for route in super().get_urls() if getattr(route, "name", "") not in LEFT_OUT]


class FundAdminConfig(AdminConfig):
    """Makes ours the admin site that every app's admin.py registers with."""

    default = False
    default_site = "renewal.kernel.admin.FundAdminSite"
