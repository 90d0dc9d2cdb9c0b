from django.urls import path

from procstd.calendars.views import calendars, drafts, files, versions

app_name = "calendars"
urlpatterns = [
    path("", calendars.calendar_list, name="calendar-list"),
    path("add/", calendars.calendar_add, name="calendar-add"),
    path("panel/missing/", calendars.panel_missing, name="panel-missing"),
    path("<str:code>/", versions.calendar_detail, name="calendar-detail"),
    path("<str:code>/change/", calendars.calendar_change, name="calendar-change"),
    path("<str:code>/versions/<int:number>/", versions.version_detail, name="version-detail"),
    path("<str:code>/versions/<int:number>/try/", versions.version_try, name="version-try"),
    path("<str:code>/versions/<int:number>/export/<slug:kind>/", files.version_export, name="version-export"),
    path("<str:code>/draft/", drafts.draft_change, name="draft-change"),
    path("<str:code>/draft/start/", drafts.draft_start, name="draft-start"),
    path("<str:code>/draft/discard/", drafts.draft_discard, name="draft-discard"),
    path("<str:code>/draft/publish/", drafts.draft_publish, name="draft-publish"),
    path("<str:code>/draft/year/", drafts.draft_year, name="draft-year"),
    path("<str:code>/draft/import/", files.draft_import, name="draft-import"),
]
