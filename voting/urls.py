"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver

routes: dict[str, list[URLPattern | URLResolver]] = {}
