"""Routes of the money: shares in public, the steward's fund pages, awards, ledger, fan-out."""

from django.urls import URLPattern, URLResolver, path

from funding.views import awards, challenges, fund, holders, ledger, levels, shares, year_end

FUNDING: list[URLPattern | URLResolver] = [
    path("money/shares/", shares.shares, name="shares"),
    path("money/shares/pots.csv", shares.shares_csv, name="shares_csv"),
    path("money/shares/<slug:area>/", shares.share_detail, name="share_detail"),
    path("money/shares/<slug:area>/try/", shares.simulator, name="simulator"),
    path("rounds/<slug:slug>/projects/<str:ref>/level/", levels.project_level, name="project_level"),
    path("rounds/<slug:slug>/projects/<str:ref>/level/challenge/", challenges.level_challenge, name="level_challenge"),
    path("money/shares/<slug:area>/unspent/", year_end.unspent, name="unspent"),
    path("money/shares/<slug:area>/holder/", holders.pot_holder, name="pot_holder"),
    path("money/shares/<slug:area>/holder/challenge/", challenges.holder_challenge, name="holder_challenge"),
    path("challenges/<int:pk>/", challenges.challenge_detail, name="challenge_detail"),
    path("challenges/<int:pk>/support/", challenges.challenge_support, name="challenge_support"),
    path("staff/holders/", holders.holders_staff, name="holders_staff"),
    path("staff/holders/<slug:area>/", holders.holder_choose, name="holder_choose"),
    path("staff/holders/<slug:area>/capital/", year_end.to_capital, name="to_capital"),
    path("staff/holders/<slug:area>/list/", holders.holder_list, name="holder_list"),
    path("staff/holders/<slug:area>/decline/", holders.holder_decline, name="holder_decline"),
    path("staff/challenges/<int:pk>/", levels.challenge_rule, name="challenge_rule"),
    path("staff/awards/", awards.awards, name="awards"),
    path("staff/awards/<slug:slug>/", awards.awards_review, name="awards_review"),
    path("staff/awards/<slug:slug>/sign-off/", awards.sign_off, name="sign_off"),
    path("staff/ledger/", ledger.ledger, name="ledger"),
    path("staff/ledger/accounts.csv", ledger.ledger_csv, name="ledger_csv"),
    path("staff/fund/", fund.steward_home, name="steward_home"),
    path("staff/fund/years/new/", year_end.year_new, name="year_new"),
    path("staff/fund/years/<int:pk>/", year_end.year_detail, name="year_detail"),
    path("staff/fund/years/<int:pk>/roll/", year_end.year_roll, name="year_roll"),
    path("staff/fund/runs/new/", fund.run_new, name="run_new"),
    path("staff/fund/runs/<int:pk>/", fund.run_detail, name="run_detail"),
    path("staff/fund/runs/<int:pk>/sign/", fund.run_sign, name="run_sign"),
    path("staff/fund/sets/<int:pk>/", fund.parameter_set, name="parameter_set"),
    path("staff/fund/sets/<int:pk>/preview/", fund.parameter_preview, name="parameter_preview"),
    path("staff/fund/sets/<int:pk>/copy/", fund.parameter_set_copy, name="parameter_set_copy"),
    path("staff/fund/sets/<int:pk>/with/<int:other>/", fund.parameter_difference, name="parameter_difference"),
    path("staff/fund/fan-out/<str:kind>/start/", fund.fan_out_start, name="fan_out_start"),
    path("staff/fund/fan-out/<int:pk>/", fund.fan_out, name="fan_out"),
]
