"""Forms of fund-holders: asking one, its offer, its answer, the terms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.forms.plain import PlainTextForm, line
from communities.models import (
    Area,
    Capacity,
    DeclineGround,
    FeeBasis,
    FundHolder,
)
from renewal.kernel.forms import CountedField, PoundsField


class AskForm(PlainTextForm):
    """Ask one fund-holder, and name who is asked next."""

    purpose = CountedField(
        label=_("What is the money for?"), most=500, rows=3, error_messages={"required": _("Say what the money is for")}
    )
    amount_pence = PoundsField(label=_("About how much?"))
    next_holders = forms.ModelMultipleChoiceField(
        label=_("Who do we ask next if this one does not agree?"),
        queryset=FundHolder.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("next_holders", others, label=lambda holder: str(holder.group.name))


class PaperAskForm(AskForm):
    """The same on paper, where no list of fund-holders stands beside it."""

    holder = line(_("Which fund-holder do you ask, and which one next?"), 300)

    field_order = ("holder", "purpose", "amount_pence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, others=FundHolder.objects.none(), **kwargs)
        del self.fields["next_holders"]


class DeclineForm(PlainTextForm):
    ground = forms.ChoiceField(
        label=_("On which ground?"), choices=DeclineGround.choices, widget=forms.RadioSelect,
        help_text=_("These are the only grounds. What a group says or campaigns for is not one."),
    )  # fmt: skip
    words = CountedField(
        label=_("In your own words"), most=500, rows=4,
        help_text=_("Say what the group could do next."),
        error_messages={"required": _("Say in your own words why, so that the group can act on it")},
    )  # fmt: skip


class TermsForm(PlainTextForm):
    """Changes to the terms that both sides will sign."""

    most_award_pence = PoundsField(
        label=_("The most for one award"), error_messages={"required": _("Enter the most for one award")}
    )
    pays_in_days = forms.IntegerField(
        label=_("Pays within this many days"), min_value=1, max_value=90,
        error_messages={"required": _("Enter in how many days the money is paid")},
    )  # fmt: skip
    support_pence = PoundsField(
        label=_("Support each year, as its own line"), error_messages={"required": _("Enter what support costs, or 0")}
    )
    support_words = line(_("What the support is"), 300, required=False)
    asks_for = CountedField(
        label=_("What the fund-holder asks for"), most=500, rows=3,
        error_messages={"required": _("Say what the fund-holder asks for")},
    )  # fmt: skip


class OfferForm(TermsForm):
    areas = forms.ModelMultipleChoiceField(
        label=_("Where do you work?"), queryset=Area.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one area")},
    )  # fmt: skip
    capacity = forms.ChoiceField(
        label=_("How do you hold the money?"), choices=Capacity.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you hold the money")},
    )  # fmt: skip
    fee_basis = forms.ChoiceField(
        label=_("What do you charge on?"), choices=FeeBasis.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you charge on")},
    )  # fmt: skip
    fee_percent = forms.DecimalField(
        label=_("Fee in percent"), min_value=0, max_value=100, decimal_places=1, required=False,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
    )  # fmt: skip
    fee_pence = PoundsField(label=_("Fixed fee for each award"), required=False)
    most_groups = forms.IntegerField(
        label=_("How many groups can you take on?"), min_value=1, max_value=500,
        error_messages={"required": _("Enter how many groups you can take on")},
    )  # fmt: skip

    field_order = (
        "areas", "capacity", "fee_basis", "fee_percent", "fee_pence", "support_pence", "support_words",
        "most_award_pence", "most_groups", "pays_in_days", "asks_for",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("areas", areas)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        basis = said.get("fee_basis")
        if basis in (FeeBasis.ON_RECEIPT, FeeBasis.ON_SPEND):
            said["fee_pence"] = 0
            if not said.get("fee_percent"):
                self.add_error("fee_percent", _("Enter the fee in percent, like 5"))
        elif basis == FeeBasis.FIXED:
            said["fee_percent"] = 0
            if not said.get("fee_pence"):
                self.add_error("fee_pence", _("Enter the fixed fee in pounds"))
        else:
            said["fee_percent"], said["fee_pence"] = 0, 0
        return said
