"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from voting.views import assisted, lookup, paper_request, result, staff, staff_paper, vote

routes: dict[str, list[URLPattern | URLResolver]] = {
    "voting": [
        path("polls/<slug:poll>/", vote.start, name="start"),
        path("polls/<slug:poll>/check/", vote.residency_method, name="residency_method"),
        path("polls/<slug:poll>/check/<slug:method>/", vote.residency, name="residency"),
        path("polls/<slug:poll>/choose/", vote.choose, name="choose"),
        path("polls/<slug:poll>/choose/<int:number>/", vote.choose_one, name="choose_one"),
        path("polls/<slug:poll>/total/", vote.total, name="total"),
        path("polls/<slug:poll>/nothing-chosen/", vote.empty, name="empty"),
        path("polls/<slug:poll>/review/", vote.review, name="review"),
        path("polls/<slug:poll>/send/", vote.send, name="send"),
        path("polls/<slug:poll>/sent/", vote.sent, name="sent"),
        path("polls/<slug:poll>/sent/email/", vote.email_reference, name="email_reference"),
        path("polls/<slug:poll>/finish/", vote.finish, name="finish"),
        path("polls/<slug:poll>/result/", result.result, name="result"),
        path("polls/<slug:poll>/result/method/", result.result_method, name="result_method"),
        path("polls/<slug:poll>/result/sheet/", result.result_sheet, name="result_sheet"),
        path("polls/<slug:poll>/result/files/<str:name>", result.result_file, name="result_download"),
        path("polls/<slug:poll>/result/<str:ref>/", result.result_project, name="result_project"),
        path("my-ballots/", vote.my_ballots, name="my_ballots"),
        path("help/paper/", paper_request.paper_request, name="paper_request"),
        path("staff/polls/", staff.staff_polls, name="staff_polls"),
        path("staff/polls/new/", staff.poll_new, name="poll_new"),
        path("staff/polls/<slug:poll>/", staff.staff_poll, name="staff_poll"),
        path("staff/polls/<slug:poll>/open/", staff.poll_open, name="poll_open"),
        path("staff/polls/<slug:poll>/rehearse/", staff.poll_rehearse, name="poll_rehearse"),
        path("staff/polls/<slug:poll>/change/", staff.poll_change, name="poll_change"),
        path("staff/polls/<slug:poll>/change/<int:pk>/", staff.poll_confirm, name="poll_confirm"),
        path("staff/polls/<slug:poll>/list/", staff.poll_list, name="poll_list"),
        path("staff/polls/<slug:poll>/letters/", staff.letters, name="letters"),
        path("staff/polls/<slug:poll>/ballot-<str:version>.pdf", staff.ballot_download, name="ballot_download"),
        path("staff/results/<slug:poll>/", staff.result_review, name="result_review"),
        path("staff/duplicates/", staff.duplicates, name="duplicates"),
        path("staff/paper/", staff_paper.paper_batches, name="paper_batches"),
        path("staff/paper/<int:pk>/", staff_paper.paper_batch, name="paper_batch"),
        path("staff/paper/<int:pk>/step/", staff_paper.paper_step, name="paper_step"),
        path("staff/paper/<int:pk>/enter/", staff_paper.paper_enter, name="paper_enter"),
        path("staff/paper/<int:pk>/compare/", staff_paper.paper_compare, name="paper_compare"),
        path("staff/assisted/", assisted.assisted_vote, name="assisted_vote"),
        path("staff/assisted/<slug:poll>/", assisted.assisted_ballot, name="assisted_ballot"),
        path("vote-check/", lookup.receipt_lookup, name="receipt_lookup"),
    ],
}
