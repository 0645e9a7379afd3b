"""The demo's groups, the organisations that hold money for them, and who belongs to what."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from communities.models import (
    Area,
    Body,
    FundHolder,
    Group,
    GroupRole,
    LegalForm,
    ListingKind,
    Membership,
    MembershipRole,
    PurposeBasis,
    User,
)
from communities.services.groups import ContactDraft, GroupDraft, add_identifier, register_group
from communities.services.helping import accredit_helper
from communities.services.holders import HolderTerms, offer_to_hold
from communities.services.holding_requests import agree_to_hold, ask_holder
from communities.services.holdings import sign_agreement
from communities.services.listings import list_it
from communities.services.profiles import add_evidence, write_governance, write_safeguarding
from renewal.kernel.clock import london_day
from renewal.site.demo.world import World

INFORMAL, CLUB, CHARITY, CIO, CIC, SOCIETY = (
    LegalForm.INFORMAL, LegalForm.CLUB, LegalForm.CHARITY, LegalForm.CIO, LegalForm.CIC, LegalForm.SOCIETY,
)  # fmt: skip
R = GroupRole

# name, legal form, code of its area, roles, aims, language, first parts of members' addresses, works with
GROUPS = [
    ("Ashcombe Community Trust", CHARITY, "Z07000001", [R.ANCHOR, R.UMBRELLA],
     "We look after three community buildings and help small groups with money.", "en", ["hassan"], "both"),
    ("Mill Lane Allotments", INFORMAL, "Z05000001", [R.GROWING],
     "We grow food on Mill Lane, share it with neighbours, and teach anyone who wants to learn.", "en",
     ["kelly", "dev"], "none"),
    ("Ashcombe North Residents’ Association", CLUB, "Z05000001", [R.RESIDENTS],
     "We bring neighbours together and speak up for the streets around the market place.", "en", ["amina"], "none"),
    ("Ashcombe Toy Library", CIO, "Z05000001", [R.YOUTH],
     "We lend toys and give parents of small children a place to meet.", "en", ["amina"], "children"),
    ("North Ashcombe Repair Café", INFORMAL, "Z05000001", [R.OTHER],
     "We mend things together on the first Saturday of the month.", "en", ["dev"], "none"),
    ("Ashcombe South Youth Club", CHARITY, "Z05000002", [R.YOUTH],
     "We run two evenings a week for young people aged 11 to 18.", "en", ["sam"], "children"),
    ("Station Road Lunch Club", CLUB, "Z05000002", [R.BEFRIENDING],
     "We cook a hot lunch every Thursday so that nobody has to eat alone.", "en", ["margaret"], "adults"),
    ("Ashcombe South Tool Shed", INFORMAL, "Z05000002", [R.OTHER],
     "We share tools and skills, and build things that the neighbourhood needs.", "en", ["tom"], "none"),
    ("Riverside Boat Builders", CIC, "Z05000003", [R.ENTERPRISE],
     "We build and mend wooden boats, and train people who have been out of work.", "en", ["tom"], "adults"),
    ("Friends of the River Walk", CLUB, "Z05000003", [R.GROWING],
     "We keep the river walk open, safe and beautiful.", "en", ["carol"], "none"),
    ("Hilltop Choir", CLUB, "Z05000004", [R.ARTS],
     "We sing, and anybody may join. No audition.", "en", ["carol"], "none"),
    ("Coldbrook Village Hall", CHARITY, "Z05000005", [R.ANCHOR],
     "We own and run the village hall for everybody in Coldbrook.", "en", ["margaret"], "none"),
    ("Thornmere Food Network", SOCIETY, "Z05000006", [R.ENTERPRISE],
     "We are a co-operative shop that buys from farms nearby.", "en", ["hassan"], "none"),
    ("Bro Hafren Community Trust", CHARITY, "Z06000001", [R.ANCHOR, R.DEVELOPMENT_TRUST],
     "Rydym yn cefnogi grwpiau bach ar draws Bro Hafren.", "cy", ["hassan"], "both"),
    ("Clwb Cinio Llanhafren", INFORMAL, "Z05000021", [R.BEFRIENDING],
     "Rydym yn coginio cinio poeth bob dydd Mercher fel nad oes neb yn bwyta ar ei ben ei hun.", "cy",
     ["gethin", "amina"], "adults"),
    ("Llyfrgell Gymunedol Pontyfelin", CIO, "Z05000022", [R.OTHER],
     "Rydym yn cadw’r llyfrgell ar agor, gyda llyfrau, gwres a chyfrifiaduron i bawb.", "cy", ["gethin"], "none"),
    ("Cwm Derw Walking Group", INFORMAL, "Z05000023", [R.SPORT],
     "We walk together every week, at a pace that suits everybody.", "en", ["carol"], "none"),
    ("Traeth Arian Sailing Club", CLUB, "Z05000024", [R.SPORT, R.YOUTH],
     "We teach young people to sail, whatever their families can afford.", "en", ["sam"], "children"),
]  # fmt: skip
RESIDENTS = [
    ("margaret", "Margaret", "en"), ("dev", "Dev", "en"), ("amina", "Amina", "en"), ("sam", "Sam", "en"),
    ("carol", "Carol", "en"), ("tom", "Tom", "en"),
]  # fmt: skip
BASES = {
    INFORMAL: PurposeBasis.WRITTEN_AIMS, CLUB: PurposeBasis.CONSTITUTION, CHARITY: PurposeBasis.CHARITY,
    CIO: PurposeBasis.CHARITY, CIC: PurposeBasis.CIC, SOCIETY: PurposeBasis.SOCIETY,
}  # fmt: skip


def seed(world: World) -> None:
    """Register the groups as people would, then the two fund-holders, one agreement, and what groups look for."""
    people = {user.email.split("@")[0]: user for user in User.objects.all()}
    for address, name, language in RESIDENTS:
        people.setdefault(address, User.objects.create_user(f"{address}@example.org", name=name, language=language))
    groups = {row[0]: _group(world, people, number, *row) for number, row in enumerate(GROUPS)}
    trust, hafren = groups["Ashcombe Community Trust"], groups["Bro Hafren Community Trust"]
    ashcombe = _holder(world, trust, people["hassan"], ["Z07000001"], permille=50, days=10)
    _holder(world, hafren, people["hassan"], ["Z06000001"], permille=0, days=14)
    _agreement(world, groups["Mill Lane Allotments"], ashcombe, people["kelly"], people["hassan"])
    _agreement(world, groups["Ashcombe South Tool Shed"], ashcombe, people["tom"], people["hassan"])
    ask_holder(
        group_id=groups["North Ashcombe Repair Café"].pk,
        holder_id=ashcombe.pk,
        purpose="Tools, a kettle and rent for a year of repair mornings.",
        amount_pence=320_000,
        actor=people["dev"],
        now=world.now - timedelta(days=3),
    )
    _listings(world, groups, people)
    accredit_helper(
        user_id=people["priya"].pk,
        body_id=Body.objects.get(slug="ashcombe-council").pk,
        on=london_day(world.now - world.days(200)),
        actor=people["owen"],
    )
    world.known["groups"] = groups


def _group(
    world: World, people: dict[str, User], number: int, name: str, form: str, code: str, roles: Sequence[str],
    aims: str, language: str, members: list[str], works_with: str,
) -> Group:  # fmt: skip
    then = world.now - world.days(380 - 9 * number)
    first = people[members[0]]
    group = register_group(
        draft=GroupDraft(
            name=name,
            legal_form=form,
            area_id=Area.objects.get(code=code).pk,
            aims=aims,
            contacts=(
                ContactDraft(first.name, first.email),
                ContactDraft("Margaret" if members[0] != "margaret" else "Carol", phone=f"01632 9603{number:02d}"),
            ),
            roles=roles,
            language=language,
            not_a_party=True,
        ),
        actor=first,
        now=then,
    )
    for address in members[1:]:
        Membership.objects.create(
            group=group, user=people[address], role=MembershipRole.EDITOR, joined_at=then + timedelta(days=4)
        )
    day, seats = london_day(then), 5 + number % 4
    write_governance(
        group_id=group.pk,
        seats=seats,
        local_seats=seats - number % 3,
        civil_seats=seats - (1 if GroupRole.ANCHOR in roles else 0),
        public_seats=1 if GroupRole.ANCHOR in roles else 0,
        how_decided="We meet once a month. Everybody there has one vote.",
        how_to_join="Come to a meeting.",
        as_of=day,
        actor=first,
        now=then,
    )
    is_safe = works_with != "none"
    write_safeguarding(
        group_id=group.pk,
        works_with=works_with,
        lead_name=first.name if is_safe else "",
        policy="own" if is_safe else "none",
        reviewed_on=london_day(world.now - world.days(90)) if is_safe else None,
        checks_level="enhanced" if is_safe else "none",
        checks_on=london_day(world.now - world.days(120)) if is_safe else None,
        reporting_route="Tell the lead, who tells the council the same day." if is_safe else "",
        actor=first,
        now=world.now - world.days(90),
    )
    if form != INFORMAL:
        _show(group, "social_purpose", aims, day, first, then, basis=BASES[LegalForm(form)])
        _show(group, "constitution", "Constitution, adopted by members", day, first, then)
    return group


def _show(group: Group, kind: str, statement: str, day: date, actor: User, now: datetime, *, basis: str = "") -> None:
    add_evidence(
        group_id=group.pk, kind=kind, basis=basis, statement=statement, dated_on=day, actor=actor, now=now
    )  # fmt: skip


def _holder(world: World, group: Group, person: User, codes: list[str], *, permille: int, days: int) -> FundHolder:
    then, day = world.now - world.days(200), london_day(world.now - world.days(200))
    for kind, words in (
        ("accounts", "Accounts for last year, examined"),
        ("insurance", "Public liability, £5 million"),
        ("bank", "Bank account with two signatures"),
    ):
        _show(group, kind, words, day, person, then)
    add_identifier(group_id=group.pk, scheme="GB-CHC", typed=f"99{group.pk:05d}"[:7], actor=person, now=then)
    return offer_to_hold(
        group_id=group.pk,
        terms=HolderTerms(
            capacity="agent",
            fee_basis="on_spend" if permille else "waived",
            fee_permille=permille,
            support_pence=24_000,
            support_words="Two visits and help with the report",
            most_award_pence=2_500_000,
            most_groups=12,
            pays_in_days=days,
            asks_for="Two contacts who are not related, a simple budget, and receipts.",
        ),
        area_ids=list(Area.objects.filter(code__in=codes).values_list("pk", flat=True)),
        actor=person,
        now=then,
    )


def _agreement(world: World, group: Group, holder: FundHolder, asks: User, holds: User) -> None:
    then = world.now - world.days(60)
    agreement = ask_holder(
        group_id=group.pk, holder_id=holder.pk, purpose=group.aims, amount_pence=500_000, actor=asks, now=then
    )  # fmt: skip
    version = agree_to_hold(agreement_id=agreement.pk, actor=holds, now=then + timedelta(days=5))
    sign_agreement(version_id=version.pk, side="group", actor=asks, now=then + timedelta(days=8))


def _listings(world: World, groups: dict[str, Group], people: dict[str, User]) -> None:
    rows = [
        ("Station Road Lunch Club", "volunteer", "Help cook lunch on Thursdays",
         "We cook for 30 people. You do not need to be a cook: we need hands, company and a driver.", "margaret",
         {"hours": "Thursdays, 10am to 2pm", "place": "Station Road hall", "expenses": "Bus fares and lunch paid",
          "access": "Step-free, with an accessible toilet", "complements": "The paid cook, who plans and leads"}),
        ("Mill Lane Allotments", "need", "A lockable shed", "Ours has blown down. We can collect it.", "kelly", {}),
        ("Ashcombe Community Trust", "offer", "A meeting room on Tuesday evenings",
         "Free for groups in Ashcombe. Twenty chairs, a kitchen and a projector.", "hassan", {}),
        ("Ashcombe Toy Library", "partner", "Looking for a partner with a van",
         "We want to bring toys to Coldbrook and the Hill twice a month.", "amina", {}),
        ("Clwb Cinio Llanhafren", "volunteer", "Cwmni dros ginio",
         "Eistedd a sgwrsio gyda phobl dros ginio.", "gethin",
         {"hours": "Dydd Mercher, 12pm i 2pm", "place": "Neuadd Llanhafren", "expenses": "Telir costau bws",
          "access": "Mynediad heb risiau", "complements": "Y gweithiwr cymunedol cyflogedig"}),
    ]  # fmt: skip
    for number, (name, kind, title, text, who, facts) in enumerate(rows):
        list_it(
            group_id=groups[name].pk,
            kind=ListingKind(kind),
            title=title,
            text=text,
            facts=facts,
            actor=people[who],
            now=world.now - world.days(20 - number),
        )
