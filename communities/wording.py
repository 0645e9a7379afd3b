"""A sentence for each refusal: what to do, in plain words, and the field it belongs to."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.rules.identifiers import SCHEMES
from communities.services import (
    groups,
    helped_steps,
    helping,
    holders,
    holding_requests,
    holdings,
    listings,
    members,
    profiles,
)
from renewal.kernel.errors import DomainError
from renewal.kernel.money import pounds

Words = tuple[str | None, str]
MISSING: dict[str, Callable[[], str]] = {
    "legal_form": lambda: _("a constitution: informal groups cannot hold money for others"),
    "social_purpose": lambda: _("evidence of your social purpose"),
    "constitution": lambda: _("your constitution, or your number in a public register"),
    "accounts": lambda: _("your accounts"),
    "insurance": lambda: _("your insurance"),
    "bank": lambda: _("a bank account in your name"),
}


def words_for(refusal: DomainError) -> Words:
    """Return the form field a refusal belongs to (None for the whole form) and what to do about it."""
    for kind, words in WORDS.items():
        if isinstance(refusal, kind):
            return words(refusal)
    return None, _("This could not be done. Call us and we will help.")


def _name_not_plain(refusal: DomainError) -> Words:
    if refusal.facts.get("characters"):
        characters = ", ".join(refusal.facts["characters"])
        return "name", _("Type the name again. It holds characters that nobody can see: %(characters)s") % {
            "characters": characters
        }
    return "name", _("Use letters of one alphabet in each word of the name")


def _name_alike(refusal: DomainError) -> Words:
    names = ", ".join(refusal.facts["names"])
    text = _("There is a group with this name: %(names)s. Join it, choose another name, or say what tells you apart")
    return "different", text % {"names": names}


def _contacts_alike(refusal: DomainError) -> Words:
    return None, _("Give two contacts who are two people, with a name and an e-mail or phone of their own")


def _not_of_scheme(refusal: DomainError) -> Words:
    scheme = SCHEMES[str(refusal.facts["scheme"])]
    return "number", _("Check the number. %(register)s numbers look like %(example)s") % {
        "register": scheme.name,
        "example": scheme.example,
    }


def _holder_not_open(refusal: DomainError) -> Words:
    return None, {
        "paused": _("This fund-holder takes on no groups now. Ask another one."),
        "area": _("This fund-holder does not work in your area. Ask another one."),
        "purpose": _("This fund-holder shows no social purpose now. Ask another one."),
        "full": _("This fund-holder has no room for more groups now. Ask another one."),
    }[str(refusal.facts["reason"])]


def _above_limit(refusal: DomainError) -> Words:
    most = pounds(refusal.facts["most_pence"])
    if refusal.facts["whose"] == "informal":
        return "amount_pence", _("Enter %(most)s or less. That is the most for a group without a constitution") % {
            "most": most
        }
    return "amount_pence", _("Enter %(most)s or less. That is the most this fund-holder looks after") % {"most": most}


def _money_left(refusal: DomainError) -> Words:
    count = int(str(refusal.facts["awards"]))
    words = ngettext(
        "Money moves first: %(left)s of %(count)d award is left. Stay after all, agree with another fund-holder, then"
        " end and move it there",
        "Money moves first: %(left)s of %(count)d awards is left. Stay after all, agree with another fund-holder, then"
        " end and move it there",
        count,
    )
    return None, words % {"left": pounds(refusal.facts["balance_pence"]), "count": count}


def _not_established(refusal: DomainError) -> Words:
    missing = [MISSING[name]() for name in refusal.facts["missing"]]
    return None, _("Add these to your group's page first: %(missing)s") % {"missing": "; ".join(missing)}


def _still_holds(refusal: DomainError) -> Words:
    count = int(str(refusal.facts["count"]))
    return None, ngettext(
        "%(count)d agreement about money is open. End it first, so that no money is lost",
        "%(count)d agreements about money are open. End them first, so that no money is lost",
        count,
    ) % {"count": count}


def _ground_missing(refusal: DomainError) -> Words:
    if refusal.facts["part"] == "ground":
        return "ground", _("Choose one of the grounds")
    return "words", _("Say in your own words why, so that the group can act on it")


def _seats(refusal: DomainError) -> Words:
    return "seats", _("You counted %(counted)s seats out of %(seats)s. Check the numbers") % dict(refusal.facts)


def _safeguarding(refusal: DomainError) -> Words:
    part = str(refusal.facts["part"])
    return part, {
        "lead_name": _("Enter who keeps people safe"),
        "reporting_route": _("Enter how somebody can report a worry"),
        "reviewed_on": _("Enter when you last reviewed the policy"),
    }[part]


def _volunteer(refusal: DomainError) -> Words:
    part = str(refusal.facts["part"])
    return part, {
        "hours": _("Enter when and for how long"),
        "place": _("Enter where"),
        "expenses": _("Enter which expenses you pay"),
        "access": _("Enter what people can expect: steps, toilets, language"),
        "complements": _("Enter which paid role this helps. Volunteers never replace paid work"),
    }[part]


WORDS: dict[type[DomainError], Callable[[DomainError], Words]] = {
    groups.NotForParties: lambda r: (
        "not_a_party",
        _("Bodies of political parties cannot register. A group that campaigns can, and so can party members."),
    ),
    groups.NameNotPlain: _name_not_plain,
    groups.NameAlike: _name_alike,
    groups.ContactsAlike: _contacts_alike,
    groups.NumberNotOfScheme: _not_of_scheme,
    groups.NumberTaken: lambda r: ("number", _("This number is on your page already")),
    groups.GroupNotActive: lambda r: (None, _("This group has ended. Its pages can be read and not changed.")),
    groups.StillHolds: _still_holds,
    groups.MergeAnswered: lambda r: (None, _("This was answered already.")),
    groups.Moved: lambda r: (None, _("Somebody was first. Look at the page again.")),
    members.AlreadyMember: lambda r: ("email", _("This person belongs to the group, or has an invitation")),
    members.InvitationOver: lambda r: (None, _("This invitation has ended. Ask the group for a new one.")),
    members.NotYourInvitation: lambda r: (None, _("This invitation went to another e-mail address.")),
    members.LastOwner: lambda r: (
        None,
        _("Somebody must run the group’s pages. Give this role to another member first, or close the group."),
    ),
    profiles.SeatsDoNotAddUp: _seats,
    profiles.SafeguardingIncomplete: _safeguarding,
    profiles.NotYetDated: lambda r: (None, _("Enter a day that is not in the future")),
    profiles.SeenByItself: lambda r: (None, _("Somebody outside the group notes what they have seen.")),
    holders.NotEstablished: _not_established,
    holders.FeeTooHigh: lambda r: (
        "fee_percent",
        _("Enter %(most)s%% or less") % {"most": int(str(r.facts["most_permille"])) / 10},
    ),
    holders.StillHolding: _still_holds,
    holding_requests.HolderNotOpen: _holder_not_open,
    holding_requests.AboveLimit: _above_limit,
    holdings.OwnHolder: lambda r: (None, _("Nobody can act for both sides of an agreement.")),
    holding_requests.AlreadyAsked: lambda r: (None, _("You have asked this fund-holder already.")),
    holding_requests.NoSocialPurpose: lambda r: (
        None,
        _("Add evidence of your social purpose to your group’s page first."),
    ),
    holding_requests.GroundMissing: _ground_missing,
    holdings.VersionOld: lambda r: (None, _("Newer terms have been written since. Read them and sign those.")),
    holdings.AlreadySigned: lambda r: (
        None,
        _("Your side has signed these terms. The other side must be another person."),
    ),
    holdings.NotForThisSide: lambda r: (None, _("You do not act for this side.")),
    holdings.MoneyLeft: _money_left,
    listings.VolunteerNotTold: _volunteer,
    listings.ListingClosed: lambda r: (None, _("This has closed. Look for something else near you.")),
    listings.OwnListing: lambda r: (None, _("This is your own group.")),
    listings.TooManyMessages: lambda r: ("text", _("You have written many messages today. Go on tomorrow, or call us")),
    listings.HiddenText: lambda r: ("text", _("Type the message again. It holds characters that nobody can see")),
    helping.NotAccredited: lambda r: (None, _("Only an accredited helper can do this for a group.")),
    helping.NoSuchGroup: lambda r: ("group", _("We found no group with this name. Type it as it stands on its page")),
    helped_steps.WrongCode: lambda r: ("code", _("Check the code. It has 8 letters and figures and is in the letter")),
    helped_steps.NeedsAnother: lambda r: (None, _("Somebody other than the helper must see that the group agrees.")),
    helped_steps.StepSettled: lambda r: (None, _("This was answered already.")),
}


def clause_words(code: str) -> str:
    """Return a clause that every holding agreement has."""
    return {
        "group_decides": _("The group decides what its money is for."),
        "refusal_grounds": _("The fund-holder refuses only for the reasons listed, in writing."),
        "safeguarding": _("Both sides keep people safe and tell each other about serious worries."),
        "records_seven_years": _("The fund-holder keeps the records for 7 years."),
        "unspent_returns": _("Money that was not spent goes back to the fund."),
        "free_speech": _("Nothing here limits what the group may say or campaign for."),
        "ends_at_nil": _("Either side may end the agreement. The money moves first."),
    }[code]


def minimum_words(code: str, amount: int = 0) -> str:
    """Return what one part of the minimum set for informal groups asks."""
    return {
        "aims": _("Your aims, written down"),
        "named_people": ngettext(
            "At least %(count)d person with a name", "At least %(count)d people with a name, not related", amount
        )
        % {"count": amount},
        "area": _("The area you work in"),
        "safeguarding": _("How you keep people safe"),
        "code_of_conduct": _("A code of conduct"),
        "governance": _("Who decides, and how"),
    }[code]
