"""What people say in public and what is done about it: comments, a challenge, reports, and a second look."""

from datetime import timedelta

from communities.models import Resident, User
from funding.models import Challenge, HiddenReason, Project, SuggestionComment, TextReport
from funding.services import comments
from funding.services.levels import ChallengeOver, NotDivided, challenge_as_resident, decide_level, support_challenge
from funding.services.moderation import Text, answer_report, ask_to_show, report_text
from renewal.site.demo.world import World

TALK = [
    ("tom", "Who keeps the key when the library is shut?"),
    ("gethin", "We did the same in Bro Hafren. Ask us about the insurance."),
    ("hassan", "Cheap van hire, call me any time."),
]


def seed(world: World) -> None:
    """Talk under a project, dispute who decides about another, and report words of three kinds."""
    people = {name: User.objects.get(email=f"{name}@example.org") for name in ("tom", "gethin", "hassan", "priya")}
    for project in Project.objects.public().filter(reference="ASH-003"):
        talk(project, people, world)
    for project in Project.objects.public().filter(reference="ASR-001"):
        dispute(project, world)
    said = list(SuggestionComment.objects.filter(suggestion__round__prefix="COL").order_by("pk"))
    if len(said) > 1:
        report(said[0], "It is about somebody’s nan.", world)
        asked = report(said[-1], "It advertises the hall.", world, reason=HiddenReason.ADVERT)
        answer_report(
            report_id=asked.pk, yes=True, reason=HiddenReason.ADVERT, words="It names a hall that can be hired.",
            actor=people["priya"], now=world.now - timedelta(days=1),
        )  # fmt: skip
        said[-1].refresh_from_db()
        ask_to_show(text=said[-1], words="Nothing is sold. It asks a question.", browser="demo-2", now=world.now)


def talk(project: Project, people: dict[str, User], world: World) -> None:
    """Three comments, of which one is reported."""
    made = [
        comments.say(
            project_id=project.pk, actor=people[name], text=text, language="en", now=world.now - timedelta(days=3 - day)
        )
        for day, (name, text) in enumerate(TALK)
    ]
    report(made[-1], "It sells something.", world, reason=HiddenReason.ADVERT)


def dispute(project: Project, world: World) -> None:
    """Seven residents ask for a second look at who decides about a project; somebody reports their words."""
    area, when = project.round.area, world.now - timedelta(days=2)
    people = Resident.objects.bulk_create(
        Resident(
            area=area, match_token=f"demo-challenge-{number}", near_token="", how_known="officer", known_at=when
        )
        for number in range(7)
    )  # fmt: skip
    words = "The path is used from three neighbourhoods. All three should decide."
    try:
        decision = decide_level(project_id=project.pk, now=when)
        challenge = challenge_as_resident(words=words, resident=people[0], decision=decision, now=when)
    except (NotDivided, ChallengeOver):
        return
    for person in people[1:]:
        support_challenge(challenge_id=challenge.pk, resident=person, now=world.now)
    report(Challenge.objects.get(pk=challenge.pk), "I do not agree with them.", world, reason=HiddenReason.ABUSIVE)


def report(text: Text, words: str, world: World, *, reason: HiddenReason = HiddenReason.PERSONAL) -> TextReport:
    return report_text(text=text, reason=reason, words=words, browser="demo", now=world.now - timedelta(hours=20))
