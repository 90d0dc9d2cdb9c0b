from django.urls import path

from improvements import views

app_name = "improvements"
urlpatterns = [path("", views.home, name="home")]
