"""The checks of an award, and the money that lies under a fund-holder's agreement until it is paid (G§4.5, G§4.6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.urls import reverse

from communities.models import FundHolder, HoldingAgreement, SafeguardingProfile
from communities.services import holdings
from communities.services.groups import Moved
from funding.models import Account, Award, AwardHolding, Balance, Entry, RoundDeclaration
from funding.queries.gates import awards_to_confirm, gate_lines, gate_work
from funding.services import awards, declarations, purses, small_awards
from funding.services.gates import GateNotOpen, SafeguardingDue, pass_award_gate
from funding.services.held_money import NoHolder, held_under, move_to_holder
from funding.services.ledger import check_ledger
from renewal.kernel.models import Notice
from tests.factories.projects import NOW, make_group, make_member, make_officer
from tests.factories.small import give_support, make_idea, make_purse, show_purpose

pytestmark = pytest.mark.django_db
APRIL = datetime(2027, 4, 1, 0, 30, tzinfo=UTC)


def agreed(group, name, *, asked_by):
    """An agreement in force with a new organisation; its treasurer is ``agreement.treasurer``."""
    trust = make_group(group.area, name, legal_form="charity")
    treasurer = make_member(trust, f"treasurer-{name}")
    show_purpose(trust, treasurer)
    holder = FundHolder.objects.create(
        group=trust, fee_basis="waived", most_award_pence=500_000, most_groups=9, pays_in_days=5, asks_for="Receipts",
        offered_at=NOW,
    )  # fmt: skip
    agreement = HoldingAgreement.objects.create(
        group=group, holder=holder, state="active", purpose="Beds", amount_pence=50_000, asked_by=asked_by,
        asked_at=NOW, due_on=NOW.date(), answered_at=NOW, active_from=NOW,
    )  # fmt: skip
    agreement.treasurer = treasurer
    return agreement


class Scene:
    """An informal group’s idea was funded with £300 capital and £100 revenue; Ruth may pass its checks."""

    def __init__(self) -> None:
        self.purse = make_purse()
        self.before = purses.money_in(self.purse)
        give_support(make_idea(self.purse, capital=30_000, revenue=10_000, legal_form="informal"), 2)
        small_awards.advance_small_awards(now=APRIL)
        self.award = Award.objects.get()
        self.group = self.award.project.group
        self.member = self.group.memberships.get().user
        self.ruth = make_officer(self.purse.round.convenor, "RuthChecks", declared=self.purse.round)

    def safe(self):
        SafeguardingProfile.objects.create(group=self.group, works_with="none", added_by=self.member, added_at=NOW)

    def pass_(self, kind, *, actor=None):
        return pass_award_gate(
            award_id=self.award.pk, kind=kind, evidence="Seen.", actor=actor or self.ruth, now=APRIL
        )  # fmt: skip

    def held(self):
        self.agreement = agreed(self.group, "trust", asked_by=self.member)
        self.pass_("holder")
        return self.agreement

    def moving(self):
        """The group ends with its holder and names another that takes over."""
        old, new = self.held(), agreed(self.group, "commons", asked_by=self.member)
        holdings.freeze_agreement(
            agreement_id=old.pk, reason="Nearer", moves_to_id=new.pk, actor=self.member, now=APRIL
        )
        return old, new


@pytest.fixture
def scene():
    return Scene()


def test_the_last_check_confirms_the_award_and_the_group_hears_of_it(scene):
    scene.safe()
    scene.held()
    states = [scene.pass_(kind).state for kind in ("subsidy", "safeguarding")]

    assert states == ["conditional", "confirmed"]
    told = Notice.objects.get(kind="award_confirmed", person_id=scene.member.pk)
    assert "The award is confirmed." in told.body
    assert list(awards_to_confirm(scene.ruth, at=APRIL)) == []


def test_what_the_platform_knows_is_looked_at(scene):
    with pytest.raises(SafeguardingDue):
        scene.pass_("safeguarding")
    with pytest.raises(NoHolder):
        scene.pass_("holder")
    with pytest.raises(GateNotOpen):
        scene.pass_("procurement")

    assert scene.award.gates.filter(passed_at__isnull=False).count() == 0
    assert {line.gate.kind: line.can_pass for line in gate_lines(scene.award, now=APRIL)} == {
        "subsidy": True, "safeguarding": False, "holder": False,
    }  # fmt: skip


def test_a_check_is_passed_once(scene):
    scene.pass_("subsidy")

    with pytest.raises(GateNotOpen):
        scene.pass_("subsidy")


def test_m6_p2_who_checked_the_idea_or_has_a_link_passes_nothing(scene):
    with pytest.raises(awards.SameOfficer):
        scene.pass_("subsidy", actor=scene.purse.proposed_by)
    declarations.declare_interest(
        project_id=scene.award.project_id, actor=scene.ruth, kind="family", words="", now=APRIL
    )
    with pytest.raises(declarations.HasInterest):
        scene.pass_("subsidy")
    assert list(awards_to_confirm(scene.ruth, at=APRIL)) == []
    stranger = make_officer(scene.purse.round.convenor, "Late")
    with pytest.raises(declarations.InterestsFirst):
        scene.pass_("subsidy", actor=stranger)
    RoundDeclaration.objects.create(officer=stranger, round=scene.purse.round, declared_at=NOW)
    assert scene.pass_("subsidy", actor=stranger).state == "conditional"


def test_the_staff_home_says_how_many_awards_have_checks_to_pass(scene):
    assert [(item.count, item.url) for item in gate_work(scene.ruth, APRIL)] == [(1, "/en/staff/gates/")]


def test_g_4_5_a3_both_sides_read_what_lies_under_their_agreement_and_how_it_came(scene):
    """G-4.5-A3."""
    agreement = scene.held()

    left = held_under(agreement.pk)

    assert (left.balance_pence, left.awards) == (40_000, 1)
    assert sorted(one.pence for one in left.movements) == [10_000, 30_000]
    assert held_under(agreed(scene.group, "commons", asked_by=scene.member).pk).is_nothing


def test_g_4_5_a3_a_group_reads_balance_fee_and_each_movement_and_no_other_group_does(scene, client):
    """G-4.5-A3."""
    agreement = scene.held()
    holdings.write_version(agreement, holdings.terms_of(agreement), actor=scene.member, now=APRIL)
    address = reverse("communities:agreement", args=[scene.group.slug, agreement.pk])
    other = make_member(make_group(scene.group.area, "others"), "Other")

    client.force_login(scene.member)
    page = client.get(address).content.decode()
    client.force_login(other)

    assert {words for words in ("£400.00", "£300.00", "£100.00", "No fee") if words not in page} == set()
    assert client.get(address).status_code == 404


def test_g_4_5_a5_a_missing_safeguarding_review_blocks_the_money_and_not_the_groups_page(scene, client):
    """G-4.5-A5."""
    old = NOW.date() - timedelta(days=400)
    SafeguardingProfile.objects.create(
        group=scene.group, works_with="children", lead_name="Ann", reporting_route="Call Ann", policy="own",
        reviewed_on=old, added_by=scene.member, added_at=NOW,
    )  # fmt: skip

    with pytest.raises(SafeguardingDue):
        scene.pass_("safeguarding")

    assert Award.objects.get().state == "conditional"
    page = client.get(reverse("communities:group_detail", args=[scene.group.slug]))
    assert (page.status_code, scene.group.name in page.content.decode()) == (200, True)


def test_g_4_10_a1_one_award_holds_both_colours(scene):
    """G-4.10-A1."""
    assert {part.pot.colour: part.pence for part in scene.award.parts.select_related("pot")} == {
        "capital": 30_000, "revenue": 10_000,
    }  # fmt: skip


def test_money_that_nobody_takes_over_keeps_an_agreement_from_ending(scene):
    agreement = scene.held()
    holdings.freeze_agreement(agreement_id=agreement.pk, reason="Closing", actor=scene.member, now=APRIL)

    with pytest.raises(holdings.MoneyLeft) as refusal:
        holdings.end_agreement(agreement_id=agreement.pk, actor=agreement.treasurer, now=APRIL)
    assert (refusal.value.balance_pence, refusal.value.awards) == (40_000, 1)

    awards.reverse_award(award_id=scene.award.pk, because="The group closed.", now=APRIL)
    holdings.end_agreement(agreement_id=agreement.pk, actor=agreement.treasurer, now=APRIL)
    agreement.refresh_from_db()
    assert agreement.state == "ended"
    assert purses.money_in(scene.purse) == scene.before


def test_g_4_5_a4_switching_holder_moves_the_exact_balance_by_equal_and_opposite_postings(scene):
    """G-4.5-A4."""
    old, new = scene.moving()
    all_before = Balance.objects.aggregate(sum=Sum("pence"))["sum"]

    holdings.end_agreement(agreement_id=old.pk, actor=old.treasurer, now=APRIL)

    old.refresh_from_db()
    assert (old.state, held_under(old.pk).is_nothing, held_under(new.pk).balance_pence) == ("ended", True, 40_000)
    moved = Entry.objects.filter(kind="holder_moved")
    assert sorted(sorted(entry.postings.values_list("pence", flat=True)) for entry in moved) == [
        [-30_000, 30_000], [-10_000, 10_000],
    ]  # fmt: skip
    assert Balance.objects.aggregate(sum=Sum("pence"))["sum"] == all_before
    assert Award.objects.get().amount_pence == 40_000  # a transfer is no second award
    assert check_ledger(now=APRIL).differences == []


def test_moved_money_goes_back_to_its_pot_when_the_award_is_taken_back(scene):
    old, new = scene.moving()
    holdings.end_agreement(agreement_id=old.pk, actor=old.treasurer, now=APRIL)

    awards.reverse_award(award_id=scene.award.pk, because="The group closed.", now=APRIL)

    assert purses.money_in(scene.purse) == scene.before
    assert held_under(new.pk).is_nothing
    assert check_ledger(now=APRIL).differences == []


def test_j1_moving_twice_moves_once(scene):
    old, new = scene.moving()

    for _time in range(2):
        move_to_holder(old.pk, new.pk, old.treasurer, APRIL)

    assert held_under(new.pk).balance_pence == 40_000
    assert Entry.objects.filter(kind="holder_moved").count() == 2


def test_nothing_moves_to_a_holder_that_is_leaving_too(scene):
    old, new = scene.moving()
    holdings.freeze_agreement(agreement_id=new.pk, reason="Also", actor=new.treasurer, now=APRIL)

    with pytest.raises(Moved):
        holdings.end_agreement(agreement_id=old.pk, actor=old.treasurer, now=APRIL)
    assert held_under(old.pk).balance_pence == 40_000


def test_g_4_6_a1_what_lies_under_agreements_is_what_awards_promise_and_each_entry_sums_to_nothing(scene):
    """G-4.6-A1."""
    agreement = scene.held()

    on_accounts = Account.objects.filter(award_holding__isnull=False).aggregate(sum=Sum("balance__pence"))["sum"]

    assert on_accounts == held_under(agreement.pk).balance_pence == scene.award.amount_pence
    assert not Entry.objects.annotate(total=Sum("postings__pence")).exclude(total=0).exists()


def test_where_money_lies_is_never_rewritten(scene):
    scene.held()

    with pytest.raises(DatabaseError), transaction.atomic():
        AwardHolding.objects.update(began_at=APRIL + timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        AwardHolding.objects.all().delete()
