"""What bodies answered in the demo, what came of it, gatherings, questions: answered, due, overdue, disputed."""

from datetime import date, datetime, timedelta
from typing import cast

from communities.models import Area, Body, OfficerRole, Resident, Role, User
from funding.answer_states import AnswerKind, MandateState
from funding.models import (
    ActionEvent,
    Answer,
    AnswerDraft,
    Charter,
    DeliveryVoice,
    Gathering,
    GatheringKind,
    Ground,
    Instrument,
    Mandate,
    Question,
    Round,
    Sector,
    Suggestion,
)
from funding.services.answers import (
    PlannedAction,
    PlannedPledge,
    Wording,
    answer_mandate,
    draft_digest,
    join_answer,
    sign_answer,
)
from funding.services.delivery import (
    report_action,
    say_delivered,
)
from funding.services.gatherings import record_attendance, record_heard, seat_at_table, take_on_action
from funding.services.mandates import make_mandates, name_body, settle_silence
from funding.services.questions import ask_question, reply_to_question, sign_petition
from renewal.kernel.clock import at, london_day
from renewal.site.demo.world import World

# body, what binds it, its title
CHARTERS = [
    ("ashcombe-council", Instrument.RESOLUTION, "Council resolution 14 of 2026"),
    ("ashcombe-health-board", Instrument.AGREEMENT, "Agreement with the people of Ashcombe, 2026"),
    ("bro-hafren-council", Instrument.RESOLUTION, "Penderfyniad y Cyngor 9 o 2026"),
]
HEALTH_BOARDS = ["ashcombe-health-board", "hafren-health-board"]


def seed(world: World) -> None:
    """Appoint who answers for the health boards, then let bodies answer, residents look, and people meet and ask."""
    today = london_day(world.now)
    for slug, instrument, title in CHARTERS:
        Charter.objects.create(
            body=Body.objects.get(slug=slug),
            instrument=instrument,
            title=title,
            scrutiny_email=f"scrutiny-{slug}@example.org",
            scrutiny_language="cy" if slug == "bro-hafren-council" else "",
            scrutiny_name="Scrutiny committee",
            starts_on=today - timedelta(days=700),
        )
    ruth = User.objects.get(email="ruth@example.org")
    for slug in HEALTH_BOARDS:
        OfficerRole.objects.create(
            user=ruth,
            body=Body.objects.get(slug=slug),
            role=Role.REVIEWER,
            starts_on=today - timedelta(days=400),
        )
    answer_needs(world, today)
    answer_projects(world)
    deliver(world)
    gather(world, today)
    ask(world)


def round_named(name: str) -> Round | None:
    return Round.objects.select_related("area", "convenor").filter(slug__startswith=f"{name}-").first()


def officers(body: Body) -> list[User]:
    roles = OfficerRole.objects.filter(body=body, role__in=[Role.REVIEWER, Role.LEAD]).select_related("user")
    return [role.user for role in roles.order_by("pk")]


def give(mandate: Mandate, wording: Wording, *, now: datetime) -> Answer:
    """Publish an answer, with a second officer's signature where the rules ask for one."""
    first, *others = officers(mandate.body)
    made = answer_mandate(mandate_id=mandate.pk, wording=wording, actor=first, now=now)
    if isinstance(made, AnswerDraft):
        return sign_answer(mandate_id=mandate.pk, seen=draft_digest(made), actor=others[0], now=now)
    return made


def owed(name: str, place: int) -> Mandate | None:
    """The duty to answer the need at a place of a round's adopted order."""
    rows = Mandate.objects.filter(round__slug__startswith=f"{name}-", kind="priority", position=place)
    return rows.select_related("body", "round__convenor", "priority").order_by("pk").first()


def answer_needs(world: World, today: date) -> None:
    """Ashcombe North as the look shows it: accepted, accepted together, no answer yet, and in part."""
    soon = today + timedelta(days=60)
    if rooms := owed("ashcombe-north", 1):
        give(
            rooms,
            Wording(
                AnswerKind.ACCEPT,
                "Two rooms in the old library will open, with heating, every weekday until 9pm.",
                words_cy="Bydd dwy ystafell yn yr hen lyfrgell yn agor, gyda gwres, bob diwrnod gwaith tan 9pm.",
                actions=(
                    PlannedAction("Two rooms will open in October", soon, "Bydd dwy ystafell yn agor ym mis Hydref"),
                    PlannedAction(
                        "A kitchen in the larger room", soon + timedelta(days=90), "Cegin yn yr ystafell fwyaf"
                    ),
                ),
            ),
            now=rooms.made_at + timedelta(days=20),
        )
    if bus := owed("ashcombe-north", 2):
        council = bus.round.convenor if bus.round else bus.body
        answer = give(
            bus,
            Wording(
                AnswerKind.ACCEPT,
                "We will share the cost of a minibus to the clinic with the council.",
                words_cy="Byddwn yn rhannu cost bws mini i’r clinig gyda’r cyngor.",
                actions=(PlannedAction("It will share the cost of a minibus", soon, "Bydd yn rhannu cost bws mini"),),
                pledges=(PlannedPledge("money", "half of the minibus", amount_pence=1_800_000),),
            ),
            now=bus.made_at + timedelta(days=25),
        )
        if bus.body != council and bus.priority is not None:
            lead = officers(council)[-1]
            second = name_body(
                priority_id=bus.priority.pk, body_id=council.pk, actor=lead, now=bus.made_at + timedelta(days=5)
            )
            join_answer(
                mandate_id=second.pk,
                answer_id=answer.pk,
                pledges=(PlannedPledge("staff", "two drivers", staff_hours=600),),
                actor=lead,
                now=bus.made_at + timedelta(days=28),
            )
    if walk := owed("ashcombe-north", 4):
        give(
            walk,
            Wording(
                AnswerKind.IN_PART,
                "Not this year, because the river bank is being rebuilt. Lights and a handrail follow.",
                words_cy="Nid eleni: mae glan yr afon yn cael ei hailadeiladu. Bydd goleuadau a chanllaw yn dilyn.",
                actions=(
                    PlannedAction(
                        "Not this year, because the river bank is being rebuilt. Lights and a handrail follow",
                        today + timedelta(days=420),
                        "Nid eleni, gan fod glan yr afon yn cael ei hailadeiladu. Bydd goleuadau a chanllaw yn dilyn",
                    ),
                ),
            ),
            now=walk.made_at + timedelta(days=30),
        )
    if damp := owed("ashcombe-south", 1):
        give(
            damp,
            Wording(
                AnswerKind.CANNOT,
                "The kitchen of the hall is closed until its gas line is replaced.",
                words_cy="Mae cegin y neuadd ar gau nes bod ei phibell nwy yn cael ei newid.",
                ground=Ground.LEGAL,
                provision="Gas Safety (Installation and Use) Regulations 1998, regulation 34",
            ),
            now=damp.made_at + timedelta(days=18),
        )
    if welsh := owed("llanhafren", 1):
        give(
            welsh,
            Wording(
                AnswerKind.ACCEPT,
                "An evening class and a café table start in the village hall.",
                words_cy="Bydd dosbarth nos a bwrdd sgwrs yn dechrau yn neuadd y pentref.",
                actions=(PlannedAction("A class every Thursday", soon, "Dosbarth bob nos Iau"),),
            ),
            now=welsh.made_at + timedelta(days=15),
        )


def answer_projects(world: World) -> None:
    """Where a vote has a result: the first project is accepted, the others wait, or silence has accepted them."""
    for round_ in Round.objects.filter(poll__outcome__published_at__lte=world.now).order_by("pk"):
        mandates = make_mandates(round_id=round_.pk, now=world.now)
        soon = min(world.now, mandates[0].made_at + timedelta(days=2)) if mandates else world.now
        if mandates and mandates[0].state == MandateState.WAITING and soon < mandates[0].due_at:
            give(mandates[0], Wording(AnswerKind.ACCEPT, "", words_cy=""), now=soon)
    settle_silence(now=world.now)


def deliver(world: World) -> None:
    """Two older rounds in Bro Hafren: one action confirmed, one disputed by residents."""
    for name, place, words, words_cy, verdicts in (
        (
            "pontyfelin",
            1,
            "The 9.30pm bus runs every night",
            "Mae’r bws 9.30pm yn rhedeg bob nos",
            ["dispute", "confirm"],
        ),
        ("pontyfelin", 2, "The room is open and warm", "Mae’r ystafell ar agor ac yn gynnes", ["confirm", "confirm"]),
        ("traeth-arian", 1, "The toilets stay open in winter", "Mae’r toiledau ar agor yn y gaeaf", ["confirm"]),
    ):
        mandate = owed(name, place)
        if mandate is None:
            continue
        answered = mandate.made_at + timedelta(days=12)
        answer = give(
            mandate,
            Wording(
                AnswerKind.ACCEPT,
                words,
                words_cy=words_cy,
                actions=(PlannedAction(words, london_day(answered) + timedelta(days=60), words_cy),),
            ),
            now=answered,
        )
        action = answer.actions.get()
        report_action(
            action_id=action.pk,
            kind=ActionEvent.Kind.DONE,
            words=words_cy,
            evidence="Photo, dated" if place == 2 else "Timetable",
            actor=officers(mandate.body)[0],
            now=answered + timedelta(days=50),
        )
        for number, verdict in enumerate(verdicts):
            say_delivered(
                action_id=action.pk,
                verdict=DeliveryVoice.Verdict(verdict),
                words="Nid yw’n rhedeg ar nos Sul." if verdict == "dispute" else "",
                browser=f"demo-voice-{number}",
                now=answered + timedelta(days=55),
            )


def gather(world: World, today: date) -> None:
    """A gathering to come, one with what was heard, one in Welsh, and a yearly table."""
    if coldbrook := round_named("coldbrook"):
        past = meet(
            coldbrook.area, coldbrook, today - timedelta(days=4), "What does Coldbrook need?", "Coldbrook Hall",
            title_cy="Beth sydd ei angen ar Coldbrook?", world=world,
        )  # fmt: skip
        officer = officers(coldbrook.convenor)[0]
        record_attendance(gathering_id=past.pk, came_count=41, actor=officer, now=world.now)
        benches = Suggestion.objects.filter(round=coldbrook, text__startswith="Benches").first()
        record_heard(
            gathering_id=past.pk, text="Benches, so that people can rest", people=12, actor=officer, now=world.now,
            joins=benches.pk if benches else None,
        )  # fmt: skip
        record_heard(
            gathering_id=past.pk, text="A toilet at the market", people=9, actor=officer, now=world.now,
            text_cy="Toiled yn y farchnad",
        )  # fmt: skip
        meet(
            coldbrook.area, coldbrook, today + timedelta(days=9), "A walk round Coldbrook", "Meet at the school gate",
            kind=GatheringKind.WALK, title_cy="Taith gerdded o amgylch Coldbrook", world=world,
        )  # fmt: skip
    if llanhafren := round_named("llanhafren"):
        meet(
            llanhafren.area, llanhafren, today + timedelta(days=12), "Tea and talk in Llanhafren", "Village hall",
            title_cy="Paned a sgwrs yn Llanhafren", place_cy="Neuadd y pentref", languages="Cymraeg, English",
            world=world,
        )  # fmt: skip
    council = Body.objects.get(slug="ashcombe-council")
    table = meet(
        council.area, None, today - timedelta(days=40), "Ashcombe’s yearly table", "Ashcombe Town Hall",
        kind=GatheringKind.TABLE, title_cy="Bwrdd blynyddol Ashcombe", convenor=council, world=world,
    )  # fmt: skip
    officer = officers(council)[0]
    record_attendance(gathering_id=table.pk, came_count=23, actor=officer, now=world.now)
    for sector, organisation, people in (
        (Sector.RESIDENTS, "People drawn by lot", 9),
        (Sector.CIVIL_SOCIETY, "Ashcombe Community Trust", 4),
        (Sector.PUBLIC, "Ashcombe Health Board", 3),
        (Sector.BUSINESS, "Market traders", 4),
        (Sector.FAITH, "St Bride’s and the Hill Road mosque", 3),
    ):
        seat_at_table(
            gathering_id=table.pk, sector=sector, organisation=organisation, people=people, actor=officer, now=world.now
        )
    take_on_action(
        gathering_id=table.pk, words="Open the market hall on two winter evenings a week", taken_by="Market traders",
        due_on=today + timedelta(days=30), actor=officer, now=world.now,
        words_cy="Agor neuadd y farchnad ddwy noson yr wythnos yn y gaeaf",
    )  # fmt: skip


def meet(
    area: Area,
    round_: Round | None,
    day: date,
    title: str,
    place: str,
    *,
    world: World,
    title_cy: str = "",
    place_cy: str = "",
    languages: str = "English, Arabic, BSL",
    kind: GatheringKind = GatheringKind.ASSEMBLY,
    convenor: Body | None = None,
) -> Gathering:
    """Write down a gathering, also one of the past, which the service would refuse to call."""
    body = convenor or cast(Round, round_).convenor
    gathering = Gathering.objects.create(
        area=area,
        round=round_,
        kind=kind,
        title=title,
        title_cy=title_cy,
        starts_at=at(day, 18, 30),
        ends_at=at(day, 20),
        place=place,
        place_cy=place_cy,
        access="Step-free, hearing loop, toilets. Buses 4 and 12 stop outside.",
        access_cy="Heb risiau, dolen glyw, toiledau. Mae bysiau 4 ac 12 yn stopio y tu allan.",
        languages=languages,
        has_childcare=True,
        convenor=body,
        phone="01632 960100",
        created_at=world.now - timedelta(days=60),
    )
    gathering.bodies.add(body)
    return gathering


def ask(world: World) -> None:
    """A question with a reply, one that waits, and a petition on its way to 25 residents."""
    north = round_named("ashcombe-north")
    if north is None:
        return
    first = ask_question(
        area=north.area, body=Body.objects.get(slug="ashcombe-health-board"), name="Margaret", browser="demo",
        text="Will the clinic bus take wheelchairs?", more="", language="en", now=world.now - timedelta(days=20),
    )  # fmt: skip
    reply_to_question(
        question_id=first.pk,
        words="Yes. It has a lift and room for two wheelchairs.",
        words_cy="Bydd. Mae ganddo lifft a lle i ddwy gadair olwyn.",
        actor=officers(first.body)[0],
        now=world.now - timedelta(days=9),
    )
    ask_question(
        area=north.area, body=north.convenor, name="Dev", browser="demo", language="en", more="",
        text="Why are the park gates locked at 4pm?", now=world.now - timedelta(days=3),
    )  # fmt: skip
    petition: Question = ask_question(
        area=north.area, body=north.convenor, name="Tom", browser="demo", language="en", is_petition=True,
        text="Keep the day centre open at weekends", more="It is the only warm place on a Sunday.",
        now=world.now - timedelta(days=6),
    )  # fmt: skip
    for resident in Resident.objects.filter(area=north.area).order_by("pk")[:12]:
        sign_petition(
            question_id=petition.pk, resident_id=resident.pk, area_codes=north.area.chain_codes, now=world.now,
            route="assisted",
        )  # fmt: skip
