from django.urls import path

from cases.views import inbox

app_name = "cases"
urlpatterns = [path("", inbox.home, name="home")]
