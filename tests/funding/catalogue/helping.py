"""Pages on which helpers write down what residents say: who may open them, and their states."""

from tests.funding.answer_worlds import a_lot_to_write_down, done_action
from tests.funding.need_worlds import in_round, pk_of, suggested, taking_needs
from tests.funding.voice_worlds import helping, petition
from tests.funding.who import HELPERS, POST_HELPERS
from tests.support.catalogue import ListPage, Page, Row


def area(world):
    return {"area": world.area.slug}


def action(world):
    return {"pk": world.mandate.answers.get().actions.get().pk}


def alike(world):
    return {"round": suggested(world).round.slug}


def taking(world):
    return {"round": taking_needs(world).slug}


def many_petitions(world, count):
    for _ in range(count):
        petition(world)
    return {}


ROWS = [
    Row("funding:helping_residents", **HELPERS),
    Row("funding:helping_residents", lambda w: helping(w) and {}, **HELPERS | {"counting": 200}),
    Row("funding:helped_need", in_round, **HELPERS),
    Row("funding:helped_need", lambda w: helping(w) and in_round(w), **HELPERS | {"counting": 200}),
    Row("funding:helped_need", in_round, method="post", **POST_HELPERS),
    Row("funding:helped_comment", in_round, **HELPERS),
    Row("funding:helped_comment", in_round, method="post", **POST_HELPERS),
    Row("funding:helped_question", area, **HELPERS),
    Row("funding:helped_question", area, method="post", **POST_HELPERS),
    Row("funding:helped_signature", lambda w: {"pk": w.petition.pk}, **HELPERS),
    Row("funding:helped_signature", lambda w: {"pk": w.petition.pk}, method="post", **POST_HELPERS),
    Row("funding:helped_voice", action, **HELPERS),
    Row(
        "funding:helped_voice",
        action,
        method="post",
        **POST_HELPERS,
    ),
    Row("funding:helped_updates", area, **HELPERS),
    Row("funding:helped_updates", area, method="post", **POST_HELPERS),
    Row("funding:helped_stop", **HELPERS),
    Row("funding:helped_stop", method="post", **POST_HELPERS),
]
SHORT = {"postal": "Tom", "language": "en"}
ALIKE = {"text": "Somewhere warm to meet people", "people": "2", "route": "phone"}
PAGES = [
    Page("funding:helping_residents", "choose a place", as_="reviewer"),
    Page("funding:helping_residents", "a lot to do", a_lot_to_write_down, as_="reviewer", query="area=upper-test"),
    Page("funding:helping_residents", "nothing open", as_="reviewer", query="area=lower-test"),
    Page("funding:helped_need", "open", taking, as_="reviewer"),
    Page("funding:helped_need", "nothing typed", taking, as_="reviewer", method="post", status=422),
    Page("funding:helped_need", "sounds alike", alike, as_="reviewer", method="post", data=ALIKE),
    Page("funding:helped_comment", "open", taking, as_="reviewer"),
    Page(
        "funding:helped_comment", "no such need", taking, as_="reviewer", method="post", status=422,
        data={"need": "NEE-N99", "text": "With a kettle.", "route": "phone"},
    ),
    Page("funding:helped_question", "open", area, as_="reviewer"),
    Page("funding:helped_signature", "open", pk_of(petition), as_="reviewer"),
    Page("funding:helped_signature", "nothing typed", pk_of(petition), as_="reviewer", method="post", status=422),
    Page("funding:helped_voice", "done, says the body", done_action, as_="reviewer"),
    Page("funding:helped_updates", "open", area, as_="reviewer"),
    Page("funding:helped_updates", "no whole address", area, as_="reviewer", method="post", data=SHORT, status=422),
    Page("funding:helped_stop", "open", as_="reviewer"),
]  # fmt: skip
LISTS = [ListPage("funding:helping_residents", many_petitions, as_="reviewer", query="area=upper-test")]
