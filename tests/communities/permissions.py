"""Who may open the pages of areas, groups and fund-holders (P1)."""

from tests.communities.worlds import build
from tests.support.catalogue import Row

__all__ = ["ROWS", "build"]


def of_group(w):
    return {"group": w.group.slug}


def own(name, arguments=of_group, *, method="get", data=lambda w: {}, answer=200):
    """A page of one group: its members, and nobody else."""
    return Row(
        f"communities:{name}", arguments, method=method, data=data, stranger="sign-in", member=answer, others=404
    )


def of_holder(name, arguments, *, method="get", data=lambda w: {}, answer=200):
    """A page of one fund-holder: who acts for it, and nobody else."""
    return Row(
        f"communities:{name}", arguments, method=method, data=data, stranger="sign-in", holder=answer, others=404
    )


def signed_in(name, arguments=lambda w: {}, *, method="get", data=lambda w: {}, answer=200):
    return Row(f"communities:{name}", arguments, method=method, data=data, stranger="sign-in", others=answer)


def agreement(w):
    return {"group": w.group.slug, "pk": w.asked.pk}


def holding(w):
    return {"pk": w.asked.pk}


OFFICERS = (
    "reviewer", "lead", "counting", "finance", "auditor", "other_reviewer", "other_lead", "other_counting",
    "other_finance", "other_auditor", "steward",
)  # fmt: skip


def by_officers(name, arguments=lambda w: {}, *, method="get", answer=200):
    answers = dict.fromkeys(OFFICERS, answer)
    return Row(f"communities:{name}", arguments, method=method, stranger="sign-in", others=404, **answers)


def form_of_group(name, arguments=of_group):
    """A page of one group with a form: an empty post is told what is missing."""
    return [own(name, arguments), own(name, arguments, method="post", answer=422)]


def form_of_holder(name, arguments):
    return [of_holder(name, arguments), of_holder(name, arguments, method="post", answer=422)]


def of_pk(name):
    """Arguments: the group, and the id of something in the world."""
    return lambda w: {"group": w.group.slug, "pk": getattr(w, name).pk}


def press(name, thing, data=lambda w: {}):
    return own(name, of_pk(thing), method="post", data=data, answer=303)


CREATE = {"step": "name"}
OFFER = {"stranger": "sign-in", "others": 404}
ROWS = [
    Row("communities:area_find", others=200),
    Row("communities:area_find", method="post", data=lambda w: {"postcode": "x"}, others=422),
    Row("communities:area_split", others=303),
    Row("communities:area_detail", lambda w: {"area": w.area.slug}, others=200),
    Row("communities:group_list", others=200),
    Row("communities:group_start", others=200),
    Row("communities:group_start", method="post", others=422),
    Row("communities:group_detail", of_group, others=200),
    signed_in("my_groups"),
    signed_in("group_create", lambda w: CREATE),
    signed_in("group_create", lambda w: CREATE, method="post", answer=422),
    signed_in("group_create", lambda w: {"step": "check"}, answer=303),
    Row(
        "communities:invitation_answer",
        lambda w: {"pk": w.invitation.pk},
        method="post",
        data=lambda w: {"answer": "no"},
        stranger="sign-in",
        person=303,
        others=404,
    ),
    own("group_home"),
    *form_of_group("group_change"),
    own("group_close"),
    own("group_close", method="post", answer=422),  # an agreement stands in the way
    *form_of_group("group_join"),
    Row("communities:merge_answer", lambda w: {"pk": 0}, method="post", stranger="sign-in", others=404),
    *form_of_group("people"),
    *form_of_group("contacts"),
    press("member_role", "membership", lambda w: {"role": "editor"}),
    press("member_end", "membership"),
    press("invitation_withdraw", "invitation"),
    *form_of_group("governance"),
    *form_of_group("safeguarding"),
    *form_of_group("evidence"),
    press("evidence_withdraw", "evidence"),
    *form_of_group("numbers"),
    press("number_remove", "number"),
    *form_of_group("interests"),
    press("interest_end", "interest"),
    own("choose_fund_holder"),
    *form_of_group("holder_ask", of_pk("other_holder")),
    own("agreement", of_pk("asked")),
    own("agreement_sign", of_pk("asked"), method="post", data=lambda w: {"version": "0"}, answer=404),
    press("agreement_withdraw", "asked"),
    *form_of_group("agreement_end", of_pk("asked")),
    press("agreement_finish", "asked"),
    *form_of_group("listing_new"),
    press("listing_move", "listing"),
    press("helped_answer", "step"),
    own("help_route", method="post", data=lambda w: {"route": "phone"}, answer=303),
    signed_in("holder_home"),
    Row("communities:holder_offer", lambda w: {"group": w.holder.group.slug}, holder=200, **OFFER),
    Row("communities:holder_offer", lambda w: {"group": w.holder.group.slug}, method="post", holder=422, **OFFER),
    of_holder("holder_move", lambda w: {"pk": w.holder.pk}, method="post", answer=303),
    of_holder("holder_group", holding),
    of_holder("holder_agree", holding),
    of_holder("holder_agree", holding, method="post", answer=303),
    *form_of_holder("holder_decline", holding),
    *form_of_holder("holder_terms", holding),
    of_holder("holder_sign", holding, method="post", data=lambda w: {"version": "0"}, answer=404),
    *form_of_holder("holder_end", holding),
    of_holder("holder_finish", holding, method="post", answer=303),
    Row("communities:listing_list", others=200),
    Row("communities:listing_detail", lambda w: {"pk": w.listing.pk}, others=200),
    Row(
        "communities:listing_detail",
        lambda w: {"pk": w.listing.pk},
        method="post",
        stranger="sign-in",
        member=303,
        others=422,
    ),
    signed_in("conversation_list"),
    Row("communities:conversation", lambda w: {"pk": w.conversation.pk}, person=200, member=200, **OFFER),
    Row(
        "communities:conversation", lambda w: {"pk": w.conversation.pk}, method="post", person=422, member=422, **OFFER
    ),
    *form_of_group("conversation_thank", lambda w: {"pk": w.conversation.pk}),
    by_officers("helper_home"),
    Row("communities:helper_home", method="post", reviewer=303, **OFFER),
    by_officers("helped_confirm", lambda w: {"pk": w.step.pk}),
    by_officers("helped_confirm", lambda w: {"pk": w.step.pk}, method="post", answer=422),
    by_officers("evidence_see", lambda w: {"pk": w.evidence.pk}, method="post", answer=303),
]
