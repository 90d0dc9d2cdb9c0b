from django.urls import path

from procstd.organisation import api

app_name = "api"
urlpatterns = [
    path("me/", api.Me.as_view(), name="me"),
    path("departments/", api.Departments.as_view(), name="department-list"),
    path("posts/", api.Posts.as_view(), name="post-list"),
    path("people/", api.People.as_view(), name="person-list"),
]
