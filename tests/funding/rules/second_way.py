"""The split once more, written apart from funding.rules and on purpose differently.

Here money runs by recursion from the top, Webster deals out single pennies' worth of priority by sorting quotients
(`weight / (2k + 1)`) after a common level found on the exact breakpoints, and everything is a Fraction.
"""

from fractions import Fraction


def webster(total, weights, floors, caps):
    """Return {code: pence}: the common level of the bounded shares, less a little, then penny by penny by rank."""
    codes = sorted(weights)
    if sum(floors[c] for c in codes) > total:
        short = {c: floors[c] for c in codes if floors[c]}
        dealt = webster(total, short, dict.fromkeys(short, 0), dict.fromkeys(short))
        return {c: dealt.get(c, 0) for c in codes}
    if all(caps[c] is not None for c in codes) and sum(caps[c] for c in codes) <= total:
        return {c: caps[c] for c in codes}
    # The level at which the *unrounded* bounded shares come to the total: sort the levels at which a bound lets go.
    turns = sorted(
        {Fraction(floors[c], weights[c]) for c in codes}
        | {Fraction(caps[c], weights[c]) for c in codes if caps[c] is not None}
    )

    def filled(level):
        return sum(bounded(Fraction(weights[c]) * level, floors[c], caps[c]) for c in codes)

    below = max((turn for turn in turns if filled(turn) <= total), default=Fraction(0))
    moving = [
        c
        for c in codes
        if Fraction(floors[c], weights[c]) <= below and (caps[c] is None or below * weights[c] < caps[c])
    ]
    slope = sum(weights[c] for c in moving)
    level = below + Fraction(total - filled(below), slope) if slope else below
    # Stand a little below that level, then deal the last pennies one at a time.
    share = {}
    for c in codes:
        exact = bounded(Fraction(weights[c]) * level, floors[c], caps[c])
        share[c] = max(floors[c], int(exact) - 2)
    while sum(share.values()) < total:
        free = [c for c in codes if caps[c] is None or share[c] < caps[c]]
        best = min(free, key=lambda c: (-Fraction(weights[c], 2 * share[c] + 1), c))
        share[best] += 1
    return share


def bounded(value, low, high):
    value = max(value, low)
    return value if high is None else min(value, high)


def split(total, areas, document):
    """Return ({code: kept}, reserve, unallocated) for a list of areas and a filled parameter document."""
    kids = {}
    for area in areas:
        kids.setdefault(area.parent, []).append(area)
    reserve = total * document["reserve_bp"] // 10_000
    kept = {}
    spare = []

    def block_of(area, above):
        return document["nations"].get(area.code) if area.level == "nation" else above

    def below(area, block):
        return [
            kid
            for kid in kids.get(area.code, [])
            if not (kid.level == "nation" and kid.code not in document["nations"])
        ]

    def multiplier(area, need):
        p = Fraction(5_000 if area.need.deprivation is None else area.need.deprivation, 10_000)
        return need["lo_permille"] + round((need["hi_permille"] - need["lo_permille"]) * p)

    def facts(area, block):
        """(weight, standard weight, floor, cap) of a branch."""
        under = below(area, block)
        if not under:
            cap = block["cap_pence_per_head"]
            floor = block["floor_pence"]
            cap = None if cap is None else max(floor, cap * area.people)
            return (
                area.people * multiplier(area, block["need"]),
                area.people * multiplier(area, {"lo_permille": 500, "hi_permille": 2_000}),
                floor,
                cap,
            )
        parts = [facts(kid, block_of(kid, block)) for kid in under]
        caps = [part[3] for part in parts]
        return (
            sum(part[0] for part in parts),
            sum(part[1] for part in parts),
            sum(part[2] for part in parts),
            None if None in caps else sum(caps),
        )

    def run(area, block, money):
        under = below(area, block)
        if not under:
            kept[area.code] = money
            return
        branch = {kid.code: facts(kid, block_of(kid, block)) for kid in under}
        floor = sum(part[2] for part in branch.values())
        if not area.has_body:
            rate = 0
        elif area.level == "uk":
            rate = document["uk_keep_bp"]
        else:
            rate = block["keep_bp"].get(area.level, 0)
        keep = min(int(Fraction(rate, 10_000) * money), max(0, money - floor))
        kept[area.code] = keep
        down = webster(
            money - keep,
            {code: part[1 if area.level == "uk" else 0] for code, part in branch.items()},
            {code: part[2] for code, part in branch.items()},
            {code: part[3] for code, part in branch.items()},
        )
        spare.append(money - keep - sum(down.values()))
        for kid in under:
            run(kid, block_of(kid, block), down[kid.code])

    root = kids[""][0]
    run(root, None, total - reserve)
    return kept, reserve, sum(spare)
