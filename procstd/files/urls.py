from django.urls import path

from procstd.files import views

app_name = "files"
urlpatterns = [path("<uuid:key>/", views.file_download, name="file-download")]
