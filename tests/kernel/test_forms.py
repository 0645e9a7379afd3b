"""A missing answer is named by its question, because the head of the page lists the sentences alone (UX.md §9)."""

from django import forms

from renewal.kernel.forms import PlainForm, YesNoField


class Questions(PlainForm):
    colour = forms.CharField(label="Which colour?")
    near = YesNoField(label="Is it near?")
    open = YesNoField(label="Is it open?")
    whose = forms.CharField(label="Whose is it?", error_messages={"required": "Say whose it is"})


def sentences(answers):
    return {name: list(errors) for name, errors in Questions(answers).errors.items()}


def test_each_missing_answer_is_told_apart():
    assert sentences({}) == {
        "colour": ["Fill this in: Which colour?"],
        "near": ["Choose yes or no: Is it near?"],
        "open": ["Choose yes or no: Is it open?"],
        "whose": ["Say whose it is"],
    }


def test_one_that_stands_alone_stays_short():
    assert sentences({"colour": "red", "near": "yes"}) == {
        "open": ["Choose yes or no"],
        "whose": ["Say whose it is"],
    }
