"""Addresses of observations and of the interview guide; the room's urls.py takes them in, before those of a survey.

The stopwatch stands in a folder of its own: its worker answers for nothing else.
"""

from django.urls import path

from surveys.views import guide, observations, watch

_ONE = "watch/<slug:number>/<int:row>/"

urlpatterns = [
    path("watch/worker.js", watch.watch_worker, name="watch-worker"),
    path(_ONE, watch.watch, name="watch"),
    path(f"{_ONE}start/", watch.lap_start, name="lap-start"),
    path(f"{_ONE}stop/", watch.lap_stop, name="lap-stop"),
    path(f"{_ONE}end/", watch.observation_end, name="observation-end"),
    path(f"{_ONE}clock/", watch.watch_clock, name="watch-clock"),
    path(f"{_ONE}laps/", watch.lap_sync, name="lap-sync"),
    path(f"{_ONE}laps/<uuid:key>/", watch.lap_change, name="lap-change"),
    path(f"{_ONE}laps/<uuid:key>/photo/", watch.lap_photo, name="lap-photo"),
    path(f"{_ONE}laps/<uuid:key>/count/", observations.lap_count, name="lap-count"),
    path(f"{_ONE}laps/<uuid:key>/pain/", observations.lap_pain, name="lap-pain"),
    path("<slug:number>/observations/", observations.observation_list, name="observation-list"),
    path("<slug:number>/observations/add/", observations.observation_add, name="observation-add"),
    path("<slug:number>/observations/take/", observations.observation_take, name="observation-take"),
    path("<slug:number>/observations/<int:row>/", observations.observation, name="observation"),
    path("<slug:number>/guide/", guide.guide, name="guide"),
    path("<slug:number>/guide/begin/", guide.guide_begin, name="guide-begin"),
    path("<slug:number>/guide/add/", guide.guide_add, name="guide-add"),
    path("<slug:number>/guide/<int:pk>/change/", guide.guide_change, name="guide-change"),
    path("<slug:number>/guide/<int:pk>/delete/", guide.guide_delete, name="guide-delete"),
    path("<slug:number>/guide/<int:pk>/move/", guide.guide_move, name="guide-move"),
]
