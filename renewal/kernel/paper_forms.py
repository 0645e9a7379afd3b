"""A form's questions on paper: the same words as on the page, with boxes and lines to write on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from renewal.kernel.forms import DayField
from renewal.kernel.pdf import make_pdf

TEMPLATE = "sheets/questions.typ"
Answer = Callable[[forms.BoundField], str]
Part = tuple[object, Iterable[Mapping[str, Any]]]


def questions_of(form: forms.Form, *, answer: Answer | None = None) -> list[dict[str, Any]]:
    """Write the questions of a form as a paper form asks them; with ``answer``, what was answered stands there."""
    return [_question(field, answer(field) if answer else "") for field in form.visible_fields()]


def _question(bound: forms.BoundField, answer: str) -> dict[str, Any]:
    field = bound.field
    choices = [] if isinstance(field, forms.BooleanField) else list(getattr(field, "choices", []))
    picked = [str(words) for value, words in choices if value not in ("", None)]
    return {
        "label": strip_tags(str(bound.label)),
        "hint": strip_tags(str(bound.help_text or "")),
        "optional": not field.required,
        "kind": _kind(bound, bool(picked)),
        "choices": picked,
        "many": isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField),
        "lines": 4 if isinstance(field.widget, forms.Textarea) else 1,
        "answer": answer,
    }


def _kind(bound: forms.BoundField, has_choices: bool) -> str:
    if isinstance(bound.field, DayField):
        return "day"
    if isinstance(bound.field, forms.BooleanField):
        return "tick"
    return "choices" if has_choices else "lines"


def paper_form(
    *, title: str, lead: str, parts: Sequence[Part], reference: str = "", phone: str = "", back: str = ""
) -> bytes:
    """Set a paper form as a tagged PDF: ``parts`` are headings with their questions; ``back`` says where it goes."""
    data = {
        "title": title,
        "lead": lead,
        "reference": reference,
        "lang": get_language() or "en",
        "parts": [{"heading": str(heading), "questions": list(questions)} for heading, questions in parts],
        "words": {
            "optional": _("you may leave this out"),
            "one": _("Mark one box."),
            "many": _("Mark every box that fits."),
            "day": _("Day, month, year"),
            "page": _("Page"),
            "signed": _("Name, signature and day"),
        },
        "foot": [text for text in (back, phone and _("Call us on %(phone)s.") % {"phone": phone}) if text],
    }
    return make_pdf(TEMPLATE, data)
