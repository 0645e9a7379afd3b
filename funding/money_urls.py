"""Routes of the money: shares in public, the steward's fund pages, awards, ledger, fan-out."""

from django.urls import URLPattern, URLResolver, path

from funding.views import awards, fund, ledger, levels, shares

FUNDING: list[URLPattern | URLResolver] = [
    path("money/shares/", shares.shares, name="shares"),
    path("money/shares/pots.csv", shares.shares_csv, name="shares_csv"),
    path("money/shares/<slug:area>/", shares.share_detail, name="share_detail"),
    path("money/shares/<slug:area>/try/", shares.simulator, name="simulator"),
    path("rounds/<slug:slug>/projects/<str:ref>/level/", levels.project_level, name="project_level"),
    path("staff/challenges/<int:pk>/", levels.challenge_rule, name="challenge_rule"),
    path("staff/awards/", awards.awards, name="awards"),
    path("staff/awards/<slug:slug>/", awards.awards_review, name="awards_review"),
    path("staff/awards/<slug:slug>/sign-off/", awards.sign_off, name="sign_off"),
    path("staff/ledger/", ledger.ledger, name="ledger"),
    path("staff/ledger/accounts.csv", ledger.ledger_csv, name="ledger_csv"),
    path("staff/fund/", fund.steward_home, name="steward_home"),
    path("staff/fund/runs/new/", fund.run_new, name="run_new"),
    path("staff/fund/runs/<int:pk>/", fund.run_detail, name="run_detail"),
    path("staff/fund/runs/<int:pk>/sign/", fund.run_sign, name="run_sign"),
    path("staff/fund/sets/<int:pk>/", fund.parameter_set, name="parameter_set"),
    path("staff/fund/sets/<int:pk>/copy/", fund.parameter_set_copy, name="parameter_set_copy"),
    path("staff/fund/sets/<int:pk>/with/<int:other>/", fund.parameter_difference, name="parameter_difference"),
    path("staff/fund/fan-out/<str:kind>/start/", fund.fan_out_start, name="fan_out_start"),
    path("staff/fund/fan-out/<int:pk>/", fund.fan_out, name="fan_out"),
]
