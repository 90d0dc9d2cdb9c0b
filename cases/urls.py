from django.urls import path

from cases.views import cases, inbox, public, sheets, tasks

app_name = "cases"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("panels/inbox/", inbox.panel_inbox, name="panel-inbox"),
    path("all/", cases.case_list, name="case-list"),
    path("open/", cases.case_open_list, name="case-open-list"),
    path("open/<str:code>/", cases.case_open, name="case-open"),
    path("import/<str:code>/", sheets.case_import, name="case-import"),
    path("import/<str:code>/template/", sheets.case_template, name="case-template"),
    path("import/checks/<int:pk>/run/", sheets.case_import_run, name="case-import-run"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task-detail"),
    path("tasks/<int:pk>/claim/", tasks.task_claim, name="task-claim"),
    path("tasks/<int:pk>/put-back/", tasks.task_put_back, name="task-put-back"),
    path("tasks/<int:pk>/hand-over/", tasks.task_hand_over, name="task-hand-over"),
    path("tasks/<int:pk>/ask/", tasks.task_ask, name="task-ask"),
    path("tasks/<int:pk>/remind/", tasks.task_remind, name="task-remind"),
    path("questions/<int:pk>/", tasks.consultation_answer, name="consultation-answer"),
    path("questions/<int:pk>/withdraw/", tasks.consultation_withdraw, name="consultation-withdraw"),
    path("public/", public.public_list, name="public-list"),
    path("public/<str:code>/", public.public_open, name="public-open"),
    path("public/status/<str:number>/<str:secret>/", public.public_status, name="public-status"),
    path("public/status/<str:number>/<str:secret>/rate/", public.public_rate, name="public-rate"),
    path("<str:number>/", cases.case_detail, name="case-detail"),
]
