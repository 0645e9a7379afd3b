"""The questions of a set as form fields; preview and application use the same ones."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language

from funding.forms.pages import MOST_PENCE, PageForm
from funding.models import FormQuestion
from renewal.kernel.forms import CountedField, PoundsField, YesNoField


class QuestionForm(PageForm):
    """One question of the pinned set, as staff wrote it."""

    def __init__(self, *args: Any, question: FormQuestion, **kwargs: Any) -> None:
        self.question = question
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.fields["answer"] = field_of(self.question)


def field_of(question: FormQuestion) -> forms.Field:
    """Make the form field of a question; preview and application use the same one."""
    common: dict[str, Any] = {
        "label": question.words, "help_text": question.hint_words, "required": question.required,
    }  # fmt: skip
    if question.kind == "long":
        return CountedField(most=question.most, rows=6, **common)
    if question.kind == "yes_no":
        return YesNoField(**common)
    if question.kind == "choice":
        return forms.ChoiceField(
            choices=[(str(choice["value"]), choice_words(choice)) for choice in question.choices],
            widget=forms.RadioSelect,
            **common,
        )
    if question.kind == "number":
        return forms.IntegerField(
            min_value=0, max_value=question.most, widget=forms.TextInput({"inputmode": "numeric", "class": "short"}),
            **common,
        )  # fmt: skip
    if question.kind == "money":
        return PoundsField(most=MOST_PENCE, **common)
    return forms.CharField(max_length=min(question.most, 300), **common)


def choice_words(choice: Mapping[str, str]) -> str:
    """A choice's words in the reader's language."""
    return (choice.get("label_cy", "") if get_language() == "cy" else choice["label"]) or choice["label"]
