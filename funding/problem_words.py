"""What is wrong with a parameter set or a tree, in the reader's language; the rules themselves know no languages."""

from django.utils.translation import gettext as _

from funding.rules.problems import Problem


def problem_words(problem: Problem, label: str = "") -> str:
    """Say a problem as a sentence that names its field; what has no words here keeps the rules' own."""
    words = _sentences().get(problem.code)
    if words is None:
        return str(problem)
    return words % {"where": label or problem.where, "found": problem.found}


def _sentences() -> dict[str, str]:
    return {
        "missing": _("%(where)s: fill this in."),
        "not_whole": _("%(where)s: enter a whole number."),
        "not_text": _("%(where)s: fill this in."),
        "not_date": _("%(where)s: enter a day, month and year."),
        "rate_above_one": _("%(where)s: 100 per cent is the most."),
        "negative": _("%(where)s: it must not be below nothing."),
        "negative_floor": _("%(where)s: it must not be below nothing."),
        "cap_below_floor": _("%(where)s: the most must be at least the year before's money, 100 per cent."),
        "hi_below_lo": _("%(where)s: the weight for the most need must not be below that for the least."),
        "below_one": _("%(where)s: enter 1 or more."),
        "unknown_power": _("%(where)s: nobody knows the power “%(found)s”."),
        "no_nation": _("At least one nation must take part."),
        "weights_missing": _("Type a weight for %(found)s, or choose another way to share."),
        "themes_above_whole": _("The shares for themes come to more than the whole."),
        "no_need_weight": _("%(where)s: at least one part of the need figure must count."),
        "floors_above_total": _("The least for all areas comes to %(found)s pence, more than there is to share."),
        "no_money": _("There is no money to share."),
        "nobody_left": _("No area belongs to a nation that takes part."),
    }
