"""Stewards write the questions of each band without code, preview them in both languages, and put them in use."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.access import SignedInRequest, officer_required
from communities.models import Role
from funding.forms.rows import RowsForm
from funding.forms.set_questions import field_of
from funding.models import BURDEN, Band, FormQuestionKind, ProjectKind, QuestionSet
from funding.services import question_sets
from funding.wording import words_for
from renewal.kernel.errors import DomainError
from renewal.kernel.forms import PlainForm
from renewal.kernel.web import go_to, render_page

steward_required = officer_required(Role.STEWARD)


class QuestionRowsForm(RowsForm):
    """The questions of a draft, one in a row."""

    marks = ("label", "key")
    extra = 2

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        kinds = [("", _("Every kind of project")), *ProjectKind.choices]
        whole = forms.TextInput({"inputmode": "numeric", "class": "short"})
        return {
            "key": forms.SlugField(label=_("Short name, like “risk”"), max_length=40),
            "kind": forms.ChoiceField(label=_("Kind of answer"), choices=FormQuestionKind.choices),
            "label": forms.CharField(label=_("Question in English"), max_length=200),
            "label_cy": forms.CharField(label=_("Question in Welsh"), max_length=200),
            "hint": forms.CharField(label=_("Hint in English"), max_length=300),
            "hint_cy": forms.CharField(label=_("Hint in Welsh"), max_length=300),
            "most": forms.IntegerField(label=_("Most characters"), min_value=1, max_value=4000, widget=whole),
            "minutes": forms.IntegerField(label=_("Minutes it takes"), min_value=1, max_value=120, widget=whole),
            "for_kind": forms.ChoiceField(label=_("Asked for"), choices=kinds),
            "optional": forms.BooleanField(label=_("People may leave it out")),
        }

    def legend(self, number: int) -> str:
        return _("Question %(number)s") % {"number": number}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for number, row in self.filled():
            self.need(number, row, "key", _("Give the question a short name"))
            self.need(number, row, "label", _("Write the question"))
            self.need(number, row, "minutes", _("Say how many minutes it takes"))
            if row["key"] in seen:
                self.add_error(f"key_{number}", _("Two questions have this short name"))
            seen.add(row["key"])
        return cleaned

    def questions(self) -> list[dict[str, Any]]:
        return [
            {
                **{name: row[name] or "" for name in ("key", "label", "label_cy", "hint", "hint_cy", "for_kind")},
                "kind": row["kind"] or "short",
                "most": row["most"] or 600,
                "minutes": row["minutes"],
                "required": not row["optional"],
            }
            for _number, row in self.filled()
        ]


@require_safe
@steward_required
def question_sets_list(request: SignedInRequest) -> HttpResponse:
    """The versions of each band, what is in use, and how long each takes."""
    rows = [
        (set_, question_sets.burden_of(set_)) for set_ in QuestionSet.objects.prefetch_related("questions").order_by(
            "band", "-version"
        )
    ]  # fmt: skip
    context = {"rows": rows, "bands": Band.choices, "staff_nav": "projects"}
    return render_page(request, "funding/question_sets.html", context)


@require_POST
@steward_required
def question_set_draft(request: SignedInRequest) -> HttpResponse:
    """Begin a new version of a band."""
    band = request.POST.get("band", "")
    if band not in Band.values:
        return go_to(request, "funding:question_sets")
    draft = question_sets.draft_set(band=band, actor=request.user, now=timezone.now())
    return go_to(request, "funding:question_set", draft.pk)


@steward_required
def question_set(request: SignedInRequest, pk: int) -> HttpResponse:
    """Edit a draft, see how long it takes, preview it in both languages, put it in use."""
    set_ = get_object_or_404(QuestionSet.objects.prefetch_related("questions"), pk=pk)
    start: list[Mapping[str, Any]] = [
        {name: getattr(question, name) for name in ("key", "kind", "label", "label_cy", "hint", "hint_cy", "most",
                                                    "minutes", "for_kind")} | {"optional": not question.required}
        for question in set_.questions.all()
    ]  # fmt: skip
    form = QuestionRowsForm(request.POST if request.method == "POST" else None, start=start)
    if form.is_valid():
        try:
            question_sets.write_questions(set_id=pk, actor=request.user, questions=form.questions(), now=timezone.now())
            if request.POST.get("save") == "publish":
                question_sets.publish_set(set_id=pk, actor=request.user, now=timezone.now())
                messages.success(request, _("These questions are in use. Applications already begun keep theirs."))
                return go_to(request, "funding:question_sets")
        except DomainError as refusal:
            form.add_error(None, words_for(refusal))
        else:
            return go_to(request, "funding:question_set", pk)
    burden = {ProjectKind(kind).label: sums for kind, sums in question_sets.burden_of(set_).items()}
    context = {
        "set": set_, "form": form, "burden": burden, "limits": BURDEN[set_.band][1:],
        "staff_nav": "projects", "previews": [preview(set_, language) for language in ("en", "cy")],
    }  # fmt: skip
    return render_page(request, "funding/question_set.html", context, status=422 if form.is_bound else 200)


def preview(set_: QuestionSet, language: str) -> tuple[str, PlainForm]:
    """The questions as an applicant sees them in a language."""
    with translation.override(language):
        form = PlainForm(auto_id=f"preview_{language}_%s")
        for question in set_.questions.all():
            form.fields[question.key] = field_of(question)
    return language, form
