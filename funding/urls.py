"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from funding.answer_urls import FUNDING, RENEWAL
from funding.money_urls import FUNDING as MONEY
from funding.small_urls import FUNDING as SMALL
from funding.views import (
    application_page,
    applications,
    body_projects,
    checks,
    combining,
    comments,
    panels,
    partners,
    project_files,
    projects,
    question_sets,
    review_queue,
    rounds,
    staff_rounds,
)

ROUND = "rounds/<slug:slug>/"
APPLICATION = "groups/<slug:group>/applications/<str:ref>/"

round_routes: list[URLPattern | URLResolver] = [
    path(ROUND, rounds.round_detail, name="round_detail"),
    path(ROUND + "vote/", rounds.vote, name="vote"),
    path(ROUND + "propose/", applications.project_start, name="project_start"),
    path(ROUND + "projects/", projects.project_list, name="project_list"),
    path(ROUND + "projects/<str:ref>/", projects.project_detail, name="project_detail"),
    path(ROUND + "projects/<str:ref>/comment/", comments.project_comment, name="project_comment"),
]
application_routes: list[URLPattern | URLResolver] = [
    path(APPLICATION, applications.application_tasks, name="application_tasks"),
    path(APPLICATION + "check/", applications.application_check, name="application_check"),
    path(APPLICATION + "declare/", applications.application_declare, name="application_declare"),
    path(APPLICATION + "sent/", applications.application_sent, name="application_sent"),
    path(APPLICATION + "files/", project_files.application_files, name="application_files"),
    path(APPLICATION + "paper/", applications.application_paper_download, name="application_paper_download"),
    path(APPLICATION + "feedback/", applications.application_feedback, name="application_feedback"),
    path(APPLICATION + "appeal/", applications.application_appeal, name="application_appeal"),
    path(APPLICATION + "withdraw/", applications.application_withdraw, name="application_withdraw"),
    path(APPLICATION + "carry/", applications.application_carry, name="application_carry"),
    path(APPLICATION + "size/", applications.application_size, name="application_size"),
    path(APPLICATION + "combine/", combining.application_combine, name="application_combine"),
    path("combine/<int:pk>/", combining.combine_answer, name="combine_answer"),
    path(APPLICATION + "<slug:task>/<int:page>/", application_page.application_task, name="application_task"),
    path("files/<int:attachment>/", project_files.project_file, name="project_file"),
    path("partners/<int:partner>/", applications.partner_sign, name="partner_sign"),
]
check_routes: list[URLPattern | URLResolver] = [
    path("staff/interests/", review_queue.interest_declare, name="interest_declare"),
    path("staff/projects/", review_queue.review_queue, name="review_queue"),
    path("staff/projects/views/", review_queue.review_views, name="review_views"),
    path("staff/projects/give/", review_queue.review_assign, name="review_assign"),
    path("staff/projects/<str:ref>/", checks.review, name="review"),
    path("staff/projects/<str:ref>/decide/", checks.review_decide, name="review_decide"),
    path("staff/projects/<str:ref>/partners/", partners.review_partners, name="review_partners"),
    path("staff/projects/<str:ref>/appeal/", checks.review_appeal, name="review_appeal"),
    path("staff/own-projects/", body_projects.own_projects, name="own_projects"),
    path("staff/own-projects/<str:ref>/", body_projects.own_project, name="own_project"),
    path("staff/rounds/", staff_rounds.staff_rounds, name="staff_rounds"),
    path("staff/rounds/<slug:slug>/", staff_rounds.staff_round, name="staff_round"),
    path("staff/panels/", panels.panel_list, name="panels"),
    path("staff/panels/<int:pk>/", panels.panel, name="panel"),
    path("staff/panels/meetings/<int:pk>/", panels.panel_meeting, name="panel_meeting"),
    path("panels/minutes/<int:pk>/", panels.panel_minutes, name="panel_minutes"),
    path("panels/minutes/<int:pk>/data/", panels.panel_minutes_download, name="panel_minutes_download"),
    path("staff/question-sets/", question_sets.question_sets_list, name="question_sets"),
    path("staff/question-sets/draft/", question_sets.question_set_draft, name="question_set_draft"),
    path("staff/question-sets/<int:pk>/", question_sets.question_set, name="question_set"),
    path("staff/changes/", review_queue.change_requests, name="change_requests"),
]
routes: dict[str, list[URLPattern | URLResolver]] = {
    "funding": [*round_routes, *application_routes, *check_routes, *FUNDING, *MONEY, *SMALL],
    "renewal": [*RENEWAL],
}
