from django.urls import path

from improvements.views import evaluations, reports, suggesting, suggestions

app_name = "improvements"
urlpatterns = [
    path("", suggestions.home, name="home"),
    path("suggest/", suggesting.suggestion_add, name="suggestion-add"),
    path("suggest/similar/", suggesting.suggestion_similar, name="suggestion-similar"),
    path("follow/", suggesting.suggestion_by_code, name="suggestion-by-code"),
    path("panel/", evaluations.panel_waiting, name="panel-waiting"),
    path("evaluations/", evaluations.evaluation_list, name="evaluation-list"),
    path("evaluations/plan/", evaluations.evaluation_plan, name="evaluation-plan"),
    path("evaluations/<str:number>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<str:number>/gather/", evaluations.evaluation_gather, name="evaluation-gather"),
    path("evaluations/<str:number>/decide/", evaluations.evaluation_decide, name="evaluation-decide"),
    path("evaluations/<str:number>/report/", reports.evaluation_report, name="evaluation-report"),
    path("evaluations/<str:number>/report/make/", reports.evaluation_report_make, name="evaluation-report-make"),
    path("trace/<str:code>/", reports.trace, name="trace"),
    path("years/", reports.annual_list, name="annual-list"),
    path("years/<int:year>/", reports.annual, name="annual"),
    path("years/<int:year>/make/", reports.annual_make, name="annual-make"),
    path("<str:number>/", suggestions.suggestion, name="suggestion"),
    path("<str:number>/follow/", suggesting.suggestion_follow, name="suggestion-follow"),
    path("<str:number>/take-up/", suggestions.suggestion_take_up, name="suggestion-take-up"),
    path("<str:number>/decline/", suggestions.suggestion_decline, name="suggestion-decline"),
    path("<str:number>/merge/", suggestions.suggestion_merge, name="suggestion-merge"),
    path("<str:number>/adopt/", suggestions.suggestion_adopt, name="suggestion-adopt"),
]
