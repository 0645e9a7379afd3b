"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from voting.views import lookup, paper_request, result, vote

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
        path("polls/<slug:poll>/result/files/<str:name>", result.result_file, name="result_file"),
        path("polls/<slug:poll>/result/<str:ref>/", result.result_project, name="result_project"),
        path("my-ballots/", vote.my_ballots, name="my_ballots"),
        path("help/paper/", paper_request.paper_request, name="paper_request"),
        path("vote-check/", lookup.receipt_lookup, name="receipt_lookup"),
    ],
}
