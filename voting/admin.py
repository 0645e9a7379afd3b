"""What staff may look at: polls, their frozen options, counts and outcomes. No roll, no ballot, no key stands here."""

from django.contrib import admin

from renewal.kernel.admin import LookOnly
from voting.models import Count, Option, Outcome, Poll


@admin.register(Poll)
class PollAdmin(LookOnly):
    list_display = ("slug", "kind", "roll_kind", "state", "opens_at", "closes_at")
    list_filter = ("state", "kind")


@admin.register(Option)
class OptionAdmin(LookOnly):
    list_display = ("ref", "title", "cost_pence", "poll", "withdrawn_at")
    list_select_related = ("poll",)


@admin.register(Count)
class CountAdmin(LookOnly):
    list_display = ("poll", "pk")
    list_select_related = ("poll",)


@admin.register(Outcome)
class OutcomeAdmin(LookOnly):
    list_display = ("poll", "published_at")
    list_select_related = ("poll",)
