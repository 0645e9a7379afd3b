"""Areas: load a folder of them; what a later folder no longer has ends, and keeps where it went."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q
from django.utils.text import slugify

from communities.models import Area, AreaLevel, AreaOutline, PostcodeRange, User
from communities.services.area_pack import DEPTH, Pack, PackArea, Told
from renewal.kernel.audit import record
from renewal.kernel.errors import DomainError

FACTS = ["name", "name_cy", "level", "nation", "path", "has_body", "population", "need_ten_thousandths"]
FACTS += ["latitude", "longitude", "whereabouts", "whereabouts_cy"]


class NotASuccessor(DomainError):
    """``code`` is followed by ``heir``, which is of another level."""


class OlderPack(DomainError):
    """The areas here are of ``newest``, later than the folder's ``vintage``."""


@dataclass(frozen=True)
class Loaded:
    """What an import changed."""

    added: int
    changed: int
    ended: int
    unchanged: int
    ranges: int
    outlines: int


@transaction.atomic
def load_areas(*, pack: Pack, actor: User | None = None, told: Told = lambda step, done, of: None) -> Loaded:
    """Bring the areas under the pack's root to what the pack states; the same pack again changes nothing.

    An area that the pack no longer has ends on the pack's vintage and stays, with its successors. Raises OlderPack when
    the areas here began after the pack's vintage, NotASuccessor where an area is followed by one of another level.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('communities.load_areas'))")
    here = {area.code: area for area in Area.objects.filter(path__startswith=f"{pack.root.code}/")}
    newest = max((area.valid_from for area in here.values()), default=pack.vintage)
    if newest > pack.vintage:
        raise OlderPack(newest=newest, vintage=pack.vintage)
    added, changed, unchanged = _write_areas(pack, here, told)
    ended = _end_missing(pack, here)
    codes = dict(Area.objects.filter(path__startswith=f"{pack.root.code}/").values_list("code", "pk"))
    ranges = _write_ranges(pack, codes, told)
    outlines = _write_outlines(pack, codes)
    told("outlines kept", outlines, outlines)
    loaded = Loaded(added, changed, ended, unchanged, ranges, outlines)
    if added or changed or ended:
        root = Area.objects.get(code=pack.root.code)
        record(actor=actor, action="areas.loaded", subject=root, added=added, changed=changed, ended=ended)
    return loaded


def _write_areas(pack: Pack, here: Mapping[str, Area], told: Told) -> tuple[int, int, int]:
    slugs = _slugs(pack, here)
    added = changed = unchanged = 0
    ids = {code: area.pk for code, area in here.items()}
    by_depth: dict[int, list[PackArea]] = {}
    for stated in pack.areas.values():
        by_depth.setdefault(DEPTH[stated.level], []).append(stated)
    for depth in sorted(by_depth):
        new: list[Area] = []
        differing: list[Area] = []
        for stated in by_depth[depth]:
            facts = {name: getattr(stated, name) for name in FACTS} | {"parent_id": ids.get(stated.parent_code)}
            area = here.get(stated.code)
            if area is None:
                new.append(Area(code=stated.code, slug=slugs[stated.code], valid_from=pack.vintage, **facts))
            elif any(getattr(area, name) != value for name, value in facts.items()) or area.valid_to:
                for name, value in facts.items():
                    setattr(area, name, value)
                area.valid_to = None
                differing.append(area)
            else:
                unchanged += 1
        ids |= {area.code: area.pk for area in Area.objects.bulk_create(new, batch_size=1000)}
        Area.objects.bulk_update(differing, [*FACTS, "parent", "valid_to"], batch_size=500)
        added, changed = added + len(new), changed + len(differing)
        told("areas kept", added + changed + unchanged, len(pack.areas))
    return added, changed, unchanged


def _slugs(pack: Pack, here: Mapping[str, Area]) -> dict[str, str]:
    """Give every new area a readable, lasting slug: its name, else with its parent's, else with its code."""
    taken = set(Area.objects.values_list("slug", flat=True))
    slugs: dict[str, str] = {}
    new = [area for area in pack.areas.values() if area.code not in here]
    for level in AreaLevel:
        level_areas = sorted((area for area in new if area.level == level), key=lambda area: area.code)
        names = Counter(slugify(area.name) for area in pack.areas.values() if area.level == level)
        for area in level_areas:
            plain = slugify(area.name)
            parent = slugify(pack.areas[area.parent_code].name) if area.parent_code else ""
            wishes = [plain] if names[plain] == 1 else []
            wishes += [f"{plain}-{parent}"] if parent else []
            wishes += [f"{plain}-{slugify(area.code)}"]
            slug = next(wish[:120] for wish in wishes if wish[:120] not in taken or wish == wishes[-1])
            taken.add(slug)
            slugs[area.code] = slug
    return slugs


def _end_missing(pack: Pack, here: Mapping[str, Area]) -> int:
    """End the areas that the pack no longer has, and note which ones follow them."""
    follows: dict[str, list[str]] = {}
    for former, code in pack.successions:
        follows.setdefault(former, []).append(code)
    ended = 0
    for code, area in sorted(here.items()):
        if code in pack.areas:
            continue
        if area.valid_to is None:
            area.valid_to = pack.vintage
            area.save(update_fields=["valid_to"])
            ended += 1
        heirs = Area.objects.filter(code__in=follows.get(code, [])).order_by("code")
        for heir in heirs:
            if heir.level != area.level:
                raise NotASuccessor(code=code, heir=heir.code)
        area.successors.add(*heirs)
    return ended


def _write_ranges(pack: Pack, ids: Mapping[str, int], told: Told) -> int:
    """Delete the ranges that the pack no longer has, copy in those it newly has; returns how many the pack has.

    COPY straight into the table, because the app's role may not create temporary ones.
    """
    stated = {(outward, first, last, ids[code] if code else None) for outward, first, last, code in pack.ranges}
    outwards = {outward for outward, *_ in pack.ranges}
    here = PostcodeRange.objects.filter(
        Q(area_id__in=ids.values()) | Q(area_id__isnull=True, outward__in=outwards)
    ).values_list("outward", "first_inward", "last_inward", "area_id", "pk")
    gone = []
    new = set(stated)
    for *facts, pk in here.iterator(chunk_size=20_000):
        if tuple(facts) in stated:
            new.discard(tuple(facts))
        else:
            gone.append(pk)
    PostcodeRange.objects.filter(pk__in=gone).delete()
    with connection.cursor() as cursor:
        into = "COPY communities_postcoderange (outward, first_inward, last_inward, area_id) FROM STDIN"
        with cursor.copy(into) as copy:
            for done, row in enumerate(sorted(new, key=lambda row: (row[:3], row[3] or 0)), 1):
                copy.write_row(row)
                if done % 20_000 == 0:
                    told("postcodes copied", done, len(new))
    told("postcodes kept", len(stated), len(stated))
    return len(stated)


def _write_outlines(pack: Pack, ids: Mapping[str, int]) -> int:
    drawn = []
    for code, shape in pack.outlines.items():
        min_x, min_y, max_x, max_y = shape.box
        if max_x > min_x and max_y > min_y:
            drawn.append(
                AreaOutline(area_id=ids[code], path=shape.path, min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y)
            )
    AreaOutline.objects.filter(area_id__in=ids.values()).exclude(area_id__in=[row.area_id for row in drawn]).delete()
    AreaOutline.objects.bulk_create(
        drawn,
        update_conflicts=True,
        unique_fields=["area"],
        update_fields=["path", "min_x", "min_y", "max_x", "max_y"],
        batch_size=1000,
    )
    return len(drawn)
