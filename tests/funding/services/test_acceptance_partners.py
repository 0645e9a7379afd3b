"""Partners split the sum and each signs for its own; a supplier above the set amount shows its purpose (G§4.11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from funding.application_pages import tasks_of
from funding.models import Partner, PartnerCheck
from funding.queries.partners import partner_lines, waiting_pence
from funding.rules import applications as rules
from funding.services import applications, declarations, projects
from funding.services.partner_checks import check_partner
from renewal.kernel.models import Notice
from tests.factories.applications import line, problems, show_purpose, sign
from tests.factories.projects import NOW, make_group, make_member, make_officer

pytestmark = pytest.mark.django_db


def test_g_4_11_a1_a2_partners_split_the_sum_and_each_signs_in_its_own_account(writing, round_):
    """G-4.11-A1, G-4.11-A2."""
    project, kelly, _ = writing
    cooks = make_group(round_.area, "cooks", legal_form="charity")
    cook = make_member(cooks, "Cook")
    show_purpose(cooks, cook)
    applications.write_partners(project_id=project.pk, actor=kelly, partners={cooks.pk: ("Cooks", 300_001)}, now=NOW)

    assert problems(project, kelly) == ["parts_do_not_add_up", "partner_not_signed"]

    applications.write_partners(project_id=project.pk, actor=kelly, partners={cooks.pk: ("Cooks", 100_000)}, now=NOW)
    partner = Partner.objects.get(left_at__isnull=True)
    with pytest.raises(projects.NotAMember):
        applications.sign_as_partner(partner_id=partner.pk, actor=kelly, now=NOW)
    applications.sign_as_partner(partner_id=partner.pk, actor=cook, now=NOW)
    assert rules.lead_part(project.cost_pence, [rules.Split(100_000, True)]) + 100_000 == project.cost_pence
    sign(project, kelly)


def test_g_4_11_a3_a_partner_without_purpose_stops_its_own_share_alone_and_the_lead_hears(writing, round_):
    """G-4.11-A3."""
    project, kelly, dev = writing
    for name, share in (("cooks", 100_000), ("choir", 50_000)):
        group = make_group(round_.area, name, legal_form="charity")
        person = make_member(group, f"{name}-member")
        if name == "choir":
            show_purpose(group, person)
        partners = {one.group_id: (one.role, one.share_pence) for one in project.partners.all()}
        applications.write_partners(
            project_id=project.pk, actor=kelly, partners={**partners, group.pk: ("Helps", share)}, now=NOW
        )
        applications.sign_as_partner(partner_id=group.partnerships.get().pk, actor=person, now=NOW)

    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=dev, now=NOW)

    project.refresh_from_db()
    assert project.state == "sent"
    assert waiting_pence(partner_lines(project, on=NOW.date())) == 100_000
    told = Notice.objects.filter(kind="partner_waits", person_id=kelly.pk).get()
    assert "Cooks: It shows no social purpose yet." in told.body

    cooks = project.partners.get(group__slug="cooks").group
    show_purpose(cooks, kelly)
    assert waiting_pence(partner_lines(project, on=NOW.date())) == 0


def test_g_4_11_a3_an_officer_lets_one_share_wait_and_go_on_and_an_officer_with_a_link_cannot(writing, round_):
    """G-4.11-A3."""
    project, kelly, dev = writing
    cooks = make_group(round_.area, "cooks", legal_form="charity")
    show_purpose(cooks, make_member(cooks, "Cook"))
    sign(project, kelly)
    applications.declare_and_send(project_id=project.pk, actor=dev, now=NOW)
    partner = Partner.objects.create(project=project, group=cooks, role="Cooks", share_pence=700, invited_at=NOW)
    priya, owen = (make_officer(round_.convenor, name, declared=round_) for name in ("Priya", "Owen"))
    said = {"partner_id": partner.pk, "words": "The accounts are overdue.", "now": NOW}

    check_partner(finding="hold", actor=priya, **said)
    assert waiting_pence(partner_lines(project, on=NOW.date())) == 700
    assert "The accounts are overdue." in Notice.objects.get(kind="partner_waits", person_id=kelly.pk).body
    check_partner(finding="clear", actor=owen, **(said | {"now": NOW + timedelta(days=1)}))
    assert waiting_pence(partner_lines(project, on=NOW.date())) == 0

    declarations.declare_interest(project_id=project.pk, actor=priya, kind="family", words="", now=NOW)
    with pytest.raises(declarations.HasInterest):
        check_partner(finding="hold", actor=priya, **said)
    with pytest.raises(IntegrityError, match="declared an interest"), transaction.atomic():
        PartnerCheck.objects.create(partner=partner, finding="hold", words="No.", officer=priya, at=NOW)


def test_a_partner_is_asked_in_its_own_language_and_again_when_its_share_changes(writing, round_):
    project, kelly, _ = writing
    cooks = make_group(round_.area, "cooks", legal_form="charity")
    cook = make_member(cooks, "Cook")
    cook.language = "cy"
    cook.save()
    for share, later in ((100, 0), (100, 1), (200, 2)):
        applications.write_partners(
            project_id=project.pk, actor=kelly, partners={cooks.pk: ("Cooks", share)}, now=NOW + timedelta(hours=later)
        )

    told = Notice.objects.filter(kind="partner_asked", person_id=cook.pk)
    assert [notice.language for notice in told] == ["cy", "cy"]
    assert f"/cy/partners/{Partner.objects.get().pk}/" in told[0].body


def test_g_4_11_a4_a_partner_leaves_and_the_row_says_so(writing, round_):
    """G-4.11-A4."""
    project, kelly, _ = writing
    cooks = make_group(round_.area, "cooks", legal_form="charity")
    cook = make_member(cooks, "Cook")
    applications.write_partners(project_id=project.pk, actor=kelly, partners={cooks.pk: ("Cooks", 100)}, now=NOW)
    applications.sign_as_partner(partner_id=Partner.objects.get().pk, actor=cook, now=NOW)

    applications.write_partners(project_id=project.pk, actor=kelly, partners={cooks.pk: ("Cooks", 200)}, now=NOW)
    assert Partner.objects.get().signed_at is None  # a changed share must be signed again
    applications.write_partners(project_id=project.pk, actor=kelly, partners={}, now=NOW)

    assert Partner.objects.get().left_at == NOW


def test_a_supplier_above_the_set_amount_shows_its_social_purpose(writing):
    """Issue 6, part 4: to the penny, and as dated words."""
    project, kelly, _ = writing
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Roof", 2_000_000)])
    firm = {"name": "Roofers", "amount_pence": 1_000_001, "basis": "", "statement": "", "dated_on": None}
    applications.write_suppliers(project_id=project.pk, actor=kelly, suppliers=[firm])

    assert problems(project, kelly) == ["supplier_without_purpose"]
    shown = {"basis": "published", "statement": "Profit trains apprentices.", "dated_on": NOW.date()}
    applications.write_suppliers(project_id=project.pk, actor=kelly, suppliers=[firm | shown])
    sign(project, kelly)


def test_a_supplier_at_the_set_amount_needs_to_show_nothing_and_small_costs_ask_nothing(writing):
    project, kelly, _ = writing
    assert "suppliers" not in [task.key for task in tasks_of(project)]
    applications.write_lines(project_id=project.pk, actor=kelly, lines=[line("Roof", 2_000_000)])
    project.refresh_from_db()
    assert "suppliers" in [task.key for task in tasks_of(project)]
    firm = {"name": "Roofers", "amount_pence": 1_000_000, "basis": "", "statement": "", "dated_on": None}
    applications.write_suppliers(project_id=project.pk, actor=kelly, suppliers=[firm])

    sign(project, kelly)
