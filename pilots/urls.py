from django.urls import path

from pilots.views import checks, choosing, comparison, issues, pilots, run

app_name = "pilots"
urlpatterns = [
    path("", pilots.home, name="home"),
    path("add/", pilots.pilot_add, name="pilot-add"),
    path("panels/case/<str:number>/", issues.panel_case, name="panel-case"),
    path("panels/case/<str:number>/<str:step>/", issues.panel_case, name="panel-step"),
    path("<str:code>/", pilots.pilot, name="pilot"),
    path("<str:code>/change/", pilots.pilot_change, name="pilot-change"),
    path("<str:code>/leader/", pilots.pilot_leader, name="pilot-leader"),
    path("<str:code>/begin/", pilots.pilot_begin, name="pilot-begin"),
    path("<str:code>/departments/", choosing.candidates, name="candidates"),
    path("<str:code>/departments/choose/", choosing.candidates_choose, name="candidates-choose"),
    path("<str:code>/departments/score/", choosing.candidate_score, name="candidate-score"),
    path("<str:code>/departments/<int:pk>/remove/", choosing.candidate_remove, name="candidate-remove"),
    path("<str:code>/criteria/", choosing.criteria, name="criteria"),
    path("<str:code>/criteria/add/", choosing.criterion_add, name="criterion-add"),
    path("<str:code>/criteria/lock/", choosing.criteria_lock, name="criteria-lock"),
    path("<str:code>/criteria/<int:pk>/remove/", choosing.criterion_remove, name="criterion-remove"),
    path("<str:code>/run/", run.run, name="run"),
    path("<str:code>/meetings/add/", run.meeting_add, name="meeting-add"),
    path("<str:code>/meetings/<int:pk>/actions/add/", run.action_add, name="action-add"),
    path("<str:code>/actions/<int:pk>/done/", run.action_done, name="action-done"),
    path("<str:code>/checks/add/", checks.check_add, name="check-add"),
    path("<str:code>/checks/<int:number>/", checks.check, name="check"),
    path("<str:code>/checks/<int:number>/end/", checks.check_end, name="check-end"),
    path("<str:code>/checks/<int:number>/rules/<int:pk>/", checks.check_tick, name="check-tick"),
    path("<str:code>/issues/add/", issues.issue_add, name="issue-add"),
    path("<str:code>/issues/<int:number>/", issues.issue, name="issue"),
    path("<str:code>/issues/<int:number>/propose/", issues.issue_propose, name="issue-propose"),
    path("<str:code>/issues/<int:number>/change/", issues.issue_change, name="issue-change"),
    path("<str:code>/before-and-after/", comparison.comparison, name="comparison"),
    path("<str:code>/decide/", comparison.pilot_decide, name="pilot-decide"),
    path("<str:code>/report/", comparison.report, name="report"),
    path("<str:code>/report/make/", comparison.report_make, name="report-make"),
]
