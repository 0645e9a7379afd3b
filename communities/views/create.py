"""Register a group, one thing a page; what was typed is kept until it is sent."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.access import SignedInRequest, signed_in
from communities.forms.groups import (
    AimsForm,
    ContactsForm,
    HelpedContactsForm,
    HelpedRegisterForm,
    KindForm,
    NameForm,
    PlaceForm,
    ReachForm,
    RegisterForm,
)
from communities.models import Area, Group, GroupRole, Helper, LegalForm
from communities.queries import LookUpState, area_of_postcode, authority_of
from communities.services.groups import ContactDraft, GroupDraft, check_contacts, check_name, register_group
from communities.services.helped_deeds import register_for_group
from communities.views.parts import form_for, settle
from renewal.kernel.clock import london_day
from renewal.kernel.parts import Fact
from renewal.kernel.web import go_to, render_page

DRAFT = "group-draft"  # session key
STEPS = ("name", "kind", "place", "reach", "aims", "contacts", "check")


def is_helper(request: SignedInRequest) -> bool:
    """Tell whether the person is registering somebody else's group as an accredited helper."""
    draft = request.session.get(DRAFT, {})
    return (
        bool(draft.get("helped"))
        and Helper.objects.filter(user=request.user).accredited(on=london_day(timezone.now())).exists()
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def group_create(request: SignedInRequest, step: str) -> HttpResponse:
    """Ask one thing, keep the answer in the session, go on to the next; the last page registers."""
    if step not in STEPS:
        raise Http404
    draft: dict[str, Any] = request.session.get(DRAFT, {})
    if step == "check":
        return _check(request, draft)
    if step == "reach" and not draft.get("areas"):
        return go_to(request, "communities:group_create", "place")
    form = _form_of(request, step, draft)
    if request.method == "POST" and settle(form, lambda said: _keep(request, step, said, draft)):
        request.session[DRAFT] = draft
        return go_to(request, "communities:group_create", _next_step(request, step, draft))
    context = {
        "form": form,
        "step": step,
        "number": STEPS.index(step) + 1,
        "of": len(STEPS),
        "back_url": _back(step),
        "single": len(form.fields) == 1,
        "helped": is_helper(request),
    }
    return render_page(request, "communities/group_create.html", context, status=422 if form.is_bound else 200)


def _form_of(request: SignedInRequest, step: str, draft: dict[str, Any]) -> Form:
    if step == "reach":
        areas = list(Area.objects.filter(code__in=draft["areas"]))
        areas.sort(key=lambda area: draft["areas"].index(area.code))
        return form_for(request, ReachForm, areas=areas, initial=draft)
    kinds: dict[str, Any] = {
        "name": NameForm,
        "kind": KindForm,
        "place": PlaceForm,
        "aims": AimsForm,
        "contacts": HelpedContactsForm if is_helper(request) else ContactsForm,
    }
    initial = draft if draft or step != "contacts" else {}
    if step == "contacts" and not draft.get("first_name") and not is_helper(request):
        initial = {"first_name": request.user.name, "first_email": request.user.email}
    return form_for(request, kinds[step], initial=initial)


def _keep(request: SignedInRequest, step: str, said: dict[str, Any], draft: dict[str, Any]) -> None:
    """Check what can be checked now and put it into the draft; of a postcode only the areas are kept."""
    if step == "name":
        check_name(said["name"], different=said["different"])
    if step == "contacts":
        check_contacts(_contacts(said))
    if step == "place":
        found = area_of_postcode(said["postcode"], on=london_day(timezone.now()))
        areas = found.areas or found.nearby
        authorities = [authority_of(area) for area in areas[:1]]
        draft["areas"] = [area.code for area in (*areas, *authorities) if area is not None]
        draft["place_found"] = found.state == LookUpState.FOUND
        draft.pop("area_id", None)
        return
    draft |= {name: value for name, value in said.items() if name != "unrelated"}


def _contacts(said: dict[str, Any]) -> list[ContactDraft]:
    return [
        ContactDraft(
            said[f"{which}_name"],
            said.get(f"{which}_email", ""),
            said.get(f"{which}_phone", ""),
            said.get(f"{which}_postal", ""),
        )
        for which in ("first", "second")
    ]


def _next_step(request: SignedInRequest, step: str, draft: dict[str, Any]) -> str:
    """Go on in order, or back to the check page when everything else is known."""
    if step == "place":
        if not draft["areas"]:
            messages.warning(
                request, _("We found no area for this postcode. Try another place where you meet, or call us.")
            )
            return "place"
        return "reach"
    return "check" if _first_missing(draft) is None else str(_first_missing(draft))


def _first_missing(draft: dict[str, Any]) -> str | None:
    needed = {"name": "name", "legal_form": "kind", "area_id": "place", "aims": "aims", "first_name": "contacts"}
    return next((step for name, step in needed.items() if not draft.get(name)), None)


def _back(step: str) -> str:
    if step == "name":
        return reverse("communities:group_start")
    before = STEPS[STEPS.index(step) - 1]
    return reverse("communities:group_create", args=[before])


def _check(request: SignedInRequest, draft: dict[str, Any]) -> HttpResponse:
    missing = _first_missing(draft)
    if missing is not None:
        return go_to(request, "communities:group_create", missing)
    helped = is_helper(request)
    form = form_for(request, HelpedRegisterForm if helped else RegisterForm)
    made: list[Any] = []
    if request.method == "POST" and settle(form, lambda said: made.append(_register(request, draft, said, helped))):
        request.session.pop(DRAFT, None)
        group = made[0]
        if helped:
            words = _("%(group)s is registered. It gets a letter or e-mail with a code, and confirms.")
            messages.success(request, words % {"group": group.name})
        else:
            messages.success(request, _("%(group)s is registered.") % {"group": group.name})
        return go_to(request, "communities:group_home", group.slug)
    context = {"form": form, "facts": _facts(draft), "number": len(STEPS), "of": len(STEPS), "back_url": _back("check")}
    return render_page(request, "communities/group_check.html", context, status=422 if form.is_bound else 200)


def _register(request: SignedInRequest, draft: dict[str, Any], said: dict[str, Any], helped: bool) -> Group:
    whole = GroupDraft(
        name=draft["name"],
        legal_form=draft["legal_form"],
        area_id=draft["area_id"],
        aims=draft["aims"],
        contacts=_contacts(draft),
        roles=draft.get("roles", []),
        website=draft.get("website", ""),
        language=request.LANGUAGE_CODE,
        different=draft.get("different", ""),
        not_a_party=said["not_a_party"],
    )
    if helped:
        return register_for_group(draft=whole, route=said["route"], actor=request.user, now=timezone.now())[0]
    return register_group(draft=whole, actor=request.user, now=timezone.now())


def _facts(draft: dict[str, Any]) -> list[Fact]:
    """Write the answers for checking, each with a link to change it."""
    area = Area.objects.get(pk=draft["area_id"])

    def fact(label: str, value: object, step: str) -> Fact:
        return Fact(label, value, reverse("communities:group_create", args=[step]))

    roles = ", ".join(str(GroupRole(role).label) for role in draft.get("roles", []))
    reach = [
        ", ".join(filter(None, (contact.name, contact.email, contact.phone, contact.postal)))
        for contact in _contacts(draft)
    ]
    return [
        fact(_("Name"), draft["name"], "name"),
        fact(_("Kind of group"), LegalForm(draft["legal_form"]).label, "kind"),
        fact(_("What you do for your place"), roles or _("Not given"), "kind"),
        fact(_("Area"), area.name_in(get_language() or "en"), "place"),
        fact(_("What it is for"), draft["aims"], "aims"),
        fact(_("Website"), draft.get("website") or _("None"), "aims"),
        fact(_("First contact"), reach[0], "contacts"),
        fact(_("Second contact"), reach[1], "contacts"),
    ]
