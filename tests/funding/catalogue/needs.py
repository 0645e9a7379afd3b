"""Needs and adopted orders: who may open their pages, and their states."""

from tests.funding.answer_worlds import ADOPTED, DATES, answered, late, many_answers, owed
from tests.funding.need_worlds import (
    closed_round,
    corrected,
    in_round,
    joined,
    left_out,
    long_need,
    many_needs,
    need_args,
    need_of,
    one_need,
    round_of,
    suggested,
    taking_needs,
    told,
)
from tests.funding.who import LEADS, OFFICERS, OPEN, POST_OFFICERS
from tests.support.catalogue import ListPage, Page, Row

ROWS = [
    Row("funding:suggestion_list", in_round, **OPEN),
    Row("funding:suggest", in_round, **OPEN),
    Row("funding:suggest", in_round, method="post", data=lambda w: {"text": "A crossing at the school"}, others=303),
    Row("funding:suggestion_detail", one_need, **OPEN),
    Row("funding:suggestion_detail", lambda w: in_round(w, ref="NEE-N99"), others=404),
    Row("funding:suggestion_support", one_need, method="post", others=303),
    Row("funding:suggestion_comment", one_need, method="post", data=lambda w: {"text": "Yes"}, others=303),
    Row("funding:priority_list", lambda w: ADOPTED, **OPEN),
    Row("funding:priority_version", lambda w: {**ADOPTED, "version": 1}, **OPEN),
    Row("funding:priority_version", lambda w: {**ADOPTED, "version": 2}, others=404),
    Row("funding:needs_sort", in_round, **OFFICERS),
    Row("funding:need_add", in_round, **OFFICERS),
    Row("funding:need_add", in_round, method="post", **POST_OFFICERS),
    Row("funding:need_sort", one_need, **OFFICERS),
    Row("funding:need_sort", one_need, method="post", data=lambda w: {"act": "join"}, **POST_OFFICERS),
    Row("funding:priorities_staff", lambda w: ADOPTED, **OFFICERS),
    Row("funding:priorities_staff", lambda w: ADOPTED, method="post", data=lambda w: {"act": "poll"}, **POST_OFFICERS),
    Row("funding:priorities_correct", lambda w: ADOPTED, **LEADS),
    Row("funding:priorities_correct", lambda w: ADOPTED, method="post", **LEADS | {"lead": 422}),
    Row("funding:priorities_correct", in_round, stranger="sign-in", others=404),
    Row("funding:priority_bodies", lambda w: {**ADOPTED, "ref": "ADO-N01"}, **OFFICERS),
    Row(
        "funding:priority_bodies",
        lambda w: {**ADOPTED, "ref": "ADO-N01"},
        method="post",
        data=lambda w: {"act": "raise"},
        **POST_OFFICERS,
    ),
]

PAGES = [
    Page("funding:suggestion_list", "empty", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:suggestion_list", "needs", round_of(told)),
    Page("funding:suggestion_list", "nothing matches", round_of(suggested), query="q=zebra"),
    Page("funding:suggestion_list", "closed", lambda w: {"round": closed_round(w).slug}),
    Page("funding:suggest", "open", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:suggest", "sounds alike", round_of(suggested), query="text=somewhere+warm+to+meet"),
    Page("funding:suggest", "closed", lambda w: {"round": closed_round(w).slug}),
    Page(
        "funding:suggest", "too short", lambda w: {"round": taking_needs(w).slug}, method="post", data={"text": "x"},
        status=422,
    ),
    Page(
        "funding:suggest", "asks first", round_of(suggested), method="post",
        data={"text": "Somewhere warm to meet people"},
    ),
    Page("funding:suggestion_detail", "with trace and comments", need_of(told)),
    Page("funding:suggestion_detail", "joined", need_of(joined)),
    Page("funding:suggestion_detail", "left out", need_of(left_out)),
    Page("funding:suggestion_detail", "long", need_of(long_need)),
    Page("funding:priority_list", "empty", lambda w: {"round": taking_needs(w).slug}),
    Page("funding:priority_list", "answer due", round_of(owed)),
    Page("funding:priority_list", "overdue", round_of(late)),
    Page("funding:priority_list", "answered", round_of(answered)),
    Page("funding:priority_version", "newest", lambda w: {"round": owed(w).round.slug, "version": 1}),
    Page("funding:needs_sort", "needs", round_of(told), as_="reviewer"),
    Page("funding:needs_sort", "nothing matches", round_of(suggested), as_="reviewer", query="q=zebra"),
    Page("funding:need_add", "open", lambda w: {"round": taking_needs(w).slug}, as_="reviewer"),
    Page("funding:need_sort", "stands", need_of(told), as_="reviewer"),
    Page("funding:need_sort", "left out", need_of(left_out), as_="reviewer"),
    Page("funding:priorities_staff", "no vote yet", round_of(told), as_="lead"),
    Page(
        "funding:priorities_staff", "one need alone", round_of(suggested), as_="lead", method="post", status=422,
        data={"act": "poll", **dict(zip(DATES, ("1", "3", "2030", "20", "3", "2030"), strict=True))},
    ),
    Page(
        "funding:priorities_staff", "ends before it begins", round_of(told), as_="lead", method="post", status=422,
        data={"act": "poll", **dict(zip(DATES, ("9", "3", "2030", "1", "3", "2030"), strict=True))},
    ),
    Page("funding:priorities_staff", "adopted", round_of(owed), as_="lead"),
    Page("funding:priorities_correct", "adopted", round_of(owed), as_="lead"),
    Page("funding:priorities_correct", "no reason", round_of(owed), as_="lead", method="post", status=422),
    Page("funding:priority_list", "corrected", round_of(corrected)),
    Page("funding:priority_bodies", "adopted", lambda w: need_args(owed(w)), as_="lead"),
]  # fmt: skip

LISTS = [
    ListPage("funding:suggestion_list", many_needs),
    ListPage("funding:needs_sort", many_needs, as_="reviewer"),
    ListPage("funding:priority_list", lambda w, count: {"round": many_answers(w, count)}),
]
