"""An informal group applies through a fund-holder, within the limits of both (G§4.5)."""

import pytest

from communities.models import FundHolder, HoldingAgreement
from funding.services import applications, projects
from tests.factories.applications import line, problems, show_purpose, sign
from tests.factories.projects import NOW, make_group, make_member

pytestmark = pytest.mark.django_db


def test_g_4_5_a1_an_informal_group_applies_through_a_fund_holder_and_needs_no_incorporation(round_):
    """G-4.5-A1."""
    group = make_group(round_.area, "allotments", legal_form="informal")
    kelly, dev = make_member(group, "Kelly"), make_member(group, "Dev")
    show_purpose(group, kelly)
    project = projects.start_project(
        round_id=round_.pk, group_id=group.pk, title="Beds", language="en", actor=kelly, now=NOW
    )
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Timber", 300_000)])
    applications.write_shares(project_id=project.pk, actor=kelly, shares={round_.area_id: 100})

    assert problems(project, kelly) == ["no_holder"]

    hold(group, kelly, most=500_000)
    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=dev, now=NOW)

    project.refresh_from_db()
    assert (project.state, group.legal_form, group.identifiers.count()) == ("sent", "informal", 0)


def hold(group, kelly, *, most):
    """Put an agreement in force with a charity that looks after awards up to a sum."""
    trust = make_group(group.area, "trust", legal_form="charity")
    holder = FundHolder.objects.create(
        group=trust, fee_basis="waived", most_award_pence=most, most_groups=9, pays_in_days=5, asks_for="Receipts",
        offered_at=NOW,
    )  # fmt: skip
    return HoldingAgreement.objects.create(
        group=group, holder=holder, state="active", purpose="Beds", amount_pence=most, asked_by=kelly, asked_at=NOW,
        due_on=NOW.date(), answered_at=NOW, active_from=NOW,
    )  # fmt: skip


def informal_project(round_, pence):
    group = make_group(round_.area, "allotments", legal_form="informal")
    kelly = make_member(group, "Kelly")
    show_purpose(group, kelly)
    project = projects.start_project(
        round_id=round_.pk, group_id=group.pk, title="Beds", language="en", actor=kelly, now=NOW
    )
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Timber", pence)])
    applications.write_shares(project_id=project.pk, actor=kelly, shares={round_.area_id: 100})
    return project, kelly


def test_limits_of_the_holder_and_of_informal_groups_hold_to_the_penny_when_a_project_is_sent(round_):
    project, kelly = informal_project(round_, 400_001)
    hold(project.group, kelly, most=400_000)

    assert problems(project, kelly) == ["over_holder"]
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Timber", 400_000)])
    sign(project, kelly)


def test_an_informal_group_asks_for_at_most_the_sum_of_its_rule(round_):
    project, kelly = informal_project(round_, 500_001)
    hold(project.group, kelly, most=9_000_000)

    assert problems(project, kelly) == ["over_informal"]
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Timber", 500_000)])
    sign(project, kelly)


def test_the_signed_terms_of_an_agreement_bound_what_is_sent_not_a_later_offer(round_):
    from communities.models import AgreementSignature, AgreementVersion

    project, kelly = informal_project(round_, 300_000)
    agreement = hold(project.group, kelly, most=200_000)
    boss = make_member(agreement.holder.group, "Boss")
    version = AgreementVersion.objects.create(
        agreement=agreement, number=1, terms={"most_award_pence": 300_000}, digest="0" * 64, written_by=boss,
        written_at=NOW,
    )  # fmt: skip
    AgreementSignature.objects.create(version=version, side="holder", signed_by=boss, signed_at=NOW)

    assert problems(project, kelly) == ["over_holder"]
    AgreementSignature.objects.create(version=version, side="group", signed_by=kelly, signed_at=NOW)
    sign(project, kelly)
