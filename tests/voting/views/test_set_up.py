"""An officer sets a vote up without a developer in 20 minutes, over the real pages: from nothing, and from the last.

What is timed is a model, not a person: 30 seconds to read a page, 10 to decide about a field that must be answered,
0.3 for a typed character (40 words a minute) and 5 for a press. The pages, fields and characters are counted as the
journey goes; whoever adds a page or a field sees it here.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.communities import PostcodeRangeFactory
from tests.factories.voting import draft_poll
from tests.support.catalogue import client_of
from tests.support.world import build_world
from voting.models import Poll

pytestmark = pytest.mark.django_db
PROJECTS = "\n".join(
    f"UT-{number:03}; {title}; {welsh}; {cost}"
    for number, (title, welsh, cost) in enumerate(
        [
            ("A kitchen for the village hall", "Cegin i neuadd y pentref", 11_500),
            ("Lights for the skatepark", "Goleuadau i’r parc sglefrio", 12_500),
            ("A repair café on Saturdays", "Caffi trwsio ar ddydd Sadwrn", 4_800),
            ("A minibus to the clinic", "Bws mini i’r clinig", 9_600),
            ("A chess club in term", "Clwb gwyddbwyll yn ystod y tymor", 2_900),
            ("Benches along the river path", "Meinciau ar hyd llwybr yr afon", 3_200),
            ("Swimming for families in winter", "Nofio i deuluoedd yn y gaeaf", 6_400),
            ("A garden behind the library", "Gardd y tu ôl i’r llyfrgell", 7_700),
        ],
        start=1,
    )
)


class Officer:
    """Somebody at the pages, whose reading, deciding, typing and pressing is added up."""

    def __init__(self, client):
        self.client, self.pages, self.fields, self.characters, self.presses = client, 0, 0, 0, 0
        self.forms = {}

    def look(self, path):
        answer = self.client.get(path, follow=True)
        assert answer.status_code == 200, path
        return self._seen(answer)

    def send(self, path, answers=(), **kept):
        """Answer fields and press the button; ``kept`` are those that came filled in and stay."""
        answers = dict(answers)
        self.fields += len(answers)
        self.characters += sum(len(str(value)) for value in answers.values() if isinstance(value, str))
        self.presses += 1
        answer = self.client.post(path, kept | answers, follow=True)
        assert answer.status_code == 200, re.findall(r'class="error[^>]*>([^<]+)', answer.content.decode())
        return self._seen(answer)

    def _seen(self, answer):
        self.pages += 1
        return answer.content.decode()

    @property
    def seconds(self):
        return 30 * self.pages + 10 * self.fields + 0.3 * self.characters + 5 * self.presses


def day_of(moment):
    return {"_0": str(moment.day), "_1": str(moment.month), "_2": str(moment.year)}


def dates():
    opens, closes = timezone.now() + timedelta(days=7), timezone.now() + timedelta(days=28)
    return {f"{name}{part}": value for name, day in (("opens_on", opens), ("closes_on", closes))
            for part, value in day_of(day).items()}  # fmt: skip


def rehearsed(officer, slug):
    """Open a rehearsal and send one vote in it with a test code, as a resident does."""
    page = officer.send(f"/en/staff/polls/{slug}/rehearse/")
    code = re.search(r"<code>([^<]+)</code>", page)[1]
    copy = Poll.objects.get(rehearsal_of__slug=slug).slug
    officer.look(f"/en/polls/{copy}/")
    officer.look(f"/en/polls/{copy}/check/")
    officer.send(f"/en/polls/{copy}/check/", {"method": "code"})
    officer.send(f"/en/polls/{copy}/check/code/age/", {"is_old_enough": "yes"})
    officer.send(f"/en/polls/{copy}/check/code/code/", {"code": code})
    officer.send(f"/en/polls/{copy}/check/code/home/", {"name": "Test Voter", "house": "1", "postcode": "ZZ1 2CD"})
    officer.send(f"/en/polls/{copy}/contact/", {"email": ""})
    officer.send(f"/en/polls/{copy}/choose/", {"project": ["UT-001", "UT-003"]})
    return officer.send(f"/en/polls/{copy}/send/")


@pytest.fixture
def world():
    made = build_world()
    PostcodeRangeFactory(area=made.area)
    return made


@pytest.mark.parametrize(("start", "pages", "fields"), [("a preset", 17, 22), ("the last vote", 7, 9)])
def test_an_officer_sets_up_rehearses_and_a_second_opens_a_vote_in_20_minutes(world, start, pages, fields):
    first, second = Officer(client_of(world, "counting")), Officer(client_of(world, "lead"))
    facts = {"title": "Upper Test 2027", "title_cy": "Test Uchaf 2027", "area": str(world.area.pk), "budget": "40000",
             "forecast": "400", "languages": ["cy"], "options": PROJECTS}  # fmt: skip
    preset = {"kind": "approve", "rule": "equal-shares", "roll_kind": "open", "voting_age": "16", "recomputable": "yes"}
    first.look("/en/staff/polls/")
    first.look("/en/staff/polls/new/")
    if start == "a preset":
        first.look("/en/staff/polls/new/?preset=projects")
        first.send("/en/staff/polls/new/?preset=projects", facts | dates(), **preset)
    else:
        last = draft_poll(area_id=world.area.pk, now=timezone.now())
        first.look(f"/en/staff/polls/new/?from={last.slug}")
        kept = facts | preset | {"options": "", "copy_from": str(last.pk)}
        first.send(
            f"/en/staff/polls/new/?from={last.slug}",
            {"title": "Upper Test 2027", "title_cy": "Test Uchaf 2027"} | dates(),
            **{name: value for name, value in kept.items() if not name.startswith("title")},
        )
    poll = Poll.objects.order_by("pk").last()

    if start == "a preset":
        assert "Your reference" in rehearsed(first, poll.slug)
    page = second.look(f"/en/staff/polls/{poll.slug}/")
    assert "Must be put right" not in page
    second.send(f"/en/staff/polls/{poll.slug}/open/")

    poll.refresh_from_db()
    assert poll.state == "open"
    answer = second.send(f"/en/polls/{poll.slug}/", {"postcode": "ZZ1 2CD"})
    assert "This postcode is in Upper Test" in answer
    spent = first.seconds + second.seconds
    assert (first.pages + second.pages, first.fields + second.fields, spent / 60 < 20) == (pages, fields, True)
