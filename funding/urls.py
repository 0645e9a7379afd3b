"""Routes by namespace; renewal/urls.py gathers them under the language prefix."""

from django.urls import URLPattern, URLResolver, path

from funding.answer_urls import FUNDING, RENEWAL
from funding.views import applications, projects, rounds

ROUND = "rounds/<slug:slug>/"
APPLICATION = "groups/<slug:group>/applications/<str:ref>/"

round_routes: list[URLPattern | URLResolver] = [
    path(ROUND, rounds.round_detail, name="round_detail"),
    path(ROUND + "vote/", rounds.vote, name="vote"),
    path(ROUND + "propose/", applications.project_start, name="project_start"),
    path(ROUND + "projects/", projects.project_list, name="project_list"),
    path(ROUND + "projects/<str:ref>/", projects.project_detail, name="project_detail"),
]
application_routes: list[URLPattern | URLResolver] = [
    path(APPLICATION, applications.application_tasks, name="application_tasks"),
    path(APPLICATION + "check/", applications.application_check, name="application_check"),
    path(APPLICATION + "declare/", applications.application_declare, name="application_declare"),
    path(APPLICATION + "sent/", applications.application_sent, name="application_sent"),
    path(APPLICATION + "feedback/", applications.application_feedback, name="application_feedback"),
    path(APPLICATION + "withdraw/", applications.application_withdraw, name="application_withdraw"),
    path(APPLICATION + "carry/", applications.application_carry, name="application_carry"),
    path(APPLICATION + "<slug:task>/<int:page>/", applications.application_task, name="application_task"),
    path("partners/<int:partner>/", applications.partner_sign, name="partner_sign"),
]
routes: dict[str, list[URLPattern | URLResolver]] = {
    "funding": [*round_routes, *application_routes, *FUNDING],
    "renewal": [*RENEWAL],
}
