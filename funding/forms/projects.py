"""The filters of the public list of projects."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Area
from funding.models import Theme
from renewal.kernel.forms import FilterForm

COSTS = [
    ("", _("Any cost")),
    ("to-5000", _("Up to £5,000")),
    ("to-10000", _("£5,001 to £10,000")),
    ("over-10000", _("Over £10,000")),
]
STATUSES = [
    ("", _("All")),
    ("vote", _("In the vote")),
    ("checking", _("Being checked")),
    ("refused", _("Cannot go to the vote")),
    ("withdrawn", _("Withdrawn")),
]
SORTS = [("", _("Shuffled")), ("cost", _("Lowest cost first")), ("name", _("Name, A to Z"))]


class ProjectFilters(FilterForm):
    """What to show of a round's projects; anything unknown is left out, never an error."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    area = forms.ChoiceField(label=_("Neighbourhood"), required=False)
    cost = forms.ChoiceField(label=_("Cost"), choices=COSTS, required=False)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = Theme.objects.newest().exclude(kind="tag").order_by("position")
        self.offer("theme", [("", _("All themes")), *((theme.code, theme.label) for theme in themes)])
        if len(areas) > 1:
            self.offer("area", [("", _("Everywhere")), *((area.slug, area.label) for area in areas)])
        else:
            del self.fields["area"]
