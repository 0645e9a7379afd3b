"""What a group can do with its projects without the internet: journeys, deeds that wait for its word, paper forms."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.models import HelpedStep
from communities.offline_ways import group_way
from communities.services.helped_steps import Effect, add_effect, add_journey
from funding.models import Project
from funding.services import appeals, applications, combining, projects, rejections
from renewal.kernel.offline import Sheet, add_sheet, add_way


def _apply(step: HelpedStep, now: datetime) -> None:
    """The group's word is the declaration that a second member gives online."""
    applications.declare_and_send(project_id=step.facts["project_id"], actor=step.helper.user, now=now, helped=step)


def _change(step: HelpedStep, now: datetime) -> None:
    from funding.application_pages import wrong_pages

    project = Project.objects.get(pk=step.facts["project_id"])
    applications.sign_off(
        project_id=project.pk, actor=step.helper.user, unfinished=wrong_pages(project), now=now, helped=step
    )


def _appeal(step: HelpedStep, now: datetime) -> None:
    facts = step.facts
    appeals.send_appeal(
        decision_id=facts["decision_id"], ground=facts["ground"], words=facts["words"], actor=step.helper.user,
        now=now, helped=step,
    )  # fmt: skip


def _partner(step: HelpedStep, now: datetime) -> None:
    applications.sign_as_partner(partner_id=step.facts["partner_id"], actor=step.helper.user, now=now, helped=step)


def _withdraw(step: HelpedStep, now: datetime) -> None:
    projects.withdraw_project(project_id=step.facts["project_id"], actor=step.helper.user, now=now)


def _right(step: HelpedStep, now: datetime) -> None:
    """Put a rejected project right, or take it to a panel; the day the group spoke to the helper counts."""
    facts = step.facts
    act = rejections.cure_project if facts["way"] == "cure" else rejections.appeal_rejection
    act(mandate_id=facts["mandate_id"], words=facts["words"], actor=step.helper.user, now=step.done_at)


def _combine(step: HelpedStep, now: datetime) -> None:
    """Offer a project to another group's, answer an offer, or take one back."""
    facts = step.facts
    said: dict[str, Any] = {"actor": step.helper.user, "now": now, "helped": step}
    if "into_id" in facts:
        combining.offer_to_combine(
            project_id=facts["project_id"], into_id=facts["into_id"], words=facts["words"], **said
        )
    elif facts["answer"] == "back":
        combining.take_offer_back(offer_id=facts["offer_id"], **said)
    elif facts["answer"] == "yes":
        combining.agree_to_combine(offer_id=facts["offer_id"], **said)
    else:
        combining.decline_to_combine(offer_id=facts["offer_id"], words=facts["words"], **said)


DEEDS: dict[str, Effect] = {
    "apply": _apply,
    "change": _change,
    "appeal": _appeal,
    "partner": _partner,
    "withdraw": _withdraw,
    "right": _right,
    "combine": _combine,
}
WORDS = {
    "apply": _("sent in a project"),
    "change": _("answered what the council asked to change"),
    "appeal": _("asked for a decision to be looked at again"),
    "partner": _("signed as a partner"),
    "withdraw": _("withdrew a project"),
    "combine": _("combined two projects, or answered about it"),
    "right": _("answered a public body’s no"),
}


def register() -> None:
    """Add the journeys of projects; called once when Django is ready."""
    from funding.forms.checks import AppealForm

    for key, deed in DEEDS.items():
        add_journey(key, WORDS[key])
        add_effect(key, deed)
    own = "funding:application_"
    for way in (
        group_way(
            "apply", _("Write a project and send it in"), 60, "funding:project_start", f"{own}task", f"{own}files",
            f"{own}check", f"{own}declare", f"{own}carry", f"{own}size", sheet="", waits=True,
        ),
        group_way("change", _("Answer what must change"), 62, f"{own}check", waits=True),
        group_way("partner", _("Sign as a partner"), 64, "funding:partner_sign", waits=True),
        group_way("appeal", _("Ask different people to look again"), 66, f"{own}appeal", sheet="appeal", waits=True),
        group_way("right", _("Put a rejected project right, or take it to a panel"), 67, "funding:mandate_right",
                  waits=True),
        group_way("combine", _("Combine two projects"), 69, f"{own}combine", "funding:combine_answer", waits=True),
        group_way("withdraw", _("Withdraw a project"), 68, f"{own}withdraw", waits=True),
    ):  # fmt: skip
        add_way(way)
    lead = _("Send it back within 20 working days of the decision, or read it to us on the phone.")
    add_sheet(
        Sheet("appeal", _("Ask different people to look again"), lead, lambda: [(_("Your appeal"), AppealForm())])
    )
