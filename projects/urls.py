from django.urls import path

from projects.views import gates, notebook, plan, portfolio, projects, scope, status, team

app_name = "projects"
urlpatterns = [
    path("", portfolio.home, name="home"),
    path("add/", projects.project_add, name="project-add"),
    path("inventory/", portfolio.process_inventory, name="inventory"),
    path("inventory/excel/", portfolio.inventory_export, name="inventory-export"),
    path("<str:code>/", projects.project_detail, name="project-detail"),
    path("<str:code>/change/", projects.project_change, name="project-change"),
    path("<str:code>/stop/", projects.project_stop, name="project-stop"),
    path("<str:code>/team/", team.team, name="team"),
    path("<str:code>/team/add/", team.member_add, name="member-add"),
    path("<str:code>/team/<int:pk>/leave/", team.member_remove, name="member-remove"),
    path("<str:code>/scope/", scope.scope, name="scope"),
    path("<str:code>/scope/add/", scope.candidate_add, name="candidate-add"),
    path("<str:code>/scope/weights/", scope.weights, name="weights"),
    path("<str:code>/scope/choose/", scope.choose, name="choose"),
    path("<str:code>/scope/rankings/<int:number>/", scope.ranking_detail, name="ranking-detail"),
    path("<str:code>/scope/of/<str:process>/", scope.candidate_score, name="candidate-score"),
    path("<str:code>/plan/", plan.plan, name="plan"),
    path("<str:code>/plan/make/", plan.plan_make, name="plan-make"),
    path("<str:code>/plan/agree/", plan.plan_agree, name="plan-agree"),
    path("<str:code>/plan/add/", plan.task_add, name="task-add"),
    path("<str:code>/plan/of/<str:key>/", plan.item_change, name="item-change"),
    path("<str:code>/plan/of/<str:key>/move/", plan.item_move, name="item-move"),
    path("<str:code>/plan/of/<str:key>/done/", plan.task_done, name="task-done"),
    path("<str:code>/plan/of/<str:key>/confirm/", plan.deliverable_confirm, name="deliverable-confirm"),
    path("<str:code>/gate/<int:phase>/", gates.gate, name="gate"),
    path("<str:code>/gate/<int:phase>/close/", gates.gate_close, name="gate-close"),
    path("<str:code>/gate/<int:phase>/override/<str:criterion>/", gates.gate_override, name="gate-override"),
    path("<str:code>/risks/add/", notebook.risk_add, name="risk-add"),
    path("<str:code>/risks/<int:pk>/", notebook.risk_change, name="risk-change"),
    path("<str:code>/write/<str:kind>/", notebook.entry_add, name="entry-add"),
    path("<str:code>/status/<str:week>/", status.status_detail, name="status-detail"),
    path("<str:code>/files/add/", notebook.file_add, name="file-add"),
]
