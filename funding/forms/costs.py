"""What a project costs, row by row, and what it costs to keep it running."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from funding.forms.pages import MOST_PENCE, PageForm
from funding.forms.rows import RowsForm
from funding.models import Colour, Project, Source
from renewal.kernel.forms import PoundsField


class CostsForm(RowsForm):
    """Every cost in a row: what, which kind of money, which year, who pays it."""

    marks = ("item", "amount")
    extra = 3

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        self.project = project
        start: list[Mapping[str, Any]] = [
            {
                "item": line.item,
                "colour": line.colour,
                "source": line.source,
                "year": line.year,
                "amount": line.amount_pence,
                "duty": line.replaces_duty,
            }
            for line in project.lines.all()
        ]
        super().__init__(*args, start=start, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        return {
            "item": forms.CharField(label=_now("What"), max_length=120),
            "colour": forms.ChoiceField(label=_now("Kind"), choices=Colour.choices),
            "source": forms.ChoiceField(label=_now("Who pays"), choices=Source.choices),
            "year": forms.ChoiceField(label=_now("Year"), choices=[(str(year), str(year)) for year in range(1, 6)]),
            "amount": PoundsField(label=_now("Cost"), most=MOST_PENCE),
            "duty": forms.BooleanField(label=_now("A public body must pay for this by law")),
        }

    def legend(self, number: int) -> str:
        return _now("Cost %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        rows = list(self.filled())
        for number, row in rows:
            self.need(number, row, "item", _now("Say what this cost is for"))
            self.need(number, row, "amount", _now("Enter the cost in pounds, like 1,250"))
            if row["amount"] == 0:
                self.add_error(f"amount_{number}", _now("Enter a cost above £0, or empty the row"))
        if not rows:
            self.add_error("item_1", _now("Enter at least one cost"))
        elif not any(row["source"] == Source.ASKED for _number, row in rows):
            self.add_error("source_1", _now("Choose “Asked for” for at least one cost"))
        return cleaned

    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "item": row["item"],
                "colour": row["colour"] or Colour.REVENUE,
                "source": row["source"] or Source.ASKED,
                "year": int(row["year"] or 1),
                "amount_pence": row["amount"],
                "replaces_duty": bool(row["duty"]),
            }
            for _number, row in self.filled()
        ]


class RunningForm(PageForm):
    """What it costs to keep going for five years, the permissions it needs, and what paid roles are paid (G§3K)."""

    WAGE = (
        ("yes", _("Yes, every paid role gets it")),
        ("none", _("There are no paid roles")),
        ("no", _("No, or not yet")),
    )

    @classmethod
    def start(cls, project: Project) -> dict[str, Any]:
        years = {f"year_{number}": pence for number, pence in enumerate(project.running_pence, start=1)}
        return {"powers": project.powers, **years}

    def prepare(self) -> None:
        for year in range(1, 6):
            self.fields[f"year_{year}"] = PoundsField(
                label=_now("Running cost in year %(year)s") % {"year": year}, most=MOST_PENCE, required=True,
                error_messages={"required": _now("Enter a sum in pounds. Enter 0 if there is none")},
            )  # fmt: skip
        self.fields["powers"] = forms.CharField(
            label=_now("Which permissions does it need, and who gives them?"),
            help_text=_now("For example planning, a licence, or the owner’s consent. Write “none” if there are none."),
            max_length=300,
        )
        self.fields["wage"] = forms.ChoiceField(
            label=_now("Does every paid role get at least the real living wage?"),
            choices=self.WAGE,
            widget=forms.RadioSelect,
            error_messages={"required": _now("Choose an answer about paid roles")},
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("wage") == "no":
            self.add_error(
                "wage", _now("Put the real living wage into your costs. We can pay for it, and for no less.")
            )
        return cleaned

    def facts(self) -> dict[str, Any]:
        return {
            "running_pence": [self.cleaned_data[f"year_{year}"] for year in range(1, 6)],
            "powers": self.cleaned_data["powers"],
        }
