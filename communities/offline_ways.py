"""What a group can do without the internet: each journey online, by phone and on paper, and the forms to print."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from communities.forms.groups import (
    AimsForm,
    HelpedContactsForm,
    KindForm,
    NameForm,
    PlaceForm,
    RegisterForm,
)
from communities.forms.holders import PaperAskForm
from communities.forms.profiles import EvidenceForm, GovernanceForm, SafeguardingForm
from renewal.kernel.offline import OfflineWay, Part, Sheet, Words, add_sheet, add_way

HELPER = "communities:helper_home"
CONFIRM = "communities:helped_confirm"
BY_LETTER = _("The group gets a letter with a code. Giving the code is its word.")
WAITS = _(
    "Nothing happens until the group has given the code of its letter, or somebody else has seen or heard it agree."
)


def group_way(key: str, title: Words, order: int, *online: str, sheet: str = "", waits: bool = False) -> OfflineWay:
    """Write a journey of a group: a helper makes it on the group's pages, and the group confirms it."""
    return OfflineWay(
        key=key, title=title, who="group", order=order, online=tuple(online), phone=HELPER,
        paper=HELPER, confirmed=WAITS if waits else BY_LETTER, sheet=sheet,
    )  # fmt: skip


def _own(*names: str) -> tuple[str, ...]:
    return tuple(f"communities:{name}" for name in names)


def register_ways() -> None:
    """Add this package's journeys and paper forms; called once when Django is ready."""
    ways = [
        group_way("register", _("Register a group"), 10, *_own("group_create"), sheet="register"),
        group_way("details", _("Change what the group says about itself"), 12, *_own("group_change")),
        group_way("contacts", _("Change the contacts"), 14, *_own("contacts"), sheet="contacts", waits=True),
        group_way("invite", _("Invite somebody with an account"), 16, *_own("people"), waits=True),
        group_way(
            "profile", _("Say how the group works and keeps people safe"), 18,
            *_own("governance", "safeguarding", "evidence", "evidence_withdraw", "numbers", "number_remove",
                  "interests", "interest_end"),
            sheet="profile",
        ),
        group_way("ask_holder", _("Ask a fund-holder"), 20, *_own("holder_ask", "agreement_withdraw"), sheet="holder"),
        group_way("sign_holder", _("Sign with a fund-holder"), 22, *_own("agreement_sign"), waits=True),
        group_way("end_holder", _("End or change a fund-holder"), 24, *_own("agreement_end", "agreement_finish"),
                  waits=True),
        group_way("listing", _("List what the group offers or needs"), 30, *_own("listing_new", "listing_move")),
        group_way("join", _("Join two groups"), 40, *_own("group_join", "merge_answer"), waits=True),
        group_way("close", _("Close the group"), 50, *_own("group_close"), waits=True),
    ]  # fmt: skip
    for way in ways:
        add_way(way)
    by_post = _("Fill in what you can, and send it back in the envelope or read it to us on the phone.")
    for key, title, parts in (
        ("register", _("Register your group"), _register_parts),
        ("contacts", _("The contacts of your group"), lambda: [(_("Contacts"), HelpedContactsForm())]),
        ("profile", _("How your group works"), _profile_parts),
        ("holder", _("Ask a fund-holder"), lambda: [(_("What you ask"), PaperAskForm())]),
    ):
        add_sheet(Sheet(key, title, by_post, parts))


def _register_parts() -> Sequence[Part]:
    return [
        (_("Your group"), NameForm()),
        (_("What kind of group"), KindForm()),
        (_("Where"), PlaceForm()),
        (_("What it is for"), AimsForm()),
        (_("Contacts"), HelpedContactsForm()),
        (_("At the end"), RegisterForm()),
    ]


def _profile_parts() -> Sequence[Part]:
    return [
        (_("How you work"), GovernanceForm()),
        (_("Keeping people safe"), SafeguardingForm()),
        (_("What your group shows"), EvidenceForm()),
    ]
