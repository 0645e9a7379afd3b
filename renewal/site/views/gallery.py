"""Every component on one page, for eyes and tests; only where the demo setting is on."""

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from renewal.kernel import parts
from renewal.kernel.forms import CountedField, DayField, PlainForm, PostcodeField, PoundsField, YesNoField
from renewal.kernel.money import from_pounds
from renewal.kernel.web import render_page


class SampleForm(PlainForm):
    """One field of every kind."""

    name = forms.CharField(max_length=60, help_text="As people know you.", error_messages={"required": "Enter a name"})
    email = forms.EmailField(label="E-mail address", required=False)
    postcode = PostcodeField(help_text="We use it to find your neighbourhood. We do not keep it.")
    kind = forms.ChoiceField(
        label="What kind of group is it?",
        choices=[("charity", "A charity"), ("club", "A club"), ("informal", "Neighbours without a constitution")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of group it is"},
    )
    days = forms.MultipleChoiceField(
        label="Which days suit you?",
        choices=[("sat", "Saturday"), ("sun", "Sunday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    theme = forms.ChoiceField(label="Theme", choices=[("", "Choose a theme"), ("green", "Green places")])
    sum = PoundsField(label="How much do you need?", most=from_pounds(20_000))
    starts_on = DayField(label="When would it start?")
    aims = CountedField(label="What would you do?", most=200, help_text="Two or three sentences are enough.")
    children = YesNoField(label="Does it involve children?")
    quote = forms.FileField(label="A quote", required=False, help_text="A photo or PDF, up to 5 MB.")
    agree = forms.BooleanField(label="I may speak for the group", error_messages={"required": "Tick if you may"})


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; posting the form shows its errors."""
    if not settings.DEMO:
        raise Http404
    form = SampleForm(request.POST or None, request.FILES or None)
    wrong = request.method == "POST" and not form.is_valid()
    context = SAMPLES | {"form": form, "page_of_list": Paginator(range(60), 20).get_page(request.GET.get("page", 2))}
    return render_page(request, "site/gallery.html", context, status=422 if wrong else 200)


@require_safe
def staff_gallery(request: HttpRequest) -> HttpResponse:
    """Show the same parts as officers see them."""
    if not settings.DEMO:
        raise Http404
    context = SAMPLES | {"page_of_list": Paginator(range(60), 20).get_page(2)}
    return render_page(request, "site/staff_gallery.html", context)


BUDGET = from_pounds(40_000)


def _place(name: str, key: str, *figures: str) -> parts.Row:
    return parts.Row([parts.Cell(name, "#"), *(parts.Cell(figure, numeric=True) for figure in figures)], key)


SAMPLES: dict[str, object] = {
    "crumbs": [parts.Crumb("Home", "/"), parts.Crumb("Ashcombe North", "/")],
    "steps": [
        parts.Step("Priorities", "Finished Friday 29 January", "done"),
        parts.Step("Ideas", "Finished Friday 19 March", "done"),
        parts.Step("Checks", "Finished Friday 28 May", "done"),
        parts.Step("Vote", "Tuesday 8 June to Tuesday 29 June, 5pm", "here"),
        parts.Step("Result", "Thursday 8 July", "later"),
        parts.Step("Delivery", "August 2027 to July 2028", "later"),
        parts.Step("What changed", "October 2028", "later"),
    ],
    "total": parts.MoneyTotal(4, from_pounds(31_500), BUDGET),
    "total_over": parts.MoneyTotal(5, from_pounds(44_000), BUDGET),
    "ballot": [
        parts.BallotRow(
            value="ASH-011",
            title="Lights for the skatepark",
            cost=from_pounds(12_500),
            summary="Lights on until 9pm in winter, with a timer and low glare.",
            read_url="#",
            ref="ASH-011",
        ),
        parts.BallotRow(
            value="ASH-003",
            title="Repair café and tool library",
            cost=from_pounds(4_800),
            summary="Mend things together on Saturdays. Borrow a drill for £1.",
            read_url="#",
            ref="ASH-003",
            chosen=True,
        ),
    ],
    "facts": [
        parts.Fact("Name", "Mill Lane Allotments", "#"),
        parts.Fact("Phone", "", "#", missing_text="Add a phone number"),
        parts.Fact("Area", "Ashcombe North"),
    ],
    "tasks": [
        parts.Task("about", "About the project", "Completed", "#", finished=True),
        parts.Task("costs", "Your costs", "In progress", "#", "The sums do not add up yet.", "calm"),
        parts.Task("safe", "Keeping people safe", "Changes needed", "#", "", "wait"),
        parts.Task("send", "Check and send", "Cannot start yet", hint="Finish your costs first."),
    ],
    "history": [
        parts.Event("In the vote", "Tuesday 8 June 2027"),
        parts.Event("Sent in by the group", "Monday 15 March 2027"),
    ],
    "checks": [parts.Check("It is legal and safe: yes.", "The hall owns the building and has insurance.")],
    "columns": [parts.Column("Place"), parts.Column("Money", numeric=True), parts.Column("Each person", numeric=True)],
    "rows": [
        _place("Ashcombe North", "place-1", "£40,000", "£4.94"),
        _place("Millside", "place-2", "£61,000", "£6.78"),
    ],
    "table_total": [parts.Cell("Both"), parts.Cell("£101,000", numeric=True), parts.Cell("£5.91", numeric=True)],
    "staff_columns": [
        parts.Column("Project", sort="name"),
        parts.Column("Status"),
        parts.Column("Checker"),
        parts.Column("Due", sort="due", sorted="ascending"),
        parts.Column("Working days left", numeric=True),
    ],
    "staff_rows": [
        parts.Row(
            [
                parts.Cell("Foundry Yard after-school club", "#"),
                parts.Cell("Second check", tag="wait"),
                parts.Cell("Owen Beck"),
                parts.Cell("Mon 14 June"),
                parts.Cell("Overdue by 2", numeric=True, late=True),
            ]
        ),
        parts.Row(
            [
                parts.Cell("Cook and eat on Fridays", "#"),
                parts.Cell("Not started", tag="calm"),
                parts.Cell("Nobody yet"),
                parts.Cell("Thu 17 June"),
                parts.Cell("1", numeric=True),
            ]
        ),
    ],
    "bars": parts.bars(
        [("Online", 812, "812", 1), ("Paper", 246, "246", 2), ("Phone", 64, "64", 3), ("In person", 58, "58", 4)]
    ),
    "first_half": parts.Half(
        "ref", "Your reference", "K7T49MXP", "Use it to check that your vote was received and counted."
    ),
    "second_half": parts.Half(
        "chk", "Your private check code", "4MZQ82TD", "We show it only now, and we never send it."
    ),
    "map": parts.AreaMap(
        key="gallery",
        label="Outline map of two neighbourhoods",
        width=490,
        height=300,
        outlines=[
            parts.Outline("M60 40L240 30L260 150L80 180z", 1),
            parts.Outline("M260 150L240 30L430 60L440 220L280 250z", 2),
        ],
        pins=[parts.Pin(1, "Ashcombe North", 160, 100, "#place-1"), parts.Pin(2, "Millside", 350, 140, "#place-2")],
        legend=[(1, "Under £5 each"), (2, "Over £6 each")],
    ),
    "chosen": [parts.Chosen("Health", "#")],
}
