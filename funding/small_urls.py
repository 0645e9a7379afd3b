"""Routes of small awards."""

from django.urls import URLPattern, URLResolver, path

from funding.views import helping, small_awards, staff_purses

AREA = "area/<slug:area>/small-awards/"

FUNDING: list[URLPattern | URLResolver] = [
    path(AREA, small_awards.small_list, name="small_list"),
    path(AREA + "start/", small_awards.small_start, name="small_start"),
    path(AREA + "<str:ref>/support/", small_awards.small_support, name="small_support"),
    path(AREA + "<str:ref>/code/", small_awards.small_code, name="small_code"),
    path(AREA + "months/<slug:month>/", small_awards.small_month, name="small_month"),
    path(AREA + "months/<slug:month>/decision.json", small_awards.small_month_file, name="small_month_file"),
    path("staff/helping/ideas/<int:pk>/", helping.helped_support, name="helped_support"),
    path("staff/small-awards/", staff_purses.purses, name="purses"),
    path("staff/small-awards/<int:pk>/", staff_purses.purse, name="purse"),
]
