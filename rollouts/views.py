"""The front page of the room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procstd.access import allow
from rollouts.apps import READERS


@require_safe
@allow(*READERS)
def home(request: HttpRequest) -> HttpResponse:
    """What this room is for and who works in it."""
    return render(request, "rollouts/home.html")
