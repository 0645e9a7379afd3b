"""A sentence for each refusal about money, saying what to do next."""

from django.utils.translation import gettext as _

from funding.services import allocation, awards, holders, ledger, levels, parameter_sets, rollover, sign_off
from renewal.kernel.errors import DomainError


def money_sentences() -> dict[type[DomainError], str]:
    """Refusals of runs, awards, holders, the ledger and levels; wording.py joins them to the others."""
    return {
        allocation.CannotSign: _("You cannot sign these figures. Another person must, for the figures shown."),
        allocation.RunNotReady: _("This division is not waiting for that step. Look at where it stands."),
        awards.NothingToAward: _("The result has not been published yet, so there is nothing to award."),
        awards.NoPot: _("An area that must pay has no money of this kind this year."),
        awards.NotSignedOff: _("Two people compare the awards with the count first."),
        awards.AwardNotStanding: _("This award was taken back before."),
        holders.ReasonNeeded: _("Choosing a later body takes a reason and a second person."),
        holders.NotListed: _("This body is not on the list, or has declined."),
        holders.NotCrossSector: _("At least half the seats must be held by people who live here."),
        ledger.Overspent: _("There is not that much money left."),
        ledger.AlreadyPosted: _("This movement was posted before."),
        ledger.AlreadyReversed: _("This movement was taken back before."),
        ledger.SecondPersonNeeded: _("This takes two different people."),
        levels.NotDivided: _("The year's money has not been divided yet."),
        levels.ChallengeOver: _("The 10 days for this are over, or a second look is under way."),
        levels.NotTheirs: _("Only a body of the areas concerned can ask for this."),
        levels.NotIndependent: _("Somebody from another authority must rule on this."),
        levels.RuledBefore: _("This was ruled on before."),
        parameter_sets.SetInUse: _("This set has been used. Begin a new version of it."),
        sign_off.NothingToSign: _("There is nothing to sign here now."),
        sign_off.SameSigner: _("You signed first. Another person must sign second."),
        sign_off.HasInterest: _("You declared an interest in this round. Another lead signs."),
        sign_off.InterestNotDeclared: _("First say whether you know a group of this round."),
        sign_off.FiguresMoved: _("The figures have moved since you saw them. Look again before you sign."),
        rollover.NotReadyToRoll: _("Both years must be divided before money rolls over."),
        rollover.TooMuchMoved: _("At most a fifth of the running costs can become money for buildings."),
    }
