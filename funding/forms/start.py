"""Begin a project, and add files to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Group
from funding.models import Attachment, ProjectKind
from renewal.kernel.forms import DayField, PlainForm


class StartProjectForm(PlainForm):
    """Begin a project: which group, what kind, a name."""

    group = forms.ModelChoiceField(
        Group.objects.none(),
        label=_("Which group proposes it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose your group")},
    )
    kind = forms.ChoiceField(
        label=_("What kind of project is it?"),
        choices=[
            (ProjectKind.PROJECT, ProjectKind.PROJECT.label),
            (ProjectKind.ASSET, ProjectKind.ASSET.label),
            (ProjectKind.TRADE_BACK, ProjectKind.TRADE_BACK.label),
        ],
        widget=forms.RadioSelect,
        initial=ProjectKind.PROJECT,
    )
    title = forms.CharField(
        label=_("What is the project called?"),
        help_text=_("Say what people will get, like “Warm evenings at the library”. You can change it later."),
        max_length=120,
        error_messages={"required": _("Enter a name for the project")},
    )

    received_on = DayField(
        label=_("When did the group’s paper reach you?"),
        error_messages={"required": _("Enter the day on which the paper reached you")},
    )

    def __init__(self, *args: Any, groups: Any, on_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_paper:
            del self.fields["received_on"]
        self.offer_rows("group", groups)


class FileForm(PlainForm):
    purpose = forms.ChoiceField(
        label=_("What is it?"), choices=Attachment.Purpose.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the file is")},
    )  # fmt: skip
    file = forms.FileField(
        label=_("Choose a file"), help_text=_("PDF, JPEG, PNG or WebP, 8 MB at most."), allow_empty_file=False,
        max_length=200, error_messages={"required": _("Choose a file")},
    )  # fmt: skip
