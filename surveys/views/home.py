"""The front page of the room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procstd.access import allow
from surveys.apps import ASKED


@require_safe
@allow(*ASKED)
def home(request: HttpRequest) -> HttpResponse:
    """What is surveyed, and what waits for one's own answer."""
    return render(request, "surveys/home.html")
