"""All addresses. A room has its own; what is in no room stands here."""

from django.contrib import admin
from django.urls import include, path

from procstd import views
from procstd.health.views import healthz
from procstd.look.views import design

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language_set, name="language-set"),
    path("theme/", views.theme_set, name="theme-set"),
    path("design/", design, name="design"),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("", include("procstd.organisation.urls")),
    path("calendars/", include("procstd.calendars.urls")),
    path("jobs/", include("procstd.jobs.urls")),
    path("notices/", include("procstd.notices.urls")),
    path("files/", include("procstd.files.urls")),
    path("api/", include("procstd.organisation.api_urls")),
    path("projects/", include("projects.urls")),
    path("surveys/", include("surveys.urls")),
    path("processes/", include("processes.urls")),
    path("centre/", include("processes.centre_urls")),
    path("embed/", include("processes.embed_urls")),
    path("cases/", include("cases.urls")),
    path("pilots/", include("pilots.urls")),
    path("rollout/", include("rollouts.urls")),
    path("audits/", include("audits.urls")),
    path("improvements/", include("improvements.urls")),
    path("admin/", admin.site.urls),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
