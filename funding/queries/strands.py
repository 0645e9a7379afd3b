"""Money by what it is for: awards that stand in a cycle, summed by the strand of their theme (G-4.1-A2)."""

from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from funding.models import AllocationRun, Award, Theme
from funding.queries.shares import KindLine, percent_of


def money_by_strand(run: AllocationRun) -> list[KindLine]:
    """Report the awards that stand in a cycle by strand; with those without a theme they come to the ledger's total."""
    rows = (
        Award.objects.standing()
        .filter(round__cycle_id=run.cycle_id)
        .values_list("project__theme", "project__theme__strand")
        .annotate(n=Count("pk"), sum=Sum(F("capital_pence") + F("revenue_pence")))
        .order_by("project__theme")
    )
    found = [(strand or theme, count, pence) for theme, strand, count, pence in rows]
    themes = Theme.objects.in_bulk([pk for pk, _count, _pence in found if pk])
    sums: dict[str, list[int]] = {}
    for pk, count, pence in found:
        line = sums.setdefault(themes[pk].label if pk else _("No theme given"), [0, 0])
        line[0], line[1] = line[0] + count, line[1] + pence
    whole = sum(pence for _count, pence in sums.values())
    ordered = sorted(sums.items(), key=lambda one: (-one[1][1], one[0]))
    return [KindLine(name, count, pence, percent_of(pence, whole)) for name, (count, pence) in ordered]
