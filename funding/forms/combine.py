"""Forms for combining two projects."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Project
from renewal.kernel.forms import CountedField, PlainForm


class CombineForm(PlainForm):
    """Which project to fold into, and why."""

    into = forms.ChoiceField(
        label=_("Which project would yours become part of?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a project")},
    )
    words = CountedField(
        label=_("Say why you would be stronger together"),
        help_text=_("The other group reads this."),
        most=500,
        rows=4,
        error_messages={"required": _("Say why you would be stronger together")},
    )

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("into", [(one.reference, f"{one.reference} {one.label} ({one.lead_name})") for one in projects])


class CombineAnswerForm(PlainForm):
    """Yes or no to another group's offer."""

    answer = forms.ChoiceField(
        label=_("Do you agree?"),
        choices=[("yes", _("Yes: their project becomes part of ours")), ("no", _("No: both go on as they are"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no")},
    )
    words = CountedField(label=_("Words to the other group"), most=500, rows=3, required=False)
