"""What the pages of fund-holders show, put together from offers and agreements."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from communities.models import (
    Area,
    AreaLevel,
    Capacity,
    FeeBasis,
    FundHolder,
    Group,
    HoldingAgreement,
    Side,
    User,
)
from communities.services.holdings import money_left, version_in_force
from communities.states import AgreementState
from communities.wording import clause_words
from renewal.kernel.money import pounds
from renewal.kernel.parts import Event, Fact
from renewal.kernel.templatetags.page import day

STATE_KINDS = {"asked": "calm", "offered": "wait", "active": "good", "frozen": "wait"}


def fee_words(basis: str, permille: int, pence: int) -> str:
    """Write a fee in words: its basis, and how much."""
    percent = f"{permille / 10:g}%"
    return {
        FeeBasis.ON_RECEIPT: _("%(percent)s of money as it arrives") % {"percent": percent},
        FeeBasis.ON_SPEND: _("%(percent)s of money as it is spent") % {"percent": percent},
        FeeBasis.FIXED: _("%(sum)s for each award") % {"sum": pounds(pence)},
        FeeBasis.WAIVED: _("No fee"),
    }[FeeBasis(basis)]


def support_words(pence: int, words: str) -> str:
    if not pence:
        return _("None")
    return _("%(sum)s a year: %(words)s") % {"sum": pounds(pence), "words": words} if words else pounds(pence)


def days_words(count: int) -> str:
    return ngettext("Within %(count)d day", "Within %(count)d days", count) % {"count": count}


def offer_facts(holder: FundHolder) -> list[Fact]:
    """Write what a fund-holder offers."""
    return [
        Fact(_("Fee"), fee_words(holder.fee_basis, holder.fee_permille, holder.fee_pence)),
        Fact(_("Support, paid for apart"), support_words(holder.support_pence, holder.support_words)),
        Fact(_("The most for one award"), pounds(holder.most_award_pence)),
        Fact(_("Pays"), days_words(holder.pays_in_days)),
        Fact(_("How it holds the money"), holder.get_capacity_display()),
        Fact(_("What it asks for"), holder.asks_for),
    ]


def terms_facts(terms: dict[str, Any]) -> list[Fact]:
    """Write the terms of one version of an agreement."""
    return [
        Fact(_("What the money is for"), terms["purpose"]),
        Fact(_("About how much"), pounds(terms["amount_pence"])),
        Fact(_("Fee"), fee_words(terms["fee_basis"], terms["fee_permille"], terms["fee_pence"])),
        Fact(_("Support, paid for apart"), support_words(terms["support_pence"], terms["support_words"])),
        Fact(_("The most for one award"), pounds(terms["most_award_pence"])),
        Fact(_("Pays"), days_words(terms["pays_in_days"])),
        Fact(_("How it holds the money"), Capacity(terms["capacity"]).label),
        Fact(_("What it asks for"), terms["asks_for"]),
    ]


def holders_for(group: Group) -> QuerySet[FundHolder]:
    """Fund-holders a group may ask, with how many groups each has in force."""
    return (
        FundHolder.objects.offering()
        .serving(group.area)
        .exclude(group=group)
        .select_related("group")
        .with_holding()
        .order_by("group__name", "id")
    )


def comparison(group: Group) -> dict[str, Any]:
    """Gather the offers side by side, and where the group's requests stand."""
    agreements = list(group.holdings.select_related("holder__group"))
    open_with = {row.holder_id for row in agreements if row.state in ("asked", "offered", "active", "frozen")}
    offers = [
        {
            "holder": holder,
            "name": holder.group.name,
            "facts": offer_facts(holder),
            "is_full": holder.holding >= holder.most_groups,
            "is_open": holder.pk in open_with,
        }
        for holder in holders_for(group)
    ]
    return {
        "group": group,
        "offers": offers,
        "agreements": [_row(row) for row in agreements],
        "wishes": list(group.holder_wishes.filter(used_at=None).select_related("holder__group")),
        "needs_holder": group.is_informal,
    }


def _row(row: HoldingAgreement) -> dict[str, Any]:
    text = ""
    if row.state == AgreementState.ASKED:
        text = _("An answer is due by %(day)s.") % {"day": day(row.due_on)}
    elif row.state == AgreementState.DECLINED:
        text = f"{row.get_ground_display()}. {row.ground_words}"
    elif row.state == AgreementState.OFFERED:
        text = _("Read the terms and sign them.")
    return {
        "agreement": row,
        "name": row.holder.group.name,
        "status": row.get_state_display(),
        "kind": STATE_KINDS.get(row.state, ""),
        "text": text,
    }


def agreement_page(agreement: HoldingAgreement, *, side: str, user: User) -> dict[str, Any]:
    """Gather one agreement for one side: newest terms, what is in force, signatures, history, what can be done now."""
    versions = list(agreement.versions.prefetch_related("signatures__signed_by"))
    newest = versions[0] if versions else None
    signed = {row.side for row in newest.signatures.all()} if newest else set()
    in_force = version_in_force(agreement)
    can_sign = newest is not None and side not in signed and agreement.state in ("offered", "active")
    left = money_left(agreement)
    is_group = side == Side.GROUP
    return {
        "agreement": agreement,
        "group": agreement.group,
        "holder": agreement.holder.group,
        "side": side,
        "is_group": is_group,
        "status": agreement.get_state_display(),
        "status_kind": STATE_KINDS.get(agreement.state, ""),
        "newest": newest,
        "terms": terms_facts(newest.terms) if newest else [],
        "clauses": [clause_words(code) for code in newest.terms["clauses"]] if newest else [],
        "signatures": [
            (Side(row.side).label, str(row.signed_by), row.signed_at, row.helped_id is not None)
            for row in (newest.signatures.all() if newest else [])
        ],
        "in_force": in_force,
        "is_newer": in_force is not None and newest is not None and in_force.pk != newest.pk,
        "can_sign": can_sign,
        "can_answer": not is_group and agreement.state == AgreementState.ASKED,
        "can_withdraw": is_group and agreement.state in ("asked", "offered"),
        "can_end": agreement.state == AgreementState.ACTIVE,
        "is_frozen": agreement.state == AgreementState.FROZEN,
        "left": left,
        "history": history(agreement, versions),
        "purpose": agreement.purpose,
        "urls": _urls(agreement, is_group),
    }


def _urls(agreement: HoldingAgreement, is_group: bool) -> dict[str, str]:
    if is_group:
        args = [agreement.group.slug, agreement.pk]
        own = ("sign", "withdraw", "end", "finish")
        return {name: reverse(f"communities:agreement_{name}", args=args) for name in own}
    names = ("sign", "agree", "decline", "terms", "end", "finish")
    return {name: reverse(f"communities:holder_{name}", args=[agreement.pk]) for name in names}


def history(agreement: HoldingAgreement, versions: list[Any]) -> list[Event]:
    """Tell what happened, newest first."""
    told = [(agreement.asked_at, _("Asked"), str(agreement.asked_by))]
    for version in versions:
        told.append((version.written_at, _("Terms, version %(number)d") % {"number": version.number}, ""))
        told += [
            (row.signed_at, _("Signed"), f"{row.signed_by}, {Side(row.side).label}") for row in version.signatures.all()
        ]
    if agreement.state == AgreementState.DECLINED and agreement.answered_at:
        told.append((agreement.answered_at, _("Declined"), str(agreement.get_ground_display())))
    if agreement.active_from:
        told.append((agreement.active_from, _("In force"), ""))
    if agreement.ended_at:
        told.append((agreement.ended_at, _("Ended"), agreement.freeze_reason))
    told.sort(key=lambda row: row[0], reverse=True)
    return [Event(title, ", ".join(filter(None, (day(at), text)))) for at, title, text in told]


def end_intro(other: HoldingAgreement | None) -> str:
    """Say what ending means, and where the money goes."""
    if other is None:
        return _("Payments stop at once. The money moves first; the agreement ends when nothing is left under it.")
    return _("Payments stop at once. Your money moves to %(holder)s; then the agreement ends.") % {
        "holder": other.holder.group.name
    }


def home(user: User, *, now: datetime) -> dict[str, Any]:
    """Gather what a fund-holder's people have to do: requests first, then groups, then what is ending."""
    holders = list(FundHolder.objects.of_member(user).select_related("group"))
    rows = list(
        HoldingAgreement.objects.filter(holder__in=holders)
        .open()
        .select_related("group__area", "holder__group")
        .order_by("due_on", "id")
    )
    language = get_language() or "en"

    def shaped(*states: str) -> list[dict[str, Any]]:
        return [
            {
                "agreement": row,
                "name": row.group.name,
                "place": row.group.area.name_in(language),
                "url": reverse("communities:holder_group", args=[row.pk]),
                "amount_pence": row.amount_pence,
                "due_on": row.due_on,
            }
            for row in rows
            if row.state in states
        ]

    mine = Group.objects.of_owner(user).active().exclude(legal_form="informal").filter(fund_holder=None)
    return {
        "holders": holders,
        "requests": shaped("asked"),
        "unsigned": shaped("offered"),
        "groups": shaped("active"),
        "ending": shaped("frozen"),
        "could_offer": list(mine.order_by("name", "id")),
    }


def areas_to_serve(group: Group) -> "QuerySet[Area]":
    """Areas an organisation may say it serves: its own, and its authority's neighbourhoods and the authority."""
    codes = group.area.chain_codes
    authority = next(
        (area for area in Area.objects.filter(code__in=codes) if area.level == AreaLevel.AUTHORITY), group.area
    )
    return Area.objects.filter(path__startswith=authority.path, valid_to=None).order_by("level", "name", "code")


def offered(holder: FundHolder | None) -> dict[str, Any]:
    """Return what an organisation offers now, for its form."""
    if holder is None:
        return {"capacity": Capacity.AGENT, "pays_in_days": 10, "support_pence": 0}
    names = ("capacity", "fee_basis", "most_award_pence", "most_groups", "pays_in_days", "asks_for")
    facts = {name: getattr(holder, name) for name in (*names, "fee_pence", "support_pence", "support_words")}
    areas = list(holder.areas.values_list("pk", flat=True))
    return facts | {"areas": areas, "fee_percent": f"{holder.fee_permille / 10:g}"}
