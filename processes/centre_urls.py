from django.urls import path

from processes.views import centre, centre_process, copies, embeds

app_name = "centre"
urlpatterns = [
    path("", centre.centre, name="centre"),
    path("steps/", centre.step_list, name="step-list"),
    path("forms/", centre.form_list, name="form-list"),
    path("changes/", centre.change_list, name="change-list"),
    path("in-force/", centre.in_force, name="in-force"),
    path("of/<str:code>/", centre_process.process, name="process"),
    path("of/<str:code>/favourite/", centre_process.favourite, name="favourite"),
    path("of/<str:code>/<str:number>/forms/<slug:key>.pdf", centre_process.form_pdf, name="form-pdf"),
    path("of/<str:code>/questions/add/", centre_process.question_add, name="question-add"),
    path("of/<str:code>/questions/<int:pk>/change/", centre_process.question_change, name="question-change"),
    path("of/<str:code>/questions/<int:pk>/delete/", centre_process.question_delete, name="question-delete"),
    path("of/<str:code>/questions/<int:pk>/move/", centre_process.question_move, name="question-move"),
    path("of/<str:code>/embeds/", embeds.embed_list, name="embed-list"),
    path("of/<str:code>/embeds/<int:pk>/revoke/", embeds.embed_revoke, name="embed-revoke"),
    path("of/<str:code>/copies/", copies.copy_list, name="copy-list"),
    path("of/<str:code>/copies/add/", copies.copy_add, name="copy-add"),
    path("of/<str:code>/copies/<int:pk>/manual.pdf", copies.copy_pdf, name="copy-pdf"),
    path("of/<str:code>/copies/<int:pk>/settle/", copies.copy_settle, name="copy-settle"),
]
