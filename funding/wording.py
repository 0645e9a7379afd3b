"""A sentence for each refusal, saying what to do next."""

from django.utils.translation import gettext as _

from funding.money_wording import money_sentences, small_sentences
from funding.services import (
    appeals,
    applications,
    body_projects,
    combining,
    comments,
    decisions,
    declarations,
    files,
    panels,
    projects,
    question_sets,
    saved_views,
)
from renewal.kernel.errors import DomainError


def words_for(refusal: DomainError) -> str:
    """Turn a refusal of funding's services into a sentence; an unknown one gets a plain, true sentence."""
    for kind, words in _sentences().items():
        if isinstance(refusal, kind):
            return words
    return _("This could not be done now. Look at the page again and try once more.")


def _sentences() -> dict[type[DomainError], str]:
    return {
        **money_sentences(),
        projects.StepNotOpen: _("This round does not take projects now. Look at the dates of the round."),
        **small_sentences(),
        projects.NotAMember: _("Only members of this group can do this. Ask its owner to invite you."),
        projects.ProjectMoved: _("Somebody has moved this project on meanwhile. Look at where it stands now."),
        projects.CannotCombine: _("These two projects cannot be combined as they stand."),
        combining.OfferMoved: _("This offer was answered or taken back meanwhile. Look at where it stands now."),
        combining.OfferStands: _("Your project is on offer to another one. Take that offer back first."),
        combining.SamePerson: _("You offered this yourself. Another member of the group must answer."),
        body_projects.NoOtherBody: _("No other body here has officers who could check it. Ask the fund’s stewards."),
        body_projects.SameOfficer: _("You signed it. A second officer must declare it."),
        projects.NotAgreed: _("Both groups must agree before two projects are combined."),
        applications.NotWriting: _("This project cannot be changed now. Look at where it stands."),
        applications.SameMember: _("The declaration needs a second member. Ask another member of your group."),
        applications.GroupsWordFirst: _("This waits for the group’s word. Give the code of its letter first."),
        applications.AlreadySigned: _("Your group has signed this already."),
        declarations.NotAnOfficer: _("Only officers who check projects for this body can do this."),
        declarations.HasInterest: _("You have named a link to this project. A colleague will check it."),
        declarations.InterestsFirst: _("First say whether you have a link to any group in this round."),
        decisions.ChecksMissing: _("Answer every rule first. A project goes to the vote when it meets all of them."),
        decisions.SecondOfficerNeeded: _("A “no” takes two officers. Ask a colleague to look."),
        decisions.HelpFirst: _("Help comes first. Write down the help, meeting or suggestion you gave, then decide."),
        decisions.WordsMissing: _("Give the reason, words in both languages and what the group can do next."),
        decisions.RebuttalMissing: _(
            "A local group applied for the same. Say in public why a public body should lead."
        ),
        decisions.PurseClosed: _("This year’s small awards are over. The group can bring the idea again next year."),
        decisions.DatesWrong: _("Choose a day after today, so that the group has time."),
        panels.PanelFirst: _("A panel must look at this first, and its minutes must be signed. See Panels."),
        panels.AlreadySeated: _("This person sits on the panel already."),
        panels.NoSuchPerson: _("We know nobody with this address. Ask the person to sign in once."),
        panels.TooFewSeats: _("The panel has fewer people than can decide. Seat more people first."),
        panels.LinksFirst: _("Ask everybody for their links first. A register older than a year must be renewed."),
        panels.HasLink: _("Somebody with a link to this project is written down as present. They leave the room."),
        panels.NotEverybody: _("Say for each person what they did."),
        panels.ReasonsMissing: _("Say why, in English and in Welsh."),
        panels.MeetingMoved: _("Somebody was first. Look at where the meeting stands now."),
        panels.NotDecided: _("Write down every project first, then sign."),
        panels.SignedByAnother: _("Somebody of the panel who did not write the minutes signs them."),
        saved_views.NothingToKeep: _("Choose a filter or an order first, then keep it."),
        saved_views.TooManyViews: _("You keep 20 views. Let one go first."),
        files.FileTooBig: _("The file is too big. Choose one of 8 MB or less."),
        files.FileNotAllowed: _("We take PDF files and photos (JPEG, PNG, WebP) that hold nothing else."),
        files.TooManyFiles: _("A project can have 12 files. Remove one first."),
        comments.TooManyComments: _("You can write 10 comments in an hour. Come back a little later."),
        comments.EmptyComment: _("Write something first."),
        question_sets.OverBurden: _("These questions take more time than this sum allows. Take some out."),
        question_sets.WelshMissing: _("Write every question and hint in Welsh too."),
        question_sets.NotADraft: _("This version is in use. Begin a new draft to change it."),
        question_sets.NotASteward: _("Only stewards of the fund change the questions."),
        appeals.TooLate: _("The 20 working days for an appeal are over. Call us and we will help."),
        appeals.SamePeople: _("Somebody who took no part in the decision must hear this appeal."),
        appeals.AppealMoved: _("This appeal has been answered already."),
    }


def words_for_problem(code: str) -> str:
    """A sentence for each thing that keeps an application from being sent."""
    return {
        "nothing_asked": _("Enter at least one cost that you ask the fund to pay."),
        "duty_without_statement": _(
            "One cost is something a public body must pay for by law. Add the body’s statement to your files."
        ),
        "not_enough_match": _("This round asks for other money too. Volunteer time does not count as money."),
        "no_expenses": _("Add expenses for every volunteer role."),
        "parts_do_not_add_up": _("The partners’ shares come to more than the project asks for."),
        "partner_not_signed": _("A partner has not signed yet. Each signs in its own account."),
        "shares_not_100": _("The shares of the areas that gain must add up to 100."),
        "no_priority": _("Choose the priority that the project answers."),
        "no_holder": _("Choose a fund-holder: an organisation that looks after the money for your group."),
        "over_limit": _("You ask for more than one award here can be. Ask for less, or bring it to the next round."),
        "over_holder": _(
            "You ask for more than your fund-holder’s agreement allows. Ask for less, or agree new terms."
        ),
        "over_informal": _(
            "A group without a constitution can ask for less at a time. Ask for less, or find a partner."
        ),
        "too_many_awards": _("Your group has as many awards at once as it can. Finish one first."),
        "supplier_without_purpose": _("A supplier that is paid this much must show its social purpose. Add it."),
        "one_sector": _("A joint start needs organisations of two sectors. Name a partner of another one."),
        "no_purpose": _("Your group must show its social purpose before it can lead. Add it on the group’s page."),
    }[code]
