"""Routes of the money: shares in public, the steward's fund pages, awards, ledger, fan-out."""

from django.urls import URLPattern, URLResolver, path

from funding.views import shares

FUNDING: list[URLPattern | URLResolver] = [
    path("money/shares/", shares.shares, name="shares"),
    path("money/shares/pots.csv", shares.shares_csv, name="shares_csv"),
    path("money/shares/<slug:area>/", shares.share_detail, name="share_detail"),
    path("money/shares/<slug:area>/try/", shares.simulator, name="simulator"),
]
