"""What staff may look at: the fund, its division, pots, rounds, awards and the ledger."""

from django.contrib import admin

from funding.models import Account, AllocationRun, Award, Cycle, Entry, Fund, ParameterSet, Posting, Pot, Round
from renewal.kernel.admin import LookOnly


@admin.register(Fund)
class FundAdmin(LookOnly):
    list_display = ("name", "area")
    list_select_related = ("area",)


@admin.register(Cycle)
class CycleAdmin(LookOnly):
    list_display = ("fund", "year", "capital_pence", "revenue_pence")
    list_select_related = ("fund",)


@admin.register(ParameterSet)
class ParameterSetAdmin(LookOnly):
    list_display = ("name", "state")


@admin.register(AllocationRun)
class AllocationRunAdmin(LookOnly):
    list_display = ("pk", "cycle", "state", "input_hash", "outcome_hash")
    exclude = ("inputs",)  # the whole tree, a megabyte
    list_select_related = ("cycle",)


@admin.register(Pot)
class PotAdmin(LookOnly):
    list_display = ("area", "cycle", "colour", "amount_pence")
    list_filter = ("colour",)
    list_select_related = ("area", "cycle")


@admin.register(Round)
class RoundAdmin(LookOnly):
    list_display = ("slug", "area", "cycle", "convenor")
    list_select_related = ("area", "cycle", "convenor")


@admin.register(Award)
class AwardAdmin(LookOnly):
    list_display = ("project", "state", "awarded_at")
    list_filter = ("state",)
    list_select_related = ("project",)


@admin.register(Account)
class AccountAdmin(LookOnly):
    list_display = ("code", "kind", "colour", "cycle")
    list_filter = ("kind", "colour")
    list_select_related = ("cycle",)


@admin.register(Entry)
class EntryAdmin(LookOnly):
    list_display = ("pk", "kind", "effective_on", "posted_at", "reason")
    list_filter = ("kind",)


@admin.register(Posting)
class PostingAdmin(LookOnly):
    list_display = ("entry", "account", "pence")
    list_select_related = ("entry", "account")
