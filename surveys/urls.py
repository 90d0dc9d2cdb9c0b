from django.urls import path

from surveys.urls_diagnosis import urlpatterns as diagnosis
from surveys.views import home as views
from surveys.views.survey_skeleton import survey

app_name = "surveys"
urlpatterns = [path("", views.home, name="home"), path("<slug:number>/", survey, name="survey"), *diagnosis]
