"""DESIGN §1, G§4.13: what a group can do online it can do by phone and on paper, and it has the last word.

The table of journeys and routes is ``renewal.kernel.offline``: every form of a group belongs to a way, and each way is
walked here on each route by a helper, up to the group's word and what it brings about.
"""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import GroupMerge, HelpedStep, Helper, HoldingAgreement, Membership, Route
from communities.rules.names import skeleton_of
from communities.services import holdings
from communities.services.helped_steps import confirm_helped_step, journeys, refuse_helped_step
from communities.services.members import invite_member
from funding import application_pages
from funding.models import Appeal, CombineOffer, Cure, Partner
from funding.services import applications, decisions, declarations
from funding.views import applications as views
from renewal.kernel.models import Notice
from renewal.kernel.offline import offline_ways, sheets
from tests.communities import worlds
from tests.factories.projects import make_project, make_refusal, make_round
from tests.funding.catalogue import answers as answer_states
from tests.support.catalogue import all_rows, client_of
from tests.support.world import build_world

pytestmark = pytest.mark.django_db
CODE = re.compile(r"\b([2-9A-HJ-NP-Z]{4}) ([2-9A-HJ-NP-Z]{4})\b")
# Posts that only members make and that are no journey of a group without the internet, each with why.
ONLINE_ALONE = {
    "communities:member_role": "says what an account may do",
    "communities:member_end": "takes an account off the group",
    "communities:invitation_withdraw": "takes back an invitation to an account",
    "communities:helped_answer": "is how an account confirms; without one the code of the letter does",
    "communities:help_route": "is where a helper says which route is used",
    "communities:conversation_thank": "thanks for a message that was relayed online",
}


class Scene:
    """A group with a postal address, its owner, and a helper who acts for it on one route."""

    def __init__(self, route="phone"):
        self.world = w = build_world()
        self.group, self.member, self.now = w.group, w.users["member"], timezone.now()
        worlds.purposeful(w)
        self.group.contacts.create(name="Margaret", postal="1 Mill Lane\nZZ1 2CD", since=self.now)
        self.user = w.users["reviewer"]
        self.helper = Helper.objects.create(user=self.user, body=w.body, accredited_on=date(2026, 1, 1))
        Membership.objects.create(group=self.group, user=self.user, role="helper", joined_at=self.now)
        self.client = client_of(w, "reviewer")
        self.client.post(self.url("communities:help_route"), {"route": route})

    def url(self, name, *args):
        return reverse(name, args=[self.group.slug, *args])

    @property
    def step(self):
        return HelpedStep.objects.order_by("pk").last()

    def code(self):
        return "".join(CODE.search(Notice.objects.filter(kind="helped-step").order_by("pk").last().body).groups())

    def round(self, step="ideas"):
        return make_round(self.world.area, self.world.body, now=self.now, prefix="OFF", step=step)

    def holder(self):
        return worlds.active(self.world)


def details(s):
    data = {"name": "Upper Group", "legal_form": "informal", "aims": "We grow food for all.", "language": "en"}
    return "communities:group_change", [], data, lambda: s.group.__class__.objects.get(pk=s.group.pk).aims != "", False


def contacts(s):
    data = {
        "first_name": "Tom", "first_phone": "01632 960111", "second_name": "Carol", "second_phone": "01632 960112",
        "unrelated": "on",
    }  # fmt: skip
    return "communities:contacts", [], data, lambda: s.group.contacts.filter(name="Tom", until=None).exists(), True


def invite(s):
    data = {"email": "grandson@example.org", "role": "editor"}
    return "communities:people", [], data, lambda: s.group.invitations.exists(), True


def profile(s):
    data = {"seats": "5", "local_seats": "5", "how_decided": "We meet and agree."}
    return "communities:governance", [], data, lambda: s.group.governance_profiles.exists(), False


def listing(s):
    data = {"kind": "need", "title": "A shed", "text": "Ours has blown down."}
    return "communities:listing_new", [], data, lambda: s.group.listings.exists(), False


def ask_holder(s):
    data = {"purpose": "Seeds", "amount_pence": "3,000"}
    return "communities:holder_ask", [s.world.holder.pk], data, lambda: s.group.holdings.exists(), False


def sign_holder(s):
    agreement = worlds.offered(s.world)
    data = {"version": str(s.world.version.pk)}
    in_force = HoldingAgreement.objects.in_force()
    return "communities:agreement_sign", [agreement.pk], data, lambda: in_force.filter(pk=agreement.pk).exists(), True


def end_holder(s):
    agreement = s.holder()
    frozen = HoldingAgreement.objects.filter(pk=agreement.pk, state="frozen")
    return "communities:agreement_end", [agreement.pk], {"reason": "We close."}, lambda: frozen.exists(), True


def join(s):
    s.world.other_group.__class__.objects.filter(pk=s.world.other_group.pk).update(skeleton=skeleton_of("Lower Group"))
    return "communities:group_join", [], {"into": "Lower Group"}, lambda: GroupMerge.objects.exists(), True


def close(s):
    groups = s.group.__class__.objects.filter(slug=s.group.slug, state="closed")
    return "communities:group_close", [], {"csrfmiddlewaretoken": "x"}, lambda: groups.exists(), True


def apply(s):
    project = make_project(s.round(), group=s.group, state="draft", created_by=s.user)
    sent = project.__class__.objects.filter(pk=project.pk, state="sent", declared_by=None)
    return "funding:application_check", [project.reference], {}, lambda: sent.exists(), True


def change(s):
    round_ = s.round()
    project = make_project(round_, group=s.group)
    declarations.declare_for_round(round_id=round_.pk, actor=s.world.users["lead"], links={}, now=s.now)
    decisions.ask_for_changes(
        project_id=project.pk, actor=s.world.users["lead"], words="Say who keeps the key.", words_cy="",
        tasks=["about"], group_replies_by=(s.now + timedelta(days=20)).date(), now=s.now,
    )  # fmt: skip
    sent = project.__class__.objects.filter(pk=project.pk, state="sent")
    return "funding:application_check", [project.reference], {}, lambda: sent.exists(), True


def appeal(s):
    round_ = s.round("checks")
    project = make_project(round_, group=s.group)
    officers = [s.world.users[part] for part in ("lead", "reviewer")]
    s.world.users["reviewer"].officer_roles.all()
    for officer in officers:
        declarations.declare_for_round(round_id=round_.pk, actor=officer, links={}, now=s.now)
    decision = make_refusal(project, *officers)
    decision.__class__.objects.filter(pk=decision.pk).update(proposed_at=s.now, seconded_at=s.now)
    data = {"ground": "fact", "words": "The wall was mended in May."}
    return "funding:application_appeal", [project.reference], data, lambda: Appeal.objects.exists(), True


def withdraw(s):
    project = make_project(s.round(), group=s.group, state="draft", created_by=s.user)
    gone = project.__class__.objects.filter(pk=project.pk, state="withdrawn")
    return "funding:application_withdraw", [project.reference], {}, lambda: gone.exists(), True


def partner(s):
    project = make_project(s.round(), group=s.world.other_group, state="draft")
    row = Partner.objects.create(project=project, group=s.group, role="Cooks", share_pence=1, invited_at=s.now)
    signed = Partner.objects.filter(pk=row.pk, signed_at__isnull=False)
    return "funding:partner_sign", row.pk, {}, lambda: signed.exists(), True


def combine(s):
    round_ = s.round()
    project = make_project(round_, group=s.group, number=1)
    into = make_project(round_, group=s.world.other_group, number=2)
    data = {"into": into.reference, "words": "The same idea."}
    return "funding:application_combine", [project.reference], data, CombineOffer.objects.exists, True


def right(s):
    mandate = answer_states.rejected(s.world)
    return "funding:mandate_right", mandate.pk, {"way": "cure", "words": "We moved."}, Cure.objects.exists, True


WALKS = {
    walk.__name__: walk
    for walk in (
        details, contacts, invite, profile, listing, ask_holder, sign_holder, end_holder, join, close, apply, change,
        appeal, withdraw, partner, right,
        combine,
    )
}  # fmt: skip


@pytest.fixture
def complete(monkeypatch):
    """What an application must hold is another test's subject."""
    monkeypatch.setattr(applications.rules, "problems_of", lambda facts: [])
    monkeypatch.setattr(application_pages, "wrong_pages", lambda project: [])
    monkeypatch.setattr(views, "wrong_pages", lambda project: [])


@pytest.mark.parametrize("route", Route.values)
@pytest.mark.parametrize("journey", WALKS)
def test_a_helper_walks_each_journey_on_each_route_and_the_group_has_the_last_word(journey, route, complete):
    scene = Scene(route)
    name, arguments, data, is_done, waits = WALKS[journey](scene)
    url = reverse(name, args=[arguments]) if isinstance(arguments, int) else scene.url(name, *arguments)
    before = is_done()

    answer = scene.client.post(url, data)

    assert answer.status_code == 303, getattr(answer, "content", b"").decode()[:3000]
    step = scene.step
    assert (step.journey, step.route, step.state, bool(step.effect)) == (journey, route, "waiting", waits)
    assert (is_done(), before) == (not waits, before), "what commits a group waits for its word"
    confirm_helped_step(step_id=step.pk, how="code", code=scene.code(), actor=scene.user, now=scene.now)
    assert is_done()


@pytest.mark.parametrize("journey", [name for name in WALKS if name not in ("details", "profile")])
def test_what_the_group_refuses_never_happens(journey, complete):
    scene = Scene()
    name, arguments, data, is_done, waits = WALKS[journey](scene)
    url = reverse(name, args=[arguments]) if isinstance(arguments, int) else scene.url(name, *arguments)
    scene.client.post(url, data)

    refuse_helped_step(step_id=scene.step.pk, actor=scene.member, now=scene.now)

    assert is_done() is not waits


def test_every_form_of_a_group_belongs_to_a_way_without_the_internet():
    covered = {name for way in offline_ways("group") for name in way.online}
    of_groups = {
        row.name
        for row in all_rows()
        if row.method == "post"
        and row.answers["person"] == 404
        and any(row.answers[part] not in (404, "sign-in") for part in ("member", "other_member"))
        and row.answers["reviewer"] == 404
    }

    assert sorted(of_groups - covered - set(ONLINE_ALONE)) == [], "add it to a way: renewal.kernel.offline.add_way"


def test_every_journey_of_a_helper_is_a_way_and_each_is_walked():
    ways = {way.key for way in offline_ways("group")}

    assert set(journeys()) - {"begin"} <= ways
    assert ways - set(WALKS) == {"register"}, "registering is walked in test_helping"


@pytest.mark.parametrize("way", offline_ways(), ids=lambda way: way.key)
def test_each_way_leads_to_pages_that_exist_and_says_who_has_the_last_word(way):
    assert str(way.title)
    assert str(way.confirmed)
    assert way.online
    names = {row.name for row in all_rows()}
    assert {*way.online, way.phone, way.paper} <= names
    assert not way.sheet or way.sheet in {sheet.key for sheet in sheets()}


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.key)
def test_each_paper_form_prints_as_a_tagged_pdf(sheet, language, client):
    answer = client.get(f"/{language}/help/offline/{sheet.key}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content[:5] == b"%PDF-"
    assert b"/MarkInfo" in answer.content


def test_an_application_prints_with_its_answers_and_blank_lines(complete):
    scene = Scene()
    project = make_project(scene.round(), group=scene.group, state="draft", created_by=scene.member)
    project.pages.create(
        task="about", page=1, typed={"title": ["Beds #raised"], "summary": ["= 1 *bold*"]}, edited_by=scene.member,
        edited_at=scene.now,
    )  # fmt: skip

    answer = scene.client.get(scene.url("funding:application_paper_download", project.reference))

    assert answer.content[:5] == b"%PDF-"


def test_a_helper_alone_speaks_for_nobody(complete):
    scene = Scene()
    project = make_project(scene.round(), group=scene.group, state="declaring", created_by=scene.member)

    with pytest.raises(applications.GroupsWordFirst):
        applications.declare_and_send(project_id=project.pk, actor=scene.user, now=scene.now)


def test_another_group_s_word_does_not_count(complete):
    scene = Scene()
    project = make_project(scene.round(), group=scene.group, state="declaring", created_by=scene.member)
    Membership.objects.create(group=scene.world.other_group, user=scene.user, role="helper", joined_at=scene.now)
    other = HelpedStep.objects.create(
        group=scene.world.other_group, helper=scene.helper, journey="apply", route="phone", effect="apply",
        code_hash="0", state="confirmed", confirmed_how="call", confirmed_at=scene.now, done_at=scene.now,
    )  # fmt: skip

    with pytest.raises(applications.GroupsWordFirst):
        applications.declare_and_send(project_id=project.pk, actor=scene.user, now=scene.now, helped=other)


def test_the_day_the_group_spoke_counts_for_an_appeal(complete):
    scene = Scene()
    name, arguments, data, is_done, _waits = appeal(scene)
    scene.client.post(scene.url(name, *arguments), data)

    confirm_helped_step(
        step_id=scene.step.pk, how="code", code=scene.code(), actor=scene.user, now=scene.now + timedelta(days=60)
    )

    assert is_done()


def test_the_owner_may_still_invite_online():
    scene = Scene()

    invite_member(group_id=scene.group.pk, email="new@example.org", role="editor", actor=scene.member, now=scene.now)

    assert scene.group.invitations.count() == 1
    assert holdings.agreement_in_force(scene.group) is None
