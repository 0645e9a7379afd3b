"""What a voter does over HTTP: pass the check, choose, send."""

from django.urls import reverse

from tests.factories.voting import NOON
from voting.services.codes import make_codes

PERSON = {"name": "Amina Example", "house": "12", "postcode": "ZZ1 2CD"}


def url(name, poll, *more):
    return reverse(f"voting:{name}", args=[poll.slug, *more])


def pass_check(client, poll, code, *, old_enough="yes", **changed):
    """Answer the three questions one after another; gives the last answer."""
    ask = [reverse("voting:residency_question", args=[poll.slug, "code", name]) for name in ("age", "code", "home")]
    answer = client.post(ask[0], {"is_old_enough": old_enough})
    if answer.status_code == 303:
        client.post(ask[1], {"code": code})
        answer = client.post(ask[2], PERSON | changed)
    return answer


def vote(client, poll, *refs):
    client.post(url("choose", poll), {"project": list(refs)})
    return client.post(url("send", poll), follow=True)


def codes_for(poll):
    return make_codes(poll_id=poll.pk, count=1, label="x", actor=None, now=NOON)[0]
