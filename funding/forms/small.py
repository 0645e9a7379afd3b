"""Forms of small awards: bring an idea, meet and write together, set money aside."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import Group
from funding.forms.pages import PageForm
from funding.models import Colour, ProjectKind, Source
from renewal.kernel.forms import CountedField, PlainForm, PoundsField
from renewal.kernel.money import Pence, pounds


class StartSmallForm(PlainForm):
    """Begin a small award idea or a joint start: which group, which of the two, a name."""

    group = forms.ModelChoiceField(
        Group.objects.none(),
        label=_("Which group brings it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose your group")},
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (ProjectKind.SMALL, _("An idea: residents support it")),
            (ProjectKind.JOINT_START, _("A joint start: organisations of different sectors meet and write together")),
        ],
        widget=forms.RadioSelect,
        initial=ProjectKind.SMALL,
    )
    title = forms.CharField(
        label=_("What is it called?"),
        help_text=_("Say what people will get, like “Seeds for every doorstep”. You can change it later."),
        max_length=120,
        error_messages={"required": _("Enter a name")},
    )

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_rows("group", groups)


class JointStartForm(PageForm):
    """The one page of a joint start: what to write together, with whom, when, and what meeting costs."""

    summary = CountedField(
        label=_("What do you want to write together?"),
        help_text=_("One or two sentences. Everybody can read them."),
        most=300,
        rows=3,
        error_messages={"required": _("Say what you want to write together")},
    )
    timing = forms.CharField(
        label=_("When and where will you meet?"),
        max_length=200,
        error_messages={"required": _("Say when and where you will meet")},
    )
    partner_1 = forms.CharField(
        label=_("Who will you work with?"),
        help_text=_("The name of an organisation of another sector, as it registered. It signs in its own account."),
        max_length=150,
        error_messages={"required": _("Enter the name of an organisation of another sector")},
    )
    partner_2 = forms.CharField(label=_("Who else?"), max_length=150, required=False)
    partner_3 = forms.CharField(label=_("And who else?"), max_length=150, required=False)
    amount = PoundsField(label=_("How much do you ask for?"), most=Pence(100_000))

    @classmethod
    def start(cls, project: Any) -> dict[str, Any]:
        own = "summary_cy" if project.language == "cy" else "summary"
        names = list(project.partners.filter(left_at__isnull=True).values_list("group__name", flat=True))
        return {
            "summary": getattr(project, own),
            "timing": project.timing,
            "amount": project.cost_pence or project.round.purse.joint_start_pence,
            **{f"partner_{number}": name for number, name in enumerate(names, start=1)},
        }

    def prepare(self) -> None:
        most = self.project.round.purse.joint_start_pence
        words = _now("For rooms, travel, care and the time of small groups. At most %(sum)s.")
        self.fields["amount"].help_text = words % {"sum": pounds(Pence(most))}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.found: dict[int, tuple[str, int]] = {}
        for name in ("partner_1", "partner_2", "partner_3"):
            if not cleaned.get(name):
                continue
            group = Group.objects.filter(name__iexact=cleaned[name].strip(), state="active").first()
            if group is None:
                words = _now("We know no group called “%(name)s”. Ask it to register, or check the spelling.")
                self.add_error(name, words % {"name": cleaned[name]})
            elif group.pk == self.project.group_id or group.pk in self.found:
                self.add_error(name, _now("Name another organisation here."))
            else:
                self.found[group.pk] = (_now("Meets and writes with us"), 0)
        most = self.project.round.purse.joint_start_pence
        if cleaned.get("amount") == 0:
            self.add_error("amount", _now("Enter a sum above £0"))
        elif (cleaned.get("amount") or 0) > most:
            self.add_error("amount", _now("Enter %(sum)s or less") % {"sum": pounds(Pence(most))})
        return cleaned

    def facts(self) -> dict[str, Any]:
        own = "summary_cy" if self.project.language == "cy" else "summary"
        return {own: self.cleaned_data["summary"], "timing": self.cleaned_data["timing"]}

    def lines(self) -> Sequence[Mapping[str, Any]]:
        return [
            {
                "item": _now("Meeting and writing together"),
                "colour": Colour.REVENUE,
                "source": Source.ASKED,
                "year": 1,
                "amount_pence": self.cleaned_data["amount"],
                "replaces_duty": False,
            }
        ]


class PurseForm(PlainForm):
    """Propose to set a share of an area's money aside for small awards."""

    area = forms.ChoiceField(
        label=_("Which area?"), widget=forms.RadioSelect, error_messages={"required": _("Choose an area")}
    )
    percent = forms.IntegerField(
        label=_("What share of its money, in percent?"),
        help_text=_("At most 10. A second person must sign it. It cannot change once a vote has opened."),
        min_value=1,
        max_value=10,
        initial=5,
        widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("area", areas)
