"""What residents can do without the internet about needs, answers, questions and news, and the forms to print."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from renewal.kernel.offline import OfflineWay, Part, Sheet, Words, add_sheet, add_way

READ_BACK = _("The helper reads your words back before they are sent.")
AT_ONCE = _("It counts at once, as online. The helper is on record, you are not.")


def _way(key: str, title: Words, order: int, *online: str, by: str, last_word: Words, sheet: str = "") -> OfflineWay:
    return OfflineWay(
        key=key, title=title, who="resident", order=order, online=online, phone=by, paper=by, confirmed=last_word,
        sheet=sheet,
    )  # fmt: skip


def register() -> None:
    """Add the journeys and paper forms; called once when Django is ready."""
    for way in (
        _way("suggest", _("Say what your place needs"), 10, "funding:suggest", by="funding:helped_need",
             last_word=READ_BACK, sheet="need"),
        _way("support", _("Support what others ask for"), 12, "funding:suggestion_support", by="funding:helped_need",
             last_word=AT_ONCE, sheet="need"),
        _way("comment", _("Say what you think of a need"), 13, "funding:suggestion_comment",
             by="funding:helped_comment", last_word=READ_BACK, sheet="comment"),
        _way(
            "small", _("Support an idea for a small award"), 14, "funding:small_support", by="funding:small_support",
            last_word=READ_BACK,
        ),
        OfflineWay(
            key="vote", title=_("Vote on needs and projects"), who="resident", order=20, online=("voting:send",),
            phone="voting:assisted_vote", paper="voting:paper_enter",
            confirmed=_("The vote is read back to you, and you get the reference."),
        ),
        _way("found", _("Say whether something is there as promised"), 30, "funding:action_say",
             by="funding:helped_voice", last_word=READ_BACK, sheet="found"),
        _way("ask", _("Ask a public body, or start a petition"), 40, "funding:question_ask",
             by="funding:helped_question", last_word=READ_BACK, sheet="question"),
        _way("sign", _("Sign a petition"), 42, "funding:question_sign", "funding:question_code",
             by="funding:helped_signature", last_word=AT_ONCE, sheet="sign"),
        _way("report", _("Report words, or ask for a second look at hidden ones"), 44, "funding:text_report",
             by="funding:text_report", last_word=READ_BACK),
        _way("updates", _("Hear what became of it"), 50, "renewal:updates", "renewal:updates_confirm",
             by="funding:helped_updates", last_word=_("You get letters, each with the number that stops them.")),
        _way("stop", _("Stop hearing from us"), 52, "renewal:updates_stop", by="funding:helped_stop",
             last_word=_("The letters stop with your call.")),
    ):  # fmt: skip
        add_way(way)
    lead = _("Fill it in and hand it to a library or helper, or read it to us on the phone.")
    for key, title, parts in (
        ("need", _("What does your place need?"), _need),
        ("comment", _("What do you think of a need?"), _comment),
        ("question", _("A question or petition"), _question),
        ("sign", _("Sign a petition"), _sign),
        ("found", _("Is it there, as promised?"), _found),
    ):
        add_sheet(Sheet(key, title, lead, parts))


def _need() -> Sequence[Part]:
    from funding.forms.needs import SuggestForm

    return [(_("Your need"), SuggestForm())]


def _comment() -> Sequence[Part]:
    from funding.forms.helping import PaperCommentForm

    return [(_("Your words"), PaperCommentForm())]


def _question() -> Sequence[Part]:
    from funding.forms.helping import PaperQuestionForm

    return [(_("Your question"), PaperQuestionForm())]


def _sign() -> Sequence[Part]:
    from funding.forms.helping import PaperSignForm

    return [(_("You sign"), PaperSignForm())]


def _found() -> Sequence[Part]:
    from funding.forms.helping import PaperFoundForm

    return [(_("What you found"), PaperFoundForm())]
