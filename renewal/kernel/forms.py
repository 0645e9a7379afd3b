"""Form fields in people's words, and how forms are drawn.

Forms are written as ``class NameForm(PlainForm)``. ``{{ form }}`` draws every field with label, hint and error; the
error summary and "Error:" in the title come from base.html. Write labels as people would ask, ``help_text`` as the
hint, and ``error_messages={"required": …}`` in the words of the question; what is not given gets a plain sentence.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from renewal.kernel.money import Pence, pounds
from renewal.kernel.parts import Chosen
from renewal.kernel.web import address_without

Words = str | Promise


class PageRenderer(TemplatesSetting):
    """Draw forms with our components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class PlainForm(forms.Form):
    """A form whose missing wordings are plain sentences; native bubbles never show, the server says it all at once.

    ``quiet`` names the fields whose label does not say "(optional)", because the page says so once for all of them.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        self.quiet: set[str] = set()
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            speak_plainly(field)

    def full_clean(self) -> None:
        """Check the answers; where one sentence would stand for several questions, each says which it means."""
        super().full_clean()
        missing = [
            (name, error)
            for name, errors in self.errors.items()
            for error in errors.as_data()
            if error.code == "required" and name in self.fields
        ]
        alike = Counter(str(error.message) for _name, error in missing)
        for name, error in missing:
            if alike[str(error.message)] > 1:
                error.message = format_lazy("{}: {}", error.message, self.fields[name].label)

    def offer(self, name: str, choices: Iterable[tuple[Any, Words]]) -> None:
        """Set the answers of a choice field that only the page knows: value and words, in the order shown."""
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} is no choice field")
        field.choices = list(choices)

    def offer_rows(self, name: str, rows: models.QuerySet[Any], *, label: Callable[[Any], str] | None = None) -> None:
        """Set the rows that a model choice field offers, and what each is called where it is not ``str(row)``."""
        field = self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(f"{name} is no choice of rows")
        field.queryset = rows
        if label is not None:
            field.label_from_instance = label  # type: ignore[method-assign, assignment]  # a wording needs no class of its own


class FilterForm(PlainForm):
    """What to list; a value that is unknown is left out, never an error."""

    def picked(self) -> dict[str, str]:
        """The values that name a known choice; the rest is dropped."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def words_for(self, name: str, value: str) -> str:
        """Write a chosen filter in words: "Cost: Up to £5,000"."""
        field = self.fields[name]
        return f"{field.label}: {dict(getattr(field, 'choices', ())).get(value, value)}"

    def chosen(self, request: HttpRequest, *, but: Collection[str] = ()) -> list[Chosen]:
        """The picked filters in words, but for some, each with the address of the list without it."""
        return [
            Chosen(self.words_for(name, value), address_without(request, name))
            for name, value in self.picked().items()
            if name not in but
        ]


PLAIN_WORDS: list[tuple[type[forms.Field], Mapping[str, Words]]] = [
    (forms.EmailField, {"invalid": _("Enter an e-mail address in full, like name@example.org")}),
    (forms.IntegerField, {"invalid": _("Enter a whole number, like 12")}),
    (forms.ChoiceField, {"invalid_choice": _("Choose one of the answers in the list")}),
    (forms.ModelChoiceField, {"invalid_choice": _("Choose one of the answers in the list")}),
    (forms.URLField, {"invalid": _("Enter a web address in full, like https://www.example.org")}),
    (forms.FileField, {"empty": _("The file is empty. Choose another file"), "invalid": _("Choose a file")}),
]


def speak_plainly(field: forms.Field) -> None:
    """Replace Django's own error sentences by ours, where the form's author gave none."""
    default = forms.Field.default_error_messages["required"]
    if field.error_messages.get("required") == default:
        missing = _("Choose an answer") if isinstance(field.widget, CHOICE_WIDGETS) else _("Fill this in")
        # The summary at the head of the page lists these sentences alone, so each must say which question it means.
        named = format_lazy("{}: {}", missing, field.label) if field.label else missing
        field.error_messages["required"] = cast(Any, named)
    if isinstance(field, forms.ModelChoiceField) and field.empty_label == "---------":
        field.empty_label = str(_("Choose one"))
    for kind, words in PLAIN_WORDS:
        if isinstance(field, kind):
            for key, text in words.items():
                if field.error_messages.get(key) == _default_message(kind, key):
                    field.error_messages[key] = cast(Any, text)
    validators: list[Any] = field.validators
    for validator in validators:
        if type(validator) in PLAIN_LIMITS and validator.message == type(validator).message:
            validator.message = PLAIN_LIMITS[type(validator)]


CHOICE_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.Select, forms.CheckboxInput, forms.FileInput)
PLAIN_LIMITS: dict[type, Any] = {
    MaxLengthValidator: _("Use %(limit_value)d characters or fewer. You have used %(show_value)d"),
    MinLengthValidator: _("Use at least %(limit_value)d characters. You have used %(show_value)d"),
    MaxValueValidator: _("Enter %(limit_value)s or less"),
    MinValueValidator: _("Enter %(limit_value)s or more"),
}


def _default_message(kind: type[forms.Field], key: str) -> object:
    for base in kind.__mro__:
        messages = getattr(base, "default_error_messages", {})
        if key in messages:
            return messages[key]
    if kind is forms.EmailField or kind is forms.URLField:
        return kind().error_messages.get(key)
    return None


# A postcode --------------------------------------------------------------------------------------

POSTCODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$")


class PostcodeField(forms.CharField):
    """A full UK postcode in any spacing or case; cleans to ``ZZ1 2CD``."""

    default_error_messages = {
        "required": _("Enter a full UK postcode, like ZZ1 2CD"),
        "invalid": _("Enter a full UK postcode, like ZZ1 2CD"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Your postcode"))
        super().__init__(**kwargs)
        self.widget.attrs |= {
            "class": "postcode", "autocomplete": "postal-code", "spellcheck": "false", "autocapitalize": "characters",
        }  # fmt: skip

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        found = POSTCODE.match(re.sub(r"[^A-Z0-9]", "", typed.upper()))
        if not found:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{found[1]} {found[2]}"


# Money -------------------------------------------------------------------------------------------


class PoundsInput(forms.TextInput):
    template_name = "django/forms/widgets/pounds.html"


class PoundsField(forms.Field):
    """A sum typed in pounds, with or without £, commas and pennies; cleans to whole pence."""

    widget = PoundsInput
    default_error_messages = {
        "required": _("Enter a sum in pounds, like 1,250"),
        "invalid": _("Enter a sum in pounds, like 1,250"),
    }

    def __init__(self, *, least: Pence = Pence(0), most: Pence | None = None, **kwargs: Any) -> None:  # noqa: B008 -- a number
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            whole, pennies = divmod(value, 100)
            return f"{whole:,}.{pennies:02d}" if pennies else f"{whole:,}"
        return value

    def to_python(self, value: Any) -> Pence | None:
        typed = re.sub(r"[£,\s]", "", str(value or ""))
        if not typed:
            return None
        found = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?", typed)
        if not found:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return Pence(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.most is not None and value > self.most:
            raise ValidationError(gettext("Enter %(sum)s or less") % {"sum": pounds(self.most)}, code="most")
        if value < self.least:
            raise ValidationError(gettext("Enter %(sum)s or more") % {"sum": pounds(self.least)}, code="least")


# A day in three boxes ----------------------------------------------------------------------------


class DayInput(forms.MultiWidget):
    """Day, month and year as three boxes to type in; ``id_0`` is the day."""

    template_name = "django/forms/widgets/boxes.html"
    use_fieldset = True

    def __init__(self, attrs: Mapping[str, Any] | None = None, *, birthday: bool = False) -> None:
        complete = ("bday-day", "bday-month", "bday-year") if birthday else ("off", "off", "off")
        boxes = [
            forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": hint, "spellcheck": "false"})
            for hint in complete
        ]
        super().__init__(boxes, dict(attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = (gettext("Day"), gettext("Month"), gettext("Year"))
        for box, label in zip(context["widget"]["subwidgets"], labels, strict=True):
            box["label"] = label
        return context

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class DayField(forms.MultiValueField):
    """A day typed as three numbers; cleans to a date."""

    widget = DayInput
    default_error_messages = {
        "required": _("Enter a day, month and year, like 5 3 2027"),
        "incomplete": _("Enter a day, month and year, like 5 3 2027"),
        "invalid": _("Enter a real date, like 5 3 2027"),
    }

    def __init__(self, *, birthday: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput(birthday=birthday))
        kwargs.setdefault("help_text", _("For example, 5 3 2027"))
        fields = tuple(forms.CharField(max_length=4, required=False) for _box in range(3))
        super().__init__(fields, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        typed = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not all(typed):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            found = date(int(typed[2]), int(typed[1]), int(typed[0]))
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if found.year < 1900:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        self.run_validators(found)
        return found


# Text with a count -------------------------------------------------------------------------------


class CountedTextarea(forms.Textarea):
    """A text box that says how long the text may be; with script it counts down, without it the hint stays."""

    template_name = "django/forms/widgets/counted.html"

    def __init__(self, *, most: int, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"rows": 6, "data-most": most} | dict(attrs or {}))
        self.most = most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = context["widget"]["attrs"]
        described = f"{given.get('aria-describedby', '')} {given['id']}_count" if given.get("id") else ""
        given["aria-describedby"] = described.strip() or False
        context["widget"] |= {
            "limit_words": ngettext(
                "You can use %(count)d character.", "You can use up to %(count)d characters.", self.most
            )
            % {"count": self.most},
            "left_words": gettext("Characters left: {n}"),
            "past_words": gettext("Characters too many: {n}"),
        }
        return context


class CountedField(forms.CharField):
    """Longer text with a limit; a pasted line break counts as one character."""

    def __init__(self, *, most: int, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("widget", CountedTextarea(most=most, attrs={"rows": rows}))
        super().__init__(max_length=most, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


# Yes or no ---------------------------------------------------------------------------------------


YES, NO = _("Yes"), _("No")


class YesNoField(forms.TypedChoiceField):
    """Yes or no as two radios, neither chosen beforehand; cleans to a bool (None when optional and left out)."""

    def __init__(self, *, yes: Words = YES, no: Words = NO, **kwargs: Any) -> None:
        choices: Sequence[tuple[str, Words]] = [("yes", yes), ("no", no)]
        kwargs.setdefault("error_messages", {"required": _("Choose yes or no")})
        super().__init__(
            choices=choices,
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
