"""What templates may use without loading it: how money, days, times and codes are written, and the page's own links.

A test of the page machinery keeps these filters the only way templates write a date or a sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, get_script_prefix, get_urlconf, reverse, translate_url
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override

from renewal.kernel import drafts, staff
from renewal.kernel.clock import LONDON
from renewal.kernel.money import exact_pounds, pounds

register = template.Library()

# Languages as their speakers write them, with the tag that browsers and screen readers need.
LANGUAGE_TAGS = {"en": "en-GB", "cy": "cy-GB"}


# Money, numbers and codes ------------------------------------------------------------------------


@register.filter
def money(pence: int | None) -> str:
    """Write pence for people: ``£4,000``, ``£4.94``; no pennies above £100."""
    return "" if pence is None else pounds(pence)


@register.filter
def exact_money(pence: int | None) -> str:
    """Write pence to the penny, for ledgers: ``£1,250.00``."""
    return "" if pence is None else exact_pounds(pence)


@register.filter
def big_money(pence: int | None) -> str:
    """Write large sums in words for a headline: ``£18.4 million``, ``£1.2 billion``; smaller ones in full."""
    if pence is None:
        return ""
    tenths_of_million, half = divmod(abs(pence), 10_000_000)
    tenths_of_million += half >= 5_000_000
    if tenths_of_million < 10:
        return pounds(pence)
    sign = "-" if pence < 0 else ""
    if tenths_of_million >= 10_000:
        return gettext("%(sign)s£%(number)s billion") % {"sign": sign, "number": _tenths(tenths_of_million // 1_000)}
    return gettext("%(sign)s£%(number)s million") % {"sign": sign, "number": _tenths(tenths_of_million)}


def _tenths(count: int) -> str:
    whole, tenth = divmod(count, 10)
    return f"{whole:,}.{tenth}" if tenth and whole < 1_000 else f"{whole:,}"


@register.filter
def number(count: int | None) -> str:
    """Write a whole number with commas: ``436,578``."""
    return "" if count is None else f"{count:,}"


@register.filter
def bdi(text: object) -> SafeString:
    """Keep a reference, postcode or phone number readable inside text of either direction."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def code(text: str) -> SafeString:
    """Write an 8-character code as two sayable blocks: ``K7T4 9MXP``."""
    plain = str(text).replace(" ", "").replace("-", "")
    return bdi(f"{plain[:4]} {plain[4:]}" if len(plain) == 8 else text)


# Days and times ----------------------------------------------------------------------------------


def _london(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(LONDON)
    return moment


def _weekday(day_: date) -> str:
    name = str(WEEKDAYS[day_.weekday()])
    # Welsh writes the word for "day" small inside a sentence: dydd Gwener.
    return name[0].lower() + name[1:] if name.startswith("Dydd ") else name


@register.filter
def day(moment: date | datetime | None) -> str:
    """Write a day in full, in London: ``Friday 5 March 2027``. Begin a Welsh line with ``|capfirst``."""
    if not moment:
        return ""
    local = _london(moment)
    return f"{_weekday(local)} {local.day} {MONTHS[local.month]} {local.year}"


@register.filter
def day_and_month(moment: date | datetime | None) -> str:
    """Write a day without its year, where the year stands nearby: ``Friday 5 March``."""
    if not moment:
        return ""
    local = _london(moment)
    return f"{_weekday(local)} {local.day} {MONTHS[local.month]}"


@register.filter
def short_day(moment: date | datetime | None) -> str:
    """Write a day for staff tables: ``Fri 5 March``."""
    if not moment:
        return ""
    local = _london(moment)
    return f"{_weekday(local).removeprefix('dydd ')[:3]} {local.day} {MONTHS[local.month]}"


@register.filter
def month(moment: date | datetime | None) -> str:
    """Write a month: ``March 2027``."""
    if not moment:
        return ""
    local = _london(moment)
    return f"{MONTHS[local.month]} {local.year}"


@register.filter
def clock(moment: datetime | None) -> str:
    """Write a London time of day: ``5pm``, ``2.14pm``, ``midday``, ``midnight``."""
    if not moment:
        return ""
    local = moment.astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return gettext("midnight")
    if (local.hour, local.minute) == (12, 0):
        return gettext("midday")
    hour, minutes = local.hour % 12 or 12, f".{local.minute:02d}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def when(moment: datetime | None) -> str:
    """Write a moment in full: ``5pm on Friday 5 March 2027``."""
    if not moment:
        return ""
    day_words = day(moment)
    if get_language() == "cy" and day_words.startswith("dydd "):
        day_words = "d" + day_words  # "on" a day softens it: ddydd Gwener
    return gettext("%(time)s on %(day)s") % {"time": clock(moment), "day": day_words}


# Forms -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """One line of the error summary; ``target`` is the id of the first input of its field, or empty."""

    text: str
    target: str


def first_input(field: BoundField) -> str:
    """Return the id of a field's first input, where its line of the error summary must lead."""
    identifier = str(field.auto_id or "")
    return f"{identifier}_0" if identifier and field.use_fieldset else identifier


@register.simple_tag(takes_context=True)
def mistakes(context: template.Context, *only: Any) -> list[Mistake]:
    """List what is wrong on the page: in the given forms, or in ``form``, ``forms`` and ``formset`` of the context."""
    found = only or (context.get("form"), *(context.get("forms") or ()), context.get("formset"))
    once = {id(form): form for form in found if form is not None and form != ""}  # a page may name one form twice
    return [mistake for form in once.values() for mistake in _mistakes_of(form)]


def _mistakes_of(form: Any) -> Iterable[Mistake]:
    if not getattr(form, "is_bound", False) or not hasattr(form, "errors"):
        return
    if hasattr(form, "forms"):  # a formset
        for text in form.non_form_errors():
            yield Mistake(str(text), "")
        for inner in form.forms:
            yield from _mistakes_of(inner)
        return
    for text in form.non_field_errors():
        yield Mistake(str(text), getattr(form, "error_target", ""))
    for name in form.errors:
        if name in form.fields:
            for text in form[name].errors:
                yield Mistake(str(text), "" if form[name].is_hidden else first_input(form[name]))


register.filter("first_input", first_input)


# The page's own links ----------------------------------------------------------------------------


@dataclass(frozen=True)
class LanguageLink:
    """This page in one language; ``name`` is the language's own name for itself."""

    code: str
    tag: str
    name: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[LanguageLink]:
    """List this very page in every language, the query string kept."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request else "/"
    now = get_language() or settings.LANGUAGE_CODE
    kept: tuple[str, list[LanguageLink]] | None = getattr(request, "language_links", None)
    if kept is not None and kept[0] == now:  # head and foot ask for the same; to resolve an address takes a while
        return kept[1]
    links = [
        LanguageLink(
            code=language,
            tag=LANGUAGE_TAGS.get(language, language),
            name=name,
            url=here if language == now else _in_language(request, here, language),
            current=language == now,
        )
        for language, name in settings.LANGUAGES
    ]
    if request is not None:
        request.language_links = (now, links)  # type: ignore[attr-defined]  # kept for the length of one page
    return links


def _in_language(request: HttpRequest | None, here: str, language: str) -> str:
    """Return this page's address in another language; the page knows its route, so nothing is resolved again."""
    match = getattr(request, "resolver_match", None)
    if match is None or not match.url_name:
        return translate_url(here, language)
    with override(language):
        try:
            path = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        except NoReverseMatch:
            return here
    return urlsplit(here)._replace(path=path).geturl()


@register.simple_tag
def language_tag() -> str:
    """Return the page's language for ``<html lang>``: ``en-GB``."""
    now = get_language() or settings.LANGUAGE_CODE
    return LANGUAGE_TAGS.get(now, now)


@register.simple_tag
def draft_words_used() -> bool:
    """Tell whether the page so far has shown a draft translation."""
    return drafts.draft_words_used()


@register.simple_tag(takes_context=True)
def staff_menu(context: template.Context) -> staff.StaffMenu:
    """Lay out the staff menu of the person who is signed in, for the page that names its entry in ``staff_nav``."""
    user = context.get("user")
    links = staff.menu_of(user) if user is not None and user.is_authenticated else []
    return staff.menu_on_page(links, here=context.get("staff_nav") or "")


@register.simple_tag
def route(name: str, *args: Any, **kwargs: Any) -> str:
    """Return a route's address, or nothing when this installation has no such page."""
    if args or kwargs:
        return _route(name, args, kwargs)
    # Head and foot ask for the same dozen on every page: kept with the resolver, and gone with it.
    kept = get_resolver(get_urlconf()).__dict__.setdefault("plain_routes", {})
    key = name, get_language(), get_script_prefix()
    if key not in kept:
        kept[key] = _route(name, (), {})
    return str(kept[key])


def _route(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


class KeptNode(template.Node):
    """A part of the page that only depends on the language and on what its tag names; see ``kept``."""

    def __init__(self, nodelist: template.NodeList, names: Sequence[template.base.FilterExpression]) -> None:
        self.nodelist = nodelist
        self.names = names

    def render(self, context: template.Context) -> SafeString:
        resolver = get_resolver(get_urlconf())
        found = resolver.__dict__.setdefault("kept_parts", WeakKeyDictionary()).setdefault(self, {})
        key = get_language(), get_script_prefix(), *(name.resolve(context) for name in self.names)
        if key not in found:
            before = drafts.draft_words_used()
            drafts.forget_draft_words()
            found[key] = self.nodelist.render(context), drafts.draft_words_used()
            drafts.note_draft_words(before)
        text: SafeString
        text, has_drafts = found[key]
        drafts.note_draft_words(has_drafts)
        return text


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> KeptNode:
    """Draw what stands between ``{% kept nav %}`` and ``{% endkept %}`` once for each language and value of ``nav``.

    Only for parts of head and foot that hold nothing of the visitor and few values: it is kept as long as the process.
    """
    names = [parser.compile_filter(name) for name in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, names)


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """Return this page's query string with some parameters changed; an empty value takes one out."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path
