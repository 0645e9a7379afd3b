"""A sentence for each refusal and each outcome, saying what to do next."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from communities.services.residents import AddressIncomplete, AddressNotInAnArea
from renewal.kernel.errors import DomainError
from renewal.kernel.money import exact_pounds, pounds
from voting.models import Poll
from voting.rules.explanation import Explanation, of_facts
from voting.rules.vocabulary import FUNDED
from voting.rules.words import Language, otherwise, reasons
from voting.services import calendar, errors, paper, places

PHONE = "01632 960100"


def words_for(refusal: DomainError) -> str:
    """Say in one or two sentences why something was refused and what to do."""
    match refusal:
        case errors.TooManyTries():
            return _("You have tried too often. Call %(phone)s and we will help you now.") % {"phone": PHONE}
        case errors.CodeNotKnown():
            return _("We do not know this code. Check your letter and type all 13 characters.")
        case errors.CodeOfSomebodyElse():
            return _("Somebody else has used this code. Call %(phone)s to get a new one.") % {"phone": PHONE}
        case errors.NoMatch() | AddressIncomplete():
            return _(
                "We could not match that address. You can try your code, ask for help by phone, or visit a helper."
            )
        case errors.NotOfThisArea():
            return _("That address is outside the area of this vote. Look up your own area from the home page.")
        case AddressNotInAnArea():
            return _("We could not find this postcode in the area of this vote. Check it, or call %(phone)s.") % {
                "phone": PHONE
            }
        case errors.EarlierVoteStands():
            return _("You have voted on paper or in person. That vote stands, so this one was not sent.")
        case errors.VotingHasClosed():
            return _("Voting has closed. Your choices were not sent.")
        case errors.VotingNotOpen():
            return _("This vote is not open at the moment. Your choices are kept on this device.")
        case errors.SentBySomebodyElse():
            return _("This vote was sent for somebody else. Start your own vote from the first page.")
        case errors.InterestDeclared():
            return _("You have an interest in one of these projects, so you cannot help with this vote.")
        case errors.ChoicesRefused():
            return _refused_choices(refusal)
        case errors.SecondPersonNeeded():
            return _("Another person must do this step. You did the one before it.")
        case errors.RollIsFrozen():
            return _("The roll was fixed when this vote opened. Nobody can be added to it now.")
        case errors.RollHasBegun():
            return _("People are on the roll or have codes already. Area and roll must stay as they are.")
        case errors.NeedsComeFromTheRound():
            return _("You can leave needs out here. New ones are suggested on the page of the round: %(refs)s.") % {
                "refs": ", ".join(refusal.facts["refs"])
            }
        case errors.PollMoved():
            return _("Somebody was first: this vote is now at another step. Look at it again.")
        case errors.PollNotReady():
            return _("This vote cannot open yet. Put right what the checks below found.")
        case calendar.BeforeAnElection():
            return _("%(name)s is near. Two officers must record why a result is announced now.") % {
                "name": refusal.facts["name"]
            }
        case places.LeadMissing():
            return _("Enter who leads voting there. Care homes and hospitals need a named lead.")
        case places.NotAPerson():
            return _("Nobody signs in with this address yet. Ask the person to sign in once, then try again.")
        case calendar.LineNotRead():
            return _calendar_words(refusal)
        case errors.BoxNotReady():
            return _("The box cannot be opened yet. Close the vote and seal every paper batch first.")
    return _("This could not be done. Look at the page again, or call %(phone)s.") % {"phone": PHONE}


def _calendar_words(refusal: DomainError) -> str:
    line = {"line": refusal.facts["line"]}
    match refusal.facts["why"]:
        case "area":
            return _("Line %(line)s: we know no area with this code.") % line
        case "day":
            return _("Line %(line)s: write both days like 2027-05-06, the first day first.") % line
    return _("Line %(line)s needs four parts: election; area code; first day; polling day.") % line


def _refused_choices(refusal: errors.ChoicesRefused) -> str:
    match refusal.facts.get("why"):
        case "too_many":
            most = int(str(refusal.facts["most"]))
            return ngettext("Choose %(n)d project at most.", "Choose %(n)d projects at most.", most) % {"n": most}
        case "over_budget":
            return _("Your choices cost %(sum)s too much. Untick one or more projects.") % {
                "sum": pounds(int(str(refusal.facts["over_pence"])))
            }
        case "withdrawn":
            return _("A project you chose has been withdrawn. Look at your choices again.")
    return _("Your choices could not be read. Choose again from the list.")


def paper_words(refusal: DomainError) -> str:
    """Say what is wrong with a step of a paper batch, and what to do."""
    match refusal:
        case paper.BatchTooSmall():
            return _("Wait until the batch has 50 envelopes, or say that it is the last one.")
        case paper.SameClerk():
            return _("Another person must do this: two people enter, and a third decides.")
        case paper.BatchDoesNotAddUp():
            return _("Envelopes and papers do not add up yet, or a difference has not been decided.")
        case paper.SignerNotKnown():
            return _("Type the name, house and postcode that stand on the declaration, too.")
        case paper.SignedBySomebodyElse():
            return _(
                "This name and address do not belong to the code. Check the spelling. "
                "If they stay different, send the form without the code: the envelope is returned."
            )
        case paper.NotThisPaper():
            return _("Type paper %(number)s next.") % {"number": refusal.facts["expected"]}
        case paper.BatchMoved():
            return _("The batch is at another step now. Look at it again.")
    return words_for(refusal)


PROBLEMS = {
    "closes_in_the_past": later("The closing time has passed. Choose a later one."),
    "closes_on_a_day_off": later("The vote closes at a weekend or on a bank holiday. A working day is better."),
    "closes_at_another_hour": later("The vote does not close at 5pm, when people can still call for help."),
    "short_window": later("The vote is open for less than 14 days."),
    "unknown_rule": later("Choose one of the counting rules."),
    "unknown_completion": later("Choose one of the ways to use the money that is left."),
    "rule_and_kind_differ": later("A vote on priorities needs the rule for priorities, and no other vote can use it."),
    "list_is_being_read": later("An imported list is still being read. Wait until it is."),
    "no_options": later("Add at least one project."),
    "no_money": later("Say how much money there is."),
    "option_without_cost": later("A project has no cost."),
    "option_over_budget": later("A project costs more than all the money, so it cannot win."),
    "demand_without_limit": later("A project draws on a limit that this vote does not have."),
    "most_choices_out_of_range": later("The most choices must be between 1 and the number of projects."),
    "floor_without_options": later("Money is kept for a theme that no project has."),
    "floors_over_budget": later("The money kept for themes is more than all the money."),
    "too_few_to_publish": later("Fewer than 100 votes are expected. Say that the result cannot be recounted publicly."),
    "merge_with_neighbours": later(
        "Fewer than 500 people live here. A vote together with neighbours keeps votes secret."
    ),
    "no_welsh_title": later("The vote needs a Welsh title."),
    "option_without_welsh": later("A project needs its title and summary in Welsh."),
    "not_accessible": later("The large print ballot could not be made."),
    "pre_election": later("The window touches a pre-election period. Two officers must record why."),
}


def result_language(titles: dict[str, str]) -> Language:
    """How results are worded for the reader of this page: money to the penny, so that what was short adds up."""
    return Language(
        money=lambda amount: exact_pounds(amount) if amount % 100 else pounds(amount),
        name=lambda ref: titles.get(ref, ref),
        gettext=_,
        ngettext=ngettext,
    )


def explanation_of(facts: dict[str, Any]) -> Explanation:
    """Read the stored facts of a step, its limit named for people."""
    named = {"detail": limit_name(str(facts["detail"]))} if facts["reason"] == "over-limit" else {}
    return of_facts(facts | named)


def reason_for(facts: dict[str, Any], poll: Poll, titles: dict[str, str]) -> str:
    """Say in plain words why an option was or was not selected; ``facts`` are those of its last step."""
    if facts["reason"] == "withdrawn":
        return _("It was withdrawn during the vote, so it could not win.")
    said = reasons(explanation_of(facts), budget=poll.budget_pence, language=result_language(titles), rule=poll.rule)
    return " ".join(said)


def change_for(facts: dict[str, Any], titles: dict[str, str]) -> str:
    """Say what would have got an option funded that was not."""
    if facts["reason"] in FUNDED:
        return ""
    if facts["reason"] != "withdrawn" and (said := otherwise(explanation_of(facts), language=result_language(titles))):
        return " ".join(said)
    match facts["reason"]:
        case "no-room" if int(facts["detail"] or 0):
            left = pounds(int(facts["detail"]))
            return _("It would have fitted at a cost of %(left)s or less.") % {"left": left}
        case "below-threshold" | "no-support":
            return _("More votes would have brought it into the count.")
        case "one-of":
            return _("More votes than the other of its kind would have put it first.")
    return _("Another order of the projects before it would have been needed.")


def limit_name(name: str) -> str:
    """Name a limit of the election for people."""
    known = {
        "capital": _("money for buildings and things"),
        "revenue": _("money for running costs"),
        "not_civil_society": _("money for projects that public bodies lead"),
        "public_led": _("money for projects that public bodies lead"),
    }
    return known.get(name, name.replace("_", " "))


def tie_words(facts: dict[str, Any], titles: dict[str, str]) -> str:
    """Say how a tie was decided."""
    tied = ", ".join(titles.get(ref, ref) for ref in facts["tied"])
    how = {
        "cost": _("The cheaper one came first."),
        "votes": _("The one with more votes came first."),
        "lot": _("A lot decided, drawn from a secret fixed before voting and published with the result."),
    }[facts["decided_by"]]
    return _("These had equal claims: %(tied)s.") % {"tied": tied} + " " + how


SPOILT = {
    "too_many": later("too many projects, or over the money"),
    "unclear": later("the marks could not be read"),
    "no_code": later("no code on the declaration"),
    "duplicate": later("the person had voted already"),
    "late": later("it came after closing"),
}
CHANNELS = {"web": later("Online"), "paper": later("Paper"), "phone": later("Phone"), "assisted": later("In person")}
