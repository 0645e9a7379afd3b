"""An officer's finding about a partner of a project."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from funding.models import Partner, PartnerFinding
from renewal.kernel.forms import CountedField, PlainForm


class PartnerFindingForm(PlainForm):
    """Which partner, whether its share waits, and why, in words that the lead reads."""

    partner = forms.ChoiceField(
        label=_("Which partner?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a partner")}
    )
    finding = forms.ChoiceField(
        label=_("What did you find?"),
        choices=PartnerFinding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found")},
    )
    words = CountedField(
        label=_("Why, in words that the groups read"), most=300, rows=3, error_messages={"required": _("Say why")}
    )
    words_cy = CountedField(label=_("The same in Welsh"), most=300, rows=3, required=False)

    def __init__(self, *args: Any, partners: Sequence[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("partner", [(str(one.pk), one.group.name) for one in partners])
