from django.urls import path

from improvements.views import suggesting, suggestions

app_name = "improvements"
urlpatterns = [
    path("", suggestions.home, name="home"),
    path("suggest/", suggesting.suggestion_add, name="suggestion-add"),
    path("suggest/similar/", suggesting.suggestion_similar, name="suggestion-similar"),
    path("follow/", suggesting.suggestion_by_code, name="suggestion-by-code"),
    path("<str:number>/", suggestions.suggestion, name="suggestion"),
    path("<str:number>/follow/", suggesting.suggestion_follow, name="suggestion-follow"),
    path("<str:number>/take-up/", suggestions.suggestion_take_up, name="suggestion-take-up"),
    path("<str:number>/decline/", suggestions.suggestion_decline, name="suggestion-decline"),
    path("<str:number>/merge/", suggestions.suggestion_merge, name="suggestion-merge"),
    path("<str:number>/adopt/", suggestions.suggestion_adopt, name="suggestion-adopt"),
]
