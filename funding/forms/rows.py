"""Forms with repeated rows, such as costs: plain numbered fields, some blank rows to fill, no script needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from renewal.kernel.forms import PlainForm, speak_plainly

MOST_ROWS = 30


@dataclass(frozen=True)
class FormRow:
    """One row of a form with rows, ready to draw."""

    number: int
    legend: str
    fields: list[forms.BoundField]


class RowsForm(PlainForm):
    """A form of rows. Subclasses say the fields of a row and which of them decide whether a row is blank.

    Field names are ``<name>_<number>`` from 1. ``extra`` blank rows follow those that are filled in.
    """

    marks: tuple[str, ...] = ()
    extra = 2
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, start: list[Mapping[str, Any]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        filled = start or []
        if self.is_bound:
            count = self._typed_rows()
        else:
            count = min(MOST_ROWS, len(filled) + self.extra)
            for number, row in enumerate(filled[:count], start=1):
                for name, value in row.items():
                    self.initial[f"{name}_{number}"] = value
            self.initial["rows"] = count
        self.count = count
        for number in range(1, count + 1):
            for name, field in self.row_fields(number).items():
                field.required = False
                self.quiet.add(f"{name}_{number}")  # a whole row is optional; the page says so once
                speak_plainly(field)
                self.fields[f"{name}_{number}"] = field

    def _typed_rows(self) -> int:
        typed = str(self.data.get("rows", ""))
        return min(MOST_ROWS, max(1, int(typed))) if typed.isdecimal() and len(typed) < 4 else 1

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """Make the fields of one row, by name; a form that is all head and no rows has none."""
        return {}

    def legend(self, number: int) -> str:
        return _("Row %(number)s") % {"number": number}

    def drawn_rows(self) -> Iterator[FormRow]:
        for number in range(1, self.count + 1):
            yield FormRow(number, self.legend(number), [self[f"{name}_{number}"] for name in self.row_fields(number)])

    def filled(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield number and cleaned values of each row that is not blank."""
        for number in range(1, self.count + 1):
            names = self.row_fields(number)
            row = {name: self.cleaned_data.get(f"{name}_{number}") for name in names}
            if any(row[name] not in (None, "", False) for name in self.marks):
                yield number, row

    def need(self, number: int, row: Mapping[str, Any], name: str, message: str) -> None:
        """Put an error on a cell that is missing in a row that is not blank."""
        if row[name] in (None, "") and f"{name}_{number}" not in self.errors:
            self.add_error(f"{name}_{number}", message)
