"""The demo's money: a fund, this year's cycle, the split by the published formula, two signatures, and pot holders."""

from communities.models import Area, AreaLevel, User
from funding.models import Cycle, Fund, HolderCandidate, HolderKind
from funding.rules.parameters import default_document, default_nation
from funding.services.allocation import approve_run, compute_run, post_run, request_run
from funding.services.holders import decide_proposal, decline, draw_up_list, propose_holder
from funding.services.parameter_sets import write_parameter_set
from renewal.kernel.clock import london_day
from renewal.kernel.money import from_pounds
from renewal.site.demo.world import World

ROOT = "ZK2000001"
CAPITAL, REVENUE = from_pounds(220_000), from_pounds(360_000)
PACK_CAPITAL, PACK_REVENUE = from_pounds(400_000_000), from_pounds(600_000_000)  # over a real pack: a billion pounds

# Places where something else happens than that the first willing body holds the money.
SAID_NO, LATER, WAITING = "Z05000024", "Z05000005", "Z05000004"
REASON = (
    "The trust looks after three buildings this year and asked us to begin with half of its neighbourhoods. "
    "The council holds this money for one year."
)


def seed(world: World) -> None:
    """Divide a year's money by the same services and signatures as for real; each neighbourhood gets a pot holder."""
    owen, ruth = (User.objects.get(email=f"{name}@example.org") for name in ("owen", "ruth"))
    if world.areas_dir:  # first, so that public pages about the whole fund show the real places
        for number, root in enumerate(Area.objects.filter(parent=None).exclude(code=ROOT).order_by("code"), 1):
            cycle = begin_cycle(world, root, slug=f"pack-{number}", capital=PACK_CAPITAL, revenue=PACK_REVENUE)
            divide(world, cycle, standard_for(root), signers=(owen, ruth))
    root = Area.objects.get(code=ROOT)
    cycle = begin_cycle(world, root, slug="renewal", capital=CAPITAL, revenue=REVENUE)
    divide(world, cycle, standard_for(root), signers=(owen, ruth))
    choose_holders(world, cycle, chooser=owen)
    world.known["cycle"] = cycle


def standard_for(root: Area) -> dict[str, object]:
    """The standard parameters for the nations of one tree."""
    nations = {nation.code: default_nation() for nation in root.children.order_by("code")}
    return default_document() | {"name": "Standard", "nations": nations}


def begin_cycle(world: World, root: Area, *, slug: str, capital: int, revenue: int) -> Cycle:
    """Begin the financial year that the day of the demo lies in."""
    fund = Fund.objects.create(
        slug=slug, name="National Renewal Fund", name_cy="Y Gronfa Adnewyddu Genedlaethol", area=root
    )
    today = london_day(world.now)
    year = today.year if today.month >= 4 else today.year - 1
    return Cycle.objects.create(
        fund=fund,
        year=year,
        capital_pence=capital,
        revenue_pence=revenue,
        starts_on=today.replace(year=year, month=4, day=1),
        ends_on=today.replace(year=year + 1, month=4, day=1),
    )


def divide(world: World, cycle: Cycle, document: dict[str, object], *, signers: tuple[User, User]) -> None:
    """Ask for the run, compute it, have two people sign its figures, post it. The worker finds its messages done."""
    parameter_set = write_parameter_set(name="Standard", document=document, now=world.now)
    run = request_run(cycle_id=cycle.pk, parameter_set_id=parameter_set.pk, now=world.now)
    run = compute_run(run_id=run.pk, now=world.now)
    for signer in signers:
        approve_run(run_id=run.pk, user=signer, outcome_hash=run.outcome_hash, now=world.now)
    post_run(run_id=run.pk, now=world.now)


def choose_holders(world: World, cycle: Cycle, *, chooser: User) -> None:
    """List who would hold each neighbourhood’s money; the first willing body does, with three exceptions to look at."""
    priya = User.objects.get(email="priya@example.org")
    for area in Area.objects.filter(path__startswith="ZK2000001/", level=AreaLevel.NEIGHBOURHOOD).order_by("code"):
        draw_up_list(area=area, cycle=cycle, now=world.now)
        rows = list(HolderCandidate.objects.filter(area=area, cycle=cycle))
        council = next((row for row in rows if row.kind == HolderKind.COUNCIL), None)
        if council is None or len(rows) < 2:
            continue
        if area.code == SAID_NO:
            decline(candidate_id=rows[0].pk, words="It told us by letter on 2 November.", now=world.now)
        elif area.code in (LATER, WAITING):
            later = propose_holder(candidate_id=council.pk, actor=chooser, reason=REASON, now=world.now)
            if area.code == LATER:
                decide_proposal(proposal_id=later.pk, actor=priya, confirm=True, now=world.now)
        else:
            propose_holder(candidate_id=rows[0].pk, actor=chooser, now=world.now)
