from django.urls import path

from processes import views

app_name = "processes"
urlpatterns = [path("", views.home, name="home")]
