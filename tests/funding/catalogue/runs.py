"""Runs, parameter sets and work over many areas: what stewards see."""

from datetime import date

from funding.forms.parameters import ParameterForm
from funding.services.allocation import compute_run
from funding.services.fanout import tell_all
from tests.factories.money import NOW, make_run, make_set
from tests.funding.catalogue.awards import with_awards
from tests.funding.catalogue.money import STEWARD, STEWARD_POST, many_pots, nothing_but_money, with_money
from tests.support.catalogue import ListPage, Page, Row


def a_run(world):
    return {"pk": with_money(world).run.pk}


def a_run_to_sign(world):
    with_money(world)
    other = make_set({**world.run.parameter_set.document, "reserve_bp": 700}, name="Other")
    run = compute_run(run_id=make_run(world.cycle, other, corrects_id=world.run.pk).pk, now=NOW)
    world.to_sign = run
    return {"pk": run.pk}


def a_draft(world):
    with_money(world)
    world.draft_set = make_set({**world.run.parameter_set.document, "reserve_bp": 900}, name="Draft")
    return {"pk": world.draft_set.pk}


def a_draft_of_england(world):
    """A set in which only a nation takes part that the world does not have."""
    with_money(world)
    return {"pk": make_set({}, name="Elsewhere").pk}


def a_used_set(world):
    return {"pk": with_money(world).run.parameter_set_id}


def two_sets(world):
    draft = a_draft(world)
    return {"pk": world.run.parameter_set_id, "other": draft["pk"]}


def some_work(world):
    with_awards(world)
    return {"pk": tell_all(cycle=world.cycle, now=NOW).pk}


def busy(world):
    some_work(world)
    a_run_to_sign(world)
    return {}


def filled_in(world):
    """What the form of the draft would send unchanged."""
    return sent_unchanged(world.draft_set.document)


def sent_unchanged(document):
    """What a browser sends when the form of a draft is saved as it stands."""
    form = ParameterForm(document=document)
    sent = {}
    for name, value in form.initial.items():
        if isinstance(value, date):
            sent |= {f"{name}_0": value.day, f"{name}_1": value.month, f"{name}_2": value.year}
        elif value is True:
            sent[name] = "on"
        elif value is not None and value is not False:
            sent[name] = form[name].field.prepare_value(value)
    return sent


def many_differences(world, count):
    many_pots(world, count)
    return two_sets(world)


ROWS = [
    Row("funding:steward_home", nothing_but_money, **STEWARD),
    Row("funding:run_new", nothing_but_money, **STEWARD),
    Row("funding:run_new", nothing_but_money, method="post", stranger="sign-in", steward=422, others=404),
    Row("funding:run_detail", a_run, **STEWARD),
    Row(
        "funding:run_sign", a_run_to_sign, method="post", data=lambda w: {"seen": w.to_sign.outcome_hash},
        **STEWARD_POST,
    ),
    Row("funding:parameter_set", a_draft, **STEWARD),
    Row("funding:parameter_set", a_draft, method="post", data=filled_in, **STEWARD_POST),
    Row("funding:parameter_preview", a_draft, **STEWARD),
    Row("funding:parameter_set_copy", a_used_set, method="post", **STEWARD_POST),
    Row("funding:parameter_difference", two_sets, **STEWARD),
    Row("funding:fan_out_start", lambda w: {"kind": "counts"}, method="post", **STEWARD_POST),
    Row("funding:fan_out", some_work, **STEWARD),
]  # fmt: skip
PAGES = [
    Page("funding:steward_home", "empty", as_="steward"),
    Page("funding:steward_home", "with work", busy, as_="steward"),
    Page("funding:run_new", "form", nothing_but_money, as_="steward"),
    Page("funding:run_new", "nothing chosen", nothing_but_money, as_="steward", method="post", status=422),
    Page("funding:run_detail", "posted", a_run, as_="steward"),
    Page("funding:run_detail", "to sign", a_run_to_sign, as_="steward"),
    Page("funding:parameter_set", "draft", a_draft, as_="steward"),
    Page("funding:parameter_set", "in use", a_used_set, as_="steward"),
    Page("funding:parameter_set", "faults", a_draft, as_="steward", method="post", data={"name": ""}, status=422),
    Page("funding:parameter_preview", "fits", a_draft, as_="steward"),
    Page("funding:parameter_preview", "does not fit", a_draft_of_england, as_="steward"),
    Page("funding:parameter_difference", "compared", two_sets, as_="steward"),
    Page("funding:fan_out", "under way", some_work, as_="steward"),
]  # fmt: skip
LISTS = [
    ListPage("funding:parameter_difference", many_differences, as_="steward"),
]
