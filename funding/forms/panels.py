"""Forms of panels: make one, seat people, call a meeting, write down what each person did."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import Body
from funding.models import Panel, PanelItem, PanelPart, PanelSeat, Review
from renewal.kernel.forms import CountedField, DayField, PlainForm


class PanelForm(PlainForm):
    body = forms.ModelChoiceField(label=_("For which body?"), queryset=Body.objects.none(), empty_label=None)
    name = forms.CharField(
        label=_("What is the panel called?"), max_length=120, error_messages={"required": _("Enter the panel’s name")}
    )
    name_cy = forms.CharField(label=_("The same in Welsh"), max_length=120, required=False)
    quorum = forms.IntegerField(
        label=_("How many people without a link can decide?"), min_value=2, max_value=50,
        widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
        error_messages={"required": _("Enter how many people can decide")},
    )  # fmt: skip
    reserve = forms.ModelChoiceField(
        label=_("Which panel decides when too few are left?"), queryset=Panel.objects.none(), required=False,
        empty_label=_("None yet"),
    )  # fmt: skip

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("body", bodies)
        self.offer_rows("reserve", Panel.objects.filter(body__in=bodies))


class SeatForm(PlainForm):
    email = forms.EmailField(label=_("E-mail address"), error_messages={"required": _("Enter an e-mail address")})
    links = forms.CharField(
        label=_("Which groups and suppliers are they linked to?"), max_length=500,
        help_text=_("This register is public and renewed every year. Write “none” if there are none."),
        error_messages={"required": _("Enter their links, or “none”")},
    )  # fmt: skip
    is_chair = forms.BooleanField(label=_("This person chairs the panel"), required=False)


class MeetingForm(PlainForm):
    on = DayField(label=_("On what day?"))
    place = forms.CharField(label=_("Where?"), max_length=200, error_messages={"required": _("Enter where")})
    reviews = forms.ModelMultipleChoiceField(
        label=_("Which projects?"), queryset=Review.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one project")},
    )  # fmt: skip

    def __init__(self, *args: Any, reviews: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("reviews", reviews, label=lambda one: f"{one.project.reference} {one.project.label}")


class LinksForm(PlainForm):
    links_asked = forms.BooleanField(
        label=_("Everybody was asked for links first, and nobody read the papers before"),
        error_messages={"required": _("Ask everybody for their links first, then tick this")},
    )


class ItemForm(PlainForm):
    """What each person did for one project, and why it was decided so."""

    def __init__(
        self, *args: Any, item: PanelItem, seats: Sequence[PanelSeat], linked: Iterable[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix=f"item{item.pk}", **kwargs)
        self.item, self.seats, linked = item, seats, set(linked)
        said = {voice.seat_id: voice.part for voice in item.voices.all()}
        for seat in seats:
            left = [PanelPart.LEFT, PanelPart.AWAY]
            choices = [("", "–"), *((part.value, part.label) for part in PanelPart)]
            if seat.user_id in linked:
                choices = [(part.value, part.label) for part in left]
            self.fields[f"seat_{seat.pk}"] = forms.ChoiceField(
                label=str(seat.user), choices=choices, initial=said.get(seat.pk, ""),
                error_messages={"required": _now("Say what %(name)s did") % {"name": seat.user}},
            )  # fmt: skip
        self.fields["words"] = CountedField(
            label=_now("Why, in words the group can act on"), most=2000, rows=3, required=False, initial=item.words,
            help_text=_now("In both languages, when the panel decides."),
        )  # fmt: skip
        self.quiet |= {"words", "words_cy"}
        self.fields["words_cy"] = CountedField(
            label=_now("The same in Welsh"), most=2000, rows=3, required=False, initial=item.words_cy
        )

    def parts(self) -> dict[int, str]:
        return {seat.pk: self.cleaned_data[f"seat_{seat.pk}"] for seat in self.seats}
