"""Files of answers and gatherings: CSV without formulas, Atom, calendars, one-page sheets; and hostile input."""

import csv
import io
from datetime import timedelta
from xml.etree import ElementTree

import pikepdf
import pytest
from django.utils import timezone

from funding.models import Question, Suggestion, SuggestionComment
from funding.queries.sheets import gathering_notice, round_sheet
from renewal.kernel.downloads import calendar_file, safe_cell
from renewal.kernel.models import Notice
from renewal.kernel.money import decimal_pounds
from tests.factories.answers import (
    GatheringFactory,
    ProjectMandateFactory,
    QuestionFactory,
    RoundFactory,
    SuggestionFactory,
)
from tests.factories.communities import PostcodeRangeFactory

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = [
    "<script>alert(1)</script> in the park",
    "'; DROP TABLE funding_suggestion; -- please",
    '=HYPERLINK("http://example.org","click here")',
    "A safe\u202e walk\u2066 home\u200b today",
    "{{ 7|add:7 }} {% include 'x' %} template",
    "%(name)s %s {0} formatting %%",
    "\x00\x01\x02 control characters here",
    "ﷺ 🏳️‍🌈 Ƹ̵̡Ӝ̵̨̄Ʒ emoji and marks 你好 مرحبا",
    "../../etc/passwd?x=1&y=2#z",
    "Zalgo t̷̡̛e̶x̸t̵ rises up here",
]


@pytest.fixture
def open_round():
    round_ = RoundFactory(prefix="ASH", slug="ashcombe-2027")
    now = timezone.now()
    round_.phases.update(starts_at=now - timedelta(days=9), ends_at=now + timedelta(days=9))
    return round_


def test_g_4_3_a4_all_mandates_of_a_body_come_as_csv_and_as_a_feed(client):
    round_ = RoundFactory()
    mandates = [ProjectMandateFactory(round=round_, title=title) for title in ("Kitchen", "=1+1")]
    slug = round_.convenor.slug

    text = b"".join(client.get(f"/en/bodies/{slug}/answers.csv").streaming_content).decode("utf-8-sig")
    feed = ElementTree.fromstring(client.get(f"/en/bodies/{slug}/answers.atom").content)

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["mandate_id"] for row in rows] == [str(mandate.pk) for mandate in mandates]
    assert [row["title"] for row in rows] == ["Kitchen", "'=1+1"]
    assert feed.tag == f"{ATOM}feed"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text).startswith("'")
    assert safe_cell("Kitchen") == "Kitchen"


def test_a_minus_sum_in_a_csv_file_stays_a_number():
    assert f"{safe_cell(decimal_pounds(-123_400))}" == "-1234.00"


def test_the_calendar_of_an_area_has_folded_lines_and_says_what_is_cancelled(client):
    now = timezone.now()
    gathering = GatheringFactory(
        title="Tea; talk, and “more” " + "x" * 80, starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=1), cancelled_at=now, cancelled_words="Flooded",
    )  # fmt: skip

    answer = client.get(f"/en/area/{gathering.area.slug}/gatherings.ics")

    lines = answer.content.decode().split("\r\n")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "STATUS:CANCELLED" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert "SUMMARY:Tea\\; talk\\, and" in answer.content.decode().replace("\r\n ", "")


def test_a_long_welsh_word_is_never_cut_inside_a_letter():
    text = calendar_file("x", [[("SUMMARY", "ŵ" * 200)]])

    assert "ŵ" * 200 in text.replace("\r\n ", "")


@pytest.mark.parametrize("step", ["priorities", "ideas", "checks", "vote", "result", "delivery", "changed"])
def test_the_noticeboard_sheet_is_one_tagged_page_in_every_step(step):
    round_ = RoundFactory()
    round_.phases.update(step=step)
    SuggestionFactory(round=round_)

    document = pikepdf.open(io.BytesIO(round_sheet(round_, now=round_.phases.get().starts_at)))

    assert (len(document.pages), "/StructTreeRoot" in document.Root) == (1, True)


def test_the_notice_of_a_gathering_with_long_words_is_one_page():
    gathering = GatheringFactory(access="Step-free. " * 25, place="The old library, Market Place. " * 5)

    assert len(pikepdf.open(io.BytesIO(gathering_notice(gathering))).pages) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_stored_as_people_see_them_or_refused_politely(client, open_round, text):
    need = client.post("/en/rounds/ashcombe-2027/needs/suggest/", {"text": text, "why": text, "is_different": "on"})
    listed = client.get("/en/rounds/ashcombe-2027/needs/", {"q": text})
    alike = client.get("/en/rounds/ashcombe-2027/needs/suggest/", {"text": text})
    asked = client.post(
        f"/en/area/{open_round.area.slug}/questions/ask/",
        {"text": text, "more": text, "name": text[:60], "is_petition": "no", "body": open_round.convenor.pk},
    )

    assert {need.status_code, asked.status_code} <= {303, 400, 422}  # a NUL never reaches a form
    assert {listed.status_code, alike.status_code} <= {200, 400}  # a query with a NUL never reaches a page
    assert b"<script>alert" not in listed.content + alike.content
    for stored in [
        *Suggestion.objects.values_list("text", flat=True),
        *Question.objects.values_list("text", flat=True),
    ]:
        assert not set(stored) & set("\x00\x01\u202e\u2066\u200b")


def test_a_megabyte_in_every_box_is_refused_with_its_words_kept(client, open_round):
    need = SuggestionFactory(round=open_round)
    question = QuestionFactory()
    big = "x" * 1_000_000

    answers = [
        client.post("/en/rounds/ashcombe-2027/needs/suggest/", {"text": big}),
        client.post(f"/en/rounds/ashcombe-2027/needs/{need.ref}/comment/", {"text": big}),
        client.post(f"/en/area/{question.area.slug}/questions/ask/", {"text": big}),
        client.post("/en/updates/", {"email": big, "area": question.area.slug}),
        client.get(f"/en/rounds/ashcombe-2027/needs/?q={'x' * 500}"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 200]
    assert SuggestionComment.objects.count() == 0


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=99999", "sort=zebra", "theme=zebra", "q=%00"])
def test_a_made_up_query_never_breaks_the_list(client, open_round, query):
    assert client.get(f"/en/rounds/ashcombe-2027/needs/?{query}").status_code == (400 if "%00" in query else 200)


def test_an_address_gets_a_letter_its_code_signs_and_a_neighbour_of_elsewhere_cannot(client):
    petition = QuestionFactory(kind="petition")
    PostcodeRangeFactory(area=petition.area)
    PostcodeRangeFactory(outward="ZZ2")
    home = {"name": "Dev Patel", "house": "4", "postcode": "zz1 2cd"}
    sign, code = (f"/en/questions/{petition.pk}/{page}/" for page in ("sign", "code"))

    asked = [client.post(sign, home | changed) for changed in ({}, {"postcode": "ZZ2 2CD"}, {"house": ""})]
    letter = Notice.objects.get(kind="signature_code")
    typed = letter.body.split("Your code is ")[1][:9]
    tried = [client.post(code, {"code": one}) for one in ("K7T4 9MXP", typed, typed)]

    petition.refresh_from_db()
    assert [(answer.status_code, getattr(answer, "url", "")) for answer in asked] == [(303, code), (422, ""), (422, "")]
    assert [answer.status_code for answer in tried] == [422, 303, 422]
    assert (letter.channel, petition.verified_count) == ("letter", 1)


def test_many_wrong_codes_are_stopped(client):
    petition = QuestionFactory(kind="petition")

    pages = [client.post(f"/en/questions/{petition.pk}/code/", {"code": "K7T4 9MXP"}) for _ in range(11)]

    assert "Many codes were tried" in pages[-1].content.decode()
    assert "Many codes were tried" not in pages[-2].content.decode()
