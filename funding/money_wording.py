"""A sentence for each refusal about money, saying what to do next."""

from django.utils.translation import gettext as _

from funding.services import (
    allocation,
    awards,
    gates,
    held_money,
    holders,
    ledger,
    levels,
    officers,
    parameter_sets,
    purses,
    rollover,
    sign_off,
    small_awards,
    small_support,
    to_capital,
    year_end,
)
from renewal.kernel.errors import DomainError


def money_sentences() -> dict[type[DomainError], str]:
    """Refusals of runs, awards, holders, the ledger and levels; wording.py joins them to the others."""
    return {
        allocation.CannotSign: _("You cannot sign these figures. Another person must, for the figures shown."),
        allocation.RunNotReady: _("This division is not waiting for that step. Look at where it stands."),
        awards.NothingToAward: _("The result has not been published yet, so there is nothing to award."),
        awards.NoPot: _("An area that must pay has no money of this kind this year."),
        awards.SameOfficer: _("Another person than the one who checked it must do this."),
        awards.NotSignedOff: _("Two people compare the awards with the count first."),
        awards.AwardNotStanding: _("This award was taken back before."),
        gates.GateNotOpen: _("This check was passed before, or this award does not need it."),
        gates.SafeguardingDue: _("The group must first say how it keeps people safe, and look at it each year."),
        gates.NotAnswered: _("The public body must accept the project first, or let its time pass."),
        held_money.NoHolder: _("The group needs an agreement with a fund-holder first."),
        holders.ReasonNeeded: _("Choosing a later body takes a reason and a second person."),
        holders.NotListed: _("This body is not on the list, or has declined."),
        holders.MayNotHold: _("This group cannot hold an area's money."),
        holders.ProposalOpen: _("A choice waits for a second person already."),
        holders.NotTheSecond: _("Another person confirms this, once."),
        holders.NotCrossSector: _("At least half the seats must be held by people who live here."),
        ledger.Overspent: _("There is not that much money left."),
        ledger.StatedBefore: _("This source stated another sum for that day. Say more exactly who says so."),
        ledger.AlreadyPosted: _("This movement was posted before."),
        levels.NotDivided: _("The year's money has not been divided yet."),
        levels.ChallengeOver: _("The 10 days for this are over, or a second look is under way."),
        levels.NotTheirs: _("Only people and bodies of the areas concerned can do this."),
        levels.SharesWrong: _("The shares must come to 100 per cent."),
        levels.NotIndependent: _("Somebody from another authority must rule on this."),
        levels.RuledBefore: _("This was ruled on before."),
        parameter_sets.SetInUse: _("This set has been used. Begin a new version of it."),
        sign_off.NothingToSign: _("There is nothing to sign here now."),
        sign_off.SameSigner: _("You signed first. Another person must sign second."),
        sign_off.HasInterest: _("You declared an interest in this round. Another lead signs."),
        sign_off.InterestNotDeclared: _("First say whether you know a group of this round."),
        sign_off.FiguresMoved: _("The figures have moved since you saw them. Look again before you sign."),
        rollover.NotReadyToRoll: _("Both years must be divided before money rolls over."),
        year_end.YearEntered: _("This year, or a later one, has been entered before."),
        to_capital.RoundHasOpened: _("A round has begun here, or the money was moved before. It stays as it is."),
        to_capital.TooMuchMoved: _("At most a fifth of the running costs can become money for buildings."),
    }


def small_sentences() -> dict[type[DomainError], str]:
    """Refusals of small awards and the money set aside for them."""
    return {
        officers.NotYourBody: _("Only officers of this body in the right role can do this."),
        purses.NotConvenor: _("Your body leads no round in this area. The body that does can set money aside."),
        purses.TooMuchAside: _("Enter a whole number from 1 to 10. An area can set aside a tenth at most."),
        purses.PurseStands: _("This area has set money aside this year, or a proposal waits for a second person."),
        purses.VoteHasTheMoney: _(
            "A vote on this money has begun. Set money aside before a vote opens, or after its result."
        ),
        purses.NothingToSetAside: _("This area has no money of its own this year to set aside."),
        purses.SecondPersonNeeded: _("You proposed this. A colleague must sign it."),
        purses.PurseMoved: _("Somebody has moved this on meanwhile. Look at where it stands now."),
        small_awards.NotCollecting: _("People cannot support this idea now. Its days are over, or it was withdrawn."),
        small_support.SupportCodeUnknown: _("We do not know this code for this idea. Check it against your letter."),
        small_awards.NotHere: _("Only people who live in this area can support its ideas."),
    }
