"""What the pages of the shell can look like."""

from datetime import timedelta
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.utils import timezone

from funding.models import RoundDeclaration
from renewal.kernel.audit import record
from renewal.kernel.clock import london_day
from renewal.kernel.letters import print_letters
from renewal.kernel.notices import give_notice
from renewal.kernel.staff import WorkItem, add_work
from renewal.site.models import SeededPart
from tests.communities import worlds
from tests.factories.projects import make_project, make_round
from tests.support.catalogue import ListPage, Page
from tests.support.lists import more_of
from tests.support.world import World, make_area


def with_demo_people(world: World) -> dict[str, Any]:
    SeededPart.objects.create(
        name="areas",
        seeded_at=timezone.now(),
        notes={"sign_ins": [["reviewer@example.org", "Priya Nair: reviewer, Ashcombe Council"]]},
    )
    return {}


def with_open_rounds(world: World) -> dict[str, Any]:
    for area, name in ((world.area, "Ashcombe North"), (world.other_area, "Millside"), (world.authority, "Ashcombe")):
        area.name = name
        area.save(update_fields=["name"])
    for number, step in enumerate(("vote", "ideas", "priorities")):
        area = (world.area, world.other_area, world.authority)[number]
        make_round(area, world.body, step=step, prefix=f"RN{number}", now=timezone.now())
    return {}


def with_entries(world: World) -> dict[str, Any]:
    with transaction.atomic():
        record(actor=world.users["lead"], action="round.opened", subject=world.area, amount_pence=4_000_000)
        record(actor=None, action="poll.closed", subject=world.area)
    return {}


def some_entries(world: World, count: int) -> dict[str, Any]:
    for part in ("lead", "reviewer", "finance")[:count]:
        record(actor=world.users[part], action="round.opened", subject=world.area)
    return {}


def with_work(world: World) -> dict[str, Any]:
    today = london_day(timezone.now())
    titles = ("Canal towpath ramp", "Cook and eat on Fridays", "Youth café late opening", "Flood kit store")
    items = [
        WorkItem(title, "/en/staff/", today + timedelta(days=days), "Second check")
        for title, days in zip(titles, (-3, 0, 1, 30), strict=True)
    ]
    add_work("page catalogue", lambda user, now: items if user.pk == world.users["reviewer"].pk else [])
    return {}


def with_second_step(world: World) -> dict[str, Any]:
    TOTP.activate(world.users["reviewer"], "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(world.users["reviewer"])
    return {}


def code_asked_for(client: Any, world: World) -> None:
    client.post("/en/sign-in/", {"email": "new-person@example.org"})


def with_letters(world: World) -> dict[str, Any]:
    for number in range(2):
        with transaction.atomic():
            give_notice(
                kind="refused", person_id=None, address="Margaret\n1 Mill Lane", language="en", about=world.group,
                subject="Testborough Council: your project", body="Two officers looked.\n\nCall us.",
                key=f"letter:{number}", now=timezone.now(), channel="letter", office_id=world.body.pk,
            )  # fmt: skip
    return {}


def with_letters_printed(world: World) -> dict[str, Any]:
    with_letters(world)
    print_letters(office_id=world.body.pk, office=world.body.name, actor=world.users["reviewer"], now=timezone.now())
    return {}


def with_things_waiting(world: World) -> dict[str, Any]:
    worlds.ask(world)
    round_ = make_round(world.area, world.body, now=timezone.now(), prefix="INB")
    make_project(round_, group=world.group, state="draft")
    with transaction.atomic():
        give_notice(
            kind="passed", person_id=world.users["member"].pk, address="m@example.org", language="en",
            about=world.group, subject="Testborough Council: it goes to the vote", body="Well done.", key="inbox:1",
            now=timezone.now(),
        )  # fmt: skip
    return {}


PAGES = [
    Page("renewal:inbox", "nothing waits", as_="person"),
    Page("renewal:inbox", "a member", with_things_waiting, as_="member"),
    Page("renewal:inbox", "a fund-holder", with_things_waiting, as_="holder"),
    Page("renewal:inbox", "an officer", with_work, as_="reviewer"),
    Page("renewal:letters", "none", as_="reviewer"),
    Page("renewal:letters", "two wait", with_letters, as_="reviewer"),
    Page("renewal:letters", "printed", with_letters_printed, as_="reviewer"),
    Page("renewal:home", "a visitor"),
    Page("renewal:home", "a member has signed in", as_="member"),
    Page("renewal:home", "an officer has signed in", as_="reviewer"),
    Page("renewal:home", "rounds are open", with_open_rounds),
    Page("funding:round_list", "rounds are open", with_open_rounds),
    Page("funding:round_list", "no round is open"),
    Page("renewal:help", "normal"),
    Page("renewal:formats", "normal"),
    Page("renewal:offline", "every journey"),
    Page("renewal:accessibility", "normal"),
    Page("renewal:privacy", "normal"),
    Page("renewal:cookies", "normal"),
    Page("renewal:open_data", "normal"),
    Page("renewal:gallery", "every part"),
    Page("renewal:gallery", "every error", method="post", data={"name": ""}, status=422),
    Page("renewal:staff_gallery", "every part for officers", as_="reviewer"),
    Page("renewal:sign_in", "in the demo", with_demo_people),
    Page("renewal:sign_in", "not an address", method="post", data={"email": "x"}, status=422),
    Page("account_confirm_login_code", "a code was sent", prepare=code_asked_for),
    Page(
        "account_confirm_login_code",
        "wrong code",
        method="post",
        data={"code": "x"},
        status=422,
        prepare=code_asked_for,
    ),
    Page("renewal:sign_out", "asked", as_="member"),
    Page("renewal:staff_home", "nothing waits", as_="reviewer"),
    Page("renewal:audit", "entries", with_entries, as_="auditor"),
    Page("renewal:audit", "nothing matches", as_="auditor", query="action=nothing-like-this"),
    Page("renewal:staff_home", "work of every age", with_work, as_="reviewer"),
    Page("mfa_index", "no second step", as_="reviewer"),
    Page("mfa_index", "with an app", with_second_step, as_="reviewer"),
    Page("mfa_activate_totp", "normal", as_="reviewer"),
    Page("mfa_activate_totp", "wrong code", as_="reviewer", method="post", data={"code": "000"}, status=422),
    Page("mfa_list_webauthn", "none", as_="reviewer"),
    Page("mfa_add_webauthn", "normal", as_="reviewer"),
    Page("mfa_generate_recovery_codes", "no codes yet", as_="reviewer"),
]


def many_rounds(world: World, count: int) -> dict[str, Any]:
    """Open rounds in neighbourhoods of their own, each in the step in which residents act."""
    for number in range(count):
        area = make_area(f"T05-9{number}", f"Place {number}", "neighbourhood", parent=world.authority)
        make_round(area, world.body, step="priorities", prefix=f"RX{number}", now=timezone.now())
    return {}


def many_children(world: World, count: int) -> dict[str, Any]:
    for number in range(count):
        make_area(f"T05-9{number}", f"Place {number}", "neighbourhood", parent=world.authority)
    return {"area": world.authority.slug}


def many_to_check(world: World, count: int) -> dict[str, Any]:
    round_ = make_round(world.area, world.body, step="checks", prefix="RNC", now=timezone.now())
    RoundDeclaration.objects.create(officer=world.users["reviewer"], round=round_, declared_at=timezone.now())
    for number in range(1, count + 1):
        make_project(round_, group=world.group, number=number)
    return {}


LISTS = [
    ListPage("renewal:audit", some_entries, as_="auditor"),
    ListPage("renewal:home", many_rounds),
    ListPage("renewal:staff_home", many_to_check, as_="reviewer"),
    ListPage("funding:round_list", many_rounds),
    ListPage("communities:area_detail", many_children),
]
LISTS += [
    more_of(PAGES, "renewal:inbox", "a member", "Notice"),
]
