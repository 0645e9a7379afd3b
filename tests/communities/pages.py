"""The states of the pages of areas, groups and fund-holders."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from communities.models import Area, Group, Membership, PostcodeRange, User
from communities.services.area_pack import read_pack
from communities.services.areas import load_areas
from communities.services.groups import propose_merge
from communities.services.profiles import write_governance, write_safeguarding
from communities.views.create import DRAFT
from funding.models import Cycle, Fund, Phase, Round
from renewal.site.views.areas import CHOICES
from tests.communities.worlds import active, ask, build, declined, frozen, listing_of, offered, purposeful
from tests.communities.worlds import ended as ended_agreement
from tests.factories.communities import show_purpose
from tests.support.catalogue import ListPage, Page
from tests.support.lists import more_of
from tests.support.world import make_holder

PACK = Path(__file__).parents[2] / "renewal/site/demo/areas"


def add_ranges(w):
    for area in (w.area, w.other_area):
        PostcodeRange.objects.create(outward="ZZ1", first_inward="5AA", last_inward="5ZZ", area=area)
    return {}


def choosing(client, w):
    session = client.session
    session[CHOICES] = [w.area.code, w.other_area.code]
    session.save()


def add_round(w, *, step="vote", before=1, after=20, area=None):
    now = timezone.now()
    fund = Fund.objects.create(slug="test", name="Test fund")
    cycle = Cycle.objects.create(
        fund=fund, year=2027, capital_pence=0, revenue_pence=0, starts_on="2027-01-01", ends_on="2028-01-01"
    )
    round_ = Round.objects.create(
        slug="upper-2027", area=area or w.area, cycle=cycle, convenor=w.body, title="Upper Test 2027", prefix="UPP"
    )
    Phase.objects.create(
        round=round_, step=step, starts_at=now - timedelta(days=before), ends_at=now + timedelta(days=after)
    )
    return round_


def voting(w):
    add_round(w)
    return {"area": w.area.slug}


def voting_above(w):
    add_round(w, area=w.authority)
    return {"area": w.area.slug}


def result_past(w):
    add_round(w, step="result", before=40, after=-10)
    return {"area": w.area.slug}


def starts_later(w):
    add_round(w, step="priorities", before=-30, after=60)
    return {"area": w.area.slug}


def ended(w):
    w.area.valid_to = w.now.date() - timedelta(days=300)
    w.area.save()
    w.area.successors.add(w.other_area)
    return {"area": w.area.slug}


def long_names(w):
    w.area.name = "Llanfihangel-yng-Ngwynfa-uwch-y-rhaeadr a Chwm Nant-y-gwyddon Uchaf" * 2
    w.area.save()
    return {"area": w.area.slug}


def demo_authority(w):
    load_areas(pack=read_pack(PACK))
    return {"area": "ashcombe"}


def demo_neighbourhood(w):
    demo_authority(w)
    return {"area": Area.objects.get(name="Ashcombe North").slug}


PAGES = [
    Page("communities:area_find", "empty"),
    Page("communities:area_find", "not a postcode", method="post", data={"postcode": "12 Mill Lane"}, status=422),
    Page("communities:area_find", "nothing typed", method="post", data={"postcode": ""}, status=422),
    Page("communities:area_find", "outside every area", method="post", data={"postcode": "QQ9 9QQ"}, status=422),
    Page("communities:area_find", "new postcode", add_ranges, method="post", data={"postcode": "ZZ1 9AA"}, status=422),
    Page("communities:area_split", "two neighbourhoods", add_ranges, prepare=choosing),
    Page("communities:area_split", "nothing chosen", add_ranges, prepare=choosing, method="post", status=422),
    Page("communities:area_detail", "no round", lambda w: {"area": w.area.slug}),
    Page("communities:area_detail", "a neighbourhood among others", demo_neighbourhood),
    Page("communities:area_detail", "voting is open", voting),
    Page("communities:area_detail", "a round of the whole authority is open", voting_above),
    Page("communities:area_detail", "the next round starts later", starts_later),
    Page("communities:area_detail", "a past round", result_past),
    Page("communities:area_detail", "an authority with its neighbourhoods", demo_authority),
    Page("communities:area_detail", "ended", ended),
    Page("communities:area_detail", "long text", long_names),
]


# Groups -----------------------------------------------------------------------------------------


def of_group(w):
    return {"group": w.group.slug}


def full_group(w):
    build(w)
    w.group.aims = "We grow food on Mill Lane and share it with neighbours."
    w.group.roles = ["growing"]
    w.group.save()
    for name in ("Kelly", "Hassan"):
        w.group.contacts.create(name=name, phone="01632 960111", since=w.now)
    write_governance(
        group_id=w.group.pk, seats=8, local_seats=6, civil_seats=5, public_seats=3, how_decided="We meet and vote.",
        how_to_join="Come along.", as_of=w.now.date() - timedelta(days=200), actor=w.users["member"],
        now=timezone.now(),
    )  # fmt: skip
    write_safeguarding(
        group_id=w.group.pk, works_with="children", lead_name="Kelly", policy="own",
        reviewed_on=timezone.now().date() - timedelta(days=20), reporting_route="Call Kelly.", actor=w.users["member"],
        now=timezone.now(),
    )  # fmt: skip
    return of_group(w)


def closed_group(w):
    Group.objects.filter(pk=w.group.pk).update(state="closed", ended_at=w.now)
    return of_group(w)


def merged_group(w):
    Group.objects.filter(pk=w.group.pk).update(state="merged", ended_at=w.now, merged_into=w.other_group)
    return of_group(w)


def to_answer(w):
    propose_merge(group_id=w.other_group.pk, into_id=w.group.pk, actor=w.users["other_member"], now=timezone.now())
    return of_group(w)


def long_group(w):
    w.group.name = "Cymdeithas Gymunedol Llanfihangel-yng-Ngwynfa-uwch-y-rhaeadr a Chwm Nant-y-gwyddon Uchaf"
    w.group.aims = "We keep Llanfihangel-yng-Ngwynfa-uwch-y-rhaeadr going. " * 8
    w.group.save()
    return of_group(w)


def invited(w):
    build(w)
    return {}


def with_draft(step):
    def prepare(client, w):
        session = client.session
        session[DRAFT] = {
            "name": "Mill Lane Allotments", "legal_form": "informal", "roles": ["growing"], "areas": [w.area.code],
            "area_id": w.area.pk, "aims": "We grow food.", "first_name": "Kelly", "first_email": "kelly@example.org",
            "second_name": "Hassan", "second_phone": "01632 960111",
        }  # fmt: skip
        session.save()

    return Page("communities:group_create", step, lambda w: {"step": step}, as_="person", prepare=prepare)


def group_page(name, state="normal", build_=of_group, **more):
    return Page(f"communities:{name}", state, build_, **({"as_": "member"} | more))


def with_agreement(make, *, side="group"):
    def built(w):
        found = make(w)
        return {"group": w.group.slug, "pk": found.pk} if side == "group" else {"pk": found.pk}

    return built


def of_asked(w):
    build(w)
    return {"pk": w.asked.pk}


def offers(w):
    purposeful(w)
    return of_group(w)


def ask_page(w):
    purposeful(w)
    return {"group": w.group.slug, "pk": w.holder.pk}


def listed(kind):
    def built(w):
        return {"pk": listing_of(w, kind).pk}

    return built


def closed_listing(w):
    listing = listing_of(w)
    listing.state = "closed"
    listing.save()
    return {"pk": listing.pk}


def talking(w):
    build(w)
    return {"pk": w.conversation.pk}


def stepped(w):
    build(w)
    return {"pk": w.step.pk}


def nothing(w):
    return {}


PAGES += [
    Page("communities:group_list", "some groups"),
    Page("communities:group_list", "nothing found", query="q=zebra"),
    Page("communities:group_start", "four questions"),
    Page("communities:group_start", "nothing chosen", method="post", status=422),
    Page("communities:group_start", "a no has a route", method="post",
         data={"together": "no", "here": "yes", "not_profit": "yes", "not_party": "no"}),
    Page("communities:group_detail", "little is known", of_group),
    Page("communities:group_detail", "everything is known", full_group),
    Page("communities:group_detail", "closed", closed_group),
    Page("communities:group_detail", "part of another", merged_group),
    Page("communities:group_detail", "long text", long_group),
    Page("communities:my_groups", "none", as_="person"),
    Page("communities:my_groups", "invited", invited, as_="person"),
    Page("communities:my_groups", "one group", as_="member"),
    *(with_draft(step) for step in ("name", "kind", "place", "reach", "aims", "contacts", "check")),
    Page("communities:group_create", "name missing", lambda w: {"step": "name"}, as_="person", method="post",
         status=422),
    Page("communities:group_create", "contacts missing", lambda w: {"step": "contacts"}, as_="person", method="post",
         status=422),
    group_page("group_home", "new"),
    group_page("group_home", "full", full_group),
    group_page("group_home", "closed", closed_group),
    group_page("group_home", "another group wants to join", to_answer),
    group_page("group_home", "long text", long_group),
    group_page("group_change"),
    group_page("group_change", "name missing", method="post", status=422),
    group_page("group_close"),
    group_page("group_join"),
    group_page("group_join", "no such group", method="post", data={"into": "Nobody"}, status=422),
    group_page("people", "one member"),
    group_page("people", "invited", full_group),
    group_page("people", "address missing", method="post", data={"role": "editor"}, status=422),
    group_page("contacts"),
    group_page("contacts", "nothing given", method="post", status=422),
    group_page("governance"),
    group_page("governance", "answered before", full_group),
    group_page("governance", "seats do not add up", method="post",
               data={"seats": "3", "local_seats": "5", "how_decided": "We vote."}, status=422),
    group_page("safeguarding"),
    group_page("safeguarding", "lead missing", method="post",
               data={"works_with": "children", "policy": "help", "checks_level": "none"}, status=422),
    group_page("evidence", "nothing"),
    group_page("evidence", "some", full_group),
    group_page("evidence", "nothing given", method="post", status=422),
    group_page("numbers", "none"),
    group_page("numbers", "some", full_group),
    group_page("numbers", "not of the register", method="post", data={"scheme": "GB-CHC", "number": "12"}, status=422),
    group_page("interests", "none"),
    group_page("interests", "some", full_group),
    group_page("interests", "nothing given", method="post", status=422),
    group_page("choose_fund_holder", "two offers", offers),
    group_page("choose_fund_holder", "asked", full_group),
    group_page("choose_fund_holder", "declined", lambda w: declined(w) and of_group(w)),
    group_page("holder_ask", "normal", ask_page),
    group_page("holder_ask", "too much", ask_page, method="post", data={"purpose": "x", "amount_pence": "9,000"},
               status=422),
    group_page("agreement", "asked", with_agreement(ask)),
    group_page("agreement", "to sign", with_agreement(offered)),
    group_page("agreement", "in force", with_agreement(active)),
    group_page("agreement", "ending", with_agreement(frozen)),
    group_page("agreement", "ended", with_agreement(ended_agreement)),
    group_page("agreement", "declined", with_agreement(declined)),
    group_page("agreement_end", "normal", with_agreement(active)),
    group_page("listing_new"),
    group_page("listing_new", "a role without its facts", method="post",
               data={"kind": "volunteer", "title": "Help", "text": "Come"}, status=422),
    Page("communities:holder_home", "nobody's holder", as_="person"),
    Page("communities:holder_home", "nothing waits", as_="holder"),
    Page("communities:holder_home", "a request", invited, as_="holder"),
    Page("communities:holder_offer", "normal", lambda w: {"group": w.holder.group.slug}, as_="holder"),
    Page("communities:holder_offer", "nothing given", lambda w: {"group": w.holder.group.slug}, as_="holder",
         method="post", status=422),
    Page("communities:holder_group", "asked", of_asked, as_="holder"),
    Page("communities:holder_group", "in force", with_agreement(active, side="holder"), as_="holder"),
    Page("communities:holder_agree", "normal", of_asked, as_="holder"),
    Page("communities:holder_decline", "normal", of_asked, as_="holder"),
    Page("communities:holder_decline", "words missing", of_asked, as_="holder", method="post",
         data={"ground": "law"}, status=422),
    Page("communities:holder_terms", "normal", with_agreement(active, side="holder"), as_="holder"),
    Page("communities:holder_end", "normal", with_agreement(active, side="holder"), as_="holder"),
    Page("communities:listing_list", "empty"),
    Page("communities:listing_list", "one", lambda w: listing_of(w) and {}),
    Page("communities:listing_detail", "signed out", listed("need")),
    Page("communities:listing_detail", "a role, signed in", listed("volunteer"), as_="person"),
    Page("communities:listing_detail", "no message", listed("need"), as_="person", method="post", status=422),
    Page("communities:listing_detail", "closed", closed_listing),
    Page("communities:conversation_list", "empty", as_="person"),
    Page("communities:conversation_list", "one", invited, as_="person"),
    Page("communities:conversation", "the group's side", talking, as_="member"),
    Page("communities:conversation", "the other side", talking, as_="person"),
    Page("communities:conversation_thank", "normal", talking, as_="member"),
    Page("communities:helper_home", "a step waits", invited, as_="reviewer"),
    Page("communities:helper_home", "no such group", invited, as_="reviewer", method="post",
         data={"group": "Nobody", "route": "phone"}, status=422),
    Page("communities:helper_home", "nothing waits", as_="lead"),
    Page("communities:helped_confirm", "normal", stepped, as_="lead"),
    Page("communities:helped_confirm", "wrong code", stepped, as_="lead", method="post",
         data={"how": "code", "code": "AAAA"}, status=422),
]  # fmt: skip


def some_groups(w, count):
    Group.objects.exclude(pk=w.group.pk).filter(slug__in=["lower-group"]).update(state="closed", ended_at=w.now)
    for number in range(count):
        Group.objects.create(slug=f"g-{number}", name=f"Group {number}", legal_form="club", area=w.area)
    return {}


def some_members(w, count):
    for number in range(count):
        person = User.objects.create(email=f"m{number}@example.org", name=f"Member {number}")
        Membership.objects.create(group=w.group, user=person, role="editor", joined_at=w.now)
    return of_group(w)


def some_holders(w, count):
    purposeful(w)
    for number in range(count):
        make_holder(w, f"h-{number}", f"Trust {number}", "person")
    return of_group(w)


def some_requests(w, count):
    purposeful(w)
    for number in range(count):
        group = Group.objects.create(slug=f"r-{number}", name=f"Asker {number}", legal_form="club", area=w.area)
        show_purpose(group)
        ask(w, group=group)
    return {}


def some_listings(w, count):
    for _number in range(count):
        listing_of(w)
    return {}


def some_conversations(w, count):
    for _number in range(count):
        listing = listing_of(w)
        listing.conversations.create(begun_by=w.users["person"], begun_at=w.now)
    return {}


LISTS = [
    ListPage("communities:group_list", some_groups),
    ListPage("communities:people", some_members, as_="member"),
    ListPage("communities:group_home", some_members, as_="member"),
    ListPage("communities:choose_fund_holder", some_holders, as_="member"),
    ListPage("communities:holder_home", some_requests, as_="holder"),
    ListPage("communities:listing_list", some_listings),
    ListPage("communities:conversation_list", some_conversations, as_="member"),
]
LISTS += [
    more_of(PAGES, "communities:area_find", "empty", "Area"),
    more_of(PAGES, "communities:group_detail", "everything is known", "Listing", "ConflictEntry"),
    more_of(PAGES, "communities:my_groups", "one group", "Membership"),
    more_of(PAGES, "communities:evidence", "some", "Evidence"),
    more_of(PAGES, "communities:interests", "some", "ConflictEntry"),
    more_of(PAGES, "communities:conversation", "the group's side", "RelayedMessage"),
    more_of(PAGES, "communities:helper_home", "a step waits", "HelpedStep"),
]
