"""What people are told about pilots: rules and words. No personal data, nothing of customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilots.models import Action, Decision, Issue, Pilot
from procstd.bilingual import in_each_language
from procstd.moments import moment
from procstd.notices.domain.telling import Note
from procstd.notices.rules import Rule, rule

BEGUN = rule("pilot.begun", gettext_lazy("A pilot begins in my department"), "working")
DECIDED = rule("pilot.decided", gettext_lazy("A pilot in my department is decided"), "working")
ACTION = rule("pilot.action", gettext_lazy("A meeting of a pilot gave me something to do"), "working")
LATE = rule("pilot.action_late", gettext_lazy("Something of a pilot that I should have done is late"), "working")
OVER = rule("pilot.over", gettext_lazy("The period of a pilot that I lead is over"), "working")
ISSUE = rule("pilot.issue", gettext_lazy("An issue of a pilot that I lead was raised"), "working")


def _notes(
    rule: Rule, key: str, people: Iterable[int | None], title: Callable[[], str], *, body: Callable[[], str], url: str
) -> list[Note]:
    titles, bodies = in_each_language(title), in_each_language(body)
    return [
        Note(person, rule.name, key, titles["zh"], titles["en"], bodies["zh"], bodies["en"], url)
        for person in dict.fromkeys(people)
        if person is not None
    ]


def begun(pilot: Pilot, people: Iterable[int]) -> list[Note]:
    """Tell whom a pilot concerns that it begins."""
    return _notes(
        BEGUN, f"pilot:{pilot.pk}:begun", people, lambda: _("Pilot begins: %(pilot)s") % {"pilot": pilot},
        body=lambda: _("From %(from)s until %(until)s new cases of the pilot departments follow it.")
        % {"from": moment(pilot.begun_at), "until": pilot.period_until.isoformat()},
        url=pilot.get_absolute_url(),
    )  # fmt: skip


def decided(pilot: Pilot, decision: Decision, people: Iterable[int]) -> list[Note]:
    """Tell whom a pilot concerns how it goes on."""
    return _notes(
        DECIDED, f"pilot:{pilot.pk}:decided:{decision.pk}", people,
        lambda: _("%(pilot)s: %(way)s") % {"pilot": pilot, "way": decision.get_way_display()},
        body=lambda: _("By whom and why stands beside the figures."),
        url=reverse("pilots:comparison", args=[pilot.code]),
    )  # fmt: skip


def given(action: Action, pilot: Pilot) -> list[Note]:
    """Tell the owner what was agreed."""
    return _notes(
        ACTION, f"pilot:{pilot.pk}:action:{action.pk}", [action.owner_id],
        lambda: _("%(pilot)s: to do until %(day)s") % {"pilot": pilot, "day": action.due_on.isoformat()},
        body=lambda: _agreed(action), url=reverse("pilots:run", args=[pilot.code]),
    )  # fmt: skip


def _agreed(action: Action) -> str:
    """Say where it comes from. What is to be done is typed freely: it is read on the page, not in a mail."""
    return _("Agreed in the meeting of %(day)s.") % {"day": action.meeting.held_on.isoformat()}


def over(pilot: Pilot) -> list[Note]:
    """Tell the leader that the weeks are over: somebody has to decide."""
    return _notes(
        OVER, f"pilot:{pilot.pk}:over:{pilot.period_until.isoformat()}", [pilot.leader_id],
        lambda: _("The period of the pilot is over: %(pilot)s") % {"pilot": pilot},
        body=lambda: _("Its version is no longer in force there. Go, extend, or stop?"),
        url=reverse("pilots:comparison", args=[pilot.code]),
    )  # fmt: skip


def late(action: Action, pilot: Pilot) -> list[Note]:
    """Remind the owner once of what is late."""
    return _notes(
        LATE, f"pilot:{pilot.pk}:action:{action.pk}:late", [action.owner_id],
        lambda: _("%(pilot)s: was to be done until %(day)s") % {"pilot": pilot, "day": action.due_on.isoformat()},
        body=lambda: _agreed(action), url=reverse("pilots:run", args=[pilot.code]),
    )  # fmt: skip


def raised(issue: Issue, people: Iterable[int]) -> list[Note]:
    """Tell those who lead the pilot. What is wrong is read on the page, not in a mail."""
    return _notes(
        ISSUE, f"pilot:{issue.pilot_id}:issue:{issue.pk}", people,
        lambda: _("%(pilot)s: issue %(code)s") % {"pilot": issue.pilot, "code": issue.code},
        body=lambda: str(issue.get_kind_display()), url=issue.get_absolute_url(),
    )  # fmt: skip
