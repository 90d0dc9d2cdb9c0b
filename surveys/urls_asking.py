from django.urls import path

from surveys.views import surveys

urlpatterns = [path("", surveys.home, name="home")]
