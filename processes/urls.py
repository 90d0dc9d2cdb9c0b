from django.urls import path

from processes.views import catalogue, editor, manual, revisions

app_name = "processes"
_DRAFT = "<str:code>/<str:number>"
urlpatterns = [
    path("", catalogue.process_list, name="process-list"),
    path("add/", catalogue.process_add, name="process-add"),
    path("<str:code>/", catalogue.process_detail, name="process-detail"),
    path("<str:code>/change/", catalogue.process_change, name="process-change"),
    path("<str:code>/releases/<int:pk>/end/", revisions.release_end, name="release-end"),
    path("<str:code>/draft/", revisions.draft_add, name="draft-add"),
    path(f"{_DRAFT}/", revisions.revision_detail, name="revision-detail"),
    path(f"{_DRAFT}/delete/", revisions.draft_delete, name="draft-delete"),
    path(f"{_DRAFT}/release/", revisions.revision_release, name="revision-release"),
    path(f"{_DRAFT}/manual/", manual.manual, name="manual"),
    path(f"{_DRAFT}/manual.pdf", manual.manual_pdf, name="manual-pdf"),
    path(f"{_DRAFT}/definition.json", manual.definition, name="definition"),
    path(f"{_DRAFT}/parts/<slug:part>/", editor.part_change, name="part-change"),
    path(f"{_DRAFT}/steps/add/", editor.step_add, name="step-add"),
    path(f"{_DRAFT}/steps/<slug:key>/", editor.step_change, name="step-change"),
    path(f"{_DRAFT}/steps/<slug:key>/delete/", editor.step_delete, name="step-delete"),
    path(f"{_DRAFT}/forms/add/", editor.form_add, name="form-add"),
    path(f"{_DRAFT}/forms/<slug:key>/", editor.form_change, name="form-change"),
    path(f"{_DRAFT}/forms/<slug:key>/delete/", editor.form_delete, name="form-delete"),
]
