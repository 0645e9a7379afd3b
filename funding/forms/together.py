"""Who works together in a project: partners and volunteers."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now

from communities.models import Group
from funding.forms.pages import MOST_PENCE
from funding.forms.rows import RowsForm
from funding.models import Project
from renewal.kernel.forms import PoundsField


class PartnersForm(RowsForm):
    """Other groups that take part: role and share of the money. Each signs in its own account."""

    marks = ("group", "role", "share")
    extra = 2

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        partners = project.partners.filter(left_at__isnull=True).select_related("group")
        start: list[Mapping[str, Any]] = [
            {"group": partner.group.name, "role": partner.role, "share": partner.share_pence} for partner in partners
        ]
        super().__init__(*args, start=start, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "group": forms.CharField(label=_now("Name of the group, as it registered"), max_length=150),
            "role": forms.CharField(label=_now("What it will do"), max_length=120),
            "share": PoundsField(label=_now("Its share of the money"), most=MOST_PENCE),
        }

    def legend(self, number: int) -> str:
        return _now("Partner %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.found: dict[int, tuple[str, int]] = {}
        for number, row in self.filled():
            self.need(number, row, "group", _now("Enter the name of the group"))
            self.need(number, row, "role", _now("Say what this group will do"))
            if not row["group"]:
                continue
            group = Group.objects.filter(name__iexact=row["group"].strip(), state="active").first()
            if group is None:
                words = _now("We know no group called “%(name)s”. Ask it to register, or check the spelling.")
                self.add_error(f"group_{number}", words % {"name": row["group"]})
            elif group.pk == self.project.group_id:
                self.add_error(f"group_{number}", _now("Your own group leads. Name other groups here."))
            elif group.pk in self.found:
                self.add_error(f"group_{number}", _now("This group is named twice. Keep one row for it."))
            else:
                self.found[group.pk] = (row["role"] or "", row["share"] or 0)
        asked = self.project.cost_pence
        if not self.errors and sum(share for _role, share in self.found.values()) > asked:
            self.add_error("share_1", _now("The partners’ shares come to more than the project asks for."))
        return cleaned


class VolunteersForm(RowsForm):
    """What volunteers would do, beside paid staff and never in their place (G§3K)."""

    marks = ("title", "hours", "complements")
    extra = 2

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        start: list[Mapping[str, Any]] = [
            {
                "title": role.title,
                "hours": role.hours,
                "complements": role.complements,
                "expenses": role.expenses_pence,
                "cut": role.paid_hours_cut,
            }
            for role in project.volunteer_roles.all()
        ]
        super().__init__(*args, start=start, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "title": forms.CharField(label=_now("What volunteers do"), max_length=120),
            "hours": forms.IntegerField(
                label=_now("Hours a year"),
                min_value=1,
                max_value=100_000,
                widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
            ),
            "complements": forms.CharField(label=_now("Which paid role it stands beside"), max_length=200),
            "expenses": PoundsField(label=_now("Expenses a year"), most=MOST_PENCE),
            "cut": forms.BooleanField(label=_now("Paid hours for this were cut in the last 12 months")),
        }

    def legend(self, number: int) -> str:
        return _now("Volunteer role %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number, row in self.filled():
            self.need(number, row, "title", _now("Say what volunteers do"))
            self.need(number, row, "hours", _now("Enter the hours a year"))
            self.need(
                number,
                row,
                "complements",
                _now("Say which paid role it stands beside. Volunteers never replace staff."),
            )
            if not row["expenses"] and f"expenses_{number}" not in self.errors:
                self.add_error(f"expenses_{number}", _now("Enter a sum for expenses. Volunteers must not lose money."))
        return cleaned

    def roles(self) -> list[dict[str, Any]]:
        return [
            {
                "title": row["title"],
                "hours": row["hours"],
                "complements": row["complements"],
                "expenses_pence": row["expenses"],
                "paid_hours_cut": bool(row["cut"]),
            }
            for _number, row in self.filled()
        ]
