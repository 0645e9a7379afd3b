"""The demo's places and people: Ashcombe and Bro Hafren, their bodies, and the personas of UX.md §13."""

import sys
from pathlib import Path

from django.core.management.base import CommandError

from communities.management.commands.import_areas import Bar
from communities.models import Area, Body, BodyKind, OfficerRole, Role, User
from communities.services.area_pack import PackRefused, read_pack
from communities.services.areas import load_areas
from renewal.kernel.clock import london_day
from renewal.site.demo.world import World

PACK = Path(__file__).parent / "areas"

# slug, name, name_cy, kind, code of its area, contact, phone
BODIES = [
    ("office-of-the-fund", "Office of the National Renewal Fund", "Swyddfa’r Gronfa Adnewyddu Genedlaethol",
     BodyKind.DEPARTMENT, "ZK2000001", "", "01632 960100"),
    ("vale-of-combe-authority", "Vale of Combe Combined Authority", "Awdurdod Cyfun Dyffryn Combe",
     BodyKind.COMBINED_AUTHORITY, "Z47000001", "", "01632 960110"),
    ("combeshire-council", "Combeshire Council", "Cyngor Swydd Combe", BodyKind.COUNCIL, "Z10000001", "",
     "01632 960111"),
    ("ashcombe-council", "Ashcombe Council", "Cyngor Ashcombe", BodyKind.COUNCIL, "Z07000001", "Priya Nair",
     "01632 960101"),
    ("ashcombe-health-board", "Ashcombe Health Board", "Bwrdd Iechyd Ashcombe", BodyKind.HEALTH, "Z07000001", "",
     "01632 960102"),
    ("ashcombe-homes", "Ashcombe Homes", "Cartrefi Ashcombe", BodyKind.HOUSING, "Z07000001", "", "01632 960103"),
    ("combeshire-police", "Combeshire Police", "Heddlu Swydd Combe", BodyKind.POLICE, "Z10000001", "", "01632 960104"),
    ("ashcombe-community-trust", "Ashcombe Community Trust", "Ymddiriedolaeth Gymunedol Ashcombe",
     BodyKind.COMMUNITY_ANCHOR, "Z07000001", "", "01632 960105"),
    ("thornmere-council", "Thornmere Council", "Cyngor Thornmere", BodyKind.COUNCIL, "Z07000002", "", "01632 960112"),
    ("hafren-valley-committee", "Hafren Valley Joint Committee", "Cyd-bwyllgor Dyffryn Hafren",
     BodyKind.COMBINED_AUTHORITY, "Z47000002", "", "01632 960210"),
    ("bro-hafren-council", "Bro Hafren Council", "Cyngor Bro Hafren", BodyKind.COUNCIL, "Z06000001", "Owen",
     "01632 960201"),
    ("hafren-health-board", "Hafren Health Board", "Bwrdd Iechyd Hafren", BodyKind.HEALTH, "Z06000001", "",
     "01632 960202"),
    ("hafren-homes", "Hafren Homes", "Cartrefi Hafren", BodyKind.HOUSING, "Z06000001", "", "01632 960203"),
    ("hafren-police", "Hafren Police", "Heddlu Hafren", BodyKind.POLICE, "Z06000001", "", "01632 960204"),
    ("bro-hafren-community-trust", "Bro Hafren Community Trust", "Ymddiriedolaeth Gymunedol Bro Hafren",
     BodyKind.COMMUNITY_ANCHOR, "Z06000001", "", "01632 960205"),
]  # fmt: skip

# first part of the address, name, language, what the sign-in page says, roles as (role, slug of the body)
PEOPLE: list[tuple[str, str, str, str, list[tuple[Role, str | None]]]] = [
    ("kelly", "Kelly", "en", "runs an informal allotment group in Ashcombe North", []),
    ("hassan", "Hassan", "en", "treasurer of a charity that holds money for groups", []),
    ("gethin", "Gethin", "cy", "lives in Bro Hafren, Welsh first", []),
    ("priya", "Priya Nair", "en", "reviewer, Ashcombe Council", [(Role.REVIEWER, "ashcombe-council")]),
    ("owen", "Owen", "en", "lead who signs off, Ashcombe Council; reviewer, Bro Hafren Council; steward of the fund",
     [(Role.LEAD, "ashcombe-council"), (Role.REVIEWER, "bro-hafren-council"), (Role.FINANCE, "bro-hafren-council"),
      (Role.STEWARD, None)]),
    ("ruth", "Ruth", "en", "counting officer, both councils; lead, Bro Hafren Council",
     [(Role.COUNTING, "ashcombe-council"), (Role.COUNTING, "bro-hafren-council"),
      (Role.FINANCE, "ashcombe-council"), (Role.LEAD, "bro-hafren-council")]),
    ("bill", "Bill", "en", "auditor, both councils",
     [(Role.AUDITOR, "ashcombe-council"), (Role.AUDITOR, "bro-hafren-council")]),
]  # fmt: skip


def seed(world: World) -> None:
    """Load the fictional pack (and a real one when asked), then the bodies, the officers and the people who sign in."""
    load_areas(pack=read_pack(PACK))
    if world.areas_dir:
        told = Bar(sys.stdout)
        try:
            load_areas(pack=read_pack(Path(world.areas_dir), told=told), told=told)
        except PackRefused as refusal:
            raise CommandError(f"{refusal}. Nothing was written.") from refusal
    bodies = {}
    for slug, name, name_cy, kind, code, contact, phone in BODIES:
        bodies[slug] = Body.objects.create(
            slug=slug,
            name=name,
            name_cy=name_cy,
            kind=kind,
            area=Area.objects.get(code=code),
            phone=phone,
            email=f"{slug}@example.org",
            contact_name=contact,
        )
    since = london_day(world.now - world.days(900))
    for address, name, language, about, roles in PEOPLE:
        person = User.objects.create_user(f"{address}@example.org", name=name, language=language)
        for role, of in roles:
            OfficerRole.objects.create(user=person, body=bodies[of] if of else None, role=role, starts_on=since)
        world.sign_ins.append((person.email, f"{name}: {about}"))
