from django.urls import path

from processes.views import embeds

app_name = "embed"
urlpatterns = [path("<str:token>/", embeds.embed, name="page")]
