"""What staff may look at: areas, bodies, who holds which role, groups, fund-holders."""

from django.contrib import admin

from communities.models import Area, Body, FundHolder, Group, OfficerRole
from renewal.kernel.admin import LookOnly


@admin.register(Area)
class AreaAdmin(LookOnly):
    list_display = ("code", "name", "level", "population", "valid_from", "valid_to")
    list_filter = ("level", "nation")
    search_fields = ("=code", "name")
    list_select_related = False
    exclude = ("successors",)


@admin.register(Body)
class BodyAdmin(LookOnly):
    list_display = ("name", "kind", "area")
    list_filter = ("kind",)
    list_select_related = ("area",)


@admin.register(OfficerRole)
class OfficerRoleAdmin(LookOnly):
    list_display = ("user", "role", "body", "starts_on", "ends_on")
    list_filter = ("role",)
    list_select_related = ("user", "body")


@admin.register(Group)
class GroupAdmin(LookOnly):
    list_display = ("name", "legal_form", "state", "area")
    list_filter = ("legal_form", "state")
    list_select_related = ("area",)


@admin.register(FundHolder)
class FundHolderAdmin(LookOnly):
    list_display = ("group", "state", "fee_basis", "most_award_pence")
    list_select_related = ("group",)
