"""A sentence for each refusal about needs, answers, gatherings and questions: what to do next."""

from django.utils.translation import gettext as _

from funding.services import (
    answers,
    charters,
    delivery,
    emergencies,
    gatherings,
    mandates,
    moderation,
    officers,
    petitions,
    priorities,
    priority_polls,
    questions,
    rejections,
    updates,
)
from renewal.kernel.errors import DomainError
from renewal.kernel.templatetags.page import day


def words_for_answers(refusal: DomainError) -> str:
    """Turn a refusal into a sentence that says what to do; an unknown one is a defect and rises."""
    match refusal:
        case priorities.NotSuggesting():
            return _("This round does not take needs now. Look at its page for the dates of the next step.")
        case priorities.NeedUnclear():
            return _("Write the need in 8 to 160 characters.")
        case priorities.TooMuchSupport():
            return _("You have supported 30 needs in this round, which is the most. Take one back first.")
        case priorities.CannotJoin():
            return _("These two needs cannot be joined. Enter the number of another need of this round that stands.")
        case moderation.LookedAtTwice():
            return _("Somebody of another body has looked at these words. What they decided stays.")
        case moderation.NotHidden():
            return _("These words are shown again already.")
        case moderation.AnsweredBefore():
            return _("Another officer was first. Look at the page of the words.")
        case moderation.SayWhy():
            return _("Write your reason in words.")
        case emergencies.CitesAPriority():
            return _("This project answers an adopted priority, so it needs nothing more.")
        case emergencies.RecordedBefore():
            return _("This project stands on the list already, or its money was committed.")
        case emergencies.LinkedToIt():
            return _("You have a link to this project, or your body leads it. An officer without one must do this.")
        case emergencies.SecondNeeded() | emergencies.DecidedBefore():
            return _("Somebody other than the first officer decides, once.")
        case emergencies.EmergencyUnclear():
            return _("Write why it cannot wait, and what shows it.")
        case priority_polls.TooFewNeeds():
            return _("A vote on the order needs at least two needs that stand.")
        case priorities.NotCounted():
            return _("The vote on these needs has no published result yet. Adopt the order when it has.")
        case priorities.AlreadyAdopted():
            return _("This order has been adopted. To correct it, say why.")
        case priorities.NotACorrection():
            return _("Keep at least one need. A corrected list holds only needs that people voted on, in their order.")
        case charters.CharterExists():
            return _("Something else begins to bind this body on that day. Choose another day.")
        case answers.NoSuchAnswer():
            return _("A chosen project can be accepted or rejected whole. A need can be accepted, also in part.")
        case answers.NoSuchGround():
            return _("Choose one of the grounds in the list. A body cannot refuse on any other ground.")
        case answers.AnswerIncomplete(missing=["actions"]):
            return _("Enter at least one action and the day by which it will be done.")
        case answers.AnswerIncomplete(missing=["dispute"]):
            return _("Residents do not dispute this action now. Report how far it is instead.")
        case answers.AnswerIncomplete():
            return _("Fill in the words, and the law or figures behind a refusal.")
        case answers.TooLate():
            return _("The last day was %(day)s. Silence has accepted this project.") % {
                "day": day(answers.last_day_of(refusal))
            }
        case answers.AlreadyAnswered():
            return _("This has been answered. The published answer stands.")
        case answers.SecondOfficerNeeded():
            return _("You wrote this answer. Ask another officer of your body to sign it.")
        case answers.HasInterest():
            return _("You have declared an interest in this project. Ask another officer to answer.")
        case answers.DraftChanged():
            return _("The draft has changed since you read it. Read it again before you sign.")
        case rejections.NotRejected():
            return _("This can be done once, while a rejection stands.")
        case rejections.NotIndependent():
            return _("A panel has three people or more, and is recorded by an officer of another body.")
        case delivery.CannotSpeak():
            return _("You have told us about this already. You can tell us again when the body has replied.")
        case delivery.OwnWork():
            return _("You act for the body that promised this. Ask a helper, or an officer of another body.")
        case petitions.SignatureCodeUnknown():
            return _("That is not the code of a letter for this petition, or it has ended. Ask for a new letter.")
        case updates.AddressTooShort():
            return _("Enter a name, a house and a postcode, a line each.")
        case officers.NotYourBody():
            return _("You do not act for this body today. Ask an officer who does.")
        case mandates.HasPower():
            return _("A body of this area has this power, so the need stays here.")
        case mandates.WrongLevel():
            return _("Choose a body of the level that has the power.")
        case mandates.AlreadyNamed():
            return _("This body already owes an answer to this need.")
        case gatherings.BadTimes():
            return _("Choose a day to come, and an end after the start.")
        case gatherings.NotYet():
            return _("Record this once the gathering has begun.")
        case gatherings.NoRound():
            return _("Enter the number of a need of this round that stands.")
        case gatherings.NotATable():
            return _("Only a yearly table keeps seats and actions.")
        case questions.NotAPetition():
            return _("This petition cannot be signed now.")
        case questions.NotHere():
            return _("This petition is for people who live in its area.")
        case questions.QuestionUnclear() | questions.ReplyEmpty():
            return _("Write at least 8 characters.")
        case updates.WrongCode():
            return _("That is not the code we sent, or it has ended. Ask for a new one.")
    raise refusal
