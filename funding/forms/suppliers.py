"""Who would be paid a large sum, and what they are for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now

from communities.models import PurposeBasis
from funding.forms.pages import MOST_PENCE
from funding.forms.rows import RowsForm
from funding.models import Project
from funding.services.application_facts import supplier_limit
from renewal.kernel.forms import DayField, PoundsField
from renewal.kernel.money import Pence, pounds


class SuppliersForm(RowsForm):
    """Each supplier above the set amount, with its social purpose; none while none is chosen."""

    marks = ("name", "amount")
    extra = 1

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        self.limit = supplier_limit()
        start: list[Mapping[str, Any]] = [
            {
                "name": one.name,
                "amount": one.amount_pence,
                "basis": one.basis,
                "statement": one.statement,
                "dated": one.dated_on,
            }
            for one in project.suppliers.all()
        ]
        super().__init__(*args, start=start, **kwargs)

    @property
    def intro(self) -> str:
        """What the page says first."""
        words = _now("Name each supplier that would be paid more than %(sum)s. Leave it empty while none is chosen.")
        return words % {"sum": pounds(Pence(self.limit))}

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "name": forms.CharField(label=_now("Name of the supplier"), max_length=150),
            "amount": PoundsField(label=_now("What it would be paid"), most=MOST_PENCE),
            "basis": forms.ChoiceField(
                label=_now("What does its social purpose rest on?"), choices=[("", "–"), *PurposeBasis.choices]
            ),
            "statement": forms.CharField(
                label=_now("Its purpose, and what it does with profit, in its own published words"), max_length=300
            ),
            "dated": DayField(label=_now("When was that published?"), required=False),
        }

    def legend(self, number: int) -> str:
        return _now("Supplier %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number, row in self.filled():
            self.need(number, row, "name", _now("Enter the name of the supplier"))
            self.need(number, row, "amount", _now("Enter the sum in pounds, like 12,500"))
            wanted = (row["amount"] or 0) > self.limit or any(row[name] for name in ("basis", "statement", "dated"))
            if wanted:
                words = _now("Above %(sum)s a supplier shows its social purpose") % {"sum": pounds(Pence(self.limit))}
                for name in ("basis", "statement", "dated"):
                    self.need(number, row, name, words)
        return cleaned

    def suppliers(self) -> list[dict[str, Any]]:
        return [
            {
                "name": row["name"],
                "amount_pence": row["amount"],
                "basis": row["basis"] or "",
                "statement": row["statement"] or "",
                "dated_on": row["dated"] or None,
            }
            for _number, row in self.filled()
        ]
